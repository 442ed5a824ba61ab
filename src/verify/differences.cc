#include "verify/differences.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "base/check.h"
#include "pipeline/codes.h"

namespace renkei::verify {

namespace {

struct HashOfHash {
  size_t operator()(Hash hash) const { return static_cast<size_t>(hash >> 64); }
};

struct Held {
  Hash row = 0;
  uint64_t times = 0;
  bool seen = false;  // at the source
  std::string key;
};
using HeldRows = std::unordered_map<Hash, Held, HashOfHash>;

// Drops buckets until what is left fits into memory; true if any was dropped.
bool KeepWhatFits(std::vector<bool>& buckets, const Digest& rows_before) {
  uint64_t rows = 0;
  bool dropped = false;
  bool first = true;
  for (size_t i = 0; i < kBuckets; ++i) {
    if (!buckets[i]) continue;
    rows += rows_before.buckets[i].rows;
    if (rows > kKeysMax && !first) {
      buckets[i] = false;
      dropped = true;
    }
    first = false;
  }
  return dropped;
}

Result<HeldRows> ReadHeld(core::TableReader& sink, const core::TableSchema& schema,
                          const std::vector<bool>& buckets, const GivenUp& given_up) {
  ASSIGN_OR_RETURN(RowHash hash, RowHash::Make(schema, sink.schema()));
  HeldRows held;
  for (;;) {
    if (given_up()) return Error(pipeline::kStopAsked);
    ASSIGN_OR_RETURN(const std::optional<core::Batch> batch, sink.Next());
    if (!batch) return held;
    for (uint32_t row = 0; row < batch->rows; ++row) {
      const Hash key = hash.Key(*batch, row);
      if (!buckets[BucketOf(key)]) continue;
      Held& entry = held[key];
      if (entry.times++ == 0) {
        entry.row = hash.Row(*batch, row);
        entry.key = hash.ShowKey(*batch, row);
      }
    }
  }
}

class Collector {
 public:
  // `ordinal`: the key's place in the source's order, absent where the source lacks it.
  void Add(Kind kind, const std::string& key, std::optional<uint64_t> ordinal) {
    Count(kind);
    std::vector<KeyRange>& ranges = found_.ranges;
    const bool beside =
        !ranges.empty() && ordinal && last_ && *ordinal == *last_ + 1 && ranges.back().kind == kind;
    last_ = ordinal;
    if (beside) {
      ranges.back().last = key;
      ++ranges.back().keys;
      return;
    }
    if (ranges.size() < kRangesMax) {
      ranges.push_back({.kind = kind, .first = key, .last = key, .keys = 1});
    } else {
      found_.ranges_cut = true;
      last_.reset();
    }
  }
  Differences Take() { return std::move(found_); }

 private:
  void Count(Kind kind) {
    switch (kind) {
      case Kind::kMissing:
        ++found_.missing;
        break;
      case Kind::kExtra:
        ++found_.extra;
        break;
      case Kind::kDifferent:
        ++found_.different;
        break;
      case Kind::kDoubled:
        ++found_.doubled;
        break;
    }
  }
  Differences found_;
  std::optional<uint64_t> last_;
};

Status CompareSource(core::TableReader& source, const std::vector<bool>& buckets, HeldRows& held,
                     Collector& collector, const GivenUp& given_up) {
  ASSIGN_OR_RETURN(RowHash hash, RowHash::Make(source.schema(), source.schema()));
  uint64_t ordinal = 0;
  for (;;) {
    if (given_up()) return Error(pipeline::kStopAsked);
    ASSIGN_OR_RETURN(const std::optional<core::Batch> batch, source.Next());
    if (!batch) return {};
    for (uint32_t row = 0; row < batch->rows; ++row, ++ordinal) {
      const Hash key = hash.Key(*batch, row);
      if (!buckets[BucketOf(key)]) continue;
      const auto found = held.find(key);
      if (found == held.end()) {
        collector.Add(Kind::kMissing, hash.ShowKey(*batch, row), ordinal);
        continue;
      }
      found->second.seen = true;
      if (found->second.times > 1) {
        collector.Add(Kind::kDoubled, found->second.key, ordinal);
      } else if (found->second.row != hash.Row(*batch, row)) {
        collector.Add(Kind::kDifferent, found->second.key, ordinal);
      }
    }
  }
}

}  // namespace

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kMissing:
      return "missing";
    case Kind::kExtra:
      return "extra";
    case Kind::kDifferent:
      return "different";
    case Kind::kDoubled:
      return "doubled";
  }
  CHECK(false);
  return {};
}

Result<Differences> FindDifferences(core::TableReader& source, core::TableReader& sink,
                                    std::vector<bool> buckets, const Digest& rows_before,
                                    const GivenUp& given_up) {
  const bool dropped = KeepWhatFits(buckets, rows_before);
  ASSIGN_OR_RETURN(HeldRows held, ReadHeld(sink, source.schema(), buckets, given_up));
  Collector collector;
  RETURN_IF_ERROR(CompareSource(source, buckets, held, collector, given_up));
  std::vector<std::string> extra;
  for (const auto& [key, entry] : held) {
    if (!entry.seen) extra.push_back(entry.key);
  }
  std::sort(extra.begin(), extra.end());
  for (const std::string& key : extra) collector.Add(Kind::kExtra, key, std::nullopt);
  Differences found = collector.Take();
  found.at_least = dropped;
  return found;
}

}  // namespace renkei::verify
