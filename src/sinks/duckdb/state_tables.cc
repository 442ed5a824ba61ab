#include "sinks/duckdb/state_tables.h"

#include <fmt/format.h>

#include <charconv>

#include "core/encoding.h"
#include "duckdb/sql_text.h"
#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/naming.h"

namespace renkei::sinks::duckdb {

namespace {

using renkei::duckdb::Connection;
using renkei::duckdb::QuoteText;

constexpr uint64_t kFormat = 1;

constexpr const char* kCreate = R"(
CREATE SCHEMA IF NOT EXISTS _renkei;
CREATE TABLE IF NOT EXISTS _renkei.sink(format UINTEGER, apply_epoch UBIGINT);
CREATE TABLE IF NOT EXISTS _renkei.cursors(source VARCHAR, log VARCHAR, epoch UINTEGER,
  main_offset UBIGINT, main_sub UINTEGER, copy_offset UBIGINT, copy_sub UINTEGER);
CREATE TABLE IF NOT EXISTS _renkei.tables(storage VARCHAR, source VARCHAR, table_id UINTEGER,
  table_name VARCHAR, destination VARCHAR, generation UINTEGER, state VARCHAR, visible BOOLEAN,
  snapshot UINTEGER, begin_offset UBIGINT, begin_sub UINTEGER, complete BOOLEAN, touched BOOLEAN,
  rows_copied UBIGINT, rows_estimated UBIGINT, view_schema VARCHAR, view_name VARCHAR, schema BLOB,
  layout BLOB);
ALTER TABLE _renkei.tables ADD COLUMN IF NOT EXISTS layout BLOB;
)";

constexpr const char* kTableColumns =
    "storage, source, state, visible, snapshot, begin_offset, begin_sub, complete, touched, rows_copied, "
    "rows_estimated, view_schema, view_name, hex(schema), hex(layout)";

const char* StateWord(core::SinkTableState state) {
  switch (state) {
    case core::SinkTableState::kCopying:
      return "copying";
    case core::SinkTableState::kLive:
      return "live";
    case core::SinkTableState::kStopped:
      return "stopped";
  }
  return "";
}

// One row of texts, read column by column; a missing or malformed one makes it not ok.
class RowReader {
 public:
  explicit RowReader(const Connection::TextRow& row) : row_(row) {}

  std::string Text() {
    if (!has_value()) ok_ = false;
    return ok_ ? *row_[place_++] : std::string();
  }
  uint64_t Number() {
    const std::string text = Text();
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    ok_ &= error == std::errc() && end == text.data() + text.size();
    return number;
  }
  uint32_t Number32() { return static_cast<uint32_t>(Number()); }
  bool Bool() { return Text() == "true"; }
  bool has_value() const { return place_ < row_.size() && row_[place_].has_value(); }
  bool ok() const { return ok_; }

 private:
  const Connection::TextRow& row_;
  size_t place_ = 0;
  bool ok_ = true;
};

std::string Unhex(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(digits.data() + i, digits.data() + i + 2, value, 16);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

std::string Hex(std::span<const std::byte> bytes) {
  std::string digits;
  for (std::byte byte : bytes) digits += fmt::format("{:02X}", static_cast<unsigned>(byte));
  return digits;
}

std::string EncodeLayout(const std::vector<StoredColumn>& layout) {
  base::ByteWriter writer;
  writer.Varint(layout.size());
  for (const StoredColumn& column : layout) {
    writer.Varint(column.id);
    writer.Text(column.stored);
    writer.Text(column.shown);
    writer.Fixed(static_cast<uint8_t>(column.dropped ? 1 : 0));
  }
  return Hex(writer.bytes());
}

std::optional<std::vector<StoredColumn>> DecodeLayout(const std::string& bytes) {
  base::ByteReader reader(bytes);
  std::vector<StoredColumn> layout(reader.VarintUpTo(bytes.size()));
  for (StoredColumn& column : layout) {
    column.id = static_cast<uint32_t>(reader.VarintUpTo(UINT32_MAX));
    column.stored = reader.Text();
    column.shown = reader.Text();
    column.dropped = reader.Fixed<uint8_t>() != 0;
  }
  if (!reader.ok()) return std::nullopt;
  return layout;
}

Error Damaged(const std::string& what) { return Error(kDamagedState, {{"what", what}}); }

Result<StoredTable> ReadTable(const Connection::TextRow& row) {
  RowReader reader(row);
  StoredTable table;
  table.storage = reader.Text();
  table.source = reader.Text();
  const std::string state = reader.Text();
  table.state = state == "live"      ? core::SinkTableState::kLive
                : state == "stopped" ? core::SinkTableState::kStopped
                                     : core::SinkTableState::kCopying;
  table.visible = reader.Bool();
  table.snapshot = core::SnapshotId{reader.Number32()};
  table.begin.offset = core::Offset{reader.Number()};
  table.begin.sub = reader.Number32();
  table.complete = reader.Bool();
  table.touched = reader.Bool();
  table.rows_copied = reader.Number();
  table.rows_estimated = reader.Number();
  table.view_schema = reader.Text();
  table.view_name = reader.Text();
  const std::string schema = Unhex(reader.Text());
  if (!reader.ok()) return Damaged("tables");
  auto decoded = core::DecodeSchema(base::Buffer::Own(schema));
  if (!decoded.ok()) return Damaged("tables.schema");
  table.schema = std::move(decoded).value();
  if (reader.has_value()) {
    auto layout = DecodeLayout(Unhex(reader.Text()));
    if (!layout) return Damaged("tables.layout");
    table.layout = *std::move(layout);
  } else {
    std::vector<Error> already_told;
    table.layout = ChooseLayout(table.schema, already_told);
  }
  table.SettleColumns();
  return table;
}

Result<Cursors> ReadCursors(Connection& connection) {
  ASSIGN_OR_RETURN(const auto rows,
                   connection.QueryText("SELECT source, log, epoch, main_offset, main_sub, copy_offset, "
                                        "copy_sub FROM _renkei.cursors"));
  Cursors cursors;
  for (const auto& row : rows) {
    RowReader reader(row);
    const std::string source = reader.Text();
    core::SinkCursor& cursor = cursors[source];
    cursor.log = reader.Text();
    cursor.epoch = core::Epoch{reader.Number32()};
    cursor.main.offset = core::Offset{reader.Number()};
    cursor.main.sub = reader.Number32();
    if (reader.has_value()) {
      cursor.copy.emplace();
      cursor.copy->offset = core::Offset{reader.Number()};
      cursor.copy->sub = reader.Number32();
    }
    if (!reader.ok()) return Damaged("cursors");
  }
  return cursors;
}

Result<uint64_t> RaiseEpoch(Connection& connection, const std::string& path) {
  ASSIGN_OR_RETURN(const auto rows, connection.QueryText("SELECT format, apply_epoch FROM _renkei.sink"));
  if (rows.empty()) {
    RETURN_IF_ERROR(connection.Execute(fmt::format("INSERT INTO _renkei.sink VALUES ({}, 1)", kFormat)));
    return uint64_t{1};
  }
  RowReader reader(rows.front());
  const uint64_t format = reader.Number();
  const uint64_t epoch = reader.Number() + 1;
  if (!reader.ok()) return Damaged("sink");
  if (format > kFormat) {
    return Error(kNewerFormat,
                 {{"path", path}, {"format", std::to_string(format)}, {"known", std::to_string(kFormat)}});
  }
  RETURN_IF_ERROR(connection.Execute(
      fmt::format("DELETE FROM _renkei.sink; INSERT INTO _renkei.sink VALUES ({}, {})", kFormat, epoch)));
  return epoch;
}

Result<StoredState> TakeOverInside(Connection& connection, const std::string& path) {
  RETURN_IF_ERROR(connection.Execute(kCreate));
  StoredState state;
  ASSIGN_OR_RETURN(state.apply_epoch, RaiseEpoch(connection, path));
  ASSIGN_OR_RETURN(state.cursors, ReadCursors(connection));
  ASSIGN_OR_RETURN(const auto rows, connection.QueryText(fmt::format(
                                        "SELECT {} FROM _renkei.tables ORDER BY storage", kTableColumns)));
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(StoredTable table, ReadTable(row));
    state.tables.Put(std::move(table));
  }
  return state;
}

}  // namespace

Result<StoredState> TakeOver(Connection& connection, const std::string& path) {
  ASSIGN_OR_RETURN(const auto transaction, renkei::duckdb::WriteTransaction::Begin(connection));
  auto state = TakeOverInside(connection, path);
  if (!state.ok()) return Error(state.error()).With("path", path);
  RETURN_IF_ERROR(transaction->Commit());
  return state;
}

// Rows are replaced by DELETE and INSERT: after an UPDATE beside an open reader DuckDB refuses checkpoints
// until that reader ends.
Status HoldFence(Connection& connection, uint64_t apply_epoch, const std::string& path) {
  ASSIGN_OR_RETURN(const uint64_t rows, connection.ExecuteCounted(fmt::format(
                                            "DELETE FROM _renkei.sink WHERE apply_epoch = {}", apply_epoch)));
  if (rows != 1) return Error(kFenced, {{"path", path}});
  return connection.Execute(fmt::format("INSERT INTO _renkei.sink VALUES ({}, {})", kFormat, apply_epoch));
}

Status SaveCursor(Connection& connection, const std::string& source, const core::SinkCursor& cursor) {
  const std::string copy_offset = cursor.copy ? fmt::format("{}", cursor.copy->offset) : "NULL";
  const std::string copy_sub = cursor.copy ? fmt::format("{}", cursor.copy->sub) : "NULL";
  return connection.Execute(
      fmt::format("DELETE FROM _renkei.cursors WHERE source = {0}; "
                  "INSERT INTO _renkei.cursors VALUES ({0}, {1}, {2}, {3}, {4}, {5}, {6})",
                  QuoteText(source), QuoteText(cursor.log), cursor.epoch, cursor.main.offset, cursor.main.sub,
                  copy_offset, copy_sub));
}

Status SaveTable(Connection& connection, const StoredTable& table) {
  base::ByteWriter schema;
  core::EncodeSchema(table.schema, schema);
  RETURN_IF_ERROR(RemoveTable(connection, table.storage));
  return connection.Execute(fmt::format(
      "INSERT INTO _renkei.tables VALUES ({}, {}, {}, {}, {}, {}, '{}', {}, {}, {}, {}, {}, {}, {}, {}, {}, "
      "{}, from_hex('{}'), from_hex('{}'))",
      QuoteText(table.storage), QuoteText(table.source), table.schema.table,
      QuoteText(table.schema.qualified_name()), QuoteText(table.destination()), table.schema.generation,
      StateWord(table.state), table.visible, table.snapshot, table.begin.offset, table.begin.sub,
      table.complete, table.touched, table.rows_copied, table.rows_estimated, QuoteText(table.view_schema),
      QuoteText(table.view_name), Hex(schema.bytes()), EncodeLayout(table.layout)));
}

Status RemoveTable(Connection& connection, const std::string& storage) {
  return connection.Execute(fmt::format("DELETE FROM _renkei.tables WHERE storage = {}", QuoteText(storage)));
}

Result<StoredTable> LoadVisible(Connection& connection, const std::string& source, const std::string& table) {
  ASSIGN_OR_RETURN(const auto rows,
                   connection.QueryText(fmt::format(
                       "SELECT {} FROM _renkei.tables WHERE source = {} AND table_name = {} AND visible",
                       kTableColumns, QuoteText(source), QuoteText(table))));
  if (rows.empty()) return Error(kNotLive, {{"table", table}});
  return ReadTable(rows.front());
}

}  // namespace renkei::sinks::duckdb
