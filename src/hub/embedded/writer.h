// The writing end of a log. One thread; a second one syncs (group_sync.h).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "hub/embedded/backfill.h"
#include "hub/embedded/directory.h"
#include "hub/embedded/group_sync.h"
#include "hub/embedded/log.h"

namespace renkei::hub::embedded {

class Writer final : public core::LogWriter {
 public:
  // `file` is the active segment's, which ends where the log is durable. The references must outlive it.
  Writer(EmbeddedLog& log, base::io::FileSystem& files, HubTime& time, const HubOptions& options,
         SegmentPtr active, std::shared_ptr<base::io::File> file);
  // Makes what was appended durable.
  ~Writer() override;
  // Before the first append: the parts of transactions that an earlier writer left prepared.
  Status FindPreparedParts();

  Result<core::AppendResult> Append(const core::ChangeSet& set) override;
  Result<core::AppendResult> AppendTick(const core::Tick& tick) override;
  Result<core::PartPlace> AppendPart(const core::ChangeSet& part) override;
  Result<core::Address> AppendFrame(const core::EntryBody& body) override;
  Result<std::pair<core::ChunkPlace, uint32_t>> AppendChunk(core::SnapshotId snapshot,
                                                            const core::Batch& rows) override;
  Status Sync() override;
  const core::LogState& state() const override { return index_.state(); }

 private:
  using PlaceKey = std::pair<uint64_t /*segment*/, uint64_t /*byte*/>;
  struct OpenPart {
    core::Lane lane;
    std::vector<TableShare> tables;
  };

  // Whether the lane's head is `prev`, and the answer if not.
  std::optional<core::AppendResult> Mismatch(core::Lane lane, const core::Position& prev) const;
  // Writes a frame at the log's end, with the body that `encode` puts. The byte where it stands.
  template <class Encode>
  Result<uint64_t> Put(FrameHeader& header, Encode&& encode);
  template <class Encode>
  Result<core::Address> PutEntry(FrameHeader& header, core::EntryBody body, size_t bytes, Encode&& encode);
  // Adds the shares of the parts that the set names. kUnknownPart if one is not of this writer.
  Status AddParts(const core::ChangeSet& set, std::vector<TableShare>& tables) const;
  // The lane's open parts are none any more, but for those of prepared transactions.
  void ForgetParts(core::Lane lane);
  Status Roll(uint64_t more_bits = 0);
  // Remembers the error: after it nothing more is written.
  template <class T>
  Result<T> Fail(Result<T> result) {
    if (!result.ok()) failure_ = result.error();
    return result;
  }

  EmbeddedLog& log_;
  LogIndex& index_;
  base::io::FileSystem& files_;
  HubTime& time_;
  const HubOptions& options_;
  SegmentPtr active_;
  std::shared_ptr<base::io::File> file_;
  Directory& directory_;  // of the active segment
  const uint32_t log_short_;
  Place end_;
  std::map<PlaceKey, OpenPart> open_parts_;
  BackfillWriter backfill_;
  base::ByteWriter frame_;
  std::optional<Error> failure_;
  std::unique_ptr<GroupSync> sync_;
};

}  // namespace renkei::hub::embedded
