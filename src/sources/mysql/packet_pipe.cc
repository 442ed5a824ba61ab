#include "sources/mysql/packet_pipe.h"

#include <algorithm>
#include <utility>

namespace renkei::sources::mysql {

namespace {

// The budget is asked in steps, so that small packets do not each take its lock.
constexpr size_t kBudgetStepBytes = size_t{256} << 10;

}  // namespace

void PacketBlock::Clear() {
  bytes.clear();
  packets.clear();
  held.clear();
  held_bytes = 0;
}

bool PacketPipe::Push(std::span<const std::byte> packet, base::WallTime received,
                      const std::stop_token& stop) {
  size_t missing_bytes = 0;
  {
    std::unique_lock lock(mutex_);
    if (!taken_.wait(lock, stop, [&] { return HasRoom(packet.size()); })) return false;
    const size_t wanted = filling_.bytes.size() + packet.size();
    if (wanted > filling_.held_bytes)
      missing_bytes = std::max(kBudgetStepBytes, wanted - filling_.held_bytes);
  }
  // What is filled so far can be taken meanwhile, so that waiting here ends.
  if (missing_bytes > 0 && !budget_.Acquire(base::Stage::kPackets, missing_bytes, stop)) return false;

  std::lock_guard lock(mutex_);
  if (missing_bytes > 0) {
    filling_.held.emplace_back(budget_, base::Stage::kPackets, missing_bytes);
    filling_.held_bytes += missing_bytes;
  }
  const bool was_empty = filling_.packets.empty();
  filling_.bytes.insert(filling_.bytes.end(), packet.begin(), packet.end());
  filling_.packets.push_back({filling_.bytes.size(), received});
  if (was_empty) filled_.notify_one();
  return true;
}

void PacketPipe::Close(Error why) {
  std::lock_guard lock(mutex_);
  closed_ = std::move(why);
  filled_.notify_one();
}

Status PacketPipe::Take(PacketBlock& block, std::chrono::microseconds at_most) {
  block.Clear();
  if (block.bytes.capacity() > 2 * block_bytes_max_) std::vector<std::byte>().swap(block.bytes);
  std::unique_lock lock(mutex_);
  filled_.wait_for(lock, at_most, [&] { return !filling_.packets.empty() || woken_ || closed_; });
  woken_ = false;
  if (filling_.packets.empty() && closed_) return *closed_;
  std::swap(block, filling_);
  taken_.notify_one();
  return {};
}

bool PacketPipe::empty() const {
  std::lock_guard lock(mutex_);
  return filling_.packets.empty();
}

void PacketPipe::Wake() {
  std::lock_guard lock(mutex_);
  woken_ = true;
  filled_.notify_one();
}

}  // namespace renkei::sources::mysql
