// The embedded hub's files as format 1.0 has them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <span>

#include "base/io/memory_file_system.h"
#include "hub/embedded/directory.h"
#include "hub/embedded/hub.h"
#include "hub/embedded/scan.h"
#include "tests/conformance/samples.h"

namespace renkei::hub::embedded {
namespace {

using conformance::SamplePosition;
using conformance::SampleRows;
using conformance::SampleSchema;
using conformance::SampleSet;

const std::string kGolden = std::string(RENKEI_GOLDEN) + "/hub-1.0";
constexpr const char* kFiles[] = {"cursors", "shop/0000000001.log", "shop/0000000002.log",
                                  "shop/backfill/0000000001.log"};

// Every kind of frame, over two segments.
void WriteLog(base::io::FileSystem& files) {
  base::ManualClock clock;
  HubOptions options;
  options.folder = "/hub";
  options.segment_bytes = 2500;
  auto hub = std::move(*EmbeddedHub::Open(files, clock, options));
  core::Log* log = *hub->OpenLog("shop");
  auto writer = std::move(*log->OpenWriter());
  const core::SnapshotId snapshot{1};
  const core::TableId table{1};
  const core::Generation generation{1};
  ASSERT_TRUE(writer->AppendFrame(core::SchemaFrame{SampleSchema(1)}).ok());
  ASSERT_TRUE(
      writer->AppendFrame(core::CopyBegin{snapshot, table, generation, {"warehouse"}, 4, core::SchemaId{1}})
          .ok());
  ASSERT_TRUE(writer->Append(SampleSet({.number = 1})).ok());
  const auto chunk = writer->AppendChunk(snapshot, SampleRows(1, 500, 4));
  ASSERT_TRUE(chunk.ok());
  ASSERT_TRUE(writer
                  ->AppendFrame(core::ChunkMarker{snapshot, table, generation, 0, "", "503", "0-1-1", "0-1-1",
                                                  4, chunk->first, chunk->second})
                  .ok());
  ASSERT_TRUE(writer->AppendFrame(core::CopyEnd{snapshot, table, false}).ok());
  core::ChangeSet end = SampleSet({.number = 2});
  end.transactions[0].state = core::TransactionState::kEnd;
  end.transactions[0].parts = {*writer->AppendPart(SampleSet({.number = 2, .rows = 3}))};
  end.items.push_back(core::SchemaChange{SampleSchema(2), "ALTER TABLE", 0, {{2, "7"}}});
  end.items.push_back(core::Truncate{{core::TableId{2}}, true, 0});
  ASSERT_TRUE(writer->Append(end).ok());
  for (uint64_t number = 3; number <= 6; ++number) {
    ASSERT_TRUE(writer->Append(SampleSet({.number = number})).ok());
  }
  ASSERT_TRUE(
      writer->AppendTick({core::Lane{0}, SamplePosition(6), SamplePosition(9), "note", base::WallTime{77}})
          .ok());
  ASSERT_TRUE(
      writer->AppendFrame(core::Gap{core::TableId{2}, generation, 2100, {{"table", "shop.t2"}}}).ok());
  ASSERT_TRUE(writer->Sync().ok());
  ASSERT_TRUE(hub->Acknowledge("warehouse", "shop", {core::Offset{1}, 0}).ok());
}

void CopyFiles(std::span<const char* const> names, base::io::FileSystem& from, const std::string& from_folder,
               base::io::FileSystem& to, const std::string& to_folder) {
  ASSERT_TRUE(to.CreateFolders(to_folder + "/shop/backfill").ok());
  for (const char* name : names) {
    const auto content = base::io::ReadWholeFile(from, from_folder + "/" + name);
    ASSERT_TRUE(content.ok()) << content.error().Debug();
    ASSERT_TRUE(base::io::ReplaceFile(to, to_folder + "/" + name, *content).ok());
  }
}

std::vector<core::Entry> ReadAll(core::Log& log) {
  auto reader = std::move(*log.OpenReader({}));
  std::vector<core::Entry> entries;
  while (true) {
    auto entry = reader->Next();
    EXPECT_TRUE(entry.ok()) << entry.error().Debug();
    if (!entry.ok() || !entry->has_value()) return entries;
    entries.push_back(std::move(**entry));
  }
}

TEST(HubGolden, Format10IsRead) {
  base::io::DiskFileSystem disk;
  if (std::getenv("RENKEI_WRITE_GOLDEN") != nullptr) {
    base::io::MemoryFileSystem files;
    WriteLog(files);
    CopyFiles(kFiles, files, "/hub", disk, kGolden);
  }
  base::io::MemoryFileSystem files;
  CopyFiles(kFiles, disk, kGolden, files, "/hub");
  base::ManualClock clock;
  HubOptions options;
  options.folder = "/hub";
  auto hub = EmbeddedHub::Open(files, clock, options);
  ASSERT_TRUE(hub.ok()) << hub.error().Debug();
  const auto opened = (*hub)->OpenLog("shop");
  ASSERT_TRUE(opened.ok()) << opened.error().Debug();
  core::Log& log = **opened;
  const auto entries = ReadAll(log);
  ASSERT_EQ(entries.size(), 12u);
  EXPECT_EQ(std::get<core::SchemaFrame>(entries[0].body).schema, SampleSchema(1));
  EXPECT_EQ(std::get<core::CopyBegin>(entries[1].body).subscriptions[0], "warehouse");
  auto reader = std::move(*log.OpenReader({}));
  const auto chunk = reader->ReadChunk(std::get<core::ChunkMarker>(entries[3].body).place);
  ASSERT_TRUE(chunk.ok());
  EXPECT_EQ(chunk->after[0].cells<int64_t>()[3], 503);
  const auto& end = std::get<core::Changes>(entries[5].body);
  const auto part = reader->ReadPart(end->transactions[0].parts[0]);
  ASSERT_TRUE(part.ok());
  EXPECT_EQ((*part)->rows(), 3u);
  EXPECT_EQ(std::get<core::Gap>(entries[11].body).code, 2100);
  EXPECT_EQ(log.State().heads.at(core::Lane{0}).position, SamplePosition(9));
  EXPECT_EQ((*(*hub)->Cursor("warehouse", "shop"))->offset.value, 1u);
}

// The frames of a log whose first repair made it roll, so that its second segment asks for the bit.
constexpr const char* kRepairFiles[] = {"shop/0000000001.log", "shop/0000000002.log"};
const std::string kRepairsGolden = std::string(RENKEI_GOLDEN) + "/hub-1.0-repairs";

void WriteRepairs(base::io::FileSystem& files) {
  base::ManualClock clock;
  HubOptions options;
  options.folder = "/hub";
  auto hub = std::move(*EmbeddedHub::Open(files, clock, options));
  core::Log* log = *hub->OpenLog("shop");
  auto writer = std::move(*log->OpenWriter());
  ASSERT_TRUE(writer->AppendFrame(core::SchemaFrame{SampleSchema(1)}).ok());
  ASSERT_TRUE(writer->Append(SampleSet({.number = 1})).ok());
  ASSERT_TRUE(writer
                  ->AppendTick(
                      {core::Lane{0}, SamplePosition(1), SamplePosition(9), "note", base::WallTime{77}, 2140})
                  .ok());
  ASSERT_TRUE(writer->AppendFrame(conformance::SampleRepair(1, 500, 3)).ok());
  ASSERT_TRUE(
      writer->AppendFrame(core::RepairMark{core::TableId{1}, core::Generation{1}, false, 90, 3}).ok());
  ASSERT_TRUE(writer->AppendFrame(core::RepairMark{core::TableId{1}, core::Generation{1}, true, 0, 0}).ok());
  ASSERT_TRUE(writer->Sync().ok());
}

TEST(HubGolden, RepairsAreRead) {
  base::io::DiskFileSystem disk;
  if (std::getenv("RENKEI_WRITE_GOLDEN") != nullptr) {
    base::io::MemoryFileSystem files;
    WriteRepairs(files);
    CopyFiles(kRepairFiles, files, "/hub", disk, kRepairsGolden);
  }
  base::io::MemoryFileSystem files;
  CopyFiles(kRepairFiles, disk, kRepairsGolden, files, "/hub");
  base::ManualClock clock;
  HubOptions options;
  options.folder = "/hub";
  auto hub = EmbeddedHub::Open(files, clock, options);
  ASSERT_TRUE(hub.ok()) << hub.error().Debug();
  core::Log& log = **(*hub)->OpenLog("shop");
  const auto entries = ReadAll(log);
  ASSERT_EQ(entries.size(), 6u);
  EXPECT_EQ(std::get<core::Tick>(entries[2].body).lost, 2140);
  const auto& repair = std::get<core::Repair>(entries[3].body);
  EXPECT_EQ(repair.rows->rows, 4u);
  EXPECT_EQ(repair.rows->operation(3), core::Operation::kDelete);
  EXPECT_EQ(std::get<core::RepairMark>(entries[4].body).rows, 90u);
  EXPECT_TRUE(log.State().tables.at(core::TableId{1}).owed);
  const std::string path = kRepairsGolden + "/shop/0000000002.log";
  EXPECT_EQ(ReadFileHeader(**disk.Open(path, base::io::OpenMode::kRead), path)->required_bits, kRepairsBit);
}

// What is written today is still what was written then: otherwise the version must change.
TEST(HubGolden, Format10IsWritten) {
  base::io::DiskFileSystem disk;
  for (const std::string& path :
       {kGolden + "/shop/0000000001.log", kGolden + "/shop/0000000002.log",
        kRepairsGolden + "/shop/0000000001.log", kRepairsGolden + "/shop/0000000002.log"}) {
    auto file = std::move(*disk.Open(path, base::io::OpenMode::kRead));
    const auto header = ReadFileHeader(*file, path);
    ASSERT_TRUE(header.ok());
    base::ByteWriter again;
    EncodeFileHeader(*header, again);
    EXPECT_EQ(0,
              std::memcmp(again.bytes().data(), base::io::ReadWholeFile(disk, path)->data(), again.size()));
    FrameScan scan(*file, *header, *file->Size());
    while (true) {
      auto frame = scan.Next();
      ASSERT_TRUE(frame.ok());
      if (!frame->has_value()) break;
      base::ByteWriter body;
      const FrameHeader& of = (*frame)->header;
      if (of.kind == core::FrameKind::kState) {
        EncodeSummary(*DecodeSummary((*frame)->body), body);
      } else if (of.kind == core::FrameKind::kDirectory) {
        Directory::Decode((*frame)->body)->Encode(body);
      } else if (of.kind == core::FrameKind::kPart) {
        core::EncodeChangeSet(**core::DecodeChangeSet((*frame)->body), body);
      } else {
        core::EncodeBody(*core::DecodeBody(of.kind, (*frame)->body), body);
      }
      EXPECT_EQ(base::Buffer::Own(body.Take()).text(), (*frame)->body.text()) << "byte " << (*frame)->byte;
    }
    EXPECT_EQ(scan.byte(), *file->Size());
  }
}

}  // namespace
}  // namespace renkei::hub::embedded
