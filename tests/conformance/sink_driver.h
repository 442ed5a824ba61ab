// Carries a log to a sink in cycles of any cut, as the pipeline does, and holds the sink to core/sink.h after
// each of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/hub.h"
#include "core/sink.h"
#include "tests/conformance/log_script.h"
#include "tests/conformance/verdict.h"

namespace renkei::conformance {

// The rows of a table as its reader gives them; an error if it can not be opened.
Result<std::vector<std::string>> ReadRows(core::TableReader& reader);
Result<std::vector<std::string>> ReadTable(core::Sink& sink, const std::string& source,
                                           const std::string& table);
// The script's rows in the same form, sorted.
std::vector<std::string> Expected(const Rows& rows);

// Where a cycle ends.
struct Cut {
  std::optional<core::Address> main;  // as far as main goes; nothing: it stays
  std::optional<core::Address> copy;  // likewise; ignored where the sink has no copy cursor
};

// One thread.
class SinkDriver {
 public:
  SinkDriver(core::Sink& sink, LogScript& script, Verdict& verdict, std::string source = "shop")
      : sink_(&sink), script_(script), verdict_(verdict), source_(std::move(source)) {}

  // Goes on with another object over the same destination.
  void Use(core::Sink& sink) { sink_ = &sink; }
  core::Sink& sink() { return *sink_; }

  // The sink's cursor, or the log's begin where it has none.
  core::SinkCursor Cursor() const;
  core::Slice MakeSlice(const Cut& cut) const;
  // One cycle, then the checks; false if something was wrong.
  bool Cycle(const Cut& cut);
  // Main to the log's end in one cycle, without the copy.
  bool MainToEnd() { return Cycle({script_.end(), std::nullopt}); }
  // Copy to where main is in one cycle: complete tables appear.
  bool CopyToMain() { return Cycle({std::nullopt, Cursor().main}); }
  // Everything, in cycles of at most so many entries.
  bool ToEnd(size_t entries_per_cycle = 1'000'000);

  // That each live table holds exactly its rows at main's offset, and no other can be read.
  bool CheckTables();
  // Live tables by name ("a").
  std::vector<std::string> LiveTables() const;
  std::optional<core::SinkTableState> StateOf(const std::string& table) const;

 private:
  std::vector<core::Entry> EntriesBetween(core::Address from, core::Address to) const;
  // The address after the next n entries.
  core::Address After(core::Address from, size_t entries) const;

  core::Sink* sink_;
  LogScript& script_;
  Verdict& verdict_;
  const std::string source_;
  mutable std::unique_ptr<core::LogReader> reads_;
  mutable core::LogState state_;
};

}  // namespace renkei::conformance
