#include "sources/mysql/suspect_text.h"

#include <fmt/format.h>

#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/values/column_type.h"
#include "sources/mysql/values/text.h"

namespace renkei::sources::mysql {

namespace {

constexpr int kRowsLookedAt = 1000;
// Enough of a long text to see what it is; a sequence cut at the end is left out.
constexpr int kBytesLookedAt = 200;

bool MayBeSuspect(const core::ColumnSchema& column) {
  if (!column.reading.empty() || column.charset.empty()) return false;
  const values::ColumnType type = values::ColumnTypeOf(column);
  const bool text = type.form >= values::Form::kChar && type.form <= values::Form::kText;
  return text && type.charset >= values::Charset::kFirstSingleByte;
}

std::string_view WithoutCutEnd(std::string_view bytes) {
  if (bytes.size() < static_cast<size_t>(kBytesLookedAt)) return bytes;
  while (!bytes.empty() && (static_cast<uint8_t>(bytes.back()) & 0xC0) == 0x80) bytes.remove_suffix(1);
  if (!bytes.empty() && static_cast<uint8_t>(bytes.back()) >= 0xC0) bytes.remove_suffix(1);
  return bytes;
}

bool IsSuspect(const std::vector<client::TextRow>& rows, size_t place) {
  bool any = false;
  for (const client::TextRow& row : rows) {
    if (!row[place]) continue;
    const std::string_view bytes = WithoutCutEnd(*row[place]);
    if (values::IsAscii(bytes)) continue;
    if (!values::IsUtf8(bytes)) return false;
    any = true;
  }
  return any;
}

}  // namespace

Result<core::Findings> FindSuspectText(client::Connection& connection,
                                       const std::vector<core::TableSchema>& tables) {
  core::Findings findings;
  for (const core::TableSchema& table : tables) {
    std::vector<const core::ColumnSchema*> columns;
    std::string list;
    for (const core::ColumnSchema& column : table.columns) {
      if (!MayBeSuspect(column)) continue;
      columns.push_back(&column);
      list += fmt::format("{}LEFT({}, {})", list.empty() ? "" : ", ", client::QuoteName(column.name),
                          kBytesLookedAt);
    }
    if (columns.empty()) continue;
    const auto rows = connection.Query(
        fmt::format("SELECT {} FROM {} LIMIT {}", list, client::QuoteTable(table), kRowsLookedAt));
    if (!rows.ok()) {
      if (rows.error().code() != kStatementFailed) return rows.error();
      continue;  // no right to read it, which has a finding of its own
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!IsSuspect(*rows, i)) continue;
      findings.push_back({Error(kSuspectText, {{"column", table.qualified_name() + "." + columns[i]->name},
                                               {"charset", columns[i]->charset}}),
                          table.qualified_name()});
    }
  }
  return findings;
}

}  // namespace renkei::sources::mysql
