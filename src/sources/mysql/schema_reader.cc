#include "sources/mysql/schema_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/foreign_keys.h"
#include "sources/mysql/statement.h"
#include "sources/mysql/table_extras.h"
#include "sources/mysql/values/column_type.h"

namespace renkei::sources::mysql {

namespace {

using client::Connection;
using client::QuoteName;
using client::QuoteText;
using client::TextRow;

constexpr std::string_view kSystemSchemas = "'mysql','information_schema','performance_schema','sys'";

// One table while what is known of it comes together.
struct Draft {
  std::string kind;
  std::string engine;
  DiscoveredTable table;
  TableExtras extras;
  std::set<std::string> json;  // columns
  std::vector<Error> refusals;
};

using Name = std::pair<std::string, std::string>;
using Drafts = std::map<Name, Draft>;

std::string Text(const TextRow& row, size_t i) { return row[i].value_or(""); }

uint64_t Number(const TextRow& row, size_t i) {
  const std::string text = Text(row, i);
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Draft* Find(Drafts& drafts, const TextRow& row) {
  const auto found = drafts.find({Text(row, 0), Text(row, 1)});
  return found == drafts.end() ? nullptr : &found->second;
}

std::string Qualified(const Draft& draft) { return draft.table.schema.qualified_name(); }

// "(TABLE_SCHEMA = 'a' AND TABLE_NAME = 'b')" for one table, else all tables of their schemas.
std::string Where(const Drafts& drafts) {
  if (drafts.size() == 1) {
    const auto& [schema, table] = drafts.begin()->first;
    return fmt::format("TABLE_SCHEMA = {} AND TABLE_NAME = {}", QuoteText(schema), QuoteText(table));
  }
  std::set<std::string> schemas;
  for (const auto& [name, draft] : drafts) schemas.insert(QuoteText(name.first));
  return fmt::format("TABLE_SCHEMA IN ({})", fmt::join(schemas, ","));
}

Result<Drafts> ReadTables(Connection& connection, const std::string& where,
                          const std::function<bool(const std::string&, const std::string&)>& wanted) {
  ASSIGN_OR_RETURN(
      const auto rows,
      connection.Query("SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS, TABLE_COLLATION "
                       "FROM information_schema.TABLES WHERE " +
                       where));
  Drafts drafts;
  for (const TextRow& row : rows) {
    if (!wanted(Text(row, 0), Text(row, 1))) continue;
    Draft draft;
    draft.kind = Text(row, 2);
    draft.engine = Text(row, 3);
    draft.table.rows_estimated = Number(row, 4);
    draft.extras.collation = Text(row, 5);
    draft.extras.charset = CharsetOfCollationName(draft.extras.collation);
    draft.table.schema.schema = Text(row, 0);
    draft.table.schema.name = Text(row, 1);
    draft.table.schema.native_id = draft.table.schema.qualified_name();
    drafts.emplace(Name(Text(row, 0), Text(row, 1)), std::move(draft));
  }
  return drafts;
}

using JsonColumns = std::set<std::tuple<std::string, std::string, std::string>>;

// MariaDB's JSON is text under a check that the server writes itself.
Result<JsonColumns> ReadJsonColumns(Connection& connection) {
  if (connection.server_version().find("MariaDB") == std::string::npos) return JsonColumns();
  ASSIGN_OR_RETURN(const auto rows,
                   connection.Query("SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE "
                                    "FROM information_schema.CHECK_CONSTRAINTS "
                                    "WHERE CHECK_CLAUSE LIKE 'json\\_valid(%'"));
  JsonColumns columns;
  for (const TextRow& row : rows) {
    const std::string column = Text(row, 2);
    if (Text(row, 3) == fmt::format("json_valid({})", QuoteName(column)))
      columns.emplace(Text(row, 0), Text(row, 1), column);
  }
  return columns;
}

Status ReadColumns(Connection& connection, const std::string& where, Drafts& drafts) {
  ASSIGN_OR_RETURN(const JsonColumns json, ReadJsonColumns(connection));
  ASSIGN_OR_RETURN(
      const auto rows,
      connection.Query("SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, "
                       "COLLATION_NAME, IS_NULLABLE, EXTRA FROM information_schema.COLUMNS WHERE " +
                       where + " ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"));
  for (const TextRow& row : rows) {
    Draft* draft = Find(drafts, row);
    if (draft == nullptr) continue;
    core::TableSchema& schema = draft->table.schema;
    core::ColumnSchema column;
    column.id = static_cast<uint32_t>(schema.columns.size() + 1);
    column.name = Text(row, 2);
    column.native_type = Text(row, 3);
    column.charset = Text(row, 4);
    column.collation = Text(row, 5);
    column.nullable = Text(row, 6) == "YES";
    column.generated = Text(row, 7).find("GENERATED") != std::string::npos;
    if (Text(row, 7).find("auto_increment") != std::string::npos) draft->extras.counted = column.id;
    draft->extras.next_column = column.id + 1;
    if (json.contains({schema.schema, schema.name, column.name})) draft->json.insert(column.name);
    schema.columns.push_back(std::move(column));
  }
  return {};
}

struct KeyDraft {
  std::vector<uint16_t> columns;
  bool usable = true;  // no NULL, whole columns
};

// A primary key first; else the first unique key, by name, without NULL.
Status ReadKeys(Connection& connection, const std::string& where, Drafts& drafts) {
  ASSIGN_OR_RETURN(const auto rows,
                   connection.Query("SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART "
                                    "FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0 AND " +
                                    where + " ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"));
  std::map<Name, std::map<std::string, KeyDraft>> keys;
  for (const TextRow& row : rows) {
    Draft* draft = Find(drafts, row);
    if (draft == nullptr) continue;
    const core::TableSchema& schema = draft->table.schema;
    const auto column = schema.FindColumn(Text(row, 3));
    KeyDraft& key = keys[{schema.schema, schema.name}][Text(row, 2)];
    const bool primary = Text(row, 2) == "PRIMARY";
    if (!column) {
      key.usable = false;
      continue;
    }
    if (schema.columns[*column].nullable || (row[4].has_value() && !primary)) key.usable = false;
    key.columns.push_back(*column);
  }
  for (auto& [name, draft] : drafts) {
    core::TableSchema& schema = draft.table.schema;
    for (const auto& [key_name, key] : keys[name]) {
      const bool primary = key_name == "PRIMARY";
      if (!key.usable || (schema.key_kind != core::KeyKind::kNone && !primary)) continue;
      schema.key_kind = primary ? core::KeyKind::kPrimary : core::KeyKind::kUnique;
      schema.key = key.columns;
      if (primary) break;
    }
  }
  return {};
}

// MySQL 9 can change the rows by statements of its own, which it logs.
Result<bool> LogsForeignKeyChanges(Connection& connection) {
  ASSIGN_OR_RETURN(const auto rows,
                   connection.Query("SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'"));
  return !rows.empty() && SameName(Text(rows[0], 1), "OFF");
}

Status ReadForeignKeys(Connection& connection, Draft& draft) {
  core::TableSchema& schema = draft.table.schema;
  const auto rows = connection.Query("SHOW CREATE TABLE " + client::QuoteTable(schema));
  if (!rows.ok()) {
    // Gone meanwhile, or no right to read it, which has a finding of its own.
    return rows.error().code() == kStatementFailed ? Status() : Status(rows.error());
  }
  if (rows->empty() || (*rows)[0].size() < 2) return {};
  draft.table.foreign_keys = FindForeignKeyActions(Text((*rows)[0], 1), schema.schema);
  return {};
}

void TellForeignKeys(const config::TablePatterns& patterns, Discovery& discovery) {
  for (const DiscoveredTable& table : discovery.tables) {
    const std::string name = table.schema.qualified_name();
    for (const ForeignKeyAction& action : table.foreign_keys) {
      const bool captured = patterns.Matches(action.parent_schema, action.parent);
      discovery.findings.push_back({Error(captured ? kForeignKeyActions : kForeignKeyUnseen,
                                          {{"table", name},
                                           {"parent", action.parent_schema + "." + action.parent},
                                           {"constraint", action.constraint},
                                           {"action", action.action}}),
                                    name});
    }
  }
}

// What the column becomes, and how it is read.
Status SettleType(const Draft& draft, size_t place, const Readings& readings, core::ColumnSchema& column) {
  const std::string table = Qualified(draft);
  const bool in_key = std::ranges::count(draft.table.schema.key, place) != 0;
  const bool json = draft.json.contains(column.name);
  values::Reading reading;
  if (!json) {
    ASSIGN_OR_RETURN(reading, readings.For({table, column.name, column.native_type, column.charset, in_key}));
  }
  const auto type = values::ParseColumnType(column.native_type, column.charset, json, reading);
  if (!type) {
    const std::string shown =
        column.charset.empty() ? column.native_type : column.native_type + " " + column.charset;
    return Error(kUnsupportedColumn, {{"table", table}, {"column", column.name}, {"type", shown}});
  }
  // Number 0 of an ENUM has the same name.
  if (in_key && type->form == values::Form::kEnum && std::ranges::count(type->members, "") != 0)
    return Error(kAmbiguousKey, {{"table", table}, {"column", column.name}});
  column.type = type->type;
  column.reading = values::EncodeReading(reading);
  if (reading.zero_dates == values::ZeroDates::kNull) column.nullable = true;
  return {};
}

void SettleTypes(const Readings& readings, Draft& draft) {
  std::vector<core::ColumnSchema>& columns = draft.table.schema.columns;
  for (size_t place = 0; place < columns.size(); ++place) {
    if (Status settled = SettleType(draft, place, readings, columns[place]); !settled.ok())
      draft.refusals.push_back(settled.error());
  }
}

// Columns that do not look at a destination as people who know the source expect.
void TellSpecialForms(const Draft& draft, core::Findings& findings) {
  std::string shown;
  for (const core::ColumnSchema& column : draft.table.schema.columns) {
    const values::ColumnType type = values::ColumnTypeOf(column);
    const bool own_form = type.form == values::Form::kGeometry ||
                          (type.form == values::Form::kDecimal && type.type.kind == core::Kind::kText);
    if (!own_form && column.reading.empty()) continue;
    shown += fmt::format("{}{} {} as {}", shown.empty() ? "" : ", ", column.name, column.native_type,
                         core::TypeName(column.type));
    if (!column.reading.empty()) shown += fmt::format(" ({})", column.reading);
  }
  if (shown.empty()) return;
  findings.push_back(
      {Error(kSpecialForm, {{"table", Qualified(draft)}, {"columns", shown}}), Qualified(draft)});
}

void TakeWholeRow(core::TableSchema& schema) {
  schema.key_kind = core::KeyKind::kWholeRow;
  for (size_t place = 0; place < schema.columns.size(); ++place)
    schema.key.push_back(static_cast<uint16_t>(place));
}

void Judge(Draft& draft) {
  const std::string table = Qualified(draft);
  if (draft.kind != "BASE TABLE") {
    draft.refusals = {Error(kNotABaseTable, {{"table", table}, {"kind", draft.kind}})};
    return;
  }
  if (!SameName(draft.engine, "InnoDB"))
    draft.refusals.push_back(Error(kNotTransactional, {{"table", table}, {"engine", draft.engine}}));
  if (draft.table.schema.key_kind == core::KeyKind::kNone) TakeWholeRow(draft.table.schema);
}

Result<Discovery> Complete(Connection& connection, Drafts drafts, const Readings& readings) {
  Discovery discovery;
  if (drafts.empty()) return discovery;
  const std::string where = Where(drafts);
  RETURN_IF_ERROR(ReadColumns(connection, where, drafts));
  RETURN_IF_ERROR(ReadKeys(connection, where, drafts));
  ASSIGN_OR_RETURN(const bool logs_foreign_keys, LogsForeignKeyChanges(connection));
  for (auto& [name, draft] : drafts) {
    SettleTypes(readings, draft);
    Judge(draft);
    for (const Error& refusal : draft.refusals) discovery.findings.push_back({refusal, Qualified(draft)});
    if (!draft.refusals.empty()) continue;
    draft.table.schema.open = draft.extras.Encode();
    TellSpecialForms(draft, discovery.findings);
    if (!logs_foreign_keys) RETURN_IF_ERROR(ReadForeignKeys(connection, draft));
    if (draft.table.schema.key_kind == core::KeyKind::kWholeRow) {
      const bool refused = !draft.table.foreign_keys.empty();
      discovery.findings.push_back(
          {Error(refused ? kNoKey : kWholeRows, {{"table", Qualified(draft)}}), Qualified(draft)});
      if (refused) continue;
    }
    discovery.tables.push_back(std::move(draft.table));
  }
  return discovery;
}

}  // namespace

Result<Discovery> DiscoverTables(Connection& connection, const config::TablePatterns& patterns,
                                 const Readings& readings, const std::set<std::string>& later) {
  ASSIGN_OR_RETURN(Drafts drafts,
                   ReadTables(connection, fmt::format("TABLE_SCHEMA NOT IN ({})", kSystemSchemas),
                              [&](const std::string& schema, const std::string& table) {
                                return patterns.Matches(schema, table);
                              }));
  const std::vector<std::string> named_tables = patterns.NamedTables();
  // A view or sequence that only a pattern with `*` meets was not meant.
  std::erase_if(drafts, [&](const auto& draft) {
    const std::string& kind = draft.second.kind;
    return (kind == "VIEW" || kind == "SEQUENCE" || kind == "TEMPORARY") &&
           std::ranges::count(named_tables, Qualified(draft.second)) == 0;
  });
  std::set<std::string> found;
  for (const auto& [name, draft] : drafts) found.insert(Qualified(draft));
  ASSIGN_OR_RETURN(Discovery discovery, Complete(connection, std::move(drafts), readings));
  TellForeignKeys(patterns, discovery);
  for (const std::string& named : named_tables) {
    if (patterns.Matches(named) && !found.contains(named))
      discovery.findings.push_back(
          {Error(later.contains(named) ? kTableAwaited : kTableMissing, {{"table", named}}), named});
  }
  return discovery;
}

Result<Discovery> DiscoverTable(Connection& connection, std::string_view schema, std::string_view table,
                                const Readings& readings) {
  ASSIGN_OR_RETURN(
      Drafts drafts,
      ReadTables(connection,
                 fmt::format("TABLE_SCHEMA = {} AND TABLE_NAME = {}", QuoteText(schema), QuoteText(table)),
                 [&](const std::string& a, const std::string& b) { return a == schema && b == table; }));
  return Complete(connection, std::move(drafts), readings);
}

}  // namespace renkei::sources::mysql
