// What goes, what stays, and the hub's time.
#include <future>

#include "hub/embedded/hub_fixture.h"

namespace renkei::hub::embedded {
namespace {

using std::chrono::hours;

class RetentionTest : public HubFixture {
 protected:
  void SetUp() override {
    options_.segment_bytes = 2000;
    options_.retention = hours(24 * 7);
  }
  void Retain() {
    const Status status = hub_->ApplyRetention();
    ASSERT_TRUE(status.ok()) << status.error().Debug();
  }
  void Acknowledge(const std::string& subscription, uint64_t offset) {
    ASSERT_TRUE(hub_->Acknowledge(subscription, "shop", {core::Offset{offset}, 0}).ok());
  }
};

TEST_F(RetentionTest, YoungSegmentsStay) {
  MustOpen();
  Append(1, 30);
  Acknowledge("w", 30);
  clock_.Advance(hours(24 * 7 - 1));
  Retain();
  EXPECT_EQ(Count(), 30u);
}

TEST_F(RetentionTest, OldSegmentsGoWhenAllHaveReadThem) {
  MustOpen();
  Append(1, 30);
  Acknowledge("slow", 12);
  Acknowledge("fast", 30);
  clock_.Advance(hours(24 * 8));
  Retain();
  const core::Address begin = log_->begin();
  EXPECT_GT(begin.offset.value, 0u);
  EXPECT_LE(begin.offset.value, 12u);
  EXPECT_EQ(Count({{core::Offset{12}, 0}, {}}), 18u);
  const auto gone = log_->OpenReader({});
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code(), kAddressGone);
  EXPECT_EQ(log_->CheckAddress(log_->epoch(), {}).error().code(), kAddressGone);
  // Heads, schemas and the rest live on in the state frames.
  MustOpen();
  EXPECT_EQ(log_->begin(), begin);
  EXPECT_EQ(log_->State().heads.at(core::Lane{0}).position, SamplePosition(30));
  Append(31, 32);
}

TEST_F(RetentionTest, AReaderWhoseSegmentGoesIsTold) {
  options_.recent_bytes_max = 0;
  MustOpen();
  Append(1, 30);
  auto reader = std::move(*log_->OpenReader({}));
  ASSERT_TRUE(reader->Next()->has_value());
  clock_.Advance(hours(24 * 8));
  Retain();
  EXPECT_EQ(reader->Next().error().code(), kAddressGone);
}

TEST_F(RetentionTest, TheBoundOnBytesStandsAboveUnreadSegments) {
  options_.max_bytes = 9000;
  MustOpen();
  Append(1, 60);
  Acknowledge("slow", 1);
  Retain();
  EXPECT_LE(log_->size_bytes(), 9000u);
  EXPECT_GT(log_->begin().offset.value, 1u);
  EXPECT_TRUE(Reported(kSubscriptionLost));
  EXPECT_EQ(log_->OpenReader({{core::Offset{1}, 0}, {}}).error().code(), kAddressGone);
  const size_t reports = reports_.size();
  Retain();
  EXPECT_EQ(reports_.size(), reports);
  Append(61, 62);
}

TEST_F(RetentionTest, SegmentsWithPartsOfALaterTransactionStay) {
  MustOpen();
  Append(1, 3);
  auto writer = Writer();
  core::ChangeSet end = SampleSet({.number = 4});
  for (int i = 0; i < 12; ++i) {
    core::ChangeSet part = SampleSet({.number = 4, .rows = 20});
    end.transactions[0].parts.push_back(*writer->AppendPart(part));
  }
  ASSERT_TRUE(writer->Sync().ok());
  clock_.Advance(hours(24 * 8));
  Retain();
  ASSERT_TRUE(writer->Append(end)->appended);
  ASSERT_TRUE(writer->Sync().ok());
  const auto entries = *Read({{core::Offset{3}, 0}, {}});
  ASSERT_EQ(entries.size(), 1u);
  auto reader = std::move(*log_->OpenReader({{core::Offset{3}, 0}, {}}));
  for (const core::PartPlace& place : std::get<core::Changes>(entries[0].body)->transactions[0].parts) {
    EXPECT_TRUE(reader->ReadPart(place).ok());
  }
}

TEST_F(RetentionTest, SegmentsWithPartsOfAPreparedTransactionStayOverARestart) {
  MustOpen();
  core::ChangeSet prepared = SampleSet({.number = 1});
  prepared.transactions[0].state = core::TransactionState::kPrepared;
  {
    auto writer = Writer();
    prepared.transactions[0].parts.push_back(*writer->AppendPart(SampleSet({.number = 1, .rows = 20})));
    ASSERT_TRUE(writer->Append(prepared)->appended);
  }
  MustOpen();
  Append(2, 60);
  clock_.Advance(hours(24 * 8));
  Retain();
  auto reader = std::move(*log_->OpenReader({log_->durable_end(), {}}));
  EXPECT_TRUE(reader->ReadPart(prepared.transactions[0].parts[0]).ok());
  core::ChangeSet abort = SampleSet({.number = 61});
  abort.transactions[0].state = core::TransactionState::kAbort;
  abort.transactions[0].ends = prepared.transactions[0].id;
  auto writer = Writer();
  ASSERT_TRUE(writer->Append(abort)->appended);
  writer.reset();
  Append(62, 120);
  clock_.Advance(hours(24 * 8));
  Retain();
  EXPECT_FALSE(reader->ReadPart(prepared.transactions[0].parts[0]).ok()) << "nothing holds the segment";
}

TEST_F(RetentionTest, ChunksStayUntilAllAddresseesHaveReadTheCopy) {
  MustOpen();
  auto writer = Writer();
  ASSERT_TRUE(writer
                  ->AppendFrame(core::CopyBegin{
                      core::SnapshotId{1}, core::TableId{1}, core::Generation{1}, {"w", "v"}, 9})
                  .ok());
  const auto chunk = writer->AppendChunk(core::SnapshotId{1}, SampleRows(1, 0, 4));
  ASSERT_TRUE(chunk.ok());
  ASSERT_TRUE(writer->AppendFrame(core::CopyEnd{core::SnapshotId{1}, core::TableId{1}, true}).ok());
  ASSERT_TRUE(writer->Sync().ok());
  const std::string path = std::string(kFolder) + "/backfill/0000000001.log";
  ASSERT_TRUE(hub_->Acknowledge("w", "shop", log_->durable_end()).ok());
  Retain();
  EXPECT_TRUE(files_->Exists(path));
  writer.reset();
  MustOpen();  // what it is for is known after a start, too
  Retain();
  EXPECT_TRUE(files_->Exists(path));
  ASSERT_TRUE(hub_->Acknowledge("v", "shop", log_->durable_end()).ok());
  Retain();
  EXPECT_FALSE(files_->Exists(path));
  EXPECT_EQ((*log_->OpenReader({}))->ReadChunk(chunk->first).error().code(), kChunkGone);
}

TEST_F(RetentionTest, ChunksOfACopyThatNeverBeganGo) {
  MustOpen();
  {
    auto writer = Writer();
    ASSERT_TRUE(writer->AppendChunk(core::SnapshotId{7}, SampleRows(1, 0, 4)).ok());
  }
  EXPECT_TRUE(files_->Exists(std::string(kFolder) + "/backfill/0000000007.log"));
  MustOpen();
  EXPECT_FALSE(files_->Exists(std::string(kFolder) + "/backfill/0000000007.log"));
}

TEST_F(RetentionTest, AClockSetForwardUnlinksNothing) {
  MustOpen();
  Append(1, 30);
  clock_.SetWall(base::WallTime{clock_.wall().value + 3600LL * 24 * 365 * base::kMicrosPerSecond});
  Retain();
  EXPECT_EQ(Count(), 30u);
  EXPECT_TRUE(Reported(kClockStepped));
  // Nor after a start, unless the user says that the clock is right.
  MustOpen();
  Retain();
  EXPECT_EQ(Count(), 30u);
  options_.accept_clock = true;
  MustOpen();
  Retain();
  EXPECT_LT((*Read({log_->begin(), {}})).size(), 30u);
}

TEST_F(RetentionTest, HubTimeDoesNotGoBack) {
  MustOpen();
  Append(1, 1);
  clock_.SetWall(base::WallTime{clock_.wall().value - 3600 * base::kMicrosPerSecond});
  Append(2, 2);
  MustOpen();
  Append(3, 3);
  const auto entries = *Read();
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_LE(entries[0].hub_time, entries[1].hub_time);
  EXPECT_LE(entries[1].hub_time, entries[2].hub_time);
}

TEST_F(RetentionTest, CursorsAreWrittenAtMostOnceASecond) {
  MustOpen();
  Append(1, 30);
  Acknowledge("w", 1);
  const uint64_t before = files_->operations();
  for (uint64_t offset = 2; offset <= 20; ++offset) Acknowledge("w", offset);
  EXPECT_EQ(files_->operations(), before);
  clock_.Advance(std::chrono::seconds(2));
  Acknowledge("w", 21);
  EXPECT_GT(files_->operations(), before);
  auto after = files_->AfterCrash(3);
  hub_.reset();
  files_ = std::move(after);
  MustOpen();
  EXPECT_EQ((*hub_->Cursor("w", "shop"))->offset.value, 21u);
}

TEST_F(RetentionTest, ADamagedCursorsFileIsLoud) {
  MustOpen();
  Append(1, 3);
  Acknowledge("w", 3);
  hub_.reset();
  files_->FlipBit("/data/hub/cursors", 20, 1);
  EXPECT_EQ(Open().error().code(), kCursorsDamaged);
}

// A disk whose removals take as long as the test wants.
class SlowDisk final : public base::io::FileSystem {
 public:
  explicit SlowDisk(base::io::FileSystem& disk) : disk_(disk) {}
  std::promise<void> removing;
  std::promise<void> go_on;

  Result<std::unique_ptr<base::io::File>> Open(const std::string& path, base::io::OpenMode mode) override {
    return disk_.Open(path, mode);
  }
  bool Exists(const std::string& path) override { return disk_.Exists(path); }
  Status CreateFolders(const std::string& path) override { return disk_.CreateFolders(path); }
  Result<std::vector<std::string>> List(const std::string& folder) override { return disk_.List(folder); }
  Status Rename(const std::string& from, const std::string& to) override { return disk_.Rename(from, to); }
  Status Remove(const std::string& path) override {
    if (!std::exchange(removed_, true)) {
      removing.set_value();
      go_on.get_future().wait();
    }
    return disk_.Remove(path);
  }
  Status SyncFolder(const std::string& folder) override { return disk_.SyncFolder(folder); }
  Result<std::unique_ptr<base::io::FileLock>> Lock(const std::string& path) override {
    return disk_.Lock(path);
  }

 private:
  base::io::FileSystem& disk_;
  bool removed_ = false;
};

TEST_F(RetentionTest, ASlowDiskHoldsUpNoAcknowledgementAndNoOtherLog) {
  SlowDisk disk(*files_);
  HubOptions options = options_;
  options.folder = "/data/hub";
  hub_ = std::move(*EmbeddedHub::Open(disk, clock_, options));
  log_ = *hub_->OpenLog("shop");
  Append(1, 30);
  Acknowledge("w", 30);
  clock_.Advance(hours(24 * 8));
  auto retained = std::async(std::launch::async, [&] { return hub_->ApplyRetention().ok(); });
  disk.removing.get_future().wait();
  auto meanwhile = std::async(std::launch::async, [&] {
    return hub_->Acknowledge("w", "shop", {core::Offset{30}, 0}).ok() && hub_->Cursor("w", "shop").ok() &&
           hub_->OpenLog("other").ok();
  });
  const bool held_up = meanwhile.wait_for(std::chrono::seconds(20)) != std::future_status::ready;
  disk.go_on.set_value();
  EXPECT_FALSE(held_up);
  EXPECT_TRUE(meanwhile.get());
  EXPECT_TRUE(retained.get());
  hub_.reset();
}

}  // namespace
}  // namespace renkei::hub::embedded
