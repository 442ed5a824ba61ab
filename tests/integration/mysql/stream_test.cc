// The stream against a real server: transactions, positions, restarts, and the loud stops.
#include <gtest/gtest.h>

#include "sources/mysql/codes.h"
#include "tests/integration/mysql/capture_harness.h"
#include "tests/integration/mysql/shared_server.h"

namespace renkei::sources::mysql {
namespace {

using testing::CaptureHarness;

class StreamTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.Execute("CREATE OR REPLACE DATABASE s");
    server_.Execute("CREATE TABLE s.a (id INT PRIMARY KEY, v VARCHAR(100))");
    server_.Execute("CREATE TABLE s.b (x INT, y VARCHAR(20), n BIGINT, PRIMARY KEY (y, x))");
  }
  void ExpectEqual(CaptureHarness& harness, const std::string& table) {
    EXPECT_EQ(testing::Difference(harness.Read(table), harness.Apply(table)), "") << table;
  }

  testing::MariadbServer& server_ = SharedServer();
};

TEST_F(StreamTest, CopiesThenFollowsInsertsUpdatesDeletesAndKeyChanges) {
  server_.Execute("INSERT INTO s.a SELECT seq, CONCAT('v', seq) FROM s.seq_1_to_5000");
  server_.Execute("INSERT INTO s.b SELECT seq, MOD(seq, 7), seq * 1000 FROM s.seq_1_to_3000");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  ASSERT_TRUE(harness.WaitUntilCopied("s.b"));
  server_.Execute("UPDATE s.a SET v = 'changed' WHERE id % 3 = 0");
  server_.Execute("UPDATE s.a SET id = id + 100000 WHERE id % 5 = 0");
  server_.Execute("DELETE FROM s.a WHERE id % 7 = 0");
  server_.Execute("UPDATE s.b SET x = -x WHERE n > 2000000");
  server_.Execute("INSERT INTO s.a VALUES (-1, NULL), (-2, '日本')");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  ExpectEqual(harness, "s.b");
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, ResumesWhereItStopped) {
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  for (int round = 0; round < 3; ++round) {
    server_.Execute("INSERT INTO s.a SELECT MAX(id) + 1, 'x' FROM (SELECT id FROM s.a UNION SELECT 0) t");
    ASSERT_TRUE(harness.WaitUntilCaughtUp());
    ASSERT_TRUE(harness.Stop().ok());
    server_.Execute("INSERT INTO s.a SELECT MAX(id) + 1, 'while away' FROM s.a");
    if (round == 1) server_.Execute("FLUSH BINARY LOGS");
    harness.Start();
  }
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  EXPECT_EQ(harness.Apply("s.a").size(), 6u);
  EXPECT_TRUE(harness.Stop().ok());
  for (const Error& event : harness.events()) EXPECT_NE(event.code(), kHistoryUnproven) << event.Debug();
}

TEST_F(StreamTest, BigTransactionsGoInParts) {
  server_.Execute("CREATE TABLE s.big (id INT PRIMARY KEY, t TEXT)");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.big"));
  server_.Execute("INSERT INTO s.a VALUES (1, 'before')");
  server_.Execute("INSERT INTO s.big SELECT seq, REPEAT(CHAR(65 + seq % 26), 1000) FROM s.seq_1_to_30000");
  server_.Execute("UPDATE s.big SET t = CONCAT(t, '+') WHERE id % 2 = 0");
  server_.Execute("INSERT INTO s.a VALUES (2, 'after')");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.big");
  ExpectEqual(harness, "s.a");
  size_t parts = 0;
  for (const core::Entry& entry : harness.Entries()) {
    const auto* set = std::get_if<core::Changes>(&entry.body);
    if (set == nullptr) continue;
    for (const core::Transaction& transaction : (*set)->transactions) parts += transaction.parts.size();
    EXPECT_LT((*set)->size_bytes(), core::kSetBytesMax * 3 / 2);
  }
  EXPECT_GE(parts, 4u);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, TruncateEmptiesTheTable) {
  server_.Execute("INSERT INTO s.a VALUES (1, 'a'), (2, 'b')");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  server_.Execute("TRUNCATE TABLE s.a");
  server_.Execute("INSERT INTO s.a VALUES (3, 'c')");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  EXPECT_EQ(harness.Apply("s.a").size(), 1u);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, ASchemaChangeBeginsItsTableAnew) {
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  ASSERT_TRUE(harness.WaitUntilCopied("s.b"));
  const auto generation_of_a = [&] { return harness.State().FindTable("s.a")->schema.generation.value; };
  const auto copied_anew = [&] {
    const core::LogState state = harness.State();
    const auto copy = state.snapshots.find(state.FindTable("s.a")->schema.table);
    return copy != state.snapshots.end() && copy->second.ended &&
           copy->second.begin.generation == state.FindTable("s.a")->schema.generation;
  };
  server_.Execute("INSERT INTO s.a VALUES (1, 'a')");
  server_.Execute("ALTER TABLE s.a ADD COLUMN extra INT AS (id * 2) STORED");
  server_.Execute("INSERT INTO s.a (id, v) VALUES (2, 'b')");
  server_.Execute("INSERT INTO s.b VALUES (1, 'y', 2)");
  ASSERT_TRUE(harness.WaitUntil([&] { return generation_of_a() == 2; }));
  harness.Order("s.a");
  ASSERT_TRUE(harness.WaitUntil(copied_anew));
  server_.Execute("INSERT INTO s.a (id, v) VALUES (3, 'c')");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  ExpectEqual(harness, "s.b");
  // Made while nobody looks: the server describes the table as it is after all of it.
  ASSERT_TRUE(harness.Stop().ok());
  server_.Execute("ALTER TABLE s.a DROP COLUMN extra");
  server_.Execute("INSERT INTO s.a VALUES (4, 'd')");
  server_.Execute("ALTER TABLE s.a ADD COLUMN twice INT AS (id * 2) STORED");
  server_.Execute("INSERT INTO s.a (id, v) VALUES (5, 'e')");
  harness.Start();
  ASSERT_TRUE(harness.WaitUntil([&] { return generation_of_a() >= 3; }));
  harness.Order("s.a");
  ASSERT_TRUE(harness.WaitUntil(copied_anew));
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(generation_of_a(), 3u) << "the second change was in the schema already";
  EXPECT_EQ(harness.Apply("s.a").size(), 5u);
  ExpectEqual(harness, "s.a");
  EXPECT_TRUE(harness.stopped().empty());
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, ASchemaChangeThatKeepsTheValuesIsFollowed) {
  server_.Execute("INSERT INTO s.a VALUES (1, 'a')");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  server_.Execute("INSERT INTO s.a VALUES (2, 'b')");
  server_.Execute("ALTER TABLE s.a ADD COLUMN extra INT NOT NULL DEFAULT 7 FIRST");
  server_.Execute("INSERT INTO s.a (id, v) VALUES (3, 'c')");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  // Made while nobody looks.
  ASSERT_TRUE(harness.Stop().ok());
  server_.Execute("INSERT INTO s.a (id, v) VALUES (4, 'd')");
  server_.Execute("ALTER TABLE s.a DROP COLUMN extra");
  server_.Execute("UPDATE s.a SET v = 'B' WHERE id = 2");
  harness.Start();
  ASSERT_TRUE(
      harness.WaitUntil([&] { return harness.State().FindTable("s.a")->schema.columns.size() == 2; }));
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(harness.State().FindTable("s.a")->schema.generation.value, 1u);
  ExpectEqual(harness, "s.a");
  EXPECT_TRUE(harness.stopped().empty());
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, StopsATableWhoseSessionsLogOtherwise) {
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  auto session = server_.Connect();
  ASSERT_TRUE(session->Execute("INSERT INTO s.a VALUES (1, 'a')").ok());
  ASSERT_TRUE(session->Execute("SET binlog_row_image = 'MINIMAL'").ok());
  ASSERT_TRUE(session->Execute("UPDATE s.a SET v = 'b'").ok());
  ASSERT_TRUE(harness.WaitUntilStopped("s.a"));
  EXPECT_EQ(harness.stopped().at("s.a").code(), kPartialImage);
  ASSERT_TRUE(session->Execute("SET binlog_format = 'STATEMENT'").ok());
  ASSERT_TRUE(session->Execute("INSERT INTO s.b VALUES (1, 'q', 1)").ok());
  ASSERT_TRUE(harness.WaitUntilStopped("s.b"));
  EXPECT_EQ(harness.stopped().at("s.b").code(), kStatementLogged);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, StopsATableAtAValueThatIsNone) {
  server_.Execute("CREATE TABLE s.z (id INT PRIMARY KEY, d DATE)");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  auto session = server_.Connect();
  ASSERT_TRUE(session->Execute("START TRANSACTION").ok());
  ASSERT_TRUE(session->Execute("INSERT INTO s.a VALUES (1, 'kept')").ok());
  ASSERT_TRUE(session->Execute("INSERT INTO s.z VALUES (1, '2024-01-01'), (2, '0000-00-00')").ok());
  ASSERT_TRUE(session->Execute("INSERT INTO s.a VALUES (2, 'kept too')").ok());
  ASSERT_TRUE(session->Execute("COMMIT").ok());
  ASSERT_TRUE(harness.WaitUntilStopped("s.z"));
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(harness.stopped().at("s.z").code(), kUnreadableCell);
  uint64_t rows_of_a = 0;
  for (const core::Entry& entry : harness.Entries()) {
    const auto* set = std::get_if<core::Changes>(&entry.body);
    if (set == nullptr) continue;
    EXPECT_EQ((*set)->items.size(), 1u);
    rows_of_a += (*set)->rows();
  }
  EXPECT_EQ(rows_of_a, 2u);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, AValueAboveTheBoundStopsItsTableFromStreamAndCopy) {
  server_.Execute("CREATE TABLE s.wide (id INT PRIMARY KEY, v TEXT)");
  server_.Execute("CREATE TABLE s.wider (id INT PRIMARY KEY, v TEXT)");
  server_.Execute("CREATE TABLE s.full (id INT PRIMARY KEY, v TEXT)");
  server_.Execute("INSERT INTO s.full VALUES (1, REPEAT('x', 5000))");
  CaptureHarness harness(server_.Section("\"s.*\", {name: s.wider, max_value: 8KiB}", "max_value: 2KiB"));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilStopped("s.full"));
  EXPECT_EQ(harness.stopped().at("s.full").code(), kValueTooLarge);
  ASSERT_TRUE(harness.WaitUntilCopied("s.wide"));
  ASSERT_TRUE(harness.WaitUntilCopied("s.wider"));
  server_.Execute("INSERT INTO s.wide VALUES (1, REPEAT('x', 2000))");
  server_.Execute("INSERT INTO s.wider VALUES (1, REPEAT('x', 5000))");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.wide");
  server_.Execute("UPDATE s.wide SET v = REPEAT('y', 3000)");
  ASSERT_TRUE(harness.WaitUntilStopped("s.wide"));
  EXPECT_EQ(harness.stopped().at("s.wide").code(), kValueTooLarge);
  ExpectEqual(harness, "s.wider");
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, FindsNewTablesWhileItRuns) {
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  server_.Execute("CREATE TABLE s.fresh (id INT PRIMARY KEY)");
  server_.Execute("INSERT INTO s.fresh VALUES (1), (2)");
  harness.Order("s.a");
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  while (harness.State().FindTable("s.fresh") == nullptr)
    server_.Execute("INSERT INTO s.fresh SELECT MAX(id)+1 FROM s.fresh");
  harness.Order("s.fresh");
  ASSERT_TRUE(harness.WaitUntilCopied("s.fresh"));
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.fresh");
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, ReadsCompressedEvents) {
  server_.Execute("SET GLOBAL log_bin_compress = ON, log_bin_compress_min_len = 10");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  server_.Execute("INSERT INTO s.a SELECT seq, REPEAT('compress', 10) FROM s.seq_1_to_500");
  server_.Execute("UPDATE s.a SET v = REPEAT('again', 15), id = -id WHERE id % 2 = 0");
  server_.Execute("DELETE FROM s.a WHERE id > 100");
  server_.Execute("CREATE TABLE s.quite_a_long_statement (a_column_with_a_name INT PRIMARY KEY, more INT)");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  server_.Execute("SET GLOBAL log_bin_compress = OFF");
  ExpectEqual(harness, "s.a");
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, PreparedTransactionsOfOtherTablesPass) {
  server_.Execute("CREATE OR REPLACE DATABASE elsewhere");
  server_.Execute("CREATE TABLE elsewhere.t (id INT PRIMARY KEY)");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  auto session = server_.Connect();
  for (const char* statement : {"XA START 'x'", "INSERT INTO elsewhere.t VALUES (1)", "XA END 'x'",
                                "XA PREPARE 'x'", "XA COMMIT 'x'", "INSERT INTO s.a VALUES (1, 'a')"})
    ASSERT_TRUE(session->Execute(statement).ok()) << statement;
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, PreparedTransactionsCountWithTheirEndAlsoOverARestart) {
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  ASSERT_TRUE(harness.WaitUntilCopied("s.b"));
  const auto prepare = [&](const std::string& xid, const std::string& statement) {
    auto session = server_.Connect();
    for (const std::string& each : {"XA START " + xid, statement, "XA END " + xid, "XA PREPARE " + xid})
      ASSERT_TRUE(session->Execute(each).ok()) << each;
  };
  prepare("'kept'", "INSERT INTO s.a VALUES (1, 'kept')");
  prepare("'dropped','q',7", "INSERT INTO s.a VALUES (2, 'dropped')");
  prepare("'big'", "INSERT INTO s.a SELECT seq, REPEAT('x', 100) FROM s.seq_1000_to_151000");
  server_.Execute("INSERT INTO s.b VALUES (1, 'between', 1)");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(harness.State().prepared.size(), 3u);
  EXPECT_TRUE(harness.Apply("s.a").empty());
  ASSERT_TRUE(harness.Stop().ok());
  harness.Start();
  server_.Execute("XA COMMIT 'kept'");
  server_.Execute("XA ROLLBACK 'dropped','q',7");
  server_.Execute("XA COMMIT 'big'");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  ExpectEqual(harness, "s.b");
  EXPECT_TRUE(harness.State().prepared.empty());
  EXPECT_TRUE(harness.stopped().empty());
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, ATransactionPreparedBeforeTheLogBeganStopsTheTables) {
  auto session = server_.Connect();
  for (const char* statement :
       {"XA START 'y'", "INSERT INTO s.a VALUES (1, 'a')", "XA END 'y'", "XA PREPARE 'y'"})
    ASSERT_TRUE(session->Execute(statement).ok()) << statement;
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ASSERT_TRUE(session->Execute("XA COMMIT 'y'").ok());
  ASSERT_TRUE(harness.WaitUntilStopped("s.a"));
  EXPECT_EQ(harness.stopped().at("s.a").code(), kPreparedTransaction);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, AStatementInTextThatNamesNoTableStopsThoseOfItsSchema) {
  server_.Execute("CREATE OR REPLACE DATABASE elsewhere");
  server_.Execute("CREATE TABLE elsewhere.t (id INT PRIMARY KEY)");
  server_.Execute("CREATE VIEW s.through AS SELECT id, v FROM s.a");
  CaptureHarness harness(server_.Section("\"s.a\", \"s.b\""));
  harness.Start();
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  auto session = server_.Connect();
  ASSERT_TRUE(session->Execute("SET binlog_format = 'STATEMENT'").ok());
  ASSERT_TRUE(session->Execute("INSERT INTO elsewhere.t VALUES (1)").ok());
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_TRUE(harness.stopped().empty());
  bool told = false;
  for (const Error& event : harness.events()) told = told || event.code() == kStatementElsewhere;
  EXPECT_TRUE(told);
  ASSERT_TRUE(session->Execute("INSERT INTO s.through VALUES (1, 'unseen')").ok());
  ASSERT_TRUE(harness.WaitUntilStopped("s.a"));
  EXPECT_EQ(harness.stopped().at("s.a").code(), kStatementLogged);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, ReadsALogWithoutChecksums) {
  server_.Execute("SET GLOBAL binlog_checksum = 'NONE'");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  server_.Execute("INSERT INTO s.a VALUES (1, 'without')");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  server_.Execute("SET GLOBAL binlog_checksum = 'CRC32'");
  server_.Execute("INSERT INTO s.a VALUES (2, 'with')");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  EXPECT_EQ(harness.Apply("s.a").size(), 2u);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, SavepointsRollbacksAndOtherTablesLeaveNothing) {
  server_.Execute("CREATE TABLE s.isam (id INT) ENGINE = MyISAM");
  CaptureHarness harness(server_.Section("\"s.*\", \"!s.isam\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  auto session = server_.Connect();
  for (const char* statement :
       {"START TRANSACTION", "INSERT INTO s.a VALUES (1, 'a')", "SAVEPOINT p",
        "INSERT INTO s.a VALUES (2, 'b')", "ROLLBACK TO p", "INSERT INTO s.a VALUES (3, 'c')", "COMMIT",
        "START TRANSACTION", "INSERT INTO s.a VALUES (4, 'd')", "ROLLBACK", "INSERT INTO s.isam VALUES (1)",
        "CREATE TEMPORARY TABLE s.tmp AS SELECT * FROM s.a", "UPDATE s.tmp SET v = 'x'",
        "INSERT INTO s.a SELECT id + 10, v FROM s.tmp", "DROP TABLE s.tmp"})
    ASSERT_TRUE(session->Execute(statement).ok()) << statement;
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  EXPECT_EQ(harness.Apply("s.a").size(), 4u);
  EXPECT_TRUE(harness.stopped().empty());
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, ForeignTransactionsMoveTheHeadByTicks) {
  server_.Execute("CREATE OR REPLACE DATABASE elsewhere");
  server_.Execute("CREATE TABLE elsewhere.t (id INT PRIMARY KEY)");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  server_.Execute("INSERT INTO elsewhere.t VALUES (1)");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(harness.rows_captured(), 0u);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, SnapshotNoneTakesChangesOnly) {
  server_.Execute("INSERT INTO s.a VALUES (1, 'before')");
  CaptureHarness harness(server_.Section("\"s.*\"", "snapshot: {mode: none}"));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  server_.Execute("INSERT INTO s.a VALUES (2, 'after')");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  EXPECT_EQ(harness.Apply("s.a").size(), 1u);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, ChildrenOfACascadeAreUpserts) {
  server_.Execute("CREATE TABLE s.p (id INT PRIMARY KEY)");
  server_.Execute(
      "CREATE TABLE s.c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES s.p (id) ON DELETE CASCADE)");
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  server_.Execute("INSERT INTO s.p VALUES (1)");
  server_.Execute("INSERT INTO s.c VALUES (1, 1)");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  std::vector<core::Operation> operations;
  for (const core::Entry& entry : harness.Entries()) {
    const auto* set = std::get_if<core::Changes>(&entry.body);
    if (set == nullptr) continue;
    for (const core::Item& item : (*set)->items)
      operations.push_back(std::get<core::Batch>(item).operation(0));
  }
  EXPECT_EQ(operations, (std::vector{core::Operation::kInsert, core::Operation::kUpsert}));
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(StreamTest, GoesOnAfterAKilledConnection) {
  CaptureHarness harness(server_.Section("\"s.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("s.a"));
  server_.Execute("INSERT INTO s.a VALUES (1, 'a')");
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  const std::string id = server_.Value(
      "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump' ORDER BY ID DESC LIMIT 1");
  server_.Execute("KILL " + id);
  const Status ended = harness.WaitForEnd();
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().code(), kConnectionLost) << ended.error().Debug();
  server_.Execute("INSERT INTO s.a VALUES (2, 'b')");
  harness.Start();
  ASSERT_TRUE(harness.WaitUntilCaughtUp());
  ExpectEqual(harness, "s.a");
  EXPECT_TRUE(harness.Stop().ok());
}

}  // namespace
}  // namespace renkei::sources::mysql
