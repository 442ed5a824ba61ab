#include "verify/key_orders.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "pipeline/codes.h"
#include "verify/codes.h"

namespace renkei::verify {

namespace {

constexpr size_t kOpenMax = 4;
constexpr std::chrono::milliseconds kLook{100};

}  // namespace

KeyOrders::KeyOrders(pipeline::Pipeline& pipeline, std::string source, core::TableSchema schema)
    : pipeline_(pipeline), source_(std::move(source)), schema_(std::move(schema)), keys_(schema_, {}) {}

void KeyOrders::Add(const core::Batch& batch, uint32_t row, const GivenUp& given_up) {
  const bool same =
      batch.after.size() == schema_.columns.size() && std::ranges::all_of(schema_.key, [&](uint16_t place) {
        return batch.after[place].type() == schema_.columns[place].type;
      });
  // Of a schema change since; what is ordered by the one before the capture refuses.
  if (!same) {
    std::lock_guard lock(answers_->mutex);
    if (!answers_->error)
      answers_->error = Error(kDifferencesMoved, {{"table", schema_.qualified_name()}, {"sink", ""}});
    return;
  }
  keys_.BeginRow(core::Operation::kRead, 0, 0);
  for (size_t i = 0; i < schema_.columns.size(); ++i) {
    if (std::ranges::count(schema_.key, i) > 0) {
      keys_.after()[i].CopyFrom(batch.after[i], row);
    } else {
      keys_.after()[i].Without(core::CellState::kAbsent);
    }
  }
  const bool look = keys_.rows() % 64 == 0;
  if (keys_.rows() < core::kRepairKeysMax && !(look && keys_.size_bytes() >= core::kRepairKeysBytesMax))
    return;
  AwaitOpen(kOpenMax - 1, given_up);
  Push(std::nullopt);
}

void KeyOrders::Push(std::optional<core::RepairMark> mark, uint64_t unlogged) {
  core::RepairOrder order;
  order.table = schema_.table;
  order.generation = schema_.generation;
  if (keys_.rows() > 0) order.keys = std::make_shared<const core::Batch>(keys_.Finish());
  order.mark = mark;
  order.unlogged = unlogged;
  order.answer = [answers = answers_](const Result<core::RepairDone>& done) {
    std::lock_guard lock(answers->mutex);
    --answers->open;
    if (done.ok()) {
      answers->done.behind = std::max(answers->done.behind, done->behind);
      answers->done.rows_read += done->rows_read;
      answers->done.rows_gone += done->rows_gone;
      answers->done.left_to_stream += done->left_to_stream;
    } else if (!answers->error) {
      answers->error = done.error();
    }
    answers->changed.notify_all();
  };
  {
    std::lock_guard lock(answers_->mutex);
    ++answers_->open;
  }
  pipeline_.Order(source_, std::move(order));
}

bool KeyOrders::AwaitOpen(size_t at_most, const GivenUp& given_up) {
  std::unique_lock lock(answers_->mutex);
  while (answers_->open > at_most) {
    if (given_up()) return false;
    answers_->changed.wait_for(lock, kLook);
  }
  return true;
}

Result<core::RepairDone> KeyOrders::Finish(const GivenUp& given_up) {
  if (keys_.rows() > 0) Push(std::nullopt);
  if (!AwaitOpen(0, given_up)) return Error(pipeline::kStopAsked);
  std::lock_guard lock(answers_->mutex);
  if (answers_->error) return *answers_->error;
  return std::exchange(answers_->done, {});
}

Status KeyOrders::Mark(const core::RepairMark& mark, uint64_t unlogged, const GivenUp& given_up) {
  Push(mark, unlogged);
  const Result<core::RepairDone> done = Finish(given_up);
  return done.ok() ? Status() : Status(done.error());
}

}  // namespace renkei::verify
