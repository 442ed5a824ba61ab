#include "base/byte_budget.h"

#include <utility>

#include "base/check.h"

namespace renkei::base {

namespace {

// Parts of a hundred, in the order of Stage.
constexpr std::array<size_t, kStageCount> kSharePercent = {8, 16, 28, 24, 24};
constexpr std::array<std::string_view, kStageCount> kNames = {"packets", "decode", "chunks", "frames",
                                                              "delivery"};

}  // namespace

std::string_view StageName(Stage stage) { return kNames[static_cast<size_t>(stage)]; }

ByteBudget::ByteBudget(size_t total_bytes) {
  for (size_t i = 0; i < kStageCount; ++i) shares_[i].limit = total_bytes / 100 * kSharePercent[i];
}

bool ByteBudget::Acquire(Stage stage, size_t bytes, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  Share& share = shares_[static_cast<size_t>(stage)];
  const auto fits = [&] { return share.used == 0 || share.used + bytes <= share.limit; };
  if (!fits()) {
    ++share.waits;
    if (!freed_.wait(lock, stop, fits)) return false;
  }
  share.used += bytes;
  return true;
}

void ByteBudget::Release(Stage stage, size_t bytes) {
  {
    std::lock_guard lock(mutex_);
    Share& share = shares_[static_cast<size_t>(stage)];
    CHECK_LE(bytes, share.used);
    share.used -= bytes;
  }
  freed_.notify_all();
}

size_t ByteBudget::share(Stage stage) const {
  std::lock_guard lock(mutex_);
  return shares_[static_cast<size_t>(stage)].limit;
}

size_t ByteBudget::used(Stage stage) const {
  std::lock_guard lock(mutex_);
  return shares_[static_cast<size_t>(stage)].used;
}

uint64_t ByteBudget::waits(Stage stage) const {
  std::lock_guard lock(mutex_);
  return shares_[static_cast<size_t>(stage)].waits;
}

HeldBytes& HeldBytes::operator=(HeldBytes&& other) noexcept {
  if (this == &other) return *this;
  Free();
  budget_ = std::exchange(other.budget_, nullptr);
  stage_ = other.stage_;
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

void HeldBytes::Free() {
  if (budget_ != nullptr) budget_->Release(stage_, bytes_);
  budget_ = nullptr;
}

}  // namespace renkei::base
