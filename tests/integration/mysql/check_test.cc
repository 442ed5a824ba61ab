// What `check` finds wrong at a server, and that every message of it can be read.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sources/mysql/codes.h"
#include "tests/integration/mysql/capture_harness.h"
#include "tests/integration/mysql/shared_server.h"

namespace renkei::sources::mysql {
namespace {

using testing::CaptureHarness;
using testing::MariadbServer;

std::string Shown(const core::Findings& findings) {
  std::string text;
  for (const core::Finding& finding : findings) text += finding.message.Debug() + "\n";
  return text;
}

const core::Finding* Find(const core::Findings& findings, Code code, std::string_view table = "") {
  for (const core::Finding& finding : findings) {
    if (finding.message.code() == code && (table.empty() || finding.table == table)) return &finding;
  }
  return nullptr;
}

core::Findings Check(const MariadbServer& server, const std::string& tables) {
  CaptureHarness harness(server.Section(tables));
  auto findings = harness.source().Check();
  EXPECT_TRUE(findings.ok());
  return *findings;
}

TEST(Check, FindsNothingAtAServerThatIsSetUp) {
  MariadbServer& server = SharedServer();
  server.Execute("CREATE OR REPLACE DATABASE k");
  server.Execute("CREATE TABLE k.a (id INT PRIMARY KEY)");
  server.Execute("CREATE VIEW k.v AS SELECT * FROM k.a");
  const core::Findings findings = Check(server, "\"k.*\"");
  EXPECT_TRUE(findings.empty()) << Shown(findings);
}

TEST(Check, NamesTheTablesThatCannotBeCaptured) {
  MariadbServer& server = SharedServer();
  server.Execute("CREATE OR REPLACE DATABASE k");
  server.Execute("CREATE TABLE k.good (id INT PRIMARY KEY)");
  server.Execute("CREATE TABLE k.nokey (id INT)");
  server.Execute("CREATE TABLE k.nullkey (id INT, UNIQUE (id))");
  server.Execute(
      "CREATE TABLE k.cascaded (g INT, FOREIGN KEY (g) REFERENCES k.good (id) ON DELETE SET NULL)");
  server.Execute("CREATE TABLE k.isam (id INT PRIMARY KEY) ENGINE = MyISAM");
  server.Execute("CREATE TABLE k.odd (id ENUM('', 'a') PRIMARY KEY)");
  server.Execute("CREATE TABLE k.versioned (id INT PRIMARY KEY) WITH SYSTEM VERSIONING");
  server.Execute(
      "CREATE TABLE k.child (id INT PRIMARY KEY, g INT, FOREIGN KEY (g) REFERENCES k.good (id) "
      "ON DELETE CASCADE)");
  server.Execute("CREATE VIEW k.v AS SELECT * FROM k.good");
  const core::Findings findings = Check(server, "\"k.*\", \"k.v\", \"k.gone\"");
  EXPECT_NE(Find(findings, kWholeRows, "k.nokey"), nullptr) << Shown(findings);
  EXPECT_NE(Find(findings, kWholeRows, "k.nullkey"), nullptr);
  EXPECT_NE(Find(findings, kNoKey, "k.cascaded"), nullptr);
  EXPECT_NE(Find(findings, kNotTransactional, "k.isam"), nullptr);
  EXPECT_NE(Find(findings, kAmbiguousKey, "k.odd"), nullptr);
  EXPECT_NE(Find(findings, kNotABaseTable, "k.versioned"), nullptr);
  EXPECT_NE(Find(findings, kForeignKeyActions, "k.child"), nullptr);
  EXPECT_NE(Find(Check(server, "\"k.child\""), kForeignKeyUnseen, "k.child"), nullptr);
  EXPECT_NE(Find(findings, kNotABaseTable, "k.v"), nullptr);
  EXPECT_NE(Find(findings, kTableMissing, "k.gone"), nullptr);
  for (const core::Finding& finding : findings) EXPECT_NE(finding.table, "k.good");
  CaptureHarness harness(server.Section("\"k.*\""));
  std::vector<std::string> names;
  for (const core::TableSchema& table : *harness.source().Discover()) names.push_back(table.name);
  EXPECT_EQ(names, (std::vector<std::string>{"child", "good", "nokey", "nullkey"}));
}

TEST(Check, SaysWhenNoTableMatches) {
  const core::Findings findings = Check(SharedServer(), "\"nowhere.*\"");
  EXPECT_NE(Find(findings, kNoTables), nullptr) << Shown(findings);
}

TEST(Check, NamesWrongSettingsWithTheStatementThatMendsThem) {
  MariadbServer server({"--binlog-format=MIXED", "--binlog-row-image=MINIMAL", "--binlog-row-metadata=NO_LOG",
                        "--gtid-strict-mode=OFF", "--binlog-do-db=other", "--binlog-expire-logs-seconds=600",
                        "--log-slave-updates=OFF"});
  server.Execute("CREATE DATABASE k");
  server.Execute("CREATE TABLE k.a (id INT PRIMARY KEY)");
  server.Execute("REVOKE BINLOG MONITOR ON *.* FROM 'renkei'@'%'");
  server.Execute("GRANT BINLOG MONITOR ON *.* TO 'renkei'@'%'");
  const core::Findings findings = Check(server, "\"k.*\"");
  for (const char* setting : {"binlog_format", "binlog_row_image", "binlog_row_metadata"}) {
    EXPECT_TRUE(std::ranges::any_of(findings, [&](const core::Finding& finding) {
      return finding.message.code() == kWrongSetting && finding.message.field("setting") == setting &&
             !finding.message.field("statement").empty();
    })) << setting;
  }
  EXPECT_NE(Find(findings, kGtidStrictModeOff), nullptr);
  EXPECT_NE(Find(findings, kBinlogFilter), nullptr) << Shown(findings);
  EXPECT_NE(Find(findings, kShortRetention), nullptr);
  // Only a replica must log what it applies.
  EXPECT_EQ(Find(findings, kNoLogSlaveUpdates), nullptr);
  server.Execute("CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=1, MASTER_USER='x'");
  server.Execute("GRANT REPLICA MONITOR ON *.* TO 'renkei'@'%'");
  EXPECT_NE(Find(Check(server, "\"k.*\""), kNoLogSlaveUpdates), nullptr);
  // A capture does not start then.
  CaptureHarness harness(server.Section("\"k.*\""));
  harness.Start();
  EXPECT_EQ(harness.WaitForEnd().error().code(), kWrongSetting);
}

TEST(Check, NamesMissingGrants) {
  MariadbServer& server = SharedServer();
  server.Execute("CREATE OR REPLACE DATABASE k");
  server.Execute("CREATE TABLE k.a (id INT PRIMARY KEY)");
  server.Execute("REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'renkei'@'%'");
  core::Findings findings = Check(server, "\"k.a\"");
  size_t grants = 0;
  for (const core::Finding& finding : findings) {
    if (finding.message.code() != kMissingGrant) continue;
    ++grants;
    server.Execute(std::string(finding.message.field("statement")));
  }
  EXPECT_EQ(grants, 2u) << Shown(findings);
  EXPECT_NE(Find(findings, kTableMissing, "k.a"), nullptr);
  server.Execute("GRANT INSERT ON k.a TO 'renkei'@'%'");
  findings = Check(server, "\"k.a\"");
  const core::Finding* select = Find(findings, kMissingGrant, "k.a");
  ASSERT_NE(select, nullptr) << Shown(findings);
  server.Execute(std::string(select->message.field("statement")));
  findings = Check(server, "\"k.a\"");
  EXPECT_TRUE(findings.empty()) << Shown(findings);
  server.Execute("GRANT REPLICATION SLAVE, BINLOG MONITOR, SELECT ON *.* TO 'renkei'@'%'");
}

TEST(Check, SaysWhenThereIsNoBinaryLog) {
  MariadbServer server({"--skip-log-bin"});
  server.Execute("CREATE DATABASE k");
  server.Execute("CREATE TABLE k.a (id INT PRIMARY KEY)");
  EXPECT_NE(Find(Check(server, "\"k.*\""), kBinaryLogOff), nullptr);
}

TEST(Check, TellsWhyItCannotConnect) {
  CaptureHarness nobody("{url: \"mysql://u:pass-word@127.0.0.1:1/k\"}");
  const Error refused = nobody.source().Check().error();
  EXPECT_EQ(refused.code(), kCannotConnect);
  EXPECT_EQ(refused.Debug().find("pass-word"), std::string::npos);
  CaptureHarness stranger(
      fmt::format("{{url: \"mysql://renkei:pass-word@127.0.0.1:{}/k\"}}", SharedServer().port()));
  const Error denied = stranger.source().Check().error();
  EXPECT_EQ(denied.code(), kAccessDenied) << denied.Debug();
  EXPECT_EQ(denied.Debug().find("pass-word"), std::string::npos);
  CaptureHarness unencrypted(SharedServer().Section("\"k.*\"", "tls: {mode: require}"));
  EXPECT_EQ(unencrypted.source().Check().error().code(), kTlsFailed);
}

}  // namespace
}  // namespace renkei::sources::mysql
