#include "cli/verify_view.h"

#include <algorithm>

#include "base/clock.h"
#include "cli/text_table.h"
#include "telemetry/render.h"
#include "verify/codes.h"

namespace renkei::cli {

namespace {

using verify::KeyRange;
using verify::TableResult;

std::string Count(uint64_t count, bool at_least) {
  if (count == 0) return "";
  return (at_least ? ">=" : "") + std::to_string(count);
}

std::string RangeText(const KeyRange& range) {
  if (range.keys == 1) return range.first;
  return range.first + " .. " + range.last + " (" + std::to_string(range.keys) + ")";
}

}  // namespace

std::string VerifyView(const std::vector<TableResult>& results, telemetry::Language language) {
  TextTable table({{"table"},
                   {"sink"},
                   {"result"},
                   {"source rows", true},
                   {"sink rows", true},
                   {"missing", true},
                   {"extra", true},
                   {"different", true},
                   {"doubled", true}});
  std::string details;
  for (const TableResult& result : results) {
    const verify::Differences& found = result.differences;
    table.Add({result.name.table, result.name.sink,
               result.error     ? "not compared"
               : result.equal() ? "equal"
                                : "differs",
               result.error ? "" : std::to_string(result.source_rows),
               result.error ? "" : std::to_string(result.sink_rows), Count(found.missing, found.at_least),
               Count(found.extra, found.at_least), Count(found.different, found.at_least),
               Count(found.doubled, found.at_least)});
    if (result.error) details += "\n" + telemetry::RenderWithCode(*result.error, language) + "\n";
    if (found.ranges.empty()) continue;
    details += "\n" + result.name.table + " (" + result.name.sink + ")\n";
    for (const KeyRange& range : found.ranges)
      details += "  " + std::string(verify::KindName(range.kind)) + "  " + RangeText(range) + "\n";
    if (found.ranges_cut) details += "  ...\n";
  }
  return table.Text() + details;
}

Error VerifySummary(const std::vector<TableResult>& results, int64_t took_us) {
  const auto differing = std::count_if(results.begin(), results.end(),
                                       [](const TableResult& result) { return !result.equal(); });
  const std::string tables = std::to_string(results.size());
  if (differing > 0)
    return Error(verify::kDifferencesFound, {{"tables", tables}, {"differing", std::to_string(differing)}});
  uint64_t rows = 0;
  for (const TableResult& result : results) rows += result.source_rows;
  return Error(verify::kAllEqual, {{"tables", tables},
                                   {"rows", std::to_string(rows)},
                                   {"seconds", std::to_string(took_us / base::kMicrosPerSecond)}});
}

}  // namespace renkei::cli
