#include "warehouse/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>

#include "duckdb/codes.h"
#include "sinks/duckdb/scripted_log.h"
#include "sinks/duckdb/sink.h"
#include "warehouse/codes.h"
#include "warehouse/names.h"

namespace renkei::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class QueryTest : public ::testing::Test {
 protected:
  QueryTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "renkei-query-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    database_ = *renkei::duckdb::Database::Open({.path = folder_ + "/w.duckdb", .threads = 2});
    const auto made = (*database_->Connect())
                          ->Execute(
                              "CREATE SCHEMA shop; CREATE TABLE shop.orders(id INT, name VARCHAR); "
                              "INSERT INTO shop.orders VALUES (1, '連携'), (2, ''), (3, NULL), "
                              "(4, 'say \"hi\", twice')");
    CHECK(made.ok());
  }
  ~QueryTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  Status Run(const std::string& sql, Format format = Format::kCsv, std::chrono::milliseconds timeout = {}) {
    answer_.clear();
    return Query(*database_, sql, {.format = format, .timeout = timeout}, [&](std::string_view piece) {
      answer_ += piece;
      return true;
    });
  }
  Error Fails(const std::string& sql) {
    const Status status = Run(sql);
    CHECK(!status.ok());
    return status.error();
  }

  std::string folder_;
  std::unique_ptr<renkei::duckdb::Database> database_;
  std::string answer_;
};

TEST_F(QueryTest, CsvTellsNullFromEmptyText) {
  ASSERT_TRUE(Run("SELECT * FROM shop.orders ORDER BY id").ok());
  EXPECT_EQ(answer_, "id,name\n1,連携\n2,\"\"\n3,\n4,\"say \"\"hi\"\", twice\"\n");
}

TEST_F(QueryTest, JsonKeepsNumbersExactAndNamesApart) {
  ASSERT_TRUE(
      Run("SELECT 12345678901234567890123::HUGEINT AS a, 1.10::DECIMAL(9,2) AS a, 'nan'::DOUBLE AS n, "
          "NULL AS z, true AS t, 'a\"b' AS q, DATE '2025-01-31' AS d",
          Format::kJson)
          .ok());
  EXPECT_EQ(answer_,
            "[\n{\"a\":12345678901234567890123,\"a_2\":1.10,\"n\":\"nan\",\"z\":null,\"t\":true,"
            "\"q\":\"a\\\"b\",\"d\":\"2025-01-31\"}\n]\n");
  ASSERT_TRUE(Run("SELECT 1 WHERE false", Format::kJson).ok());
  EXPECT_EQ(answer_, "[]\n");
}

TEST_F(QueryTest, TablesStandStraightUnderFullWidthText) {
  ASSERT_TRUE(Run("SELECT name, id FROM shop.orders WHERE id <> 4 ORDER BY id", Format::kTable).ok());
  EXPECT_EQ(answer_,
            "name  id\n"
            "----  --\n"
            "連携   1\n"
            "       2\n"
            "NULL   3\n"
            "(3 rows)\n");
}

TEST_F(QueryTest, NestedValuesAreWrittenByDuckdb) {
  ASSERT_TRUE(Run("SELECT [1, 2] AS l, {'k': 'v'} AS s, 7 AS n, "
                  "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID AS u -- a comment at the end")
                  .ok());
  EXPECT_EQ(answer_, "l,s,n,u\n\"[1, 2]\",{'k': v},7,a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\n");
}

TEST_F(QueryTest, ReadsOnly) {
  for (const char* sql :
       {"INSERT INTO shop.orders VALUES (9, 'x')", "DELETE FROM shop.orders", "DROP TABLE shop.orders",
        "CREATE TEMP TABLE t(i INT)", "ATTACH ':memory:' AS m", "SET VARIABLE a = 1", "CHECKPOINT",
        "PRAGMA enable_profiling", "CALL pragma_version()", "BEGIN", "COPY shop.orders TO '/tmp/x.csv'",
        "EXPLAIN ANALYZE DELETE FROM shop.orders", "EXPORT DATABASE '/tmp/x'", "USE memory",
        "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM '/etc/passwd'"}) {
    EXPECT_FALSE(Run(sql).ok()) << sql;
  }
  ASSERT_TRUE(Run("SELECT count(*) FROM shop.orders").ok());
  EXPECT_EQ(answer_, "count_star()\n4\n");
  for (const char* sql : {"FROM shop.orders", "VALUES (1)", "WITH a AS (SELECT 1) SELECT * FROM a",
                          "DESCRIBE shop.orders", "SHOW TABLES", "SUMMARIZE shop.orders", "EXPLAIN SELECT 1",
                          "EXPLAIN ANALYZE FROM shop.orders", "SELECT 1;"}) {
    const Status status = Run(sql, Format::kTable);
    EXPECT_TRUE(status.ok()) << sql << status.error().Debug();
  }
}

TEST_F(QueryTest, OneStatementAtATime) {
  EXPECT_EQ(Fails("SELECT 1; SELECT 2").code(), kNotOneStatement);
  EXPECT_EQ(Fails("").code(), renkei::duckdb::kBadStatement);
  EXPECT_EQ(Fails("SELEC 1").code(), renkei::duckdb::kBadStatement);
}

TEST_F(QueryTest, AnUnknownTableIsAnsweredWithItsNeighbour) {
  const Error near = Fails("SELECT * FROM shop.order");
  EXPECT_EQ(near.code(), kUnknownTableNear) << near.Debug();
  EXPECT_EQ(near.field("suggestion"), "shop.orders");
  EXPECT_EQ(Fails("SELECT * FROM orders").field("suggestion"), "shop.orders");
  EXPECT_EQ(Fails("SELECT * FROM quite.different").code(), kUnknownTable);
  const Error column = Fails("SELECT nme FROM shop.orders");
  EXPECT_EQ(column.code(), renkei::duckdb::kBadStatement);
  EXPECT_THAT(std::string(column.field("reason")), HasSubstr("name"));
}

TEST_F(QueryTest, AStatementNobodyWaitsForIsStopped) {
  std::atomic<bool> gone = false;
  const Status status = Query(*database_, "SELECT count(*) FROM range(100000000000) a, range(1000) b",
                              {.given_up = [&] { return gone.exchange(true); }}, [](auto) { return true; });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), kReaderGone);
}

TEST_F(QueryTest, AnEndlessStatementIsStoppedInTime) {
  const Status status = Run("SELECT count(*) FROM range(100000000000) a, range(1000) b", Format::kCsv,
                            std::chrono::milliseconds(50));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), kTimedOut);
}

TEST_F(QueryTest, AReaderThatGoesAwayEndsTheStatement) {
  size_t pieces = 0;
  const Status status =
      Query(*database_, "SELECT i FROM range(1000000000) t(i)", {.format = Format::kCsv, .timeout = {}},
            [&](std::string_view) { return ++pieces < 3; });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), kReaderGone);
  EXPECT_EQ(pieces, 3u);
}

TEST(SplitNameTest, KnowsQuotes) {
  EXPECT_THAT(SplitName("shop.orders"), ElementsAre("shop", "orders"));
  EXPECT_THAT(SplitName("a.\"b c\" AS d"), ElementsAre("a", "b c"));
  EXPECT_THAT(SplitName("\"a.b\".\"c\"\"d\""), ElementsAre("a.b", "c\"d"));
}

// Through the sink: what people see while a table is copied.
TEST(WarehouseTest, ATableBeingCopiedIsNamedWithItsProgress) {
  std::string pattern = (std::filesystem::temp_directory_path() / "renkei-query-XXXXXX").string();
  const std::string folder = mkdtemp(pattern.data());
  namespace sink = sinks::duckdb;
  {
    sink::Options options;
    options.path.text = folder + "/w.duckdb";
    sink::DuckdbSink warehouse("w", options);
    ASSERT_TRUE(warehouse.Open().ok());
    sink::ScriptedLog log;
    log.AddSchema(sink::ScriptedSchema(1, "shop", "orders", 1));
    log.Commit({{{1, core::Operation::kInsert, {}, {1, "a"}, {"n", 1}},
                 {1, core::Operation::kInsert, {}, {2, "b"}, {"n", 2}}}});
    const auto snapshot = log.BeginCopy(1, {"w"});
    log.Chunk(snapshot, 1, 0, 2);
    const auto apply = [&] { return warehouse.Apply({log.Cut(warehouse.Cursor("shop"))}).ok(); };
    ASSERT_TRUE(apply() && apply());
    std::string answer;
    const auto run = [&](const std::string& sql) {
      answer.clear();
      return Query(*warehouse.database(), sql, {.format = Format::kCsv, .timeout = {}},
                   [&](std::string_view piece) {
                     answer += piece;
                     return true;
                   });
    };
    const Status copying = run("SELECT count(*) FROM Shop.Orders o");
    ASSERT_FALSE(copying.ok());
    EXPECT_EQ(copying.error().code(), kBeingCopied) << copying.error().Debug();
    EXPECT_EQ(copying.error().field("rows"), "1");
    EXPECT_EQ(copying.error().field("estimate"), "2");
    log.Chunk(snapshot, 1, 2, 9);
    log.EndCopy(snapshot, 1);
    ASSERT_TRUE(apply() && apply());
    ASSERT_TRUE(run("SELECT count(*) FROM Shop.Orders o").ok());
    EXPECT_EQ(answer, "count_star()\n2\n");
    const Status hidden = run("SELECT * FROM _RENKEI.cursors");
    ASSERT_FALSE(hidden.ok());
    EXPECT_EQ(hidden.error().code(), kHiddenSchema);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace renkei::warehouse
