// ByteBudget: the one memory ceiling of the data path, cut into guaranteed shares so that no stage waits for
// memory held by a stage behind it (invariant 4). A stage that is over its share blocks: that is the
// back-pressure. Thread-safe.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string_view>

namespace renkei::base {

// In the order of the data's path.
enum class Stage : uint8_t { kPackets, kDecode, kChunks, kFrames, kDelivery };
constexpr size_t kStageCount = 5;
std::string_view StageName(Stage stage);

class ByteBudget {
 public:
  explicit ByteBudget(size_t total_bytes);

  // Blocks until the stage has room or stop is requested (then false, nothing taken). One request larger than
  // the whole share is let in alone, so that a single huge row passes.
  bool Acquire(Stage stage, size_t bytes, const std::stop_token& stop);
  void Release(Stage stage, size_t bytes);

  size_t share(Stage stage) const;
  size_t used(Stage stage) const;
  // How often a stage had to wait: the back-pressure metric.
  uint64_t waits(Stage stage) const;

 private:
  struct Share {
    size_t limit = 0;
    size_t used = 0;
    uint64_t waits = 0;
  };
  mutable std::mutex mutex_;
  std::condition_variable_any freed_;
  std::array<Share, kStageCount> shares_;
};

// Bytes held for as long as the object lives.
class HeldBytes {
 public:
  HeldBytes() = default;
  HeldBytes(ByteBudget& budget, Stage stage, size_t bytes) : budget_(&budget), stage_(stage), bytes_(bytes) {}
  HeldBytes(HeldBytes&& other) noexcept { *this = std::move(other); }
  HeldBytes& operator=(HeldBytes&& other) noexcept;
  ~HeldBytes() { Free(); }

 private:
  void Free();
  ByteBudget* budget_ = nullptr;
  Stage stage_ = Stage::kPackets;
  size_t bytes_ = 0;
};

}  // namespace renkei::base
