// Digest: a table in 1.5 MB, whatever its size: per bucket of key hashes the number of rows and the sum of
// their row hashes. Equal tables have equal digests; where digests differ, the buckets say where to look.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "core/table_reader.h"
#include "verify/row_hash.h"

namespace renkei::verify {

constexpr size_t kBuckets = 65'536;
inline size_t BucketOf(Hash key) { return static_cast<size_t>(key) % kBuckets; }

struct Bucket {
  uint64_t rows = 0;
  Hash sum = 0;
  friend bool operator==(const Bucket&, const Bucket&) = default;
};

struct Digest {
  uint64_t rows = 0;
  std::vector<Bucket> buckets = std::vector<Bucket>(kBuckets);
};

// Asked now and then; true: give up (kStopAsked of the pipeline's codes is the error).
using GivenUp = std::function<bool()>;

// Reads the whole table; `source` fixes columns and key.
Result<Digest> DigestOf(core::TableReader& reader, const core::TableSchema& source, const GivenUp& given_up);

// The buckets that differ.
std::vector<bool> DifferingBuckets(const Digest& one, const Digest& other);

}  // namespace renkei::verify
