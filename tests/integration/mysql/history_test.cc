// Resuming at a server that is, or is not, the one we left off at (invariant 7).
#include <gtest/gtest.h>

#include "sources/mysql/codes.h"
#include "tests/integration/mysql/capture_harness.h"
#include "tests/integration/mysql/server.h"

namespace renkei::sources::mysql {
namespace {

using testing::CaptureHarness;
using testing::MariadbServer;

class HistoryTest : public ::testing::Test {
 protected:
  HistoryTest() {
    server_.Execute("CREATE DATABASE h");
    server_.Execute("CREATE TABLE h.a (id INT PRIMARY KEY, v INT)");
  }
  void CaptureSome() {
    harness_.Start();
    harness_.OrderAll();
    ASSERT_TRUE(harness_.WaitUntilCopied("h.a"));
    server_.Execute("INSERT INTO h.a VALUES (1, 1)");
    server_.Execute("INSERT INTO h.a VALUES (2, 2)");
    ASSERT_TRUE(harness_.WaitUntilCaughtUp());
    ASSERT_TRUE(harness_.Stop().ok());
  }
  // The server keeps files while it still holds the connection of a reader that has gone.
  void PurgeAllButTheLast() {
    const std::string last = server_.Value("SHOW MASTER STATUS");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (server_.Value("SHOW BINARY LOGS") != last && std::chrono::steady_clock::now() < deadline)
      server_.Execute("PURGE BINARY LOGS TO '" + last + "'");
    ASSERT_EQ(server_.Value("SHOW BINARY LOGS"), last);
  }
  Error RefusalAfterRestart() {
    harness_.Start();
    const Status ended = harness_.WaitForEnd();
    EXPECT_FALSE(ended.ok());
    return ended.error();
  }

  MariadbServer server_;
  CaptureHarness harness_{server_.Section("\"h.*\"")};
};

TEST_F(HistoryTest, AKilledServerIsTheSame) {
  CaptureSome();
  server_.Execute("INSERT INTO h.a VALUES (3, 3)");
  server_.Kill();
  server_.Start();
  server_.Execute("INSERT INTO h.a VALUES (4, 4)");
  harness_.Start();
  ASSERT_TRUE(harness_.WaitUntilCaughtUp());
  EXPECT_EQ(testing::Difference(harness_.Read("h.a"), harness_.Apply("h.a")), "");
  EXPECT_TRUE(harness_.Stop().ok());
  EXPECT_TRUE(harness_.events().empty());
}

TEST_F(HistoryTest, APurgedPositionStopsLoudly) {
  CaptureSome();
  for (int i = 0; i < 3; ++i) {
    server_.Execute("INSERT INTO h.a SELECT MAX(id) + 1, 0 FROM h.a");
    server_.Execute("FLUSH BINARY LOGS");
  }
  PurgeAllButTheLast();
  const Error error = RefusalAfterRestart();
  EXPECT_EQ(error.code(), kPositionPurged) << error.Debug();
}

TEST_F(HistoryTest, TheSameNumbersWithOtherContentStopLoudly) {
  CaptureSome();
  const std::string gtids = server_.Value("SELECT @@gtid_binlog_pos");
  server_.Execute("RESET MASTER");
  // The same numbers again, by other transactions.
  const int count = std::stoi(gtids.substr(gtids.rfind('-') + 1));
  for (int i = 0; i < count + 2; ++i)
    server_.Execute("INSERT INTO h.a VALUES (" + std::to_string(100 + i) + ", 0)");
  const Error error = RefusalAfterRestart();
  EXPECT_EQ(error.code(), kOtherHistory) << error.Debug();
}

TEST_F(HistoryTest, AHistoryThatLostTransactionsStopsLoudly) {
  CaptureSome();
  server_.Execute("RESET MASTER");
  server_.Execute("INSERT INTO h.a VALUES (50, 0)");
  const Error error = RefusalAfterRestart();
  EXPECT_EQ(error.code(), kOtherHistory) << error.Debug();
}

// As after a failover: another identity, and the transaction stands somewhere in its files.
TEST_F(HistoryTest, AnotherServerWithTheSameHistoryGoesOn) {
  CaptureSome();
  server_.Execute("SET GLOBAL server_id = 2");
  for (int i = 0; i < 3; ++i) {
    server_.Execute("FLUSH BINARY LOGS");
    server_.Execute("INSERT INTO h.a SELECT MAX(id) + 1, 0 FROM h.a");
  }
  harness_.Start();
  ASSERT_TRUE(harness_.WaitUntilCaughtUp());
  EXPECT_EQ(testing::Difference(harness_.Read("h.a"), harness_.Apply("h.a")), "");
  ASSERT_EQ(harness_.events().size(), 1u) << harness_.events()[0].Debug();
  EXPECT_EQ(harness_.events()[0].code(), kServerChanged);
  EXPECT_TRUE(harness_.Stop().ok());
}

TEST_F(HistoryTest, AnotherServerWithOtherContentStopsLoudly) {
  CaptureSome();
  const std::string gtids = server_.Value("SELECT @@gtid_binlog_pos");
  server_.Execute("RESET MASTER");
  const int count = std::stoi(gtids.substr(gtids.rfind('-') + 1));
  for (int i = 0; i < count + 2; ++i)
    server_.Execute("INSERT INTO h.a VALUES (" + std::to_string(100 + i) + ", 0)");
  server_.Execute("SET GLOBAL server_id = 2");
  EXPECT_EQ(RefusalAfterRestart().code(), kOtherHistory);
}

TEST_F(HistoryTest, APurgedLastTransactionIsOnlyUnproven) {
  CaptureSome();
  server_.Execute("FLUSH BINARY LOGS");
  PurgeAllButTheLast();
  server_.Execute("INSERT INTO h.a VALUES (60, 0)");
  harness_.Start();
  ASSERT_TRUE(harness_.WaitUntilCaughtUp());
  EXPECT_EQ(testing::Difference(harness_.Read("h.a"), harness_.Apply("h.a")), "");
  ASSERT_EQ(harness_.events().size(), 1u);
  EXPECT_EQ(harness_.events()[0].code(), kHistoryUnproven);
  EXPECT_TRUE(harness_.Stop().ok());
}

}  // namespace
}  // namespace renkei::sources::mysql
