// A compressed transaction of MySQL (binlog_transaction_compression):
//
//   payload event := {kind:packed length:packed value} 0 packed-bytes
//     1 size of the packed bytes   2 algorithm: 0 zstd, 255 none   3 size when unpacked      (each a packed
//     number)
//
// Unpacked it is the transaction's events one after another, each with its header and without a checksum.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sources/mysql/binlog/event.h"

struct ZSTD_DCtx_s;

namespace renkei::sources::mysql::binlog {

// Unpacks event by event: memory is that of the largest event inside and what zstd's window takes, whatever
// the payload claims. One thread.
class PayloadReader {
 public:
  // `event` must outlive it. Error: kBadEvent.
  static Result<PayloadReader> Open(const Event& event);

  // The next event inside, a view valid until the next call; nothing at the end. Error: kBadEvent, also for
  // an event that has no place in a payload.
  Result<std::optional<Event>> Next();

 private:
  PayloadReader(Bytes packed, bool compressed, uint64_t plain_size);
  // Unpacks until there are that many bytes from `begin_` on; false if the payload ends before, or is
  // damaged.
  bool Need(size_t bytes);
  bool Unpack(size_t room);

  Bytes packed_;
  uint64_t plain_left_;  // to be unpacked
  std::unique_ptr<ZSTD_DCtx_s, size_t (*)(ZSTD_DCtx_s*)> zstd_;
  std::vector<std::byte> plain_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace renkei::sources::mysql::binlog
