// Reads a log forward. One thread; any number of readers, each with its own file handles. A reader whose
// segment retention takes away is told so by kAddressGone.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/hub.h"
#include "hub/embedded/backfill.h"
#include "hub/embedded/log.h"

namespace renkei::hub::embedded {

class Reader final : public core::LogReader {
 public:
  Reader(EmbeddedLog& log, base::io::FileSystem& files, const core::ReadOptions& options);
  // Goes to the segment that holds the address it reads from. Once, first.
  Status Enter(SegmentPtr segment);

  Result<std::optional<core::Entry>> Next() override;
  core::Address position() const override { return position_; }
  Result<core::Changes> ReadPart(const core::PartPlace& place) override;
  Result<core::Batch> ReadChunk(const core::ChunkPlace& place) override;

 private:
  // Reads the frame at byte_ and goes past it; nothing if it is not for this reader.
  Result<std::optional<core::Entry>> ReadFrame();
  // Whether the reader is to see the frame: not before where it began, and of its tables.
  bool IsWanted(core::Address next, bool changes, const std::vector<TableShare>& tables) const;
  // Past a frame that ends here and after which the log has this address.
  void Advance(uint64_t end_byte, core::Address next);
  Error Damaged(const std::string& path, uint64_t byte, std::string reason) const;

  EmbeddedLog& log_;
  LogIndex& index_;
  base::io::FileSystem& files_;
  const core::Address from_;
  const std::vector<core::TableId> tables_;
  const uint32_t log_short_;
  SegmentPtr segment_;
  std::unique_ptr<base::io::File> file_;
  uint64_t byte_ = 0;
  core::Address position_;
  // In a segment with a directory, for a reader of some tables: where its frames stand.
  std::optional<std::vector<uint64_t>> stops_;
  uint64_t part_segment_ = 0;
  std::unique_ptr<base::io::File> part_file_;
  BackfillReader backfill_;
};

}  // namespace renkei::hub::embedded
