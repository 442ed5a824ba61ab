#include "verify/differences.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "base/check.h"
#include "core/batch_builder.h"
#include "pipeline/codes.h"
#include "verify/count_differences.h"

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
  uint32_t place = 0;  // among the keys held
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

// The sink's keys, in the source's columns.
class HeldKeys {
 public:
  HeldKeys(const core::TableSchema& source, const core::TableSchema& sink) : builder_(source, {}) {
    for (size_t i = 0; i < source.columns.size(); ++i) {
      const bool key = std::ranges::count(source.key, i) > 0 || source.key.empty();
      from_.push_back(key ? sink.FindColumn(source.columns[i].name) : std::nullopt);
    }
  }
  uint32_t Add(const core::Batch& batch, uint32_t row) {
    builder_.BeginRow(core::Operation::kRead, 0, 0);
    for (size_t i = 0; i < from_.size(); ++i) {
      core::ColumnBuilder& column = builder_.after()[i];
      if (from_[i]) {
        column.CopyFrom(batch.after[*from_[i]], row);
      } else {
        column.Without(core::CellState::kAbsent);
      }
    }
    return builder_.rows() - 1;
  }
  core::Batch Finish() { return builder_.Finish(); }

 private:
  core::BatchBuilder builder_;
  std::vector<std::optional<uint16_t>> from_;
};

Result<HeldRows> ReadHeld(core::TableReader& sink, const core::TableSchema& schema,
                          const std::vector<bool>& buckets, HeldKeys* keys, const GivenUp& given_up) {
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
        if (keys != nullptr) entry.place = keys->Add(*batch, row);
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
                     Collector& collector, const GivenUp& given_up, const OnKey& on_key) {
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
        if (on_key) on_key(*batch, row);
        continue;
      }
      found->second.seen = true;
      if (found->second.times > 1) {
        collector.Add(Kind::kDoubled, found->second.key, ordinal);
      } else if (found->second.row != hash.Row(*batch, row)) {
        collector.Add(Kind::kDifferent, found->second.key, ordinal);
      } else {
        continue;
      }
      if (on_key) on_key(*batch, row);
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
                                    const GivenUp& given_up, const OnKey& on_key) {
  const bool dropped = KeepWhatFits(buckets, rows_before);
  if (source.schema().key_kind == core::KeyKind::kWholeRow) {
    ASSIGN_OR_RETURN(Differences counted, CountDifferences(source, sink, buckets, given_up));
    counted.at_least = dropped;
    return counted;
  }
  HeldKeys held_keys(source.schema(), sink.schema());
  ASSIGN_OR_RETURN(HeldRows held,
                   ReadHeld(sink, source.schema(), buckets, on_key ? &held_keys : nullptr, given_up));
  Collector collector;
  RETURN_IF_ERROR(CompareSource(source, buckets, held, collector, given_up, on_key));
  std::vector<const Held*> extra;
  for (const auto& [key, entry] : held) {
    if (!entry.seen) extra.push_back(&entry);
  }
  std::ranges::sort(extra, {}, &Held::key);
  const core::Batch keys = on_key ? held_keys.Finish() : core::Batch{};
  for (const Held* entry : extra) {
    collector.Add(Kind::kExtra, entry->key, std::nullopt);
    if (on_key) on_key(keys, entry->place);
  }
  Differences found = collector.Take();
  found.at_least = dropped;
  return found;
}

}  // namespace renkei::verify
