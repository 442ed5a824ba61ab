#include "sources/sqlserver/check.h"

#include <fmt/format.h>

#include <map>

#include "sources/sqlserver/codes.h"
#include "sources/sqlserver/column_type.h"
#include "sources/sqlserver/database_state.h"
#include "sources/sqlserver/table_catalog.h"

namespace renkei::sources::sqlserver {

namespace {

using client::Connection;

// A poll that was missed for so long is no accident any more.
constexpr int64_t kShortestRetentionMinutes = 24 * 60;

int64_t Minutes(const std::string& count, const std::string& unit) {
  const int64_t number = count.empty() ? 0 : std::stoll(count);
  return number * (unit == "DAYS" ? 24 * 60 : unit == "HOURS" ? 60 : 1);
}

Status CheckTracking(Connection& connection, core::Findings& findings) {
  const std::string database = connection.endpoint().database;
  ASSIGN_OR_RETURN(
      const auto rows,
      connection.Query("SELECT retention_period, retention_period_units_desc, is_auto_cleanup_on FROM "
                       "sys.change_tracking_databases WHERE database_id = DB_ID()"));
  if (rows.empty()) {
    findings.push_back({Error(kTrackingOff, {{"database", database}}), ""});
    return {};
  }
  const std::string count = rows[0][0].value_or("");
  const std::string unit = rows[0][1].value_or("");
  if (rows[0][2].value_or("") == "0") {
    findings.push_back({Error(kNoCleanup, {{"database", database}}), ""});
  } else if (Minutes(count, unit) < kShortestRetentionMinutes) {
    findings.push_back(
        {Error(kShortRetention, {{"database", database}, {"retention", count + " " + unit}}), ""});
  }
  return {};
}

Status CheckSettings(Connection& connection, const Options& options, core::Findings& findings) {
  const std::string database = connection.endpoint().database;
  ASSIGN_OR_RETURN(
      const std::string updateable,
      connection.QueryValue("SELECT CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS nvarchar(128))"));
  if (updateable != "READ_WRITE")
    findings.push_back({Error(kReadOnlyDatabase, {{"database", database}}), ""});
  ASSIGN_OR_RETURN(const std::string snapshots,
                   connection.QueryValue(
                       "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()"));
  if (options.isolation == Isolation::kReadCommitted) {
    findings.push_back({Error(kNoSnapshotIsolation, {{"database", database}}), ""});
  } else if (snapshots != "1") {
    findings.push_back({Error(kSnapshotRefused, {{"database", database}}), ""});
  }
  ASSIGN_OR_RETURN(const DatabaseState state, ReadDatabase(connection));
  if (!state.knows_fork) findings.push_back({Error(kNoRecoveryFork, {{"database", database}}), ""});
  if (options.tls.mode == client::TlsMode::kOff)
    findings.push_back({Error(kNotEncrypted, {{"address", connection.endpoint().Show()}}), ""});
  if (options.tls.min_version == TlsVersion::k10)
    findings.push_back({Error(kOldTls, {{"version", "1.0"}}), ""});
  return {};
}

Status CheckRights(Connection& connection, const core::TableSchema& table, core::Findings& findings) {
  const std::string name = table.qualified_name();
  const std::string object = client::QuoteText(QuoteTable(table));
  ASSIGN_OR_RETURN(const auto rows,
                   connection.Query(fmt::format("SELECT HAS_PERMS_BY_NAME({0}, N'OBJECT', N'SELECT'), "
                                                "HAS_PERMS_BY_NAME({0}, N'OBJECT', N'VIEW CHANGE TRACKING')",
                                                object)));
  const std::vector<Field> fields{{"table", name}, {"user", connection.endpoint().user}};
  if (rows[0][0].value_or("") != "1") findings.push_back({Error(kNoSelectRight, fields), name});
  if (rows[0][1].value_or("") != "1") findings.push_back({Error(kNoTrackingRight, fields), name});
  return {};
}

// Keys that the database takes for equal and we do not.
void CheckKey(const core::TableSchema& table, core::Findings& findings) {
  for (const uint16_t place : table.key) {
    const core::ColumnSchema& column = table.columns[place];
    if (column.collation.empty() || column.collation.find("_BIN") != std::string::npos) continue;
    findings.push_back(
        {Error(kLooseKey,
               {{"table", table.qualified_name()}, {"column", column.name}, {"collation", column.collation}}),
         table.qualified_name()});
  }
}

// Which tables are polled together.
std::string ShowGroups(const std::vector<FoundTable>& tables, const Options& options) {
  std::string shared;
  std::string own;
  for (const FoundTable& table : tables) {
    const auto interval = IntervalOf(options, table.schema.schema, table.schema.name);
    const std::string name = table.schema.qualified_name();
    if (interval.count() == 0) {
      shared += (shared.empty() ? "" : ", ") + name;
    } else {
      own += fmt::format("; {} every {} ms", name, interval.count());
    }
  }
  const std::string first =
      shared.empty() ? "" : fmt::format("; {} every {} ms", shared, options.interval.count());
  const std::string all = first + own;
  return all.empty() ? all : all.substr(2);
}

}  // namespace

Result<core::Findings> CheckDatabase(Connection& connection, const Options& options) {
  core::Findings findings;
  RETURN_IF_ERROR(CheckTracking(connection, findings));
  RETURN_IF_ERROR(CheckSettings(connection, options, findings));
  ASSIGN_OR_RETURN(Discovery discovery, DiscoverTables(connection, options));
  if (discovery.tables.empty() && discovery.findings.empty()) {
    std::string shown;
    const config::TablePatterns selected = TablesOf(options);
    for (const std::string& pattern : selected.patterns()) shown += (shown.empty() ? "" : ", ") + pattern;
    findings.push_back({Error(kNoTables, {{"patterns", shown}}), ""});
  }
  for (core::Finding& finding : discovery.findings) findings.push_back(std::move(finding));
  for (const FoundTable& table : discovery.tables) {
    RETURN_IF_ERROR(CheckRights(connection, table.schema, findings));
    CheckKey(table.schema, findings);
  }
  if (!discovery.tables.empty())
    findings.push_back({Error(kGroups, {{"groups", ShowGroups(discovery.tables, options)}}), ""});
  findings.push_back({Error(kWhatTrackingLacks), ""});
  return findings;
}

}  // namespace renkei::sources::sqlserver
