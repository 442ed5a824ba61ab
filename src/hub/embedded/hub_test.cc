#include "hub/embedded/hub.h"

#include <gtest/gtest.h>

#include "base/io/memory_file_system.h"
#include "core/batch_builder.h"
#include "hub/embedded/codes.h"

namespace renkei::hub::embedded {
namespace {

core::TableSchema Schema(uint32_t table) {
  core::TableSchema schema;
  schema.table = core::TableId{table};
  schema.id = core::SchemaId{table};
  schema.schema = "shop";
  schema.name = "t" + std::to_string(table);
  schema.columns = {{1, "id", "bigint", {core::Kind::kInt64}, false}, {2, "v", "text", {core::Kind::kText}}};
  schema.key_kind = core::KeyKind::kPrimary;
  schema.key = {0};
  return schema;
}

core::Batch Rows(uint32_t table, int64_t first, uint32_t rows, size_t value_bytes = 8) {
  core::BatchBuilder builder(Schema(table), {});
  for (uint32_t i = 0; i < rows; ++i) {
    builder.BeginRow(core::Operation::kInsert, 0, i);
    builder.after()[0].Fixed(first + i);
    builder.after()[1].Varying(std::string(value_bytes, 'x'));
  }
  return builder.Finish();
}

std::string Gtid(int64_t number) { return number == 0 ? "" : "0-1-" + std::to_string(number); }

// The n-th transaction, of rows rows into the table.
core::ChangeSet Set(int64_t number, uint32_t table = 1, uint32_t rows = 2, size_t value_bytes = 8) {
  core::ChangeSet set;
  set.prev.bytes = Gtid(number - 1);
  set.position.bytes = Gtid(number);
  core::Transaction transaction;
  transaction.id = Gtid(number);
  transaction.rows = rows;
  set.transactions.push_back(transaction);
  set.items.push_back(Rows(table, number * 1000, rows, value_bytes));
  return set;
}

class HubTest : public testing::Test {
 protected:
  void OpenHub() {
    hub_.reset();
    HubOptions options = options_;
    options.folder = "/data/hub";
    options.report = [this](const Error& error) { reports_.push_back(error); };
    Result<std::unique_ptr<EmbeddedHub>> hub = EmbeddedHub::Open(*files_, clock_, options);
    ASSERT_TRUE(hub.ok()) << hub.error().Debug();
    hub_ = std::move(*hub);
    Result<core::Log*> log = hub_->OpenLog("shop");
    ASSERT_TRUE(log.ok()) << log.error().Debug();
    log_ = *log;
  }
  std::unique_ptr<core::LogWriter> Writer() {
    Result<std::unique_ptr<core::LogWriter>> writer = log_->OpenWriter();
    EXPECT_TRUE(writer.ok()) << writer.error().Debug();
    return std::move(*writer);
  }
  void AppendSets(int64_t from, int64_t to, size_t value_bytes = 8) {
    auto writer = Writer();
    for (int64_t number = from; number <= to; ++number) {
      const auto result = writer->Append(Set(number, 1, 2, value_bytes));
      ASSERT_TRUE(result.ok()) << result.error().Debug();
      ASSERT_TRUE(result->appended);
    }
    ASSERT_TRUE(writer->Sync().ok());
  }
  std::vector<core::Entry> ReadAll(core::ReadOptions options = {}) {
    std::vector<core::Entry> entries;
    Result<std::unique_ptr<core::LogReader>> reader = log_->OpenReader(options);
    EXPECT_TRUE(reader.ok()) << reader.error().Debug();
    if (!reader.ok()) return entries;
    while (true) {
      Result<std::optional<core::Entry>> entry = (*reader)->Next();
      EXPECT_TRUE(entry.ok()) << entry.error().Debug();
      if (!entry.ok() || !entry->has_value()) break;
      entries.push_back(**entry);
    }
    EXPECT_EQ((*reader)->position(), std::max(options.from, log_->durable_end()));
    return entries;
  }
  std::vector<std::string> Ids(const core::ReadOptions& options = {}) {
    std::vector<std::string> ids;
    for (const core::Entry& entry : ReadAll(options)) {
      if (const auto* set = std::get_if<core::Changes>(&entry.body)) {
        for (const auto& transaction : (*set)->transactions) ids.push_back(transaction.id);
      }
    }
    return ids;
  }

  HubOptions options_;
  base::ManualClock clock_;
  std::unique_ptr<base::io::MemoryFileSystem> files_ = std::make_unique<base::io::MemoryFileSystem>();
  std::vector<Error> reports_;
  std::unique_ptr<EmbeddedHub> hub_;
  core::Log* log_ = nullptr;
};

TEST_F(HubTest, WhatIsAppendedIsReadInOrder) {
  OpenHub();
  AppendSets(1, 5);
  EXPECT_EQ(Ids(), (std::vector<std::string>{"0-1-1", "0-1-2", "0-1-3", "0-1-4", "0-1-5"}));
  EXPECT_EQ(log_->durable_end(), (core::Address{core::Offset{5}, 0}));
  EXPECT_EQ(log_->State().heads.at(core::Lane{0}).position.bytes, "0-1-5");
}

TEST_F(HubTest, TheLogIsThereAfterAStart) {
  OpenHub();
  const core::LogId id = log_->id();
  const core::Epoch epoch = log_->epoch();
  AppendSets(1, 3);
  OpenHub();
  EXPECT_EQ(log_->id(), id);
  EXPECT_GT(log_->epoch(), epoch);
  AppendSets(4, 6);
  EXPECT_EQ(Ids().size(), 6u);
  const core::Entry entry = ReadAll()[1];
  const auto& batch = std::get<core::Batch>(std::get<core::Changes>(entry.body)->items[0]);
  EXPECT_EQ(batch.after[0].cells<int64_t>()[1], 2001);
}

TEST_F(HubTest, SegmentsRollAndReadersGoOn) {
  options_.segment_bytes = 2000;
  OpenHub();
  AppendSets(1, 50);
  EXPECT_EQ(Ids().size(), 50u);
  OpenHub();
  EXPECT_EQ(Ids().size(), 50u);
  EXPECT_GT(files_->List("/data/hub/shop")->size(), 5u);
  EXPECT_EQ(Ids({{core::Offset{47}, 0}, {}}), (std::vector<std::string>{"0-1-48", "0-1-49", "0-1-50"}));
}

TEST_F(HubTest, AMismatchChangesNothingAndNamesTheHead) {
  OpenHub();
  AppendSets(1, 2);
  auto writer = Writer();
  for (int64_t wrong : {2, 4}) {
    const auto result = writer->Append(Set(wrong));
    ASSERT_TRUE(result.ok());
    EXPECT_FALSE(result->appended);
    EXPECT_EQ(result->head.bytes, "0-1-2");
  }
  EXPECT_TRUE(writer->Append(Set(3))->appended);
  writer.reset();
  EXPECT_EQ(Ids().size(), 3u);
}

TEST_F(HubTest, AReaderOfOneTableSeesItsSetsAndAllOtherFrames) {
  options_.segment_bytes = 3000;
  OpenHub();
  {
    auto writer = Writer();
    for (int64_t number = 1; number <= 60; ++number) {
      ASSERT_TRUE(writer->Append(Set(number, number % 3 == 0 ? 7 : 1))->appended);
      if (number % 20 != 0) continue;
      ASSERT_TRUE(writer->AppendFrame(core::SchemaFrame{Schema(9)}).ok());
    }
  }
  for (int again = 0; again < 2; ++again) {
    const auto entries = ReadAll({{}, {core::TableId{7}}});
    EXPECT_EQ(entries.size(), 23u);
    EXPECT_EQ(ReadAll({{core::Offset{30}, 0}, {core::TableId{7}}}).size(), 12u);
    OpenHub();
  }
}

TEST_F(HubTest, PartsCountOnlyWithTheirEnd) {
  options_.segment_bytes = 1500;
  OpenHub();
  auto writer = Writer();
  ASSERT_TRUE(writer->Append(Set(1))->appended);
  core::ChangeSet end = Set(2);
  end.transactions[0].state = core::TransactionState::kEnd;
  for (int i = 0; i < 5; ++i) {
    core::ChangeSet part = Set(2, 5, 10);
    part.transactions[0].state = core::TransactionState::kPart;
    const auto place = writer->AppendPart(part);
    ASSERT_TRUE(place.ok());
    EXPECT_EQ(place->rows, 10u);
    end.transactions[0].parts.push_back(*place);
  }
  ASSERT_TRUE(writer->Sync().ok());
  EXPECT_EQ(Ids().size(), 1u);
  ASSERT_TRUE(writer->Append(end)->appended);
  ASSERT_TRUE(writer->Sync().ok());
  const auto entries = ReadAll({{}, {core::TableId{5}}});
  ASSERT_EQ(entries.size(), 1u);
  auto reader = std::move(*log_->OpenReader({}));
  uint64_t rows = 0;
  for (const auto& place : std::get<core::Changes>(entries[0].body)->transactions[0].parts) {
    const auto part = reader->ReadPart(place);
    ASSERT_TRUE(part.ok()) << part.error().Debug();
    rows += (*part)->rows();
  }
  EXPECT_EQ(rows, 50u);
  const auto foreign = writer->Append([&] {
    core::ChangeSet set = Set(3);
    set.transactions[0].parts = {{1, 16, 1}};
    return set;
  }());
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().code(), kUnknownPart);
}

TEST_F(HubTest, ChunksAreReadByTheirPlace) {
  OpenHub();
  auto writer = Writer();
  ASSERT_TRUE(writer->AppendFrame(core::SchemaFrame{Schema(1)}).ok());
  ASSERT_TRUE(
      writer
          ->AppendFrame(core::CopyBegin{core::SnapshotId{1}, core::TableId{1}, core::Generation{1}, {"w"}, 9})
          .ok());
  const auto chunk = writer->AppendChunk(core::SnapshotId{1}, Rows(1, 500, 4));
  ASSERT_TRUE(chunk.ok()) << chunk.error().Debug();
  core::ChunkMarker marker;
  marker.snapshot = core::SnapshotId{1};
  marker.table = core::TableId{1};
  marker.rows = 4;
  marker.place = chunk->first;
  marker.crc = chunk->second;
  marker.upper = "503";
  ASSERT_TRUE(writer->AppendFrame(marker).ok());
  ASSERT_TRUE(writer->AppendFrame(core::CopyEnd{core::SnapshotId{1}, core::TableId{1}, false}).ok());
  writer.reset();
  OpenHub();
  const auto entries = ReadAll();
  ASSERT_EQ(entries.size(), 4u);
  auto reader = std::move(*log_->OpenReader({}));
  const auto rows = reader->ReadChunk(std::get<core::ChunkMarker>(entries[2].body).place);
  ASSERT_TRUE(rows.ok()) << rows.error().Debug();
  EXPECT_EQ(rows->after[0].cells<int64_t>()[3], 503);
  EXPECT_TRUE(log_->State().snapshots.at(core::TableId{1}).ended);
  // Gone once all whom it was for have read it.
  ASSERT_TRUE(hub_->ApplyRetention().ok());
  EXPECT_TRUE(reader->ReadChunk(chunk->first).ok());
  ASSERT_TRUE(hub_->Acknowledge("w", "shop", log_->durable_end()).ok());
  ASSERT_TRUE(hub_->ApplyRetention().ok());
  reader = std::move(*log_->OpenReader({}));
  EXPECT_EQ(reader->ReadChunk(chunk->first).error().code(), kChunkGone);
}

}  // namespace
}  // namespace renkei::hub::embedded
