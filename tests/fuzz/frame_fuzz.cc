// Bodies of frames, and whole log files. The first byte says what the rest is taken for.
#include "base/io/memory_file_system.h"
#include "core/encoding.h"
#include "hub/embedded/cursors.h"
#include "hub/embedded/directory.h"
#include "hub/embedded/hub.h"
#include "hub/embedded/recovery.h"
#include "hub/embedded/state_frame.h"
#include "tests/conformance/samples.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace renkei;  // NOLINT: a program of its own

enum Target : uint8_t {
  kState = 9,
  kRows = 10,
  kDirectory = 11,
  kSchema = 12,
  kSummary = 13,
  kFile = 14,
  kCursors = 15
};

base::Buffer Copy(std::string_view bytes) { return base::Buffer::Own(std::string(bytes)); }

// Reads every cell that a decoder has let through.
void Touch(const core::Batch& batch) {
  size_t bytes = 0;
  for (uint32_t row = 0; row < batch.rows; ++row) {
    CHECK(batch.operation(row) >= core::Operation::kInsert && batch.operation(row) <= core::Operation::kRead);
    for (const core::Column& column : batch.after) bytes += column.bytes(row).size();
    for (const core::Column& column : batch.before) bytes += column.bytes(row).size();
  }
  CHECK_LE(bytes, size_t{1} << 34);
}

// What was decoded encodes to something that decodes.
void Again(const core::ChangeSet& set) {
  base::ByteWriter writer;
  core::EncodeChangeSet(set, writer);
  CHECK(core::DecodeChangeSet(base::Buffer::Own(writer.Take())).ok());
}

void FeedBody(core::FrameKind kind, std::string_view bytes) {
  const Result<core::EntryBody> body = core::DecodeBody(kind, Copy(bytes));
  if (!body.ok()) return;
  const auto* set = std::get_if<core::Changes>(&*body);
  if (set == nullptr) return;
  for (const core::Item& item : (*set)->items) {
    if (const auto* batch = std::get_if<core::Batch>(&item)) Touch(*batch);
  }
  Again(**set);
}

void FeedFile(std::string_view bytes) {
  base::io::MemoryFileSystem files;
  CHECK(files.CreateFolders("/log").ok());
  auto file = files.Open("/log/0000000001.log", base::io::OpenMode::kCreateNew);
  CHECK((*file)->WriteAt(0, std::as_bytes(std::span(bytes))).ok());
  (void)hub::embedded::RecoverLog(files, "/log", [](const Error&) {});
}

void FeedCursors(std::string_view bytes) {
  base::io::MemoryFileSystem files;
  CHECK(files.CreateFolders("/hub").ok());
  CHECK(base::io::ReplaceFile(files, "/hub/cursors", bytes).ok());
  (void)hub::embedded::Cursors::Open(files, "/hub/cursors");
}

std::string With(uint8_t target, std::string_view bytes) {
  return std::string(1, static_cast<char>(target)) + std::string(bytes);
}

std::string Text(const base::ByteWriter& writer) {
  return std::string(reinterpret_cast<const char*>(writer.bytes().data()), writer.size());
}

// A log file with some of everything in it.
std::string LogFile() {
  base::io::MemoryFileSystem files;
  base::ManualClock clock;
  hub::embedded::HubOptions options;
  options.folder = "/hub";
  auto hub = hub::embedded::EmbeddedHub::Open(files, clock, options);
  core::Log* log = *(*hub)->OpenLog("shop");
  {
    auto writer = std::move(*log->OpenWriter());
    CHECK(writer->AppendFrame(core::SchemaFrame{conformance::SampleSchema(1)}).ok());
    for (uint64_t number = 1; number <= 3; ++number) {
      CHECK(writer->Append(conformance::SampleSet({.number = number})).ok());
    }
  }
  return *base::io::ReadWholeFile(files, "/hub/shop/0000000001.log");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 16) {
    case kState:
      (void)core::DecodeState(Copy(rest));
      break;
    case kRows:
      if (const auto rows = core::DecodeRows(Copy(rest)); rows.ok()) Touch(*rows);
      break;
    case kDirectory:
      (void)hub::embedded::Directory::Decode(Copy(rest));
      break;
    case kSchema:
      (void)core::DecodeSchema(Copy(rest));
      break;
    case kSummary:
      (void)hub::embedded::DecodeSummary(Copy(rest));
      break;
    case kFile:
      FeedFile(rest);
      break;
    case kCursors:
      FeedCursors(rest);
      break;
    default:
      FeedBody(static_cast<core::FrameKind>(data[0] % 16), rest);
  }
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds;
  const auto add_body = [&](const core::EntryBody& body) {
    base::ByteWriter writer;
    core::EncodeBody(body, writer);
    seeds.push_back(With(static_cast<uint8_t>(core::KindOf(body)), Text(writer)));
  };
  core::ChangeSet set = conformance::SampleSet({.number = 7, .rows = 5});
  set.items.push_back(core::SchemaChange{conformance::SampleSchema(2), "ALTER"});
  set.items.push_back(core::Truncate{{core::TableId{1}}, false, 0});
  set.transactions[0].parts = {{1, 2, 3}};
  add_body(std::make_shared<const core::ChangeSet>(set));
  add_body(core::CopyBegin{core::SnapshotId{1}, core::TableId{1}, core::Generation{1}, {"w"}, 5});
  add_body(core::ChunkMarker{});
  add_body(core::CopyEnd{});
  add_body(core::SchemaFrame{conformance::SampleSchema(3)});
  add_body(core::Tick{});
  add_body(core::Gap{core::TableId{1}, core::Generation{1}, 2100, {{"a", "b"}}});
  base::ByteWriter rows;
  core::EncodeRows(conformance::SampleRows(1, 0, 9), rows);
  seeds.push_back(With(kRows, Text(rows)));
  hub::embedded::LogSummary summary;
  summary.BeginEpoch(core::Epoch{1}, {});
  summary.backfills[core::SnapshotId{1}] = {core::TableId{1}, {"w"}, core::Address{}};
  summary.state.schemas[core::SchemaId{1}] = conformance::SampleSchema(1);
  summary.state.tables[core::TableId{1}].schema = conformance::SampleSchema(1);
  base::ByteWriter state;
  core::EncodeState(summary.state, state);
  seeds.push_back(With(kState, Text(state)));
  base::ByteWriter frame;
  hub::embedded::EncodeSummary(summary, frame);
  seeds.push_back(With(kSummary, Text(frame)));
  base::ByteWriter directory;
  hub::embedded::Directory().Encode(directory);
  seeds.push_back(With(kDirectory, Text(directory)));
  seeds.push_back(With(kFile, LogFile()));
  return seeds;
}
