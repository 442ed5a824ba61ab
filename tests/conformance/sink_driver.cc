#include "tests/conformance/sink_driver.h"

#include <algorithm>

#include "core/canonical.h"

namespace renkei::conformance {

namespace {

std::string RowText(int64_t key, const std::string& value) {
  if (value.ends_with("/-0")) return value.substr(0, value.size() - 2) + "0";
  if (value.find('/') != std::string::npos) return value;
  return value == std::string(1, '\0') ? fmt::format("{}=NULL", key) : fmt::format("{}={}", key, value);
}

// Of a table without a key: "x/1". The sign of a zero is no part of it (core/canonical.h).
std::string KeylessText(const core::Batch& batch, uint32_t row) {
  const bool null = !batch.after[0].is_value(row);
  return RowText(0, (null ? "NULL" : std::string(batch.after[0].bytes(row))) + "/" +
                        core::ShowCell(batch.after[1], row));
}

}  // namespace

Result<std::vector<std::string>> ReadRows(core::TableReader& reader) {
  std::vector<std::string> rows;
  const auto key_place = reader.schema().FindColumn("id");
  const auto value_place = reader.schema().FindColumn("v");
  CHECK(reader.schema().key_kind == core::KeyKind::kWholeRow || (key_place && value_place));
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<core::Batch> batch, reader.Next());
    if (!batch.has_value()) break;
    for (uint32_t row = 0; row < batch->rows; ++row) {
      if (reader.schema().key_kind == core::KeyKind::kWholeRow) {
        rows.push_back(KeylessText(*batch, row));
        continue;
      }
      const int64_t key = batch->after[*key_place].cells<int64_t>()[row];
      const core::Column& value = batch->after[*value_place];
      rows.push_back(
          RowText(key, value.is_value(row) ? std::string(value.bytes(row)) : std::string(1, '\0')));
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

Result<std::vector<std::string>> ReadTable(core::Sink& sink, const std::string& source,
                                           const std::string& table) {
  ASSIGN_OR_RETURN(auto reader, sink.OpenTableReader(source, LogScript::Qualified(table)));
  return ReadRows(*reader);
}

std::vector<std::string> Expected(const Rows& rows) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : rows) texts.push_back(RowText(key, value));
  std::sort(texts.begin(), texts.end());
  return texts;
}

core::SinkCursor SinkDriver::Cursor() const {
  const auto cursor = sink_->Cursor(source_);
  if (cursor.has_value()) return *cursor;
  const core::Log& log = script_.log();
  return {log.id(), log.epoch(), log.begin(), std::nullopt};
}

std::vector<core::Entry> SinkDriver::EntriesBetween(core::Address from, core::Address to) const {
  std::vector<core::Entry> entries;
  if (from >= to) return entries;
  auto reader = script_.log().OpenReader({from, {}});
  CHECK(reader.ok());
  while (true) {
    auto entry = (*reader)->Next();
    CHECK(entry.ok());
    if (!entry->has_value() || (**entry).address >= to) break;
    entries.push_back(std::move(**entry));
  }
  return entries;
}

core::Address SinkDriver::After(core::Address from, size_t entries) const {
  const auto all = EntriesBetween(from, script_.end());
  if (all.empty()) return from;
  return all[std::min(entries, all.size()) - 1].next;
}

core::Slice SinkDriver::MakeSlice(const Cut& cut) const {
  const core::SinkCursor cursor = Cursor();
  auto reads = script_.log().OpenReader({script_.log().begin(), {}});
  CHECK(reads.ok());
  reads_ = std::move(*reads);
  state_ = script_.log().State();
  core::Slice slice;
  slice.source = source_;
  slice.log = script_.log().id();
  slice.epoch = script_.log().epoch();
  slice.main_from = cursor.main;
  slice.main_to = cut.main.value_or(cursor.main);
  slice.main = EntriesBetween(slice.main_from, slice.main_to);
  if (cursor.copy.has_value()) {
    slice.copy_from = cursor.copy;
    slice.copy_to = std::min(cut.copy.value_or(*cursor.copy), slice.main_to);
    slice.copy = EntriesBetween(*slice.copy_from, *slice.copy_to);
  }
  slice.reads = reads_.get();
  slice.state = &state_;
  return slice;
}

bool SinkDriver::Cycle(const Cut& cut) {
  const core::Slice slice = MakeSlice(cut);
  if (!verdict_.Ok(sink_->Apply({slice}), "a cycle is applied")) return false;
  const auto cursor = sink_->Cursor(source_);
  if (!verdict_.Expect(cursor.has_value(), "the sink has a cursor after a cycle")) return false;
  bool well = verdict_.Expect(cursor->main == slice.main_to, "main's cursor is where the cycle ended");
  well &= verdict_.Expect(cursor->log == slice.log, "the cursor names the log");
  if (cursor->copy.has_value()) {
    well &= verdict_.Expect(*cursor->copy <= cursor->main, "the copy cursor is at or behind main");
    if (slice.copy_to.has_value()) {
      well &= verdict_.Expect(*cursor->copy == *slice.copy_to, "the copy cursor is where the cycle ended");
    }
  }
  return CheckTables() && well;
}

bool SinkDriver::ToEnd(size_t entries_per_cycle) {
  constexpr int kCyclesMax = 100'000;
  for (int cycle = 0; cycle < kCyclesMax; ++cycle) {
    const core::SinkCursor cursor = Cursor();
    const bool behind = cursor.copy.has_value() && *cursor.copy < cursor.main;
    if (cursor.main >= script_.end() && !behind) return true;
    const core::Address main = After(cursor.main, entries_per_cycle);
    // Copy goes after main, and reaches it where it may.
    const core::Address copy = behind ? After(*cursor.copy, entries_per_cycle * 2) : main;
    if (!Cycle({main, std::min(copy, main)})) return false;
  }
  return verdict_.Expect(false, "the sink comes to the log's end");
}

std::vector<std::string> SinkDriver::LiveTables() const {
  std::vector<std::string> live;
  for (const core::SinkTable& table : sink_->Tables()) {
    if (table.source != source_ || table.state == core::SinkTableState::kCopying) continue;
    if (table.state == core::SinkTableState::kLive) live.push_back(table.table.substr(sizeof("shop.") - 1));
  }
  std::sort(live.begin(), live.end());
  return live;
}

std::optional<core::SinkTableState> SinkDriver::StateOf(const std::string& table) const {
  std::optional<core::SinkTableState> state;
  for (const core::SinkTable& of : sink_->Tables()) {
    if (of.source == source_ && of.table == LogScript::Qualified(table)) state = of.state;
  }
  return state;
}

bool SinkDriver::CheckTables() {
  const core::Address main = Cursor().main;
  const std::vector<std::string> live = LiveTables();
  bool well = true;
  for (const auto& [table, rows] : script_.At(main)) {
    const auto found = ReadTable(*sink_, source_, table);
    if (std::find(live.begin(), live.end(), table) == live.end()) {
      if (StateOf(table) == core::SinkTableState::kStopped) continue;
      well &= verdict_.Expect(!found.ok(), fmt::format("{} is not shown before its copy is whole", table));
      continue;
    }
    if (!verdict_.Ok(found, fmt::format("{} can be read", table))) return false;
    well &= verdict_.Equal(Expected(rows), *found, fmt::format("{} at offset {}", table, main.offset.value));
  }
  return well;
}

}  // namespace renkei::conformance
