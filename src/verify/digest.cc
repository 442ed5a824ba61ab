#include "verify/digest.h"

#include "base/check.h"
#include "pipeline/codes.h"

namespace renkei::verify {

Result<Digest> DigestOf(core::TableReader& reader, const core::TableSchema& source, const GivenUp& given_up) {
  ASSIGN_OR_RETURN(RowHash hash, RowHash::Make(source, reader.schema()));
  Digest digest;
  for (;;) {
    if (given_up()) return Error(pipeline::kStopAsked);
    ASSIGN_OR_RETURN(const std::optional<core::Batch> batch, reader.Next());
    if (!batch) return digest;
    digest.rows += batch->rows;
    for (uint32_t row = 0; row < batch->rows; ++row) {
      Bucket& bucket = digest.buckets[BucketOf(hash.Key(*batch, row))];
      ++bucket.rows;
      bucket.sum += hash.Row(*batch, row);
    }
  }
}

std::vector<bool> DifferingBuckets(const Digest& one, const Digest& other) {
  std::vector<bool> differing(kBuckets);
  for (size_t i = 0; i < kBuckets; ++i) differing[i] = !(one.buckets[i] == other.buckets[i]);
  return differing;
}

}  // namespace renkei::verify
