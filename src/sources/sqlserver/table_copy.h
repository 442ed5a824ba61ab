// TableCopy: the copy of one table, chunk by chunk in key order. A chunk is read right after a poll, in the
// poll's own view of the database: it shows the version that the lane stands at once that poll is in the log,
// so nothing has to be compared with changes (CORE 4). Without snapshot isolation a chunk's rows may be newer
// than that; the next windows then bring them again, and the copy ends only behind what its last chunk could
// see.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "core/log_state.h"
#include "sources/sqlserver/capture_log.h"
#include "sources/sqlserver/client/connection.h"

namespace renkei::sources::sqlserver {

// One thread.
class TableCopy {
 public:
  TableCopy(const core::CopyBegin& begin, uint64_t rows_estimated);
  // Goes on where the log has it.
  TableCopy(const core::SnapshotState& resumed, uint64_t rows_estimated);

  // The next chunk, of at most `rows_max` rows. Errors of the table as Window's.
  Status ReadChunk(client::Connection& connection, const core::TableSchema& table, uint64_t value_max,
                   uint64_t rows_max, const base::Clock& clock);
  // Puts the chunk that was read into the log; `seen`: the version that it cannot show anything after.
  Status AppendChunk(CaptureLog& log, const core::TableSchema& table, const TrackPosition& at, int64_t seen);
  void ForgetChunk() { chunk_.reset(); }
  bool has_chunk() const { return chunk_.has_value(); }
  size_t chunk_bytes() const { return chunk_ ? chunk_->rows.size_bytes() : 0; }
  // All is read, and what the chunks show is in the log up to `version`.
  bool CanEnd(int64_t version) const { return read_all_ && !chunk_ && version >= seen_; }

  const core::CopyBegin& begin() const { return begin_; }
  uint64_t rows() const { return rows_; }
  uint64_t rows_estimated() const { return std::max(rows_, rows_estimated_); }

 private:
  struct Chunk {
    core::Batch rows;
    std::string upper;  // "" at the table's end
  };
  const core::CopyBegin begin_;
  const uint64_t rows_estimated_;
  std::string copied_to_;  // a key, as literals of T-SQL
  uint32_t next_number_ = 0;
  uint64_t rows_ = 0;
  uint64_t chunk_rows_;
  bool read_all_ = false;
  int64_t seen_ = 0;
  std::optional<Chunk> chunk_;
};

}  // namespace renkei::sources::sqlserver
