// The backfill logs: the rows of snapshots' chunks, one file a snapshot, apart from the source's log so that
// they can go as soon as they are read. The chunk markers in the log say where the chunks stand.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/io/file.h"
#include "core/hub.h"
#include "hub/embedded/format.h"

namespace renkei::hub::embedded {

// One thread.
class BackfillWriter {
 public:
  BackfillWriter(base::io::FileSystem& files, std::string folder)
      : files_(files), folder_(std::move(folder)) {}

  // Appends the chunk to its snapshot's file; durable when it returns. The header gives log, epoch, time and
  // where the log stands. What a crash left at the file's end is never named by a marker and stays.
  Result<std::pair<core::ChunkPlace, uint32_t /*crc*/>> Append(const core::LogId& log, FrameHeader header,
                                                               core::SnapshotId snapshot,
                                                               const core::Batch& rows);

 private:
  Status Open(const core::LogId& log, const FrameHeader& header, core::SnapshotId snapshot);

  base::io::FileSystem& files_;
  const std::string folder_;
  core::SnapshotId snapshot_;  // whose file is open
  std::unique_ptr<base::io::File> file_;
  uint64_t end_byte_ = 0;
  base::ByteWriter frame_;
};

// One thread.
class BackfillReader {
 public:
  BackfillReader(base::io::FileSystem& files, std::string folder)
      : files_(files), folder_(std::move(folder)) {}

  // kChunkGone if the file is no longer there, kDamaged if the chunk is not whole.
  Result<core::Batch> Read(uint32_t log_short, const core::ChunkPlace& place);

 private:
  base::io::FileSystem& files_;
  const std::string folder_;
  core::SnapshotId snapshot_;
  std::unique_ptr<base::io::File> file_;
};

}  // namespace renkei::hub::embedded
