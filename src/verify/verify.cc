#include "verify/verify.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "config/patterns.h"
#include "pipeline/status.h"
#include "verify/codes.h"

namespace renkei::verify {

namespace {

constexpr int kReadingsMax = 3;

struct Digests {
  Digest source;
  Digest sink;
};

// Both sides at once, since they wait for different machines.
Result<Digests> ReadDigests(Instant& instant, const GivenUp& given_up) {
  std::optional<Result<Digest>> sink;
  std::thread reading([&] { sink = DigestOf(*instant.sink, instant.source->schema(), given_up); });
  Result<Digest> source = DigestOf(*instant.source, instant.source->schema(), given_up);
  reading.join();
  if (!source.ok()) return source.error();
  if (!sink->ok()) return sink->error();
  return Digests{.source = std::move(*source), .sink = std::move(**sink)};
}

// A reading; true: equal, and so the end.
Result<bool> ReadOnce(pipeline::Pipeline& pipeline, const VerifyOptions& options, TableResult& result) {
  Digests digests;
  {
    ASSIGN_OR_RETURN(Instant instant, OpenInstant(pipeline, result.name, options.patience, options.given_up));
    ASSIGN_OR_RETURN(digests, ReadDigests(instant, options.given_up));
    result.position = instant.position;
  }
  result.source_rows = digests.source.rows;
  result.sink_rows = digests.sink.rows;
  const std::vector<bool> differing = DifferingBuckets(digests.source, digests.sink);
  if (std::none_of(differing.begin(), differing.end(), [](bool bucket) { return bucket; })) return true;
  ASSIGN_OR_RETURN(Instant again, OpenInstant(pipeline, result.name, options.patience, options.given_up));
  ASSIGN_OR_RETURN(result.differences, FindDifferences(*again.source, *again.sink, differing, digests.sink,
                                                       options.given_up, options.on_key));
  return false;
}

}  // namespace

Result<std::vector<TableName>> TablesToVerify(const pipeline::Pipeline& pipeline,
                                              const std::vector<std::string>& patterns) {
  std::vector<TableName> names;
  std::vector<bool> matched(patterns.size());
  for (const pipeline::TableStatus& table : pipeline.Read().tables) {
    bool meant = patterns.empty();
    for (size_t i = 0; i < patterns.size(); ++i) {
      if (!config::TablePatterns({patterns[i]}).Matches(table.table)) continue;
      meant = true;
      matched[i] = true;
    }
    // What its source has no more has nothing to be compared with.
    if (table.state == pipeline::RunState::kEnded) continue;
    if (meant) names.push_back({.source = table.source, .table = table.table, .sink = table.sink});
  }
  const auto without = std::find(matched.begin(), matched.end(), false);
  if (without != matched.end())
    return Error(kNoTableMatches, {{"pattern", patterns[static_cast<size_t>(without - matched.begin())]}});
  if (names.empty()) return Error(kNothingToVerify);
  return names;
}

TableResult VerifyTable(pipeline::Pipeline& pipeline, const TableName& name, const VerifyOptions& options) {
  TableResult result;
  result.name = name;
  for (const pipeline::TableStatus& table : pipeline.Read().tables) {
    const bool same = table.source == name.source && table.table == name.table && table.sink == name.sink;
    if (!same || table.state == pipeline::RunState::kLive) continue;
    result.error = Error(kNotComplete, {{"table", name.table},
                                        {"sink", name.sink},
                                        {"state", std::string(pipeline::RunStateName(table.state))}});
    return result;
  }
  for (int reading = 0; reading < kReadingsMax; ++reading) {
    const Result<bool> equal = ReadOnce(pipeline, options, result);
    if (!equal.ok()) {
      result.error = equal.error();
      return result;
    }
    if (*equal || result.differences.total() > 0) return result;
  }
  result.error = Error(kDifferencesMoved, {{"table", name.table}, {"sink", name.sink}});
  return result;
}

}  // namespace renkei::verify
