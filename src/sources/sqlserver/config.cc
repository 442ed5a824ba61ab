#include "sources/sqlserver/config.h"

#include "sources/sqlserver/codes.h"

namespace renkei::sources::sqlserver {

namespace {

using client::TlsMode;

constexpr uint16_t kDefaultPort = 1433;
constexpr config::Duration kShortestInterval{100};
constexpr config::Duration kLongestInterval = std::chrono::hours(24);

const config::Section<TlsOptions>& TlsSection() {
  static const config::Section<TlsOptions> section("tls", "How the connection is encrypted.", [](auto& tls) {
    tls.Field("mode", &TlsOptions::mode,
              "`prefer` encrypts if the server can; `require` refuses clear text; `verify-ca` and "
              "`verify-full` also prove who the server is, the latter by its host name too.")
        .Choices({{"off", TlsMode::kOff},
                  {"prefer", TlsMode::kPrefer},
                  {"require", TlsMode::kRequire},
                  {"verify-ca", TlsMode::kVerifyCa},
                  {"verify-full", TlsMode::kVerifyFull}});
    tls.Field(
        "ca", &TlsOptions::ca,
        "The certificate authority's file, for `verify-ca` and `verify-full`; without it the system's.");
    tls.Field("min_version", &TlsOptions::min_version,
              "The oldest TLS that is accepted. `1.0` is for servers that offer nothing newer: it can be "
              "broken by whoever reads along.")
        .Choices({{"1.0", TlsVersion::k10}, {"1.2", TlsVersion::k12}});
    tls.Check([](const TlsOptions& options) -> Status {
      if (options.mode == TlsMode::kVerifyCa && options.ca.text.empty())
        return Error(kTlsWithoutCa, {{"mode", "verify-ca"}});
      return {};
    });
  });
  return section;
}

const config::Section<TableOptions>& TableSection() {
  static const config::Section<TableOptions> section("table", "One table, or a pattern.", [](auto& table) {
    table.Field("name", &TableOptions::name, "schema.table; `*` for any run of characters, `!` takes away.")
        .Required()
        .Check([](const std::string& name) -> Status {
          if (config::TablePatterns::Valid(name)) return {};
          return Error(config::kBadPattern, {{"key", "tables"}, {"value", name}});
        });
    table.Field("columns", &TableOptions::columns,
                "The columns that are read, the key's among them; without it, all.");
    table
        .Field("interval", &TableOptions::interval,
               "Each of these tables is polled on its own, this often; 0s: with the others, in one view.")
        .Range(config::Duration(0), kLongestInterval);
  });
  return section;
}

const config::Section<SnapshotOptions>& SnapshotSection() {
  static const config::Section<SnapshotOptions> section(
      "snapshot", "How what is in the tables already is copied.", [](auto& snapshot) {
        snapshot
            .Field("mode", &SnapshotOptions::mode,
                   "`all` copies each table once; `none` takes changes only, from now on.")
            .Choices({{"all", SnapshotMode::kAll}, {"none", SnapshotMode::kNone}});
        snapshot
            .Field("rows_per_s", &SnapshotOptions::rows_per_s,
                   "Rows a second that the copies of a group read at most; 0 is no limit.")
            .Range(0, 1'000'000'000);
        snapshot
            .Field(
                "chunk_rows", &SnapshotOptions::chunk_rows,
                "The most rows that a copy reads at once; as long as that takes, the polls of its group wait.")
            .Range(1, 1'000'000);
      });
  return section;
}

}  // namespace

const config::Section<Options>& OptionsSection() {
  static const config::Section<Options> section(
      "sqlserver", "A SQL Server database, polled by Change Tracking.", [](auto& sqlserver) {
        sqlserver
            .Field("url", &Options::url,
                   "Where the database is: sqlserver://user:password@host:port/database.")
            .Required()
            .Schemes({"sqlserver", "mssql"});
        sqlserver.Field("password", &Options::password, "The password; stands above the url's.");
        sqlserver
            .Field("tables", &Options::tables,
                   "Which tables are captured; the last pattern that matches decides. Without it, all of "
                   "the database that are tracked.")
            .Each(TableSection(), &TableOptions::name);
        sqlserver
            .Field("interval", &Options::interval,
                   "How often the tables without an interval of their own are polled, all in one view.")
            .Range(kShortestInterval, kLongestInterval);
        sqlserver
            .Field("isolation", &Options::isolation,
                   "`snapshot` reads each poll in one state of the database, and needs "
                   "ALLOW_SNAPSHOT_ISOLATION; `read-committed` needs nothing, and for a moment shows tables "
                   "at different states.")
            .Choices({{"snapshot", Isolation::kSnapshot}, {"read-committed", Isolation::kReadCommitted}});
        sqlserver
            .Field("fine_times", &Options::fine_times,
                   "time(7), datetime2(7) and datetimeoffset(7) have a digit more than a microsecond: `text` "
                   "keeps it, as text; `truncate` makes them times without it.")
            .Choices({{"text", FineTimes::kText}, {"truncate", FineTimes::kTruncate}});
        sqlserver.Field("tls", &Options::tls, "Encryption.").In(TlsSection());
        sqlserver.Field("snapshot", &Options::snapshot, "The first copy.").In(SnapshotSection());
        sqlserver
            .Field("max_value", &Options::max_value,
                   "The largest value that a row may have; a larger one stops its table. Memory must hold "
                   "three of the largest rows.")
            .Range(config::Bytes{1024}, config::GiB(1));
        sqlserver.Check([](const Options& options) -> Status {
          if (options.url.user.empty()) return Error(kNoUser);
          if (options.url.path.empty()) return Error(kNoDatabase);
          return {};
        });
      });
  return section;
}

client::Endpoint EndpointOf(const Options& options) {
  client::Endpoint endpoint;
  endpoint.host = options.url.host;
  endpoint.port = options.url.port == 0 ? kDefaultPort : options.url.port;
  endpoint.user = options.url.user;
  endpoint.password = options.password.empty() ? options.url.password.Reveal() : options.password.Reveal();
  endpoint.database = options.url.path;
  endpoint.tls = options.tls.mode;
  endpoint.ca = options.tls.ca.text;
  endpoint.old_tls = options.tls.min_version == TlsVersion::k10;
  return endpoint;
}

config::TablePatterns TablesOf(const Options& options) {
  std::vector<std::string> patterns;
  for (const TableOptions& table : options.tables) patterns.push_back(table.name);
  if (patterns.empty()) patterns.emplace_back("*.*");
  return config::TablePatterns(std::move(patterns));
}

std::vector<std::string> ColumnsOf(const Options& options, const std::string& schema,
                                   const std::string& table) {
  std::vector<std::string> columns;
  for (const TableOptions& entry : options.tables) {
    if (entry.name.starts_with('!')) continue;
    if (config::TablePatterns({entry.name}).Matches(schema, table)) columns = entry.columns;
  }
  return columns;
}

config::Duration IntervalOf(const Options& options, const std::string& schema, const std::string& table) {
  config::Duration interval{0};
  for (const TableOptions& entry : options.tables) {
    if (entry.name.starts_with('!')) continue;
    if (config::TablePatterns({entry.name}).Matches(schema, table)) interval = entry.interval;
  }
  return interval;
}

}  // namespace renkei::sources::sqlserver
