#include "telemetry/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "telemetry/json_text.h"

namespace renkei::telemetry {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Code kCannotOpen{1001};

class JournalTest : public testing::Test {
 protected:
  Journal& Make(JournalOptions options = {}) {
    journal_ = std::make_unique<Journal>(
        clock_, [this](std::string_view line) { lines_.emplace_back(line); }, options);
    return *journal_;
  }

  base::ManualClock clock_;  // 2023-11-14T22:13:20Z
  std::vector<std::string> lines_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, OneLineOnATerminal) {
  Make().Log(kCannotOpen, {{"path", "/x"}, {"reason", "gone"}, {"source", "shop"}, {"note", "two words"}});
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_THAT(lines_[0], StartsWith("22:13:20.000 error RK1001 cannot open /x: gone. "));
  EXPECT_THAT(lines_[0], testing::EndsWith(" source=shop note=\"two words\"\n"));
}

TEST_F(JournalTest, TerminalTimesAreLocal) {
  Make({.utc_offset_seconds = 9 * 3600}).Log(kCannotOpen, {});
  EXPECT_THAT(lines_.at(0), StartsWith("07:13:20.000 "));
}

TEST_F(JournalTest, ColourOnlyWhenAsked) {
  Make().Log(kCannotOpen, {});
  EXPECT_THAT(lines_.at(0), testing::Not(HasSubstr("\x1b")));
  Make({.colour = true}).Log(kCannotOpen, {});
  EXPECT_THAT(lines_.at(1), HasSubstr("\x1b[31merror\x1b[0m"));
}

TEST_F(JournalTest, JsonAsCloudLoggingReadsIt) {
  Make({.format = LogFormat::kJson}).Log(kCannotOpen, {{"path", "a\"b\n"}, {"reason", "r"}, {"time", "t"}});
  EXPECT_THAT(
      lines_.at(0),
      StartsWith("{\"severity\":\"ERROR\",\"time\":\"2023-11-14T22:13:20.000000Z\",\"message\":\"cannot "
                 "open a\\\"b\\\\x0a: r."));
  EXPECT_THAT(lines_.at(0),
              testing::EndsWith("\"code\":\"RK1001\",\"name\":\"cannot_open\",\"path\":\"a\\\"b\\u000a\","
                                "\"reason\":\"r\",\"field_time\":\"t\"}\n"));
}

TEST_F(JournalTest, RepeatedEventsAreCounted) {
  Journal& journal = Make();
  for (int i = 0; i < 1000; ++i) journal.Log(kCannotOpen, {{"path", "/x"}});
  EXPECT_EQ(lines_.size(), 1u);
  journal.Log(kCannotOpen, {{"path", "/other"}});
  EXPECT_EQ(lines_.size(), 2u) << "another field is another event";
  clock_.Advance(seconds(10));
  journal.Log(kCannotOpen, {{"path", "/third"}});
  ASSERT_EQ(lines_.size(), 4u);
  EXPECT_THAT(lines_[2], testing::AllOf(HasSubstr("/x"), HasSubstr(" repeated=999\n")));
  journal.Log(kCannotOpen, {{"path", "/x"}});
  EXPECT_EQ(lines_.size(), 5u) << "after its time an event is written again";
}

TEST_F(JournalTest, TheEndTellsWhatWasCounted) {
  Journal& journal = Make();
  journal.Log(kCannotOpen, {});
  journal.Log(kCannotOpen, {});
  journal_.reset();
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_THAT(lines_[1], HasSubstr("repeated=1"));
}

TEST_F(JournalTest, CountsEventsWithRepeatedOnes) {
  Metrics metrics;
  Journal& journal = Make({.metrics = &metrics});
  for (int i = 0; i < 3; ++i) journal.Log(kCannotOpen, {});
  EXPECT_THAT(metrics.Text(), HasSubstr("renkei_events_total{code=\"RK1001\",severity=\"ERROR\"} 3\n"));
}

TEST_F(JournalTest, ThreadsNeverMixLines) {
  Journal& journal = Make();
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&journal, t] {
      for (int i = 0; i < 100; ++i) journal.Log(kCannotOpen, {{"path", std::to_string(t * 100 + i)}});
    });
  }
  threads.clear();
  EXPECT_EQ(lines_.size(), 400u);
}

TEST(JsonText, EscapesAndReplacesWhatIsNotUtf8) {
  std::string text;
  AppendJsonText("a\"\\\x01\xff\xc0\xaf\xed\xa0\x80 連携", text);
  EXPECT_EQ(
      text,
      "\"a\\\"\\\\\\u0001\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd 連携\"");
}

}  // namespace
}  // namespace renkei::telemetry
