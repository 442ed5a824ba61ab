#include "sources/sqlserver/database_state.h"

#include <fmt/format.h>

#include <charconv>

#include "sources/sqlserver/codes.h"

namespace renkei::sources::sqlserver {

namespace {

constexpr const char* kNoSuchObject = "208";
constexpr const char* kSnapshotNotAllowed = "3952";

std::optional<int64_t> Number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  int64_t value = 0;
  std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

}  // namespace

std::string NativeId(const std::string& object, const std::string& tracking, const std::string& begin) {
  return object + "/" + tracking + "/" + begin;
}

Result<DatabaseState> ReadDatabase(client::Connection& connection) {
  ASSIGN_OR_RETURN(
      const auto rows,
      connection.Query("SELECT CHANGE_TRACKING_CURRENT_VERSION(), d.create_date, r.recovery_fork_guid "
                       "FROM sys.databases AS d LEFT JOIN sys.database_recovery_status AS r "
                       "ON r.database_id = d.database_id WHERE d.database_id = DB_ID()"));
  DatabaseState state;
  if (rows.empty()) return state;
  state.version = Number(rows[0][0]);
  state.knows_fork = rows[0][2].has_value();
  state.epoch = rows[0][2].value_or("-") + "/" + rows[0][1].value_or("-");
  return state;
}

Result<std::map<std::string, TableState>> ReadTables(client::Connection& connection) {
  ASSIGN_OR_RETURN(
      const auto rows,
      connection.Query(
          "SELECT s.name, t.name, t.object_id, t.modify_date, ct.begin_version, it.object_id, "
          "CHANGE_TRACKING_MIN_VALID_VERSION(t.object_id) FROM sys.change_tracking_tables AS ct "
          "JOIN sys.tables AS t ON t.object_id = ct.object_id JOIN sys.schemas AS s ON s.schema_id = "
          "t.schema_id LEFT JOIN sys.internal_tables AS it ON it.parent_object_id = t.object_id AND "
          "it.internal_type = 209"));
  std::map<std::string, TableState> tables;
  for (const client::TextRow& row : rows) {
    TableState& state = tables[row[0].value_or("") + "." + row[1].value_or("")];
    state.min_valid = Number(row[6]);
    state.object = row[2].value_or("");
    state.modified = row[3].value_or("");
    state.identity = NativeId(state.object, row[5].value_or("-"), row[4].value_or("-"));
  }
  return tables;
}

Status BeginView(client::Connection& connection, const std::string& witness) {
  const Status begun = connection.Execute(fmt::format(
      "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION; SELECT TOP (1) 1 FROM {}", witness));
  if (begun.ok()) return {};
  const std::string number(begun.error().field("number"));
  if (number == kSnapshotNotAllowed)
    return Error(kSnapshotRefused, {{"database", connection.endpoint().database}});
  if (number != kNoSuchObject) return begun;
  return Error(kBusy, {{"number", number}, {"reason", std::string(begun.error().field("reason"))}});
}

Status EndView(client::Connection& connection) {
  return connection.Execute(
      "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION; SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
}

}  // namespace renkei::sources::sqlserver
