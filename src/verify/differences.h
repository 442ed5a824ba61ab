// Differences: the keys of differing buckets, compared one by one and put together to ranges in the source's
// key order.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/table_reader.h"
#include "verify/digest.h"

namespace renkei::verify {

enum class Kind : uint8_t { kMissing, kExtra, kDifferent, kDoubled };
std::string_view KindName(Kind kind);

// Keys that differ in the same way and stand side by side in the source's order; keys that the source lacks
// are ranges of their own.
struct KeyRange {
  Kind kind = Kind::kMissing;
  std::string first;
  std::string last;
  uint64_t keys = 0;
};

struct Differences {
  uint64_t missing = 0;    // at the destination
  uint64_t extra = 0;      // at the destination, not at the source
  uint64_t different = 0;  // in some column
  uint64_t doubled = 0;    // more than once at the destination
  bool at_least = false;   // only a part of the differing buckets was looked at
  std::vector<KeyRange> ranges;
  bool ranges_cut = false;
  uint64_t total() const { return missing + extra + different + doubled; }
};

constexpr size_t kRangesMax = 100;
constexpr size_t kKeysMax = 1'000'000;  // of one side held in memory

// Told of every key that differs: the key's cells stand in the batch at the places of the source's schema.
using OnKey = std::function<void(const core::Batch& batch, uint32_t row)>;

// `rows_before`: how many rows the buckets held at the last reading, to bound what is looked at.
Result<Differences> FindDifferences(core::TableReader& source, core::TableReader& sink,
                                    std::vector<bool> buckets, const Digest& rows_before,
                                    const GivenUp& given_up, const OnKey& on_key = nullptr);

}  // namespace renkei::verify
