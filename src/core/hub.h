// Hub: the durable middle. One log per source, read by any number of subscriptions at their own speed.
//
// Guarantees every hub gives (its conformance suite holds them):
//   - a set or tick is in the log only if its `prev` was the lane's head, byte for byte; otherwise nothing
//   changes;
//   - what a reader sees is durable and stays, in the same order, at the same addresses;
//   - after a crash at any instant the log holds a prefix of what was appended, at least all that Sync
//   covered;
//   - a position is never stored without its rows, nor rows without their position (invariant 1).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/notifier.h"
#include "base/result.h"
#include "core/log_entry.h"
#include "core/log_state.h"

namespace renkei::core {

struct HubCapabilities {
  enum class Append : uint8_t { kCompare, kFencedWriter, kNone };
  Append append = Append::kNone;
  size_t frame_bytes_max = 0;
  bool seek_by_offset = false;
  bool seek_by_time = false;
};

// Of an append that compares: `appended`, or else the head that stands in the way.
struct AppendResult {
  bool appended = false;
  Address next;  // the log's end after the call
  Position head;
};

// The single writing end of a log. One thread. Appends return when the bytes are handed over, not when they
// are durable; they block while too many bytes wait for the disk (back-pressure). After any error but a
// mismatch the writer is dead: close it and open another, which recovers the log.
class LogWriter {
 public:
  virtual ~LogWriter() = default;
  virtual Result<AppendResult> Append(const ChangeSet& set) = 0;
  virtual Result<AppendResult> AppendTick(const Tick& tick) = 0;
  // One part of a transaction too big for one set. It moves neither head nor offset, and counts only once a
  // set whose transaction lists its place is appended.
  virtual Result<PartPlace> AppendPart(const ChangeSet& part) = 0;
  // CopyBegin, ChunkMarker, CopyEnd, SchemaFrame, Gap, Repair, RepairMark; the address of the frame.
  virtual Result<Address> AppendFrame(const EntryBody& body) = 0;
  // Rows of a chunk into the backfill log; durable when it returns. The marker that names the place comes
  // after.
  virtual Result<std::pair<ChunkPlace, uint32_t /*crc*/>> AppendChunk(SnapshotId snapshot,
                                                                      const Batch& rows) = 0;
  // Blocks until all that was appended is durable.
  virtual Status Sync() = 0;
  // What the log's frames add up to, with everything appended so far.
  virtual const LogState& state() const = 0;
};

// Reads a log forward from an address. One thread.
class LogReader {
 public:
  virtual ~LogReader() = default;
  // The next durable frame; nothing if there is none yet. Without waiting.
  virtual Result<std::optional<Entry>> Next() = 0;
  // The address of the frame that Next would give: rises also over frames that the filter leaves out.
  virtual Address position() const = 0;
  // The rows of a part or chunk that an entry names.
  virtual Result<Changes> ReadPart(const PartPlace& place) = 0;
  virtual Result<Batch> ReadChunk(const ChunkPlace& place) = 0;
};

struct ReadOptions {
  Address from;
  // Change sets without a row of these tables are left out (read over by their headers where the hub can).
  // Other kinds of frames always come. Empty: no filter.
  std::vector<TableId> tables;
};

// A source's log. Thread-safe.
class Log {
 public:
  virtual ~Log() = default;
  virtual LogId id() const = 0;
  virtual Epoch epoch() const = 0;
  // The first address that can still be read, and the end of what is durable.
  virtual Address begin() const = 0;
  virtual Address durable_end() const = 0;
  // A copy of the state at the durable end or later.
  virtual LogState State() const = 0;
  // kWriterBusy while another writer of this process is open.
  virtual Result<std::unique_ptr<LogWriter>> OpenWriter() = 0;
  // An error if the address is before begin() or beyond durable_end(), or belongs to another history (CORE 3:
  // (epoch, offset) past the start of the next epoch).
  virtual Result<std::unique_ptr<LogReader>> OpenReader(const ReadOptions& options) = 0;
  virtual Status CheckAddress(Epoch epoch, Address address) const = 0;
  // Is told whenever durable_end() rises. The notifier must outlive the log or be removed.
  virtual void Watch(base::Notifier* notifier) = 0;
  virtual void Unwatch(base::Notifier* notifier) = 0;
  // Bytes on disk, for status and metrics.
  virtual uint64_t size_bytes() const = 0;
};

// Thread-safe. Owns its logs.
class Hub {
 public:
  virtual ~Hub() = default;
  virtual HubCapabilities capabilities() const = 0;
  // The log of a source, made or recovered at the first call. A dead log (failed disk) is recovered by
  // Reopen.
  virtual Result<Log*> OpenLog(const std::string& source) = 0;
  // A subscription's cursor: everything before it is done and may go once it is past retention. Never moves
  // back by itself; the sink's own stored offset is the truth, this only pins.
  virtual Status Acknowledge(const std::string& subscription, const std::string& source, Address address) = 0;
  virtual Result<std::optional<Address>> Cursor(const std::string& subscription,
                                                const std::string& source) = 0;
  // Unlinks what is past retention and read by all subscriptions, and backfill rows that all addressees have
  // read.
  virtual Status ApplyRetention() = 0;
};

}  // namespace renkei::core
