// Readers and retention beside a writer, each in a thread of its own.
#include <atomic>
#include <thread>

#include "hub/embedded/hub_fixture.h"

namespace renkei::hub::embedded {
namespace {

class ReadersTest : public HubFixture {};

TEST_F(ReadersTest, FollowAWriterOverManySegments) {
  constexpr uint64_t kSets = 600;
  options_.segment_bytes = 4000;
  options_.recent_bytes_max = 3000;
  options_.unsynced_bytes_max = 2000;
  MustOpen();
  base::Notifier grown;
  log_->Watch(&grown);
  std::atomic<uint64_t> wrong{0};
  const auto follow = [&](const core::ReadOptions& options, uint64_t each) {
    auto reader = std::move(*log_->OpenReader(options));
    uint64_t number = 0;
    uint64_t seen = grown.count();
    while (reader->position().offset.value < kSets) {
      const auto entry = reader->Next();
      if (!entry.ok()) {
        ++wrong;
        return;
      }
      if (!entry->has_value()) {
        seen = grown.WaitBeyond(seen, std::chrono::milliseconds(100));
        continue;
      }
      number += each;
      if (std::get<core::Changes>((**entry).body)->position != SamplePosition(number)) ++wrong;
    }
    if (number != kSets / each * each) ++wrong;
  };
  std::vector<std::jthread> threads;
  threads.emplace_back([&] { follow({}, 1); });
  threads.emplace_back([&] { follow({}, 1); });
  threads.emplace_back([&] { follow({{}, {core::TableId{7}}}, 3); });
  threads.emplace_back([&] {
    for (int i = 0; i < 50; ++i) {
      (void)log_->State();
      (void)log_->size_bytes();
      (void)log_->CheckAddress(log_->epoch(), log_->durable_end());
      (void)hub_->Acknowledge("w", "shop", log_->durable_end());
      (void)hub_->ApplyRetention();
    }
  });
  {
    auto writer = Writer();
    for (uint64_t number = 1; number <= kSets; ++number) {
      const uint32_t table = number % 3 == 0 ? 7 : 1;
      ASSERT_TRUE(writer->Append(SampleSet({.number = number, .table = table}))->appended);
    }
    ASSERT_TRUE(writer->Sync().ok());
  }
  threads.clear();
  EXPECT_EQ(wrong, 0u);
  log_->Unwatch(&grown);
}

}  // namespace
}  // namespace renkei::hub::embedded
