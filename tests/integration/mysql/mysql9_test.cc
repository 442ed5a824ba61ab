// A real MySQL 9: what its GTIDs, its views and its log do differently. Skipped without one (tests/mysql9/).
#include <gtest/gtest.h>

#include <thread>

#include "sources/mysql/codes.h"
#include "tests/integration/mysql/capture_harness.h"
#include "tests/integration/mysql/server.h"

namespace renkei::sources::mysql {
namespace {

using testing::CaptureHarness;
using testing::MariadbServer;

class Mysql9Test : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!MariadbServer::IsMysql())
      GTEST_SKIP() << "needs a MySQL 9: `make test-mysql` fetches one and runs this";
  }
  static void CreateRows(MariadbServer& server, int rows) {
    server.Execute("CREATE DATABASE m");
    server.Execute("CREATE TABLE m.a (id INT PRIMARY KEY, v VARCHAR(200), n DECIMAL(12,2), at DATETIME(6))");
    auto root = server.Connect();
    for (int id = 0; id < rows; id += 500) {
      std::string values;
      for (int i = id; i < id + 500; ++i)
        values += (values.empty() ? "(" : ",(") + std::to_string(i) + ", REPEAT('x', 150), 1.5, NOW(6))";
      ASSERT_TRUE(root->Execute("INSERT INTO m.a VALUES " + values).ok());
    }
  }
  static void ExpectEqual(CaptureHarness& harness) {
    ASSERT_TRUE(harness.WaitUntilCaughtUp());
    EXPECT_EQ(testing::Difference(harness.Read("m.a"), harness.Apply("m.a")), "");
    for (const auto& [table, why] : harness.stopped()) ADD_FAILURE() << why.Debug();
  }
};

// Writers that change keys of chunks being read: what a view could see is only known as a bracket.
TEST_F(Mysql9Test, ACopyUnderWritersIsExact) {
  MariadbServer server;
  CreateRows(server, 20'000);
  CaptureHarness harness(server.Section("\"m.*\""));
  std::atomic<bool> ended = false;
  std::vector<std::jthread> writers;
  for (int w = 0; w < 3; ++w) {
    writers.emplace_back([&, w] {
      auto root = server.Connect();
      for (int i = 0; !ended; ++i) {
        const std::string key = std::to_string((i * 7919 + w * 104729) % 20'000);
        EXPECT_TRUE(root->Execute(i % 5 == 4 ? "DELETE FROM m.a WHERE id = " + key
                                             : "REPLACE INTO m.a VALUES (" + key + ", 'w" +
                                                   std::to_string(i) + "', 2, NOW(6))")
                        .ok());
      }
    });
  }
  harness.Start();
  harness.OrderAll();
  EXPECT_TRUE(harness.WaitUntilCopied("m.a"));
  ended = true;
  writers.clear();
  ExpectEqual(harness);
  EXPECT_TRUE(harness.Stop().ok());
}

TEST_F(Mysql9Test, TaggedTransactionsAreFollowedOverARestart) {
  MariadbServer server;
  CreateRows(server, 500);
  CaptureHarness harness(server.Section("\"m.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("m.a"));
  auto root = server.Connect();
  ASSERT_TRUE(root->Execute("SET SESSION gtid_next = 'AUTOMATIC:import'").ok());
  ASSERT_TRUE(root->Execute("UPDATE m.a SET n = 3 WHERE id < 10").ok());
  ExpectEqual(harness);
  ASSERT_TRUE(harness.Stop().ok());
  ASSERT_TRUE(root->Execute("DELETE FROM m.a WHERE id = 3").ok());
  server.Execute("INSERT INTO m.a VALUES (9000, 'y', 1, NOW(6))");
  harness.Start();
  ExpectEqual(harness);
  EXPECT_TRUE(harness.Stop().ok());
  EXPECT_TRUE(harness.events().empty());
}

TEST_F(Mysql9Test, WithoutGtidsThePlaceIsThePosition) {
  MariadbServer server({"--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"});
  server.Execute("GRANT LOCK TABLES ON *.* TO 'renkei'@'%'");
  CreateRows(server, 2'000);
  CaptureHarness harness(server.Section("\"m.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("m.a"));
  server.Execute("UPDATE m.a SET n = 3 WHERE id < 10");
  server.Execute("FLUSH BINARY LOGS");
  server.Execute("DELETE FROM m.a WHERE id = 4");
  ExpectEqual(harness);
  ASSERT_TRUE(harness.Stop().ok());
  server.Execute("UPDATE m.a SET n = 4 WHERE id < 5");
  harness.Start();
  ExpectEqual(harness);
  EXPECT_TRUE(harness.Stop().ok());
  const auto position = harness.source().CurrentPosition();
  ASSERT_TRUE(position.ok());
  EXPECT_TRUE(position->bytes.starts_with("binlog/")) << position->bytes;
}

TEST_F(Mysql9Test, AResetHistoryStopsLoudly) {
  MariadbServer server;
  CreateRows(server, 500);
  CaptureHarness harness(server.Section("\"m.*\""));
  harness.Start();
  harness.OrderAll();
  ASSERT_TRUE(harness.WaitUntilCopied("m.a"));
  server.Execute("UPDATE m.a SET n = 3 WHERE id = 1");
  ExpectEqual(harness);
  ASSERT_TRUE(harness.Stop().ok());
  server.Execute("RESET BINARY LOGS AND GTIDS");
  for (int i = 0; i < 20; ++i) server.Execute("UPDATE m.a SET n = n + 1 WHERE id = 2");
  harness.Start();
  const Status ended = harness.WaitForEnd();
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().code(), kOtherHistory) << ended.error().Debug();
}

}  // namespace
}  // namespace renkei::sources::mysql
