#include "sources/mysql/snapshot/key_reader.h"

#include <algorithm>
#include <vector>

#include "sources/mysql/client/names.h"
#include "sources/mysql/snapshot/chunk_reader.h"
#include "sources/mysql/snapshot/key_bound.h"

namespace renkei::sources::mysql::snapshot {

namespace {

constexpr uint32_t kKeysAStatement = 128;

}  // namespace

KeyReader::KeyReader(Viewpoint& viewpoint, const core::TableSchema& schema, uint64_t value_max)
    : viewpoint_(viewpoint), schema_(schema), value_max_(value_max), plan_(schema) {}

KeyReader::~KeyReader() {
  if (statement_) viewpoint_.connection().CloseStatement(*statement_);
}

// ... WHERE (a = ? AND b = ?) OR (a = ? AND b = ?) ...: the form for which each server uses the index.
std::string KeyReader::Statement() const {
  std::string one;
  for (const uint16_t place : schema_.key)
    one += (one.empty() ? "(" : " AND ") + client::QuoteName(schema_.columns[place].name) + " = ?";
  std::string statement = "SELECT " + SelectColumns(schema_) + " FROM " + client::QuoteTable(schema_);
  if (schema_.key_kind == core::KeyKind::kPrimary) statement += " FORCE INDEX (PRIMARY)";
  for (uint32_t i = 0; i < kKeysAStatement; ++i) statement += (i == 0 ? " WHERE " : " OR ") + one + ")";
  return statement;
}

Result<KeyRows> KeyReader::Read(const StreamPlace& taken, const core::Batch& keys, uint32_t from,
                                size_t bytes_max) {
  if (!statement_) {
    ASSIGN_OR_RETURN(statement_, viewpoint_.connection().Prepare(Statement()));
  }
  RETURN_IF_ERROR(viewpoint_.Begin(taken, schema_));
  ASSIGN_OR_RETURN(KeyRows read, ReadAll(keys, from, bytes_max));
  ASSIGN_OR_RETURN(read.seen, viewpoint_.End());
  return read;
}

Result<KeyRows> KeyReader::ReadAll(const core::Batch& keys, uint32_t from, size_t bytes_max) {
  core::BatchBuilder rows(schema_, {});
  KeyRows read;
  read.end = from;
  do {
    const uint32_t end = std::min(keys.rows, read.end + kKeysAStatement);
    RETURN_IF_ERROR(ReadSome(keys, read.end, end, rows));
    read.end = end;
  } while (read.end < keys.rows && rows.size_bytes() < bytes_max);
  read.rows = rows.Finish();
  return read;
}

Status KeyReader::ReadSome(const core::Batch& keys, uint32_t from, uint32_t end, core::BatchBuilder& rows) {
  std::vector<const core::Column*> columns;
  for (const uint16_t place : schema_.key) columns.push_back(&keys.after[place]);
  std::vector<client::Parameter> parameters;
  for (uint32_t i = 0; i < kKeysAStatement; ++i) {
    // The statement has one length; what is over asks for the last key again.
    const auto key = BoundParameters(EncodeBound(schema_, columns, std::min(from + i, end - 1)));
    CHECK(key.has_value());
    parameters.insert(parameters.end(), key->begin(), key->end());
  }
  client::Connection& connection = viewpoint_.connection();
  RETURN_IF_ERROR(connection.ExecutePrepared(*statement_, parameters));
  Status taken;
  while (true) {
    ASSIGN_OR_RETURN(const auto row, connection.ReadRow());
    if (!row) return taken;
    if (!taken.ok()) continue;  // the rest of the result must be read over
    rows.BeginRow(core::Operation::kRead, 0, 0);
    taken = DecodeRow(schema_, plan_, value_max_, *row, rows.after());
  }
}

}  // namespace renkei::sources::mysql::snapshot
