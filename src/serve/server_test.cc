#include "serve/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/io/http_client.h"
#include "pipeline/codes.h"
#include "pipeline/testing/stage.h"
#include "serve/client.h"
#include "serve/codes.h"
#include "serve/error_json.h"
#include "serve/verify_json.h"
#include "verify/codes.h"
#include "warehouse/codes.h"

namespace renkei::serve {
namespace {

using conformance::Insert;
using conformance::LogScript;
using testing::HasSubstr;

class ServerTest : public pipeline::Stage {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "renkei-serve-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    AddSink("warehouse");
    Start(std::make_unique<pipeline::ScriptSource>(std::vector<std::string>{"a"}));
    source_->Run([](LogScript& script) { script.Commit({Insert("a", 1, "one"), Insert("a", 2, "two")}); });
    ASSERT_TRUE(AwaitRows("warehouse", "a"));
    server_ = std::make_unique<Server>(
        ServerParts{.pipeline = *pipeline_,
                    .metrics = metrics_,
                    .sql = [this](const std::string& sql, const warehouse::QueryOptions& options,
                                  const warehouse::Write& write) { return RunSql(sql, options, write); }});
    ASSERT_TRUE(server_->ServeSocket(SocketPath(folder_)).ok());
    ASSERT_TRUE(server_->ServeTcp("127.0.0.1", 0).ok());
  }
  void TearDown() override {
    server_.reset();
    Stage::TearDown();
    std::filesystem::remove_all(folder_);
  }

  // Stands for the warehouse.
  Status RunSql(const std::string& sql, const warehouse::QueryOptions& options,
                const warehouse::Write& write) {
    if (sql == "timeout") write(std::to_string(options.timeout.count()) + " ");
    if (sql == "endless") {
      ++endless_;
      base::Notifier never;
      while (!options.given_up()) never.WaitBeyond(0, std::chrono::milliseconds(1));
      --endless_;
      return Error(warehouse::kReaderGone);
    }
    if (sql == "SELECT * FROM shop.b") return Error(warehouse::kUnknownTable, {{"table", "SHOP.b"}});
    if (sql == "wrong") return Error(pipeline::kSinkNotRunning, {{"sink", "w"}});
    write(options.format == warehouse::Format::kCsv ? "csv " : "other ");
    write(sql);
    if (sql == "breaks") return Error(pipeline::kSinkNotRunning, {{"sink", "w"}});
    return {};
  }
  base::io::HttpAnswer AskTcp(const std::string& method, const std::string& target) {
    Result<base::io::Stream> stream = base::io::ConnectTcp("127.0.0.1", server_->port());
    EXPECT_TRUE(stream.ok());
    Result<base::io::HttpAnswer> answer = base::io::Ask(*stream, {.method = method, .target = target});
    EXPECT_TRUE(answer.ok());
    return answer.ok() ? *answer : base::io::HttpAnswer();
  }

  std::string folder_;
  std::atomic<int> endless_ = 0;
  telemetry::Metrics metrics_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, StatusHasWhatProgramsRelyOn) {
  const Result<std::string> status = Client(SocketPath(folder_)).Status();
  ASSERT_TRUE(status.ok());
  rapidjson::Document json;
  json.Parse(status->c_str());
  ASSERT_FALSE(json.HasParseError()) << *status;
  const auto& source = json["sources"][0];
  EXPECT_STREQ(source["name"].GetString(), "shop");
  EXPECT_STREQ(source["state"].GetString(), "live");
  EXPECT_TRUE(source["position"].IsString());
  EXPECT_TRUE(source["lag_ms"].IsInt64());
  const auto& sink = json["sinks"][0];
  EXPECT_STREQ(sink["name"].GetString(), "warehouse");
  EXPECT_TRUE(sink["freshness_ms"].HasMember("p50"));
  EXPECT_TRUE(sink["freshness_ms"].HasMember("p99"));
  const auto& table = json["tables"][0];
  EXPECT_STREQ(table["source"].GetString(), "shop");
  EXPECT_STREQ(table["table"].GetString(), "shop.a");
  EXPECT_STREQ(table["destination"].GetString(), "shop.a");
  EXPECT_STREQ(table["state"].GetString(), "live");
  EXPECT_TRUE(table["rows_snapshot"].IsUint64());
  EXPECT_TRUE(table["changes_applied"].IsUint64());
  EXPECT_TRUE(table["freshness_ms"].HasMember("p99"));
  EXPECT_TRUE(table["last_error"].IsNull());
}

TEST_F(ServerTest, SqlStreamsRowsAndTellsErrorsBeforeAndAmidst) {
  const Client client(SocketPath(folder_));
  std::string got;
  const auto take = [&](std::string_view piece) { got += piece; };
  EXPECT_TRUE(client.Sql("SELECT 1", "csv", take).ok());
  EXPECT_EQ(got, "csv SELECT 1");
  got.clear();
  EXPECT_TRUE(client.Sql("timeout", "csv", take, std::chrono::seconds(30)).ok());
  EXPECT_EQ(got, "30000 csv timeout");
  for (const char* statement : {"wrong", "breaks"}) {
    got.clear();
    const Status asked = client.Sql(statement, "table", take);
    ASSERT_FALSE(asked.ok());
    EXPECT_EQ(asked.error().code(), pipeline::kSinkNotRunning);
    EXPECT_EQ(asked.error().field("sink"), "w");
  }
  EXPECT_EQ(got, "other breaks");
  const Status odd = client.Sql("SELECT 1", "xml", take);
  ASSERT_FALSE(odd.ok());
  EXPECT_EQ(odd.error().code(), kWrongParameter);
}

TEST_F(ServerTest, LongStatementsKeepNothingFromBeingAnsweredAndEndWithTheServer) {
  const Client client(SocketPath(folder_));
  std::vector<std::jthread> askers;
  std::atomic<int> told = 0;
  for (int i = 0; i < 8; ++i) {
    askers.emplace_back([&] {
      const Status asked = client.Sql("endless", "csv", [](std::string_view) {});
      told += !asked.ok() && asked.error().code() == kServerGone ? 1 : 0;
    });
  }
  ASSERT_TRUE(Await([&] { return endless_ == 8; }));
  const Status one_more = client.Sql("SELECT 1", "csv", [](std::string_view) {});
  ASSERT_FALSE(one_more.ok());
  EXPECT_EQ(one_more.error().code(), kTooManyAtOnce);
  EXPECT_TRUE(client.Status().ok());
  server_.reset();
  askers.clear();
  EXPECT_EQ(endless_, 0);
  EXPECT_EQ(told, 8);
}

TEST_F(ServerTest, AnAskerThatGoesTakesItsStatementAlong) {
  {
    Result<base::io::Stream> stream = base::io::ConnectUnix(SocketPath(folder_));
    ASSERT_TRUE(stream.ok());
    ASSERT_TRUE(stream->Write("POST /sql?format=csv HTTP/1.1\r\nContent-Length: 7\r\n\r\nendless").ok());
    ASSERT_TRUE(Await([&] { return endless_ == 1; }));
  }
  EXPECT_TRUE(Await([&] { return endless_ == 0; }));
}

TEST_F(ServerTest, ATableThatIsAboutToBeCopiedIsNotCalledUnknown) {
  source_->KeepOrders();
  source_->CreateTable("b");
  const Status asked =
      Client(SocketPath(folder_)).Sql("SELECT * FROM shop.b", "csv", [](std::string_view) {});
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().code(), warehouse::kBeingCopied);
  EXPECT_EQ(asked.error().field("rows"), "0");
}

TEST_F(ServerTest, VerifyComesTableByTable) {
  const Client client(SocketPath(folder_));
  std::vector<verify::TableResult> results;
  const auto each = [&](const verify::TableResult& result) { results.push_back(result); };
  ASSERT_TRUE(client.Verify({}, each).ok());
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].equal());
  EXPECT_EQ(results[0].source_rows, 2u);
  const Status none = client.Verify({"shop.nope"}, each);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code(), verify::kNoTableMatches);
}

TEST_F(ServerTest, TcpShowsMetricsAndHealthButNoData) {
  EXPECT_EQ(AskTcp("GET", "/status").status, 404);
  EXPECT_EQ(AskTcp("POST", "/sql").status, 404);
  EXPECT_EQ(AskTcp("POST", "/verify").status, 404);
  EXPECT_THAT(AskTcp("GET", "/metrics").body,
              HasSubstr("renkei_table_state{source=\"shop\",table=\"shop.a\""));
  EXPECT_EQ(AskTcp("POST", "/metrics").status, 405);
  EXPECT_EQ(AskTcp("GET", "/healthz").body, "ok\n");
}

TEST_F(ServerTest, HealthNamesWhatHasStopped) {
  source_->FailWith(Error(pipeline::kOtherLog, {{"source", "shop"}}));
  ASSERT_TRUE(Await([&] { return pipeline_->SourceEnded("shop"); }));
  const base::io::HttpAnswer answer = AskTcp("GET", "/healthz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "source shop stopped\n");
}

TEST(ClientTest, SaysThatNothingRuns) {
  const Client client("/tmp/no-renkei-here.sock");
  EXPECT_FALSE(client.Reachable());
  const Result<std::string> status = client.Status();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), kNotRunning);
}

TEST(ErrorJsonTest, KeepsCodeAndFields) {
  const auto back =
      ErrorFromJson(ErrorJson(Error(kWrongParameter, {{"name", "\"x\"\n"}, {"value", "在庫"}})));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->code(), kWrongParameter);
  EXPECT_EQ(back->field("name"), "\"x\"\n");
  EXPECT_EQ(back->field("value"), "在庫");
  for (const char* odd : {"", "{", "[]", "{\"code\":-1,\"fields\":{}}", "{\"code\":99999999,\"fields\":{}}"})
    EXPECT_FALSE(ErrorFromJson(odd).has_value()) << odd;
}

TEST(VerifyJsonTest, KeepsWhatWasFound) {
  verify::TableResult result;
  result.name = {.source = "shop", .table = "shop.注文", .sink = "w"};
  result.source_rows = 10;
  result.sink_rows = 9;
  result.differences.missing = 1;
  result.differences.at_least = true;
  result.differences.ranges = {
      {.kind = verify::Kind::kMissing, .first = "(1, 'a')", .last = "(1, 'a')", .keys = 1}};
  result.error = Error(verify::kNotComplete, {{"table", "t"}});
  const auto back = VerifyFromJson(VerifyJson(result));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->name.table, "shop.注文");
  EXPECT_EQ(back->sink_rows, 9u);
  EXPECT_EQ(back->differences.total(), 1u);
  EXPECT_TRUE(back->differences.at_least);
  ASSERT_EQ(back->differences.ranges.size(), 1u);
  EXPECT_EQ(back->differences.ranges[0].first, "(1, 'a')");
  EXPECT_EQ(back->error->code(), verify::kNotComplete);
  EXPECT_FALSE(VerifyFromJson("{}").has_value());
}

}  // namespace
}  // namespace renkei::serve
