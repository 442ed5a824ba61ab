#include "sources/sqlserver/table_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/batch_builder.h"
#include "sources/sqlserver/column_type.h"
#include "sources/sqlserver/row_reader.h"
#include "sources/sqlserver/table_catalog.h"

namespace renkei::sources::sqlserver {

namespace {

constexpr uint64_t kRowsFirst = 2'000;
constexpr uint64_t kRowsLeast = 100;
constexpr int64_t kAimedUs = 200'000;  // a chunk delays the polls of its group by so much
constexpr size_t kChunkBytes = core::kSetBytesMax / 2;
// Between the literals of a bound. No literal has it: text stands in quotes, and U+001F is written out.
constexpr char kBetween = '\x1f';

std::vector<std::string> Split(const std::string& bound) {
  std::vector<std::string> parts(1);
  for (const char c : bound) {
    if (c == kBetween) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// Rows behind the bound: a > x OR (a = x AND b > y), which an index can seek.
std::string Behind(const core::TableSchema& table, const std::string& bound) {
  if (bound.empty()) return "";
  const std::vector<std::string> values = Split(bound);
  std::string condition;
  std::string equal;
  for (size_t i = 0; i < table.key.size(); ++i) {
    const std::string name = "t." + client::QuoteName(table.columns[table.key[i]].name);
    if (!condition.empty()) condition += " OR ";
    condition += fmt::format("({}{} > {})", equal, name, values[i]);
    equal += fmt::format("{} = {} AND ", name, values[i]);
  }
  return " WHERE " + condition;
}

std::string BoundOf(const core::TableSchema& table, const core::Batch& rows) {
  std::string bound;
  for (const uint16_t place : table.key) {
    std::string literal = KeyLiteral(table.columns[place], rows.after[place], rows.rows - 1);
    for (size_t at; (at = literal.find(kBetween)) != std::string::npos;)
      literal.replace(at, 1, "' + NCHAR(31) + N'");
    bound += (bound.empty() ? "" : std::string(1, kBetween)) + literal;
  }
  return bound;
}

}  // namespace

TableCopy::TableCopy(const core::CopyBegin& begin, uint64_t rows_estimated)
    : begin_(begin), rows_estimated_(rows_estimated), chunk_rows_(kRowsFirst) {}

TableCopy::TableCopy(const core::SnapshotState& resumed, uint64_t rows_estimated)
    : begin_(resumed.begin),
      rows_estimated_(rows_estimated),
      copied_to_(resumed.copied_to),
      next_number_(resumed.chunks),
      rows_(resumed.rows),
      chunk_rows_(kRowsFirst),
      read_all_(resumed.chunks > 0 && resumed.copied_to.empty()) {}

Status TableCopy::ReadChunk(client::Connection& connection, const core::TableSchema& table,
                            uint64_t value_max, uint64_t rows_max, const base::Clock& clock) {
  if (read_all_) return {};
  chunk_rows_ = std::min(chunk_rows_, rows_max);
  const base::MonoTime began = clock.mono();
  RETURN_IF_ERROR(connection.Start(fmt::format("SELECT TOP ({}) {} FROM {} AS t{} ORDER BY {}", chunk_rows_,
                                               SelectList(table, "t"), QuoteTable(table),
                                               Behind(table, copied_to_), KeyList(table, "t"))));
  core::BatchBuilder builder(table, {});
  bool cut = false;
  for (;;) {
    ASSIGN_OR_RETURN(const bool row, connection.NextRow());
    if (!row) break;
    builder.BeginRow(core::Operation::kRead, 0, 0);
    RETURN_IF_ERROR(AppendRow(connection, 0, table, value_max, builder.after()));
    cut = builder.size_bytes() >= kChunkBytes;
    if (cut) break;
  }
  connection.Cancel();
  const uint64_t rows = builder.rows();
  Chunk chunk;
  chunk.rows = builder.Finish();
  if (cut || rows == chunk_rows_) chunk.upper = BoundOf(table, chunk.rows);
  chunk_ = std::move(chunk);
  const int64_t took = std::max<int64_t>(1, base::MicrosBetween(began, clock.mono()));
  if (rows > 0) {
    const uint64_t fitting = rows * kAimedUs / static_cast<uint64_t>(took);
    chunk_rows_ = std::max(std::clamp(fitting, chunk_rows_ / 2, chunk_rows_ * 2), kRowsLeast);
  }
  return {};
}

Status TableCopy::AppendChunk(CaptureLog& log, const core::TableSchema& table, const TrackPosition& at,
                              int64_t seen) {
  if (!chunk_) return {};
  core::ChunkMarker marker;
  marker.snapshot = begin_.snapshot;
  marker.table = table.table;
  marker.generation = table.generation;
  marker.number = next_number_;
  marker.lower = copied_to_;
  marker.upper = chunk_->upper;
  marker.low = at.Encode().bytes;
  marker.high = TrackPosition{seen, at.epoch}.Encode().bytes;
  RETURN_IF_ERROR(log.AppendChunk(marker, chunk_->rows));
  ++next_number_;
  rows_ += chunk_->rows.rows;
  seen_ = std::max(seen_, seen);
  copied_to_ = chunk_->upper;
  read_all_ = chunk_->upper.empty();
  chunk_.reset();
  return {};
}

}  // namespace renkei::sources::sqlserver
