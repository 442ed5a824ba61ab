#include "warehouse/names.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "config/field.h"
#include "duckdb/codes.h"
#include "duckdb/database.h"
#include "duckdb/sql_text.h"
#include "warehouse/codes.h"

namespace renkei::warehouse {

namespace {

using renkei::duckdb::Connection;
using renkei::duckdb::FoldCase;

// A table as the sink knows it, visible or not.
struct KnownTable {
  std::string name;  // "shop.orders"
  bool visible = false;
  std::string state;
  std::string rows;
  std::string estimate;
};

Result<std::vector<KnownTable>> ReadTables(Connection& connection) {
  std::vector<KnownTable> tables;
  ASSIGN_OR_RETURN(const auto sinks,
                   connection.QueryText("SELECT 1 FROM duckdb_tables() WHERE database_name = "
                                        "'warehouse' AND schema_name = '_renkei' AND "
                                        "table_name = 'tables'"));
  if (!sinks.empty()) {
    ASSIGN_OR_RETURN(const auto rows, connection.QueryText("SELECT destination, visible, state, rows_copied, "
                                                           "rows_estimated FROM _renkei.tables"));
    for (const auto& row : rows) {
      tables.push_back({row[0].value_or(""), row[1] == "true", row[2].value_or(""), row[3].value_or("0"),
                        row[4].value_or("0")});
    }
  }
  ASSIGN_OR_RETURN(const auto views,
                   connection.QueryText("SELECT table_schema || '.' || table_name FROM "
                                        "information_schema.tables WHERE table_catalog = 'warehouse' AND "
                                        "table_schema <> '_renkei'"));
  for (const auto& row : views) tables.push_back({row[0].value_or(""), true, "live", "", ""});
  return tables;
}

bool SameName(const std::string& a, const std::string& b) { return FoldCase(a) == FoldCase(b); }

// "shop.orders" of a name that may have the catalog in front; nothing for a bare name.
std::optional<std::string> Qualified(std::vector<std::string> parts) {
  if (parts.size() == 3 && parts[0] == renkei::duckdb::kCatalog) parts.erase(parts.begin());
  if (parts.size() != 2) return std::nullopt;
  return parts[0] + "." + parts[1];
}

Error Unknown(const std::string& name, const std::string& word, const std::vector<KnownTable>& tables) {
  std::vector<std::string> candidates;
  for (const KnownTable& table : tables) {
    if (table.visible) candidates.push_back(table.name);
  }
  std::string near = config::Nearest(word, candidates);
  // A bare name means the table of that name in whatever schema.
  for (const std::string& candidate : candidates) {
    if (FoldCase(candidate).ends_with("." + FoldCase(word))) near = candidate;
  }
  if (near.empty()) return Error(kUnknownTable, {{"table", name}});
  return Error(kUnknownTableNear, {{"table", name}, {"suggestion", near}});
}

std::optional<Error> ExplainTable(const std::vector<std::string>& parts,
                                  const std::vector<KnownTable>& tables) {
  const std::optional<std::string> name = Qualified(parts);
  if (!name) {
    if (parts.size() != 1 || parts[0].empty()) return std::nullopt;
    return Unknown(parts[0], parts[0], tables);
  }
  if (FoldCase(*name).starts_with("information_schema.") || FoldCase(*name).starts_with("pg_catalog.")) {
    return std::nullopt;
  }
  const auto shown = std::find_if(tables.begin(), tables.end(), [&](const KnownTable& table) {
    return table.visible && SameName(table.name, *name);
  });
  if (shown != tables.end()) return std::nullopt;
  const auto coming = std::find_if(tables.begin(), tables.end(),
                                   [&](const KnownTable& table) { return SameName(table.name, *name); });
  if (coming == tables.end()) return Unknown(*name, *name, tables);
  if (coming->state == "stopped") return Error(kNeverComplete, {{"table", *name}});
  return Error(kBeingCopied, {{"table", *name}, {"rows", coming->rows}, {"estimate", coming->estimate}});
}

}  // namespace

std::vector<std::string> SplitName(std::string_view name) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '"') {
      const bool doubled = quoted && i + 1 < name.size() && name[i + 1] == '"';
      if (doubled) {
        parts.back() += name[++i];
      } else {
        quoted = !quoted;
      }
    } else if (name[i] == ' ' && !quoted) {
      break;
    } else if (name[i] == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += name[i];
    }
  }
  return parts;
}

Error ExplainFailure(Connection& connection, const std::string& sql, const Error& error) {
  if (error.code() != renkei::duckdb::kBadStatement) return error;
  const auto names = connection.TableNames(sql);
  const auto tables = ReadTables(connection);
  if (!names.ok() || !tables.ok()) return error;
  std::optional<Error> unknown;
  for (const std::string& name : *names) {
    std::optional<Error> found = ExplainTable(SplitName(name), *tables);
    if (!found) continue;
    if (found->code() == kBeingCopied || found->code() == kNeverComplete) return *found;
    if (!unknown) unknown = std::move(found);
  }
  // DuckDB's own text is kept unless it speaks of a missing table too.
  const std::string_view reason = error.field("reason");
  const bool missing = reason.find("does not exist") != std::string_view::npos &&
                       reason.find("Table with name") != std::string_view::npos;
  return unknown && missing ? *unknown : error;
}

}  // namespace renkei::warehouse
