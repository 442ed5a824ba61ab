// The SQL Server source under the suite that every source passes, against the stand-in.
#include <fmt/format.h>

#include "base/io/system_clock.h"
#include "sources/sqlserver/source.h"
#include "tests/conformance/source_conformance.h"
#include "tests/integration/sqlserver/standin.h"

namespace renkei::sources::sqlserver {
namespace {

using conformance::Change;

class SqlServerHarness final : public conformance::SourceHarness {
 public:
  explicit SqlServerHarness(Isolation isolation) : isolation_(isolation) {
    server_.Execute("CREATE SCHEMA shop");
    for (const char* table : {"a", "b"}) {
      server_.Execute(
          fmt::format("CREATE TABLE shop.{} (id bigint NOT NULL PRIMARY KEY, v nvarchar(max))", table));
      server_.Execute(fmt::format("ALTER TABLE shop.{} ENABLE CHANGE_TRACKING", table));
    }
  }

  std::unique_ptr<core::Source> Make() override {
    Options options;
    options.url.host = "127.0.0.1";
    options.url.port = server_.endpoint().port;
    options.url.user = "sa";
    options.url.path = "shop";
    options.password = config::Secret(server_.endpoint().password);
    options.tables = {{.name = "shop.*"}};
    options.interval = std::chrono::milliseconds(100);
    options.isolation = isolation_;
    options.snapshot.chunk_rows = 7;
    options.tls.mode = client::TlsMode::kOff;
    return std::make_unique<SqlServerSource>(std::move(options), clock_);
  }

  void Commit(const std::vector<Change>& changes) override {
    std::string batch = "BEGIN TRANSACTION; ";
    for (const Change& change : changes) batch += Statement(change) + "; ";
    server_.Execute(batch + "COMMIT");
  }

  conformance::Tables Truth() override {
    conformance::Tables truth;
    for (const char* table : {"a", "b"}) {
      conformance::Rows& rows = truth[table];
      for (const auto& row : server_.Query(fmt::format("SELECT id, v FROM shop.{}", table)))
        rows[std::stoll(row[0].value())] = row[1].value_or(std::string(1, '\0'));
    }
    return truth;
  }

  void CutConnections() override { server_.Control(R"({"do": "kill_sessions", "database": "shop"})"); }

 private:
  static std::string Value(const std::string& value) {
    return value == std::string(1, '\0') ? "NULL" : client::QuoteText(value);
  }
  static std::string Statement(const Change& change) {
    switch (change.operation) {
      case core::Operation::kInsert:
        return fmt::format("INSERT shop.{} VALUES ({}, {})", change.table, change.key, Value(change.value));
      case core::Operation::kDelete:
        return fmt::format("DELETE shop.{} WHERE id = {}", change.table, change.key);
      default: {
        const int64_t before = change.key_before == 0 ? change.key : change.key_before;
        return fmt::format("UPDATE shop.{} SET id = {}, v = {} WHERE id = {}", change.table, change.key,
                           Value(change.value), before);
      }
    }
  }

  const Isolation isolation_;
  base::io::SystemClock clock_;
  testing::StandIn server_;
};

INSTANTIATE_SOURCE_CONFORMANCE(SqlServer, std::make_unique<SqlServerHarness>(Isolation::kSnapshot));
INSTANTIATE_SOURCE_CONFORMANCE(SqlServerReadCommitted,
                               std::make_unique<SqlServerHarness>(Isolation::kReadCommitted));

}  // namespace
}  // namespace renkei::sources::sqlserver
