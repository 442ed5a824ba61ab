// Copies of tables that are written to all the while.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>

#include "sources/mysql/codes.h"
#include "tests/integration/mysql/capture_harness.h"
#include "tests/integration/mysql/shared_server.h"

namespace renkei::sources::mysql {
namespace {

using testing::CaptureHarness;

// Writes at random from a thread of its own until it is destroyed.
class Writer {
 public:
  Writer(testing::MariadbServer& server, uint32_t seed)
      : thread_([connection = std::shared_ptr(server.Connect()), seed](const std::stop_token& stop) {
          std::mt19937 random(seed);
          while (!stop.stop_requested()) {
            for (const std::string& statement : Transaction(random)) {
              // Two writers may meet in a deadlock or a duplicate key; the next transaction is another.
              (void)connection->Execute(statement);
            }
          }
        }) {}

 private:
  static std::vector<std::string> Transaction(std::mt19937& random) {
    const auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    std::vector<std::string> statements = {"START TRANSACTION"};
    for (int i = pick(4); i >= 0; --i) {
      const int id = pick(60'000);
      switch (pick(6)) {
        case 0:
          statements.push_back(fmt::format("DELETE FROM c.wide WHERE id = {}", id));
          break;
        case 1:
          statements.push_back(
              fmt::format("INSERT INTO c.wide VALUES ({}, {}, REPEAT('n', {}))", id, pick(100), pick(300)));
          break;
        case 2:
          statements.push_back(
              fmt::format("UPDATE c.wide SET n = n + 1 WHERE id BETWEEN {} AND {}", id, id + 20));
          break;
        case 3:
          statements.push_back(fmt::format("UPDATE c.wide SET id = {} WHERE id = {}", pick(90'000), id));
          break;
        case 4:
          statements.push_back(
              fmt::format("INSERT INTO c.pairs VALUES ('k{}', {}, 1) ON DUPLICATE KEY UPDATE n = n + 1",
                          pick(300), pick(100)));
          break;
        default:
          statements.push_back(
              fmt::format("REPLACE INTO c.pairs VALUES ('k{}', {}, 0)", pick(300), pick(100)));
      }
    }
    statements.emplace_back(pick(10) == 0 ? "ROLLBACK" : "COMMIT");
    return statements;
  }

  std::jthread thread_;
};

class CopyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.Execute("CREATE OR REPLACE DATABASE c");
    server_.Execute("CREATE TABLE c.wide (id INT PRIMARY KEY, n INT, t TEXT)");
    server_.Execute("CREATE TABLE c.pairs (k VARCHAR(20), i INT, n INT, PRIMARY KEY (k, i))");
    server_.Execute("INSERT INTO c.wide SELECT seq, 0, REPEAT('x', seq % 400) FROM c.seq_1_to_60000");
    server_.Execute(
        "INSERT INTO c.pairs SELECT CONCAT('k', seq % 300), seq DIV 300, 0 FROM c.seq_1_to_30000");
  }
  void ExpectEqual(CaptureHarness& harness, const std::string& table) {
    EXPECT_EQ(testing::Difference(harness.Read(table), harness.Apply(table)), "") << table;
  }

  testing::MariadbServer& server_ = SharedServer();
};

TEST_F(CopyTest, UnderLoadEqualsTheTables) {
  CaptureHarness harness(server_.Section("\"c.*\"", "snapshot: {workers: 3}"));
  {
    Writer first(server_, 1);
    Writer second(server_, 2);
    harness.Start();
    harness.OrderAll();
    ASSERT_TRUE(harness.WaitUntilCopied("c.wide"));
    ASSERT_TRUE(harness.WaitUntilCopied("c.pairs"));
  }
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "c.wide");
  ExpectEqual(harness, "c.pairs");
  EXPECT_TRUE(harness.Stop().ok());
  for (const auto& [table, why] : harness.stopped()) ADD_FAILURE() << why.Debug();
}

TEST_F(CopyTest, GoesOnAfterRestarts) {
  CaptureHarness harness(server_.Section("\"c.*\"", "snapshot: {workers: 2, rows_per_s: 60000}"));
  {
    Writer writer(server_, 3);
    harness.Start();
    harness.OrderAll();
    for (int i = 0; i < 3; ++i) {
      const uint64_t before = harness.rows_copied();
      ASSERT_TRUE(harness.WaitUntil([&] { return harness.rows_copied() > before; }));
      ASSERT_TRUE(harness.Stop().ok());
      harness.Start();
    }
    ASSERT_TRUE(harness.WaitUntilCopied("c.wide"));
    ASSERT_TRUE(harness.WaitUntilCopied("c.pairs"));
  }
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "c.wide");
  ExpectEqual(harness, "c.pairs");
  // Each table was copied once, its chunks numbered without a gap.
  std::map<core::TableId, uint32_t> next;
  for (const core::Entry& entry : harness.Entries()) {
    const auto* marker = std::get_if<core::ChunkMarker>(&entry.body);
    if (marker == nullptr) continue;
    EXPECT_EQ(marker->number, next[marker->table]++);
  }
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(CopyTest, ATruncateAndABulkUpdateFallIntoTheCopy) {
  CaptureHarness harness(server_.Section("\"c.*\"", "snapshot: {workers: 2, rows_per_s: 60000}"));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntil([&] { return harness.rows_copied() > 0; }));
  server_.Execute("UPDATE c.wide SET n = n + 1000, t = CONCAT(t, REPEAT('y', 300))");
  server_.Execute("TRUNCATE TABLE c.pairs");
  server_.Execute("INSERT INTO c.pairs VALUES ('after', 1, 1)");
  ASSERT_TRUE(harness.WaitUntilCopied("c.wide"));
  ASSERT_TRUE(harness.WaitUntilCopied("c.pairs"));
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "c.wide");
  ExpectEqual(harness, "c.pairs");
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(CopyTest, ASchemaChangeBeginsTheCopyOfItsTableAnew) {
  CaptureHarness harness(server_.Section("\"c.*\"", "snapshot: {workers: 2, rows_per_s: 40000}"));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntil([&] { return harness.rows_copied() > 0; }));
  server_.Execute("ALTER TABLE c.wide DROP COLUMN t, ADD twice INT AS (n * 2) STORED");
  const auto wide = [&] { return *harness.State().FindTable("c.wide"); };
  ASSERT_TRUE(harness.WaitUntil([&] { return wide().schema.generation.value == 2; }));
  harness.Order("c.wide");
  ASSERT_TRUE(harness.WaitUntil([&] {
    const core::LogState state = harness.State();
    const core::SnapshotState& copy = state.snapshots.at(wide().schema.table);
    return copy.ended && copy.begin.generation.value == 2;
  }));
  ASSERT_TRUE(harness.WaitUntilCopied("c.pairs"));
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "c.wide");
  ExpectEqual(harness, "c.pairs");
  EXPECT_TRUE(harness.Stop().ok());
}

// Copied as it goes on: what was read and is not in the log is read again.
TEST_F(CopyTest, ASchemaChangeThatKeepsTheValuesFallsIntoTheCopy) {
  CaptureHarness harness(server_.Section("\"c.*\"", "snapshot: {workers: 2, rows_per_s: 40000}"));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntil([&] { return harness.rows_copied() > 0; }));
  server_.Execute("UPDATE c.wide SET n = n + 1 WHERE id % 3 = 0");
  server_.Execute("ALTER TABLE c.wide DROP COLUMN t, ADD extra VARCHAR(9) NOT NULL DEFAULT 'new' FIRST");
  server_.Execute("UPDATE c.wide SET n = n + 1, extra = 'changed' WHERE id % 5 = 0");
  server_.Execute("ALTER TABLE c.wide MODIFY id BIGINT NOT NULL, RENAME COLUMN n TO number");
  server_.Execute("DELETE FROM c.wide WHERE id % 7 = 0");
  ASSERT_TRUE(harness.WaitUntilCopied("c.wide"));
  ASSERT_TRUE(harness.WaitUntilCopied("c.pairs"));
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(harness.State().FindTable("c.wide")->schema.generation.value, 1u);
  EXPECT_TRUE(harness.stopped().empty());
  ExpectEqual(harness, "c.wide");
  ExpectEqual(harness, "c.pairs");
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(CopyTest, EveryKindOfKeyCanBeWalked) {
  const std::vector<std::pair<std::string, std::string>> keys = {
      {"BIGINT UNSIGNED", "18446744073709551615 - seq"},
      {"DECIMAL(30,5)", "(CAST(seq AS SIGNED) - 2500) / 7"},
      {"DOUBLE", "(CAST(seq AS SIGNED) - 2500) / 3"},
      {"FLOAT", "seq / 4"},
      {"DATE", "'1990-01-01' + INTERVAL seq DAY"},
      {"DATETIME(6)", "'1990-01-01' + INTERVAL seq * 1234567 MICROSECOND"},
      {"TIMESTAMP(3)", "'1990-01-01' + INTERVAL seq * 123456789 MICROSECOND"},
      {"TIME(2)", "SEC_TO_TIME((CAST(seq AS SIGNED) - 2500) * 7 + 0.25)"},
      {"VARCHAR(40)", "CONCAT('Ключ 鍵 ', CONV(seq * 7919, 10, 36))"},
      {"VARCHAR(40) CHARACTER SET latin1", "CONCAT('é', CONV(seq * 7919, 10, 36))"},
      {"CHAR(12) COLLATE utf8mb4_bin", "CONCAT(CHAR(65 + seq % 26, 97 + seq % 26), seq)"},
      {"VARBINARY(20)", "UNHEX(MD5(seq))"},
      {"BINARY(16)", "UNHEX(MD5(seq))"},
      {"BIT(20)", "seq"},
  };
  int table = 0;
  for (const auto& [type, value] : keys) {
    const std::string name = fmt::format("c.k{}", ++table);
    server_.Execute(
        fmt::format("CREATE TABLE {} (k {} PRIMARY KEY, n INT) CHARACTER SET utf8mb4", name, type));
    server_.Execute(fmt::format("INSERT IGNORE INTO {} SELECT {}, seq FROM c.seq_1_to_5000", name, value));
  }
  server_.Execute("CREATE TABLE c.e (k ENUM('z','m','a'), i INT, s SET('q','b','a'), PRIMARY KEY (k, s, i))");
  server_.Execute("INSERT INTO c.e SELECT seq % 3 + 1, seq, seq % 8 FROM c.seq_1_to_9000");
  server_.Execute("CREATE TABLE c.u (i INT NOT NULL, j INT, UNIQUE KEY (i))");
  server_.Execute("INSERT INTO c.u SELECT seq, NULL FROM c.seq_1_to_5000");
  CaptureHarness harness(server_.Section("\"c.*\", \"!c.wide\", \"!c.pairs\""));
  harness.Start();
  harness.OrderAll();
  for (int i = 1; i <= table; ++i) {
    const std::string name = fmt::format("c.k{}", i);
    ASSERT_TRUE(harness.WaitUntilCopied(name)) << name;
    ExpectEqual(harness, name);
    EXPECT_GT(harness.Apply(name).size(), 4000u) << name;
  }
  for (const std::string name : {"c.e", "c.u"}) {
    ASSERT_TRUE(harness.WaitUntilCopied(name)) << name;
    ExpectEqual(harness, name);
  }
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(CopyTest, GoesOnWhenItsConnectionsAreKilled) {
  server_.Execute("CREATE TABLE c.k (id INT PRIMARY KEY, t VARCHAR(2000))");
  server_.Execute("INSERT INTO c.k SELECT seq, REPEAT('k', 1500) FROM c.seq_1_to_40000");
  CaptureHarness harness(server_.Section("\"c.k\"", "snapshot: {rows_per_s: 20000}"));
  harness.Start();
  harness.OrderAll();
  for (int kill = 0; kill < 3; ++kill) {
    const uint64_t rows = harness.rows_copied();
    ASSERT_TRUE(harness.WaitUntil([&] { return harness.rows_copied() > rows; }));
    auto root = server_.Connect();
    const auto readers = *root->Query(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'renkei' AND COMMAND IN ('Sleep', 'Execute', "
        "'Query') ORDER BY ID DESC LIMIT 2");
    for (const auto& reader : readers) (void)root->Execute("KILL " + *reader[0]);
  }
  ASSERT_TRUE(harness.WaitUntilCopied("c.k"));
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(testing::Difference(harness.Read("c.k"), harness.Apply("c.k")), "");
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(CopyTest, LargeRowsAreCutByBytes) {
  server_.Execute("CREATE TABLE c.blobs (id INT PRIMARY KEY, b LONGBLOB)");
  server_.Execute("INSERT INTO c.blobs SELECT seq, REPEAT('b', 1) FROM c.seq_1_to_3000");
  server_.Execute("INSERT INTO c.blobs SELECT 10000 + seq, REPEAT('b', 400000) FROM c.seq_1_to_60");
  CaptureHarness harness(server_.Section("\"c.blobs\""));
  harness.Start();
  harness.Order("c.blobs");
  ASSERT_TRUE(harness.WaitUntilCopied("c.blobs"));
  ExpectEqual(harness, "c.blobs");
  for (const core::Entry& entry : harness.Entries()) {
    const auto* marker = std::get_if<core::ChunkMarker>(&entry.body);
    if (marker == nullptr) continue;
    EXPECT_GT(marker->rows, 0u);
  }
  EXPECT_TRUE(harness.Stop().ok());
  EXPECT_EQ(harness.budget().used(base::Stage::kChunks), 0u);
  EXPECT_EQ(harness.budget().used(base::Stage::kDecode), 0u);
  EXPECT_EQ(harness.budget().used(base::Stage::kPackets), 0u);
}

}  // namespace
}  // namespace renkei::sources::mysql
