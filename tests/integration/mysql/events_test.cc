// The stream over events made by hand: what a MariaDB of today rarely or never writes.
#include <gtest/gtest.h>

#include <set>

#include "base/io/memory_file_system.h"
#include "hub/embedded/hub.h"
#include "sources/mysql/binlog/made_events.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/stream.h"
#include "tests/doubles/silent_observer.h"

namespace renkei::sources::mysql {
namespace {

using binlog::EventType;
namespace made = binlog::made;
namespace recorded = binlog::recorded;

class Observer final : public doubles::SilentObserver {
 public:
  void OnTableStopped(const std::string&, const Error& why) override { stopped.push_back(why.code()); }
  std::vector<Code> stopped;
};

class EventsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    hub::embedded::HubOptions options;
    options.folder = "/hub";
    hub_ = std::move(*hub::embedded::EmbeddedHub::Open(files_, clock_, options));
    log_ = *hub_->OpenLog("shop");
    writer_ = std::move(*log_->OpenWriter());
    tables_.emplace(writer_->state());
    core::TableSchema schema = recorded::Schema();
    tables_->Add(schema, 0);
    ASSERT_TRUE(writer_->AppendFrame(core::SchemaFrame{tables_->all()[0]->schema}).ok());
    Begin({});
  }

  void Begin(const std::optional<HistoryNote>& note) {
    stream_.reset();
    end_.emplace(*LogEnd::Open(*writer_, note ? core::Position{"mariadb/0-1-1"} : core::Position{}));
    context_.emplace(core::CaptureContext{*log_, budget_, orders_, observer_, "test"});
    stream_.emplace(StreamParts{*context_,
                                patterns_,
                                *tables_,
                                *end_,
                                {touched_, repair_touched_},
                                recorded::CharsetOf,
                                true,
                                {}},
                    false, CommitClock(0), 1, note);
    Rotate(4);
  }
  void Rotate(uint64_t offset) {
    base::ByteWriter body;
    body.Fixed(offset);
    body.Raw("binlog.000001", 13);
    Feed(EventType::kRotate, body.bytes());
  }
  void Feed(EventType type, binlog::Bytes body, uint16_t flags = 0, uint32_t next_place = 0) {
    const Status status = stream_->Take(made::MakeEvent(type, body, next_place, flags), base::WallTime{1});
    EXPECT_TRUE(status.ok()) << status.error().Debug();
  }
  void Recorded(std::string_view hex) {
    Feed(static_cast<EventType>(recorded::FromHex(hex)[4]), made::BodyOf(hex));
  }
  void BeginTransaction() { Feed(EventType::kGtid, made::GtidBody(++sequence_, false)); }
  void Query(std::string_view statement) { Feed(EventType::kQuery, made::QueryBody("shop", statement)); }
  void Insert() {
    Recorded(recorded::kTableMap);
    Recorded(recorded::kInsert);
  }
  void Update() {
    Recorded(recorded::kTableMap);
    Recorded(recorded::kUpdate);
  }
  // Operations of the rows that are in the log, by transaction.
  std::vector<std::string> Log() {
    EXPECT_TRUE(stream_->Append().ok());
    EXPECT_TRUE(writer_->Sync().ok());
    auto reader = std::move(*log_->OpenReader({}));
    std::vector<std::string> log;
    while (const auto entry = *reader->Next()) {
      const auto* set = std::get_if<core::Changes>(&entry->body);
      if (set == nullptr) continue;
      std::vector<std::string> texts((*set)->transactions.size());
      for (const core::Item& item : (*set)->items) {
        const auto& batch = std::get<core::Batch>(item);
        for (uint32_t row = 0; row < batch.rows; ++row)
          texts[batch.transactions.as<uint32_t>()[row]] += "?iud"[static_cast<int>(batch.operation(row))];
      }
      log.insert(log.end(), texts.begin(), texts.end());
    }
    return log;
  }

  base::io::MemoryFileSystem files_;
  base::ManualClock clock_;
  std::unique_ptr<hub::embedded::EmbeddedHub> hub_;
  core::Log* log_ = nullptr;
  std::unique_ptr<core::LogWriter> writer_;
  base::ByteBudget budget_{size_t{256} << 20};
  core::CopyOrders orders_;
  Observer observer_;
  const config::TablePatterns patterns_{std::vector<std::string>{"shop.*"}};
  std::optional<CapturedTables> tables_;
  std::optional<LogEnd> end_;
  std::optional<core::CaptureContext> context_;
  snapshot::TouchedKeys touched_{1 << 20};
  snapshot::TouchedKeys repair_touched_{1 << 20};
  std::optional<Stream> stream_;
  uint64_t sequence_ = 0;
};

using Texts = std::vector<std::string>;

TEST_F(EventsTest, RowsAfterASavepointAreTakenBack) {
  BeginTransaction();
  Insert();
  Query("SAVEPOINT `one`");
  Update();
  Query("SAVEPOINT `two`");
  Recorded(recorded::kDelete);
  Query("ROLLBACK TO `TWO`");
  Update();
  Query("ROLLBACK TO SAVEPOINT one");
  Recorded(recorded::kDelete);
  Query("COMMIT");
  BeginTransaction();
  Update();
  Query("SAVEPOINT a");
  Query("ROLLBACK TO a");
  Query("COMMIT");
  EXPECT_EQ(Log(), (Texts{"iid", "u"}));
  EXPECT_TRUE(observer_.stopped.empty());
}

TEST_F(EventsTest, ASavepointThatIsUnknownStopsTheTablesOfItsTransaction) {
  BeginTransaction();
  Insert();
  Query("ROLLBACK TO never");
  Query("COMMIT");
  EXPECT_EQ(observer_.stopped, std::vector<Code>{kRolledBackToSavepoint});
}

TEST_F(EventsTest, ACompressedTransactionIsLikeAPlainOne) {
  for (const bool compressed : {true, false}) {
    std::vector<std::byte> plain;
    made::Add(made::MakeEvent(EventType::kQuery, made::QueryBody("shop", "BEGIN")), plain);
    for (const char* hex :
         {recorded::kTableMap, recorded::kInsert, recorded::kUpdate, recorded::kDelete, recorded::kXid}) {
      made::Add(made::MakeEvent(static_cast<EventType>(recorded::FromHex(hex)[4]), made::BodyOf(hex)), plain);
    }
    BeginTransaction();
    EXPECT_TRUE(stream_->Take(made::MakePayload(plain, compressed), base::WallTime{1}).ok());
    EXPECT_FALSE(stream_->in_transaction());
  }
  EXPECT_EQ(Log(), (Texts{"iiud", "iiud"}));
}

TEST_F(EventsTest, APartialUpdateStopsItsTable) {
  BeginTransaction();
  Insert();
  Feed(EventType::kPartialUpdateRows, made::BodyOf(recorded::kUpdate));
  Query("COMMIT");
  EXPECT_EQ(observer_.stopped, std::vector<Code>{kPartialJson});
}

TEST_F(EventsTest, WhatMayBeIgnoredIsAndNothingElse) {
  const std::vector<std::byte> body(12);
  for (const EventType type : {EventType::kRowsQuery, EventType::kPreviousGtids, EventType::kViewChange,
                               EventType::kTransactionContext, EventType::kIgnorable})
    Feed(type, body);
  constexpr auto kFuture = static_cast<EventType>(222);
  Feed(kFuture, body, binlog::kIgnorableFlag);
  const Status refused = stream_->Take(made::MakeEvent(kFuture, body), base::WallTime{1});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), kUnknownEvent);
}

TEST_F(EventsTest, APreparedTransactionInOnePhaseIsCommitted) {
  BeginTransaction();
  Query("XA START X'61',X'',1");
  Insert();
  Query("XA END X'61',X'',1");
  Feed(EventType::kXaPrepare, recorded::FromHex("01010000000100000000000000"
                                                "61"));
  EXPECT_EQ(Log(), Texts{"ii"});
  EXPECT_TRUE(writer_->state().prepared.empty());
}

TEST_F(EventsTest, PlacesGoOnBeyondFourGigabytes) {
  constexpr uint64_t kWrap = uint64_t{1} << 32;
  // A new connection begins to read the file anew, and the first event that comes stands beyond the wrap.
  Begin(HistoryNote{{1, ""}, "binlog.000001", kWrap, kWrap + 1000, 0, "0-1-1"});
  sequence_ = 1;
  Feed(EventType::kGtid, made::GtidBody(++sequence_, false), 0, 1500);
  Feed(EventType::kXid, std::vector<std::byte>(8), 0, 1600);
  EXPECT_EQ(stream_->reached().place, (binlog::BinlogPlace{1, kWrap + 1600}));
  Feed(EventType::kGtid, made::GtidBody(++sequence_, false), 0, 0x7FFFFFF0);
  Feed(EventType::kRowsQuery, {}, 0, 0xFFFFFFF0);
  Feed(EventType::kXid, std::vector<std::byte>(8), 0, 0x20);
  EXPECT_EQ(stream_->reached().place, (binlog::BinlogPlace{1, 2 * kWrap + 0x20}));
}

}  // namespace
}  // namespace renkei::sources::mysql
