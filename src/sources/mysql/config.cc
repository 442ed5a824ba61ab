#include "sources/mysql/config.h"

#include <charconv>

#include "sources/mysql/codes.h"
#include "sources/mysql/values/charset.h"

namespace renkei::sources::mysql {

namespace {

using client::TlsMode;

constexpr uint16_t kDefaultPort = 3306;
constexpr int kWorkersMax = 32;

Status CheckCharset(const std::string& name) {
  if (values::FindCharset(name)) return {};
  return Error(kUnknownCharset, {{"charset", name}});
}

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
    tls.Field("ca", &TlsOptions::ca, "The certificate authority's file, for `verify-ca` and `verify-full`.");
    tls.Field("cert", &TlsOptions::cert, "A certificate of our own, for servers that ask for one.");
    tls.Field("key", &TlsOptions::key, "The key of `cert`.");
    tls.Check([](const TlsOptions& options) -> Status {
      if (options.cert.text.empty() != options.key.text.empty()) return Error(kTlsHalfPair);
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
    table
        .Field(
            "expect", &TableOptions::expect,
            "`later`: the table need not be there yet; a warning says so, and it is captured from its first "
            "row.")
        .Choices({{"now", Expect::kNow}, {"later", Expect::kLater}});
    table
        .Field("max_value", &TableOptions::max_value,
               "The largest value of these tables, if it is another than the source's; 0 is the source's.")
        .Range(config::Bytes{0}, config::GiB(1));
    table
        .Field("new_columns", &TableOptions::new_columns,
               "As for the source, if it is something else for these tables.")
        .Choices({{"pass", NewColumns::kPass}, {"mask", NewColumns::kMask}, {"hold", NewColumns::kHold}});
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
        snapshot.Field("workers", &SnapshotOptions::workers, "Connections that read at the same time.")
            .Range(1, kWorkersMax);
        snapshot
            .Field("rows_per_s", &SnapshotOptions::rows_per_s,
                   "Rows a second that a copy reads at most; 0 is no limit.")
            .Range(0, 1'000'000'000);
      });
  return section;
}

constexpr std::string_view kZeroDatesHelp =
    "What becomes of 0000-00-00 and dates that no calendar has: `error` stops the table, `null` makes them NULL, "
    "`text` makes the column text.";

const config::Section<CharsetOptions>& CharsetSection() {
  static const config::Section<CharsetOptions> section(
      "charset", "A column whose bytes are not what it is declared as.", [](auto& charset) {
        charset.Field("declared", &CharsetOptions::declared, "The column's character set at the server.")
            .Required()
            .Check(CheckCharset);
        charset
            .Field("actual", &CharsetOptions::actual,
                   "The one its bytes are in; `binary` takes them as bytes.")
            .Required()
            .Check(CheckCharset);
      });
  return section;
}

const config::Section<ColumnOptions>& ColumnSection() {
  static const config::Section<ColumnOptions> section("column", "How one column is read.", [](auto& column) {
    column.Field("zero_dates", &ColumnOptions::zero_dates, std::string(kZeroDatesHelp))
        .Choices({{"error", values::ZeroDates::kRefuse},
                  {"null", values::ZeroDates::kNull},
                  {"text", values::ZeroDates::kText}});
    column
        .Field("invalid_text", &ColumnOptions::invalid_text,
               "As for the source; `bytes` takes the whole column as the bytes it has.")
        .Choices({{"error", values::TextPolicy::kRefuse},
                  {"replace", values::TextPolicy::kReplace},
                  {"bytes", values::TextPolicy::kBytes}});
  });
  return section;
}

// host := name | name ":" port | "[" address "]" [":" port], several between commas
bool ReadHost(std::string_view text, client::Endpoint& endpoint) {
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    endpoint.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    const size_t colon = text.find(':');
    endpoint.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (endpoint.host.empty()) return false;
  if (port.empty()) return true;
  const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), endpoint.port);
  return port.front() == ':' && error == std::errc() && end == port.data() + port.size() &&
         endpoint.port != 0;
}

// Nothing where a host among several cannot be read.
std::vector<client::Endpoint> Endpoints(const Options& options, const config::Url& url) {
  client::Endpoint endpoint;
  endpoint.host = url.host;
  endpoint.port = url.port == 0 ? kDefaultPort : url.port;
  endpoint.socket = std::string(url.Query("socket"));
  endpoint.user = url.user.empty() ? options.url.user : url.user;
  const std::string own = url.password.Reveal();
  endpoint.password = !options.password.empty() ? options.password.Reveal()
                      : own.empty()             ? options.url.password.Reveal()
                                                : own;
  endpoint.tls = options.tls.mode;
  endpoint.ca = options.tls.ca.text;
  endpoint.cert = options.tls.cert.text;
  endpoint.key = options.tls.key.text;
  if (url.host.find(',') == std::string::npos) return {endpoint};
  std::vector<client::Endpoint> endpoints;
  for (std::string_view rest = url.host; !rest.empty();) {
    const size_t comma = rest.find(',');
    client::Endpoint one = endpoint;
    if (!ReadHost(rest.substr(0, comma), one)) return {};
    endpoints.push_back(std::move(one));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return endpoints;
}

}  // namespace

const config::Section<Options>& OptionsSection() {
  static const config::Section<Options> section(
      "mysql", "A MySQL or MariaDB database, captured from its binary log.", [](auto& mysql) {
        mysql
            .Field(
                "url", &Options::url,
                "Where the database is: mysql://user:password@host:port/schema. Of several hosts, host1:port,host2:port, "
                "the first that answers and has all that was captured so far is taken.")
            .Required()
            .Schemes({"mysql", "mariadb"});
        mysql
            .Field("read_url", &Options::read_url,
                   "A replica to read copies from, while changes come from `url`; user and password are "
                   "those of `url` if it has none. Needs GTIDs.")
            .Schemes({"mysql", "mariadb"});
        mysql.Field("password", &Options::password, "The password; stands above the url's.");
        mysql
            .Field("tables", &Options::tables,
                   "Which tables are captured; the last pattern that matches decides. Without it, all of "
                   "the url's schema.")
            .Each(TableSection(), &TableOptions::name);
        mysql.Field("tls", &Options::tls, "Encryption.").In(TlsSection());
        mysql.Field("snapshot", &Options::snapshot, "The first copy.").In(SnapshotSection());
        mysql.Field("zero_dates", &Options::zero_dates, std::string(kZeroDatesHelp))
            .Choices({{"error", values::ZeroDates::kRefuse},
                      {"null", values::ZeroDates::kNull},
                      {"text", values::ZeroDates::kText}});
        mysql
            .Field("invalid_text", &Options::invalid_text,
                   "What becomes of bytes that their column's character set does not have: `error` stops the "
                   "table, `replace` puts U+FFFD for each.")
            .Choices({{"error", values::TextPolicy::kRefuse}, {"replace", values::TextPolicy::kReplace}});
        mysql
            .Field("charset", &Options::charset,
                   "Columns, as schema.table.column, whose bytes are in another character set than declared.")
            .Named(CharsetSection());
        mysql.Field("columns", &Options::columns, "How single columns are read, by schema.table.column.")
            .Named(ColumnSection());
        mysql.Field("server_id", &Options::server_id,
                    "The id to read the binary log as, if it must be a certain one; 0 derives one.");
        mysql
            .Field("max_value", &Options::max_value,
                   "The largest value that a row may have; a larger one stops its table. Memory must hold "
                   "three of the largest rows.")
            .Range(config::Bytes{1024}, config::GiB(1));
        mysql
            .Field(
                "new_columns", &Options::new_columns,
                "What becomes of a column that a captured table gets later: `pass` carries it, `mask` makes it "
                "NULL outside of the source, `hold` does so until somebody has decided.")
            .Choices({{"pass", NewColumns::kPass}, {"mask", NewColumns::kMask}, {"hold", NewColumns::kHold}});
        mysql.Check([](const Options& options) -> Status {
          if (options.url.user.empty()) return Error(kNoUser);
          if (EndpointsOf(options).empty()) return Error(kBadHost, {{"host", options.url.host}});
          if (!options.read_url.scheme.empty() && Endpoints(options, options.read_url).size() != 1)
            return Error(kBadHost, {{"host", options.read_url.host}});
          if (TablesOf(options).empty()) return Error(config::kNoPatterns, {{"key", "tables"}});
          return {};
        });
      });
  return section;
}

std::vector<client::Endpoint> EndpointsOf(const Options& options) { return Endpoints(options, options.url); }

std::optional<client::Endpoint> ReadEndpointOf(const Options& options) {
  if (options.read_url.scheme.empty()) return std::nullopt;
  return Endpoints(options, options.read_url).front();
}

config::TablePatterns TablesOf(const Options& options) {
  std::vector<std::string> patterns;
  for (const TableOptions& table : options.tables) patterns.push_back(table.name);
  if (patterns.empty() && !options.url.path.empty()) patterns.push_back(options.url.path + ".*");
  return config::TablePatterns(std::move(patterns));
}

std::set<std::string> ExpectedLater(const Options& options) {
  std::set<std::string> names;
  for (const TableOptions& table : options.tables) {
    if (table.expect == Expect::kLater) names.insert(table.name);
  }
  return names;
}

uint64_t MaxValueOf(const Options& options, const std::string& schema, const std::string& table) {
  uint64_t bytes = options.max_value.count;
  for (const TableOptions& entry : options.tables) {
    if (entry.max_value.count == 0) continue;
    if (config::TablePatterns({entry.name}).Matches(schema, table)) bytes = entry.max_value.count;
  }
  return bytes;
}

NewColumns NewColumnsOf(const Options& options, const std::string& schema, const std::string& table) {
  NewColumns policy = options.new_columns;
  for (const TableOptions& entry : options.tables) {
    if (entry.new_columns && config::TablePatterns({entry.name}).Matches(schema, table))
      policy = *entry.new_columns;
  }
  return policy;
}

}  // namespace renkei::sources::mysql
