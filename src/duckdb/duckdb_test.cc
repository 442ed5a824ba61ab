// The room as a whole: what is written through the appender is read back the same, and what an opened file
// must refuse.
#include <duckdb.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <limits>
#include <random>

#include "duckdb/appender.h"
#include "duckdb/codes.h"
#include "duckdb/database.h"
#include "duckdb/sql_text.h"
#include "duckdb/types.h"

namespace renkei::duckdb {
namespace {

using core::Column;
using core::ColumnBuilder;
using core::Kind;
using core::Type;

class DuckdbTest : public ::testing::Test {
 protected:
  DuckdbTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "renkei-duckdb-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~DuckdbTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Database> Open(bool read_only = false) {
    auto database = Database::Open({.path = folder_ + "/w.duckdb", .read_only = read_only, .threads = 2});
    CHECK(database.ok());
    return std::move(database).value();
  }
  std::string folder_;
};

std::vector<Type> AllTypes() {
  std::vector<Type> types;
  for (int kind = 1; kind <= 21; ++kind) {
    if (static_cast<Kind>(kind) != Kind::kDecimal) types.push_back({static_cast<Kind>(kind), 0, 0});
  }
  for (const auto& [precision, scale] :
       std::vector<std::pair<int, int>>{{1, 0}, {4, 4}, {9, 2}, {18, 0}, {19, 19}, {38, 10}}) {
    types.push_back({Kind::kDecimal, static_cast<uint8_t>(precision), static_cast<uint8_t>(scale)});
  }
  return types;
}

void AppendRandomCell(ColumnBuilder& column, std::mt19937_64& random) {
  const Type type = column.type();
  if (random() % 7 == 0) return column.Null();
  const uint64_t bits = random() % 5 == 0 ? ~uint64_t{0} >> (random() % 64) : random();
  switch (type.kind) {
    case Kind::kBool:
      return column.Fixed(static_cast<uint8_t>(bits & 1));
    case Kind::kDecimal: {
      core::Int128 limit = 1;
      for (int i = 0; i < type.precision; ++i) limit *= 10;
      core::Int128 value =
          (static_cast<core::Int128>(bits >> 1) * 1'000'003 + static_cast<int64_t>(random() >> 2)) % limit;
      if (bits & 1) value = -value;
      if (type.precision > 18) return column.Fixed(value);
      return column.Fixed(static_cast<int64_t>(value));
    }
    case Kind::kDate:
      return column.Fixed(static_cast<int32_t>(bits % 4'000'000) - 800'000);
    case Kind::kTimestamp:
    case Kind::kTimestampTz:
      return column.Fixed(static_cast<int64_t>(bits % 250'000'000'000'000'000));
    case Kind::kText:
      return column.Varying(std::string("連携").substr(0, bits % 3 * 3) + std::string(bits % 40, 'x'));
    case Kind::kJson:
      return column.Varying(R"({"a": [1, "連"], "b":   1.50})");
    case Kind::kUuid: {
      std::array<uint64_t, 2> uuid = {random(), bits};
      return column.Fixed(uuid);
    }
    case Kind::kFloat32List: {
      std::vector<float> floats(bits % 5);
      for (float& number : floats) number = static_cast<float>(random()) / 7;
      return column.Varying({reinterpret_cast<const char*>(floats.data()), floats.size() * sizeof(float)});
    }
    case Kind::kBytes: {
      std::string bytes(bits % 30, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random());
      return column.Varying(bytes);
    }
    default:
      switch (core::FixedWidth(type)) {
        case 1:
          return column.Fixed(static_cast<uint8_t>(bits));
        case 2:
          return column.Fixed(static_cast<uint16_t>(bits));
        case 4:
          return column.Fixed(static_cast<uint32_t>(bits));
        default:
          return column.Fixed(bits);
      }
  }
}

bool SameCells(const Column& a, const Column& b) {
  if (a.rows() != b.rows()) return false;
  for (uint32_t row = 0; row < a.rows(); ++row) {
    if (a.state(row) != b.state(row)) return false;
    if (a.is_value(row) && a.bytes(row) != b.bytes(row)) return false;
  }
  return true;
}

TEST_F(DuckdbTest, EveryTypeComesBackAsItWent) {
  std::mt19937_64 random(20251101);
  auto database = Open();
  auto connection = *database->Connect();
  std::vector<AppendColumn> columns;
  std::string ddl = "CREATE TABLE t (";
  for (Type type : AllTypes()) {
    columns.push_back({"c" + std::to_string(columns.size()), type});
    ddl += QuoteName(columns.back().name) + " " + SqlType(type) +
           (columns.size() == AllTypes().size() ? ")" : ", ");
  }
  ASSERT_TRUE(connection->Execute(ddl).ok());
  constexpr uint32_t kRows = 5000;
  std::vector<Column> written;
  for (const AppendColumn& column : columns) {
    ColumnBuilder builder(column.type);
    for (uint32_t i = 0; i < kRows; ++i) AppendRandomCell(builder, random);
    written.push_back(builder.Finish());
  }
  std::vector<const Column*> places;
  for (const Column& column : written) places.push_back(&column);
  auto appender = Appender::ToTable(*connection, "main", "t", columns);
  ASSERT_TRUE(appender.ok()) << appender.error().Debug();
  // In uneven runs, so that chunks are filled over run borders.
  for (uint32_t first = 0; first < kRows;) {
    const uint32_t rows = std::min<uint32_t>(kRows - first, 1 + random() % 3000);
    const Status status = appender->Append({places, first, rows});
    ASSERT_TRUE(status.ok()) << status.error().Debug();
    first += rows;
  }
  const Status closed = appender->Close();
  ASSERT_TRUE(closed.ok()) << closed.error().Debug();

  const auto prepared = connection->Prepare("SELECT * FROM t");
  ASSERT_TRUE(prepared.ok());
  auto rows = *prepared->Stream();
  std::vector<ColumnBuilder> builders;
  for (const AppendColumn& column : columns) builders.emplace_back(column.type);
  for (;;) {
    const auto count = rows->Next();
    ASSERT_TRUE(count.ok());
    if (*count == 0) break;
    for (size_t i = 0; i < builders.size(); ++i) {
      const Status status = rows->CopyColumn(i, builders[i]);
      ASSERT_TRUE(status.ok()) << status.error().Debug();
    }
  }
  for (size_t i = 0; i < builders.size(); ++i) {
    EXPECT_TRUE(SameCells(builders[i].Finish(), written[i])) << core::TypeName(columns[i].type);
  }
}

TEST_F(DuckdbTest, TextOfValuesIsDuckdbsOwn) {
  auto database = Open();
  auto connection = *database->Connect();
  const std::vector<std::string> values = {"true",
                                           "(-128)::TINYINT",
                                           "18446744073709551615::UBIGINT",
                                           "(-170141183460469231731687303715884105728)::HUGEINT",
                                           "1.5::DOUBLE",
                                           "1e300::DOUBLE",
                                           "2::DOUBLE",
                                           "'nan'::DOUBLE",
                                           "'-inf'::FLOAT",
                                           "0.1::FLOAT",
                                           "(-0.05)::DECIMAL(4,2)",
                                           "12345678901234567890.123::DECIMAL(38,3)",
                                           "7::DECIMAL(9,0)",
                                           "DATE '2025-11-03'",
                                           "DATE '0044-03-15 (BC)'",
                                           "'infinity'::DATE",
                                           "TIME '23:59:59.120'",
                                           "TIMESTAMP '2025-11-03 01:02:03.000450'",
                                           "TIMESTAMP '1969-12-31 23:59:59.9'",
                                           "TIMESTAMPTZ '2025-11-03 01:02:03+00'",
                                           "INTERVAL '14 months 3 days 25:00:01'",
                                           "INTERVAL '-838:59:59'",
                                           "INTERVAL '0 days'",
                                           "'連携'",
                                           "'\\x00\\xFFab'::BLOB",
                                           "'ffffffff-0000-4abc-8def-0123456789ab'::UUID",
                                           "NULL"};
  for (const std::string& value : values) {
    const auto rows = connection->QueryText("SELECT v, CAST(v AS VARCHAR) FROM (SELECT " + value + " AS v)");
    ASSERT_TRUE(rows.ok()) << value << rows.error().Debug();
    EXPECT_EQ((*rows)[0][0], (*rows)[0][1]) << value;
  }
}

TEST_F(DuckdbTest, AnotherProcessGetsAClearError) {
  auto database = Open();
  int to_parent[2];
  ASSERT_EQ(pipe(to_parent), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto second = Database::Open({.path = folder_ + "/w.duckdb", .read_only = true});
    const uint16_t code = second.ok() ? 0 : second.error().code().number;
    const ssize_t written = write(to_parent[1], &code, sizeof(code));
    _exit(written == sizeof(code) ? 0 : 1);
  }
  uint16_t code = 0;
  ASSERT_EQ(read(to_parent[0], &code, sizeof(code)), ssize_t{sizeof(code)});
  EXPECT_EQ(code, kFileInUse.number);
  close(to_parent[0]);
  close(to_parent[1]);
}

TEST_F(DuckdbTest, AFileThatIsOnlyReadIsToldFromOneInUse) {
  Open();
  int from_child[2];
  int to_child[2];
  ASSERT_EQ(pipe(from_child), 0);
  ASSERT_EQ(pipe(to_child), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto reader = Database::Open({.path = folder_ + "/w.duckdb", .read_only = true});
    char sign = reader.ok() ? 'r' : 'x';
    (void)!write(from_child[1], &sign, 1);
    (void)!read(to_child[0], &sign, 1);
    _exit(0);
  }
  char sign = 0;
  ASSERT_EQ(read(from_child[0], &sign, 1), 1);
  ASSERT_EQ(sign, 'r');
  const auto writer = Database::Open({.path = folder_ + "/w.duckdb"});
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().code(), kFileBeingRead) << writer.error().Debug();
  ASSERT_EQ(write(to_child[1], &sign, 1), 1);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  Open();
}

TEST_F(DuckdbTest, TheFileHasTheNewerFormAlsoIfItWasMadeWithTheOlder) {
  const auto form = [](Connection& connection, const std::string& name) {
    const auto rows = connection.QueryText(
        "SELECT tags::VARCHAR FROM duckdb_databases() WHERE database_name = '" + name + "'");
    return rows.ok() && rows->size() == 1 ? (*rows)[0][0].value_or("") : "";
  };
  duckdb_database old = nullptr;
  duckdb_connection raw = nullptr;
  ASSERT_EQ(duckdb_open((folder_ + "/w.duckdb").c_str(), &old), DuckDBSuccess);
  ASSERT_EQ(duckdb_connect(old, &raw), DuckDBSuccess);
  {
    Connection connection{ConnectionHandle(raw)};
    ASSERT_TRUE(connection.Execute("CREATE TABLE t AS SELECT 7 AS a; CHECKPOINT").ok());
    ASSERT_NE(form(connection, "w").find("v1.0.0"), std::string::npos);
  }
  duckdb_close(&old);
  auto database = Open();
  auto connection = *database->Connect();
  EXPECT_NE(form(*connection, "warehouse").find("v1.4.0"), std::string::npos);
  EXPECT_EQ((*connection->QueryText("SELECT a FROM t"))[0][0], "7");
}

TEST_F(DuckdbTest, TheFileIsOpenOnceInAProcess) {
  auto database = Open();
  const auto second = Database::Open(
      {.path = folder_ + "/../" + std::filesystem::path(folder_).filename().string() + "/w.duckdb"});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), kFileInUse);
  database.reset();
  Open();
}

TEST_F(DuckdbTest, ReachesNothingBesideTheFile) {
  auto database = Open();
  auto connection = *database->Connect();
  for (const char* sql :
       {"SELECT * FROM read_csv('/etc/passwd')", "COPY (SELECT 1) TO '/tmp/renkei-leak.csv'",
        "ATTACH '/tmp/renkei-leak.duckdb'", "INSTALL httpfs", "LOAD '/tmp/x.duckdb_extension'",
        "SET memory_limit = '8GB'", "SET enable_external_access = true"}) {
    EXPECT_FALSE(connection->Execute(sql).ok()) << sql;
  }
}

TEST_F(DuckdbTest, ReadOnlyNeedsAFileAndRefusesWrites) {
  const auto missing = Database::Open({.path = folder_ + "/none.duckdb", .read_only = true});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), kNoFile);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/none.duckdb"));
  {
    auto database = Open();
    ASSERT_TRUE((*database->Connect())->Execute("CREATE TABLE t (i INT)").ok());
  }
  auto database = Open(true);
  auto connection = *database->Connect();
  EXPECT_TRUE(connection->QueryText("SELECT * FROM t").ok());
  EXPECT_FALSE(connection->Execute("INSERT INTO t VALUES (1)").ok());
}

TEST_F(DuckdbTest, AnInterruptedConnectionGoesOn) {
  auto database = Open();
  auto connection = *database->Connect();
  const auto prepared = connection->Prepare("SELECT i FROM range(100000000000) t(i)");
  ASSERT_TRUE(prepared.ok());
  {
    auto rows = *prepared->Stream();
    ASSERT_TRUE(rows->Next().ok());
    connection->Interrupt();
    Code code;
    for (int i = 0; i < 1000; ++i) {
      const auto next = rows->Next();
      if (next.ok()) continue;
      code = next.error().code();
      break;
    }
    EXPECT_EQ(code, kInterrupted);
  }
  EXPECT_TRUE(connection->QueryText("SELECT 1").ok());
}

TEST(SqlTextTest, Quotes) {
  EXPECT_EQ(QuoteName("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(QuoteText("it's"), "'it''s'");
  EXPECT_EQ(FoldCase("ÄBc"), "Äbc");
}

}  // namespace
}  // namespace renkei::duckdb
