// KeyOrders: keys that differ, on their way to the capture as orders of bounded size, and its answers.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "core/batch_builder.h"
#include "core/repair_order.h"
#include "pipeline/pipeline.h"
#include "verify/digest.h"

namespace renkei::verify {

// One thread, but for the answers, which may come later than the object lives.
class KeyOrders {
 public:
  // `schema`: the one in force in the log; its columns are those of the keys' batches.
  KeyOrders(pipeline::Pipeline& pipeline, std::string source, core::TableSchema schema);

  // The key's cells are those of the batch's row. Waits while many orders are unanswered.
  void Add(const core::Batch& batch, uint32_t row, const GivenUp& given_up);
  // Waits until everything added is in the log. The first error of an order; kStopAsked.
  Result<core::RepairDone> Finish(const GivenUp& given_up);
  // The same of a mark alone. `unlogged`: the last change that is mended (core::RepairOrder).
  Status Mark(const core::RepairMark& mark, uint64_t unlogged, const GivenUp& given_up);

 private:
  struct Answers {
    std::mutex mutex;
    std::condition_variable changed;
    size_t open = 0;
    core::RepairDone done;
    std::optional<Error> error;
  };
  void Push(std::optional<core::RepairMark> mark, uint64_t unlogged = 0);
  bool AwaitOpen(size_t at_most, const GivenUp& given_up);

  pipeline::Pipeline& pipeline_;
  const std::string source_;
  const core::TableSchema schema_;
  core::BatchBuilder keys_;
  const std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();
};

}  // namespace renkei::verify
