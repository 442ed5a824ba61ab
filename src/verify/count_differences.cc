#include "verify/count_differences.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "pipeline/codes.h"

namespace renkei::verify {

namespace {

struct HashOfHash {
  size_t operator()(Hash hash) const { return static_cast<size_t>(hash >> 64); }
};

struct Copies {
  uint64_t source = 0;
  uint64_t sink = 0;
  std::string shown;
};
using AllCopies = std::unordered_map<Hash, Copies, HashOfHash>;

constexpr size_t kShownMax = 200;

// A row may be long; its begin tells people which it is.
std::string Shortened(std::string shown) {
  if (shown.size() <= kShownMax) return shown;
  size_t end = kShownMax;
  while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) --end;
  return shown.substr(0, end) + "…";
}

Status Count(core::TableReader& reader, const core::TableSchema& source, const std::vector<bool>& buckets,
             uint64_t Copies::*side, AllCopies& all, const GivenUp& given_up) {
  ASSIGN_OR_RETURN(RowHash hash, RowHash::Make(source, reader.schema()));
  for (;;) {
    if (given_up()) return Error(pipeline::kStopAsked);
    ASSIGN_OR_RETURN(const std::optional<core::Batch> batch, reader.Next());
    if (!batch) return {};
    for (uint32_t row = 0; row < batch->rows; ++row) {
      const Hash key = hash.Key(*batch, row);
      if (!buckets[BucketOf(key)]) continue;
      Copies& copies = all[key];
      if (copies.shown.empty()) copies.shown = Shortened(hash.ShowKey(*batch, row));
      ++(copies.*side);
    }
  }
}

}  // namespace

Result<Differences> CountDifferences(core::TableReader& source, core::TableReader& sink,
                                     const std::vector<bool>& buckets, const GivenUp& given_up) {
  AllCopies all;
  const core::TableSchema& schema = source.schema();
  RETURN_IF_ERROR(Count(source, schema, buckets, &Copies::source, all, given_up));
  RETURN_IF_ERROR(Count(sink, schema, buckets, &Copies::sink, all, given_up));
  std::vector<const Copies*> differing;
  for (const auto& [key, copies] : all) {
    if (copies.source != copies.sink) differing.push_back(&copies);
  }
  std::ranges::sort(differing, {}, &Copies::shown);
  Differences found;
  for (const Copies* copies : differing) {
    const bool more = copies->sink > copies->source;
    const uint64_t by = more ? copies->sink - copies->source : copies->source - copies->sink;
    const Kind kind = !more ? Kind::kMissing : copies->source == 0 ? Kind::kExtra : Kind::kDoubled;
    uint64_t& total = kind == Kind::kMissing ? found.missing
                      : kind == Kind::kExtra ? found.extra
                                             : found.doubled;
    total += by;
    if (found.ranges.size() < kRangesMax) {
      found.ranges.push_back({.kind = kind, .first = copies->shown, .last = copies->shown, .keys = by});
    } else {
      found.ranges_cut = true;
    }
  }
  return found;
}

}  // namespace renkei::verify
