#include "sources/mysql/snapshot/chunk_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/batch_builder.h"
#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/snapshot/key_bound.h"

namespace renkei::sources::mysql::snapshot {

namespace {

using client::Parameter;

// What a cell takes in a builder beside its bytes, at most.
constexpr size_t kCellOverhead = 32;

core::TableSchema KeyOnly(const core::TableSchema& schema) {
  core::TableSchema key = schema;
  key.columns.clear();
  key.key.clear();
  for (const uint16_t place : schema.key) {
    key.key.push_back(static_cast<uint16_t>(key.columns.size()));
    key.columns.push_back(schema.columns[place]);
  }
  return key;
}

std::vector<const core::Column*> KeyColumns(const core::TableSchema& schema, const core::Batch& rows) {
  std::vector<const core::Column*> columns;
  for (const uint16_t place : schema.key) columns.push_back(&rows.after[place]);
  return columns;
}

void AppendBound(const std::string& bound, std::vector<Parameter>& parameters) {
  if (bound.empty()) return;
  const auto key = BoundParameters(bound);
  CHECK(key.has_value());
  const auto expanded = ExpandedParameters(*key);
  parameters.insert(parameters.end(), expanded.begin(), expanded.end());
}

size_t BytesOf(const std::vector<core::ColumnBuilder>& columns) {
  size_t bytes = 0;
  for (const core::ColumnBuilder& column : columns) bytes += column.size_bytes();
  return bytes;
}

}  // namespace

std::string SelectColumns(const core::TableSchema& schema) {
  std::string list;
  for (const core::ColumnSchema& column : schema.columns) {
    const bool kept_back = column.mask_version != 0;
    list += (list.empty() ? "" : ", ") + (kept_back ? "NULL" : client::QuoteName(column.name));
  }
  return list;
}

Status DecodeRow(const core::TableSchema& schema, const BinaryRowPlan& plan, uint64_t value_max,
                 client::Packet row, std::vector<core::ColumnBuilder>& columns) {
  std::vector<size_t> before;
  if (row.size() > value_max) {
    for (const core::ColumnBuilder& column : columns) before.push_back(column.size_bytes());
  }
  const auto result = plan.Decode(row, columns);
  for (size_t i = 0; i < before.size(); ++i) {
    const size_t bytes = columns[i].size_bytes() - before[i];
    if (bytes <= value_max + kCellOverhead) continue;
    return Error(kValueTooLarge, {{"table", schema.qualified_name()},
                                  {"column", schema.columns[i].name},
                                  {"bytes", std::to_string(bytes)},
                                  {"max_value", std::to_string(value_max)}});
  }
  if (result.outcome == BinaryRowPlan::Outcome::kOk) return {};
  const core::ColumnSchema& column = schema.columns[result.column];
  return Error(kUnreadableCell,
               {{"table", schema.qualified_name()}, {"column", column.name}, {"type", column.native_type}});
}

ChunkReader::ChunkReader(Viewpoint& viewpoint, const core::TableSchema& schema, uint64_t value_max)
    : viewpoint_(viewpoint),
      connection_(viewpoint.connection()),
      value_max_(value_max),
      schema_(schema),
      key_schema_(KeyOnly(schema)),
      plan_(schema),
      key_plan_(key_schema_) {}

ChunkReader::~ChunkReader() {
  for (const auto* prepared : {&plans_[0], &plans_[1], &reads_[0], &reads_[1], &reads_[2], &reads_[3]}) {
    if (*prepared) connection_.CloseStatement(**prepared);
  }
}

std::string ChunkReader::OrderByKey() const {
  std::string order;
  for (const core::ColumnSchema& column : key_schema_.columns)
    order += (order.empty() ? " ORDER BY " : ", ") + client::QuoteName(column.name);
  return order;
}

Result<client::StatementId> ChunkReader::Statement(std::optional<client::StatementId>& prepared,
                                                   const Shape& shape, const std::string& head,
                                                   const std::string& tail) {
  if (prepared) return *prepared;
  std::string statement = "SELECT " + head + " FROM " + client::QuoteTable(schema_);
  if (schema_.key_kind == core::KeyKind::kPrimary) statement += " FORCE INDEX (PRIMARY)";
  if (shape.lower) statement += " WHERE " + BoundCondition(schema_, Side::kAbove);
  if (shape.upper) statement += (shape.lower ? " AND " : " WHERE ") + BoundCondition(schema_, Side::kUpTo);
  statement += OrderByKey() + tail;
  ASSIGN_OR_RETURN(prepared, connection_.Prepare(statement));
  return *prepared;
}

Result<std::string> ChunkReader::PlanUpper(const std::string& lower, uint64_t rows) {
  const Shape shape{.lower = !lower.empty()};
  ASSIGN_OR_RETURN(const client::StatementId statement,
                   Statement(plans_[shape.lower], shape, SelectColumns(key_schema_), " LIMIT 1 OFFSET ?"));
  std::vector<Parameter> parameters;
  AppendBound(lower, parameters);
  parameters.push_back(Parameter::Unsigned(rows - 1));
  RETURN_IF_ERROR(connection_.ExecutePrepared(statement, parameters));
  core::BatchBuilder builder(key_schema_, {});
  while (true) {
    ASSIGN_OR_RETURN(const auto row, connection_.ReadRow());
    if (!row) break;
    builder.BeginRow(core::Operation::kRead, 0, 0);
    const auto result = key_plan_.Decode(*row, builder.after());
    if (result.outcome != BinaryRowPlan::Outcome::kOk) {
      // The read of the range names the cell; an open bound lets it come to that.
      while (true) {
        ASSIGN_OR_RETURN(const auto rest, connection_.ReadRow());
        if (!rest) return std::string();
      }
    }
  }
  if (builder.rows() == 0) return std::string();
  const core::Batch key = builder.Finish();
  return EncodeBound(key_schema_, KeyColumns(key_schema_, key), 0);
}

Result<Chunk> ChunkReader::Read(const StreamPlace& taken, const std::string& lower, const std::string& upper,
                                size_t bytes_max) {
  RETURN_IF_ERROR(viewpoint_.Begin(taken, schema_));
  Chunk chunk;
  auto read = ReadRows(lower, upper, bytes_max);
  if (read.ok()) {
    chunk = *std::move(read);
  } else if (read.error().code() == kConnectionLost) {
    return read.error();
  } else {
    chunk.failure = read.error();
  }
  ASSIGN_OR_RETURN(chunk.seen, viewpoint_.End());
  return chunk;
}

Result<Chunk> ChunkReader::Fail(const StreamPlace& taken, Error failure) {
  RETURN_IF_ERROR(viewpoint_.Begin(taken, schema_));
  Chunk chunk;
  chunk.failure = std::move(failure);
  ASSIGN_OR_RETURN(chunk.seen, viewpoint_.End());
  return chunk;
}

Result<Chunk> ChunkReader::ReadRows(const std::string& lower, const std::string& upper, size_t bytes_max) {
  const Shape shape{!lower.empty(), !upper.empty()};
  ASSIGN_OR_RETURN(
      const client::StatementId statement,
      Statement(reads_[(shape.lower ? 1 : 0) + (shape.upper ? 2 : 0)], shape, SelectColumns(schema_), ""));
  std::vector<Parameter> parameters;
  AppendBound(lower, parameters);
  AppendBound(upper, parameters);
  RETURN_IF_ERROR(connection_.ExecutePrepared(statement, parameters));

  core::BatchBuilder builder(schema_, {});
  Chunk chunk;
  chunk.upper = upper;
  Status taken;
  uint32_t looked_at = 0;
  size_t bytes = 0;
  while (true) {
    ASSIGN_OR_RETURN(const auto row, connection_.ReadRow());
    if (!row) break;
    // What is not wanted any more is still on its way and must be read over.
    if (!taken.ok() || chunk.cut_short) continue;
    if (bytes >= bytes_max) {
      chunk.cut_short = true;
      continue;
    }
    builder.BeginRow(core::Operation::kRead, 0, 0);
    taken = DecodeRow(schema_, plan_, value_max_, *row, builder.after());
    if (builder.rows() - looked_at >= 64 || row->size() > 4096) {
      looked_at = builder.rows();
      if (taken.ok()) bytes = BytesOf(builder.after());
    }
  }
  if (!taken.ok()) return taken.error();
  chunk.rows = builder.Finish();
  if (chunk.cut_short) chunk.upper = BoundOfLast(chunk.rows);
  return chunk;
}

std::string ChunkReader::BoundOfLast(const core::Batch& rows) const {
  return EncodeBound(schema_, KeyColumns(schema_, rows), rows.rows - 1);
}

}  // namespace renkei::sources::mysql::snapshot
