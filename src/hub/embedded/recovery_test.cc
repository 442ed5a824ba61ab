// Crashes at any instant, damage, full disks and failed syncs.
#include <random>

#include "base/io/codes.h"
#include "hub/embedded/hub_fixture.h"

namespace renkei::hub::embedded {
namespace {

class RecoveryTest : public HubFixture {
 protected:
  std::string LastSegment() { return Segments().back(); }
  // With the bytes of the file from `byte` on gone.
  void Cut(const std::string& path, uint64_t byte) {
    auto file = std::move(*files_->Open(path, base::io::OpenMode::kReadWrite));
    ASSERT_TRUE(file->Truncate(byte).ok());
    ASSERT_TRUE(file->Sync().ok());
  }
};

// Property: whatever prefix of the written bytes is there, the log holds the sets whose frames are whole.
TEST_F(RecoveryTest, EveryPrefixOfTheBytesIsALog) {
  MustOpen();
  const std::string path = LastSegment();
  const uint64_t empty = SizeOf(path);
  std::vector<uint64_t> ends;
  {
    // One sync at the end only, so that no frame says that one before it was durable.
    auto writer = Writer();
    for (uint64_t number = 1; number <= 4; ++number) {
      ASSERT_TRUE(writer->Append(SampleSet({.number = number}))->appended);
    }
  }
  hub_.reset();
  const auto whole = files_->AfterCrash(1);
  const uint64_t size = SizeOf(path);
  size_t most = 0;
  for (uint64_t byte = empty; byte <= size; byte = byte == size ? size + 1 : std::min(size, byte + 3)) {
    files_ = whole->AfterCrash(1);
    Cut(path, byte);
    const Status opened = Open();
    ASSERT_TRUE(opened.ok()) << byte << ": " << opened.error().Debug();
    const size_t sets = Count();
    EXPECT_EQ(log_->durable_end().offset.value, sets);
    EXPECT_GE(sets, most);
    most = sets;
    Append(sets + 1, sets + 1);
    EXPECT_EQ(Count(), sets + 1);
    hub_.reset();
  }
  EXPECT_EQ(most, 4u);
}

// The machine stops at any of the disk's operations, with any part of the unsynced bytes on the disk.
TEST_F(RecoveryTest, ACrashAtAnyOperation) {
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    files_ = std::make_unique<base::io::MemoryFileSystem>();
    options_.segment_bytes = 600 + random() % 3000;
    options_.unsynced_bytes_max = 500 + random() % 3000;
    uint64_t durable = 0;
    for (int round = 0; round < 4; ++round) {
      files_->FreezeAfter(10 + random() % 60);
      uint64_t appended = 0;
      if (Open().ok()) {
        durable = std::max(durable, log_->durable_end().offset.value);
        appended = log_->durable_end().offset.value;
        if (auto writer = log_->OpenWriter(); writer.ok()) {
          while (true) {
            const auto rows = static_cast<uint32_t>(1 + random() % 20);
            const auto result = (*writer)->Append(SampleSet({.number = appended + 1, .rows = rows}));
            if (!result.ok()) break;
            ++appended;
            if (random() % 4 == 0 && (*writer)->Sync().ok()) durable = appended;
            if (random() % 8 == 0 && !(*writer)->AppendChunk(core::SnapshotId{1}, SampleRows(1, 0, 3)).ok()) {
              break;
            }
          }
        }
        durable = std::max(durable, log_->durable_end().offset.value);
      }
      auto after = files_->AfterCrash(random());
      hub_.reset();
      files_ = std::move(after);
      MustOpen();
      const uint64_t end = log_->durable_end().offset.value;
      ASSERT_GE(end, durable);
      ASSERT_LE(end, std::max(appended, durable));
      ASSERT_EQ(Count(), end);
      durable = end;
      hub_.reset();
    }
  }
}

TEST_F(RecoveryTest, DamageBelowWhatWasDurableIsLoudAndNamed) {
  MustOpen();
  const std::string path = LastSegment();
  Append(1, 1);
  const uint64_t second = SizeOf(path);
  Append(2, 6);
  hub_.reset();
  files_->FlipBit(path, second + 40, 3);
  const Status opened = Open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), kDamaged);
  EXPECT_EQ(opened.error().field("path"), path);
  EXPECT_EQ(opened.error().field("byte"), std::to_string(second));
  // And nothing was changed: with the bit mended all is there.
  files_->FlipBit(path, second + 40, 3);
  MustOpen();
  EXPECT_EQ(Count(), 6u);
}

TEST_F(RecoveryTest, EveryFlippedBitIsNoticed) {
  options_.segment_bytes = 2000;
  MustOpen();
  Append(1, 14);
  hub_.reset();
  const auto whole = files_->AfterCrash(1);
  const auto paths = Segments();
  std::mt19937 random(11);
  for (int i = 0; i < 400; ++i) {
    SCOPED_TRACE(i);
    hub_.reset();
    files_ = whole->AfterCrash(1);
    const std::string& path = paths[random() % paths.size()];
    files_->FlipBit(path, random() % SizeOf(path), static_cast<int>(random() % 8));
    if (!Open().ok()) continue;
    const auto entries = Read();
    if (!entries.ok()) continue;
    // Padding, the directory, or the last frame, which no later one protects: then the rest is as it was.
    ASSERT_GE(entries->size(), 13u);
    for (size_t n = 0; n < entries->size(); ++n) {
      const auto& set = std::get<core::Changes>((*entries)[n].body);
      EXPECT_EQ(set->position, SamplePosition(n + 1));
      EXPECT_EQ(std::get<core::Batch>(set->items[0]).after[1].bytes(0),
                std::get<core::Batch>(SampleSet({.number = n + 1}).items[0]).after[1].bytes(0));
    }
  }
}

TEST_F(RecoveryTest, DamageInAnOldSegmentStopsItsReader) {
  options_.segment_bytes = 2000;
  MustOpen();
  Append(1, 20);
  hub_.reset();
  const std::string first = Segments().front();
  files_->FlipBit(first, SizeOf(first) / 2, 0);
  MustOpen();
  const auto entries = Read();
  ASSERT_FALSE(entries.ok());
  EXPECT_EQ(entries.error().code(), kDamaged);
  EXPECT_EQ(entries.error().field("path"), first);
  // Those that are past it go on.
  EXPECT_EQ(Count({{core::Offset{18}, 0}, {}}), 2u);
}

TEST_F(RecoveryTest, AMissingSegmentIsLoud) {
  options_.segment_bytes = 2000;
  MustOpen();
  Append(1, 30);
  hub_.reset();
  ASSERT_TRUE(files_->Remove(Segments()[2]).ok());
  EXPECT_EQ(Open().error().code(), kSegmentMissing);
}

TEST_F(RecoveryTest, ATornTailIsCutAndTold) {
  MustOpen();
  Append(1, 3);
  hub_.reset();
  const std::string path = LastSegment();
  Cut(path, SizeOf(path) - 5);
  MustOpen();
  EXPECT_EQ(Count(), 2u);
  EXPECT_TRUE(Reported(kTornTailCut));
}

TEST_F(RecoveryTest, ANewerFormatIsNamed) {
  MustOpen();
  Append(1, 1);
  hub_.reset();
  // The major version, and the checksum that goes with it.
  const std::string path = LastSegment();
  auto file = std::move(*files_->Open(path, base::io::OpenMode::kReadWrite));
  std::vector<std::byte> header(kFileHeaderBytes);
  ASSERT_TRUE(file->ReadAt(0, header).ok());
  FileHeader parsed = *ReadFileHeader(*file, path);
  parsed.required_bits = 4;
  base::ByteWriter writer;
  EncodeFileHeader(parsed, writer);
  ASSERT_TRUE(file->WriteAt(0, writer.bytes()).ok());
  const Status opened = Open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), kUnknownFormat);
  EXPECT_EQ(opened.error().field("bits"), "0x4");
}

TEST_F(RecoveryTest, AFullDiskStopsTheWriterAndGoesOnWithRoom) {
  MustOpen();
  Append(1, 3);
  files_->SetRoom(3000);
  {
    auto writer = Writer();
    uint64_t number = 4;
    Result<core::AppendResult> result = writer->Append(SampleSet({.number = number}));
    while (result.ok()) {
      ASSERT_LT(number, 100u);
      result = writer->Append(SampleSet({.number = ++number}));
    }
    EXPECT_EQ(result.error().code(), base::io::kDiskFull);
    EXPECT_FALSE(writer->Append(SampleSet({.number = number})).ok());
    EXPECT_FALSE(writer->Sync().ok());
  }
  EXPECT_GE(Count(), 3u);  // readers are not disturbed
  EXPECT_EQ(log_->OpenWriter().error().code(), base::io::kDiskFull);
  files_->SetRoom(std::nullopt);
  const auto reopened = hub_->OpenLog("shop");
  ASSERT_TRUE(reopened.ok());
  EXPECT_EQ(*reopened, log_);
  const uint64_t end = log_->durable_end().offset.value;
  EXPECT_GE(end, 3u);
  EXPECT_EQ(log_->State().heads.at(core::Lane{0}).position, SamplePosition(end));
  Append(end + 1, end + 4);
  EXPECT_EQ(Count(), end + 4);
  MustOpen();
  EXPECT_EQ(Count(), end + 4);
}

TEST_F(RecoveryTest, AfterAFailedSyncOnlyWhatWasSyncedBeforeIsTrusted) {
  MustOpen();
  Append(1, 3);
  {
    auto writer = Writer();
    files_->FailNextSync();
    (void)writer->Append(SampleSet({.number = 4}));
    EXPECT_FALSE(writer->Sync().ok());
  }
  EXPECT_EQ(Count(), 3u);
  Append(4, 5);
  EXPECT_EQ(Count(), 5u);
  auto after = files_->AfterCrash(9);
  hub_.reset();
  files_ = std::move(after);
  MustOpen();
  EXPECT_EQ(Count(), 5u);
}

// Writes and syncs fail at any point while the process lives on; now and then the machine dies afterwards.
TEST_F(RecoveryTest, FailuresAtAnyPoint) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    hub_.reset();
    files_ = std::make_unique<base::io::MemoryFileSystem>();
    options_.segment_bytes = 800 + random() % 2000;
    MustOpen();
    uint64_t durable = 0;
    uint64_t appended = 0;
    for (int round = 0; round < 8; ++round) {
      if (auto writer = log_->OpenWriter(); writer.ok()) {
        appended = log_->durable_end().offset.value;
        ASSERT_GE(appended, durable);
        for (uint64_t step = 0; step < 3 + random() % 15; ++step) {
          if (random() % 9 == 0) files_->FailNextWrite();
          if (random() % 9 == 0) files_->FailNextSync();
          if (random() % 20 == 0) files_->SetRoom(random() % 2000);
          if (!(*writer)->Append(SampleSet({.number = appended + 1})).ok()) break;
          ++appended;
          if (random() % 3 == 0 && (*writer)->Sync().ok()) durable = appended;
        }
      }
      files_->SetRoom(std::nullopt);
      durable = std::max(durable, log_->durable_end().offset.value);
      ASSERT_EQ(Count(), durable);
      if (random() % 4 != 0) continue;
      auto after = files_->AfterCrash(random());
      hub_.reset();
      files_ = std::move(after);
      MustOpen();
      // What was written and not synced may have survived.
      ASSERT_GE(log_->durable_end().offset.value, durable);
      ASSERT_LE(log_->durable_end().offset.value, std::max(durable, appended));
      durable = log_->durable_end().offset.value;
      ASSERT_EQ(Count(), durable);
    }
  }
}

TEST_F(RecoveryTest, AShortWriteStopsTheWriter) {
  MustOpen();
  Append(1, 3);
  {
    auto writer = Writer();
    files_->FailNextWrite();
    EXPECT_FALSE(writer->Append(SampleSet({.number = 4})).ok());
  }
  Append(4, 6);
  EXPECT_EQ(Count(), 6u);
}

TEST_F(RecoveryTest, TheFolderIsForOneHub) {
  MustOpen();
  HubOptions options;
  options.folder = "/data/hub";
  EXPECT_EQ(EmbeddedHub::Open(*files_, clock_, options).error().code(), base::io::kAlreadyLocked);
}

}  // namespace
}  // namespace renkei::hub::embedded
