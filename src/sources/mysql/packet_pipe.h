// PacketPipe: binary log packets on their way from the reading thread to the capture thread. Two blocks: the
// reader fills one while the capture works through the other and then swaps. So an idle pipe hands a packet
// over at once, and a busy one hands over many at a time. Bounded by the block size and the byte budget
// (invariant 4): a full pipe stops the reader, and TCP stops the server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/byte_budget.h"
#include "base/clock.h"
#include "base/result.h"

namespace renkei::sources::mysql {

struct PacketBlock {
  struct Packet {
    size_t end = 0;
    base::WallTime received;
  };
  std::vector<std::byte> bytes;
  std::vector<Packet> packets;
  std::vector<base::HeldBytes> held;
  size_t held_bytes = 0;

  std::span<const std::byte> packet(size_t i) const {
    const size_t begin = i == 0 ? 0 : packets[i - 1].end;
    return std::span(bytes).subspan(begin, packets[i].end - begin);
  }
  void Clear();
};

// One reader thread calls Push and Close, one capture thread Take; Wake from any.
class PacketPipe {
 public:
  PacketPipe(base::ByteBudget& budget, size_t block_bytes_max)
      : budget_(budget), block_bytes_max_(block_bytes_max) {}

  // Blocks while the pipe is full. False once stop is requested.
  bool Push(std::span<const std::byte> packet, base::WallTime received, const std::stop_token& stop);
  // No more packets will come, because of this.
  void Close(Error why);

  // Swaps the filled block for `block`, whose content is done with. Waits for a packet, a Wake, or `at_most`;
  // the block may be empty then. The error of Close once all packets before it are taken.
  Status Take(PacketBlock& block, std::chrono::microseconds at_most);
  // Whether Take would find a packet now.
  bool empty() const;
  void Wake();

 private:
  bool HasRoom(size_t bytes) const {
    return filling_.bytes.empty() || filling_.bytes.size() + bytes <= block_bytes_max_;
  }

  base::ByteBudget& budget_;
  const size_t block_bytes_max_;
  mutable std::mutex mutex_;
  std::condition_variable_any taken_;
  std::condition_variable filled_;
  PacketBlock filling_;
  bool woken_ = false;
  std::optional<Error> closed_;
};

}  // namespace renkei::sources::mysql
