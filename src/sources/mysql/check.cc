#include "sources/mysql/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/statement.h"
#include "telemetry/message.h"

namespace renkei::sources::mysql {

namespace {

using client::Connection;
using client::QuoteName;
using client::QuoteText;
using client::TextRow;
using Settings = std::map<std::string, std::string, std::less<>>;

struct Wanted {
  std::string_view setting;
  std::string_view value;
};

constexpr std::array kWanted = {
    Wanted{"binlog_format", "ROW"},
    Wanted{"binlog_row_image", "FULL"},
    Wanted{"binlog_row_metadata", "FULL"},
};
constexpr int kMajorLeast = 10;
constexpr int kMinorLeast = 5;  // binlog_row_metadata
constexpr std::string_view kVersionLeast = "10.5";
constexpr int64_t kRetentionLeastS = 86400;

Result<Settings> ReadSettings(Connection& connection) {
  ASSIGN_OR_RETURN(
      const auto rows,
      connection.Query("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format', "
                       "'binlog_row_image', 'binlog_row_metadata', 'log_slave_updates', "
                       "'gtid_strict_mode', 'binlog_expire_logs_seconds', 'version')"));
  Settings settings;
  for (const TextRow& row : rows) settings[row[0].value_or("")] = row[1].value_or("");
  return settings;
}

int64_t Number(const std::string& text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void CheckVersion(const Connection& connection, const std::string& version, core::Findings& findings) {
  if (version.find("MariaDB") == std::string::npos) {
    findings.push_back(
        {Error(kNotMariaDb, {{"address", connection.endpoint().Show()}, {"version", version}}), ""});
    return;
  }
  int major = 0;
  int minor = 0;
  const auto [dot, error] = std::from_chars(version.data(), version.data() + version.size(), major);
  if (error == std::errc() && *dot == '.') std::from_chars(dot + 1, version.data() + version.size(), minor);
  if (major < kMajorLeast || (major == kMajorLeast && minor < kMinorLeast)) {
    findings.push_back(
        {Error(kServerTooOld, {{"version", version}, {"least", std::string(kVersionLeast)}}), ""});
  }
}

void CheckSettings(const Settings& settings, core::Findings& findings) {
  for (const auto& [name, value] : kWanted) {
    const auto found = settings.find(name);
    if (found == settings.end() || SameName(found->second, value)) continue;
    findings.push_back(
        {Error(kWrongSetting, {{"setting", std::string(name)},
                               {"value", found->second},
                               {"expected", std::string(value)},
                               {"statement", fmt::format("SET GLOBAL {} = '{}'", name, value)}}),
         ""});
  }
  if (settings.at("gtid_strict_mode") == "OFF") findings.push_back({Error(kGtidStrictModeOff), ""});
  const int64_t retention_s = Number(settings.at("binlog_expire_logs_seconds"));
  if (retention_s > 0 && retention_s < kRetentionLeastS)
    findings.push_back({Error(kShortRetention, {{"seconds", std::to_string(retention_s)}}), ""});
}

// A filter keeps databases out of the log, and with them their changes from us. The same answer needs no
// right but the one that reading the log position takes.
Status CheckFilters(Connection& connection, core::Findings& findings) {
  const auto rows = connection.Query("SHOW MASTER STATUS");
  if (!rows.ok()) return rows.error().code() == kStatementFailed ? Status() : Status(rows.error());
  if (rows->empty()) return {};
  static constexpr std::array<std::string_view, 2> kNames = {"binlog_do_db", "binlog_ignore_db"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    const std::string value = (*rows)[0][2 + i].value_or("");
    if (!value.empty())
      findings.push_back({Error(kBinlogFilter, {{"setting", std::string(kNames[i])}, {"value", value}}), ""});
  }
  return {};
}

// A replica writes what it applies into its own log only if told to.
Status CheckReplica(Connection& connection, const Settings& settings, core::Findings& findings) {
  if (settings.at("log_slave_updates") == "ON") return {};
  const auto rows = connection.Query("SHOW ALL SLAVES STATUS");
  if (!rows.ok()) {
    if (rows.error().code() != kStatementFailed) return rows.error();
    // Without the right to see it: a server that has applied somebody's log knows the position.
    ASSIGN_OR_RETURN(const std::string applied, connection.QueryValue("SELECT @@global.gtid_slave_pos"));
    if (!applied.empty()) findings.push_back({Error(kNoLogSlaveUpdates), ""});
    return {};
  }
  if (!rows->empty()) findings.push_back({Error(kNoLogSlaveUpdates), ""});
  return {};
}

struct Grant {
  std::string_view name;
  std::vector<std::string_view> any_of;  // of the words that SHOW GRANTS may use for it
};

bool Has(const std::vector<std::string>& global, const Grant& grant) {
  return std::ranges::any_of(grant.any_of, [&](std::string_view word) {
    return std::ranges::any_of(global, [&](const std::string& have) { return SameName(have, word); });
  });
}

// The privileges of "GRANT a, b ON *.* TO ...".
std::vector<std::string> GlobalPrivileges(const std::vector<TextRow>& grants) {
  constexpr std::string_view kHead = "GRANT ";
  std::vector<std::string> privileges;
  for (const TextRow& row : grants) {
    const std::string line = row[0].value_or("");
    const size_t end = line.find(" ON *.* TO ");
    if (!line.starts_with(kHead) || end == std::string::npos) continue;
    std::string_view list = std::string_view(line).substr(kHead.size(), end - kHead.size());
    while (!list.empty()) {
      const size_t comma = list.find(", ");
      privileges.emplace_back(list.substr(0, comma));
      list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 2);
    }
  }
  return privileges;
}

// 'user'@'host', as GRANT takes it.
std::string QuoteAccount(const std::string& user) {
  const size_t at = user.rfind('@');
  return QuoteText(user.substr(0, at)) + "@" + QuoteText(user.substr(at + 1));
}

Status CheckGrants(Connection& connection, core::Findings& findings) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query("SHOW GRANTS FOR CURRENT_USER"));
  ASSIGN_OR_RETURN(const std::string user, connection.QueryValue("SELECT CURRENT_USER()"));
  const std::vector<std::string> global = GlobalPrivileges(rows);
  const Grant needed[] = {
      {"REPLICATION SLAVE", {"REPLICATION SLAVE", "ALL PRIVILEGES", "ALL"}},
      {"BINLOG MONITOR", {"BINLOG MONITOR", "REPLICATION CLIENT", "SUPER", "ALL PRIVILEGES", "ALL"}},
  };
  const std::string account = QuoteAccount(user);
  for (const Grant& grant : needed) {
    if (Has(global, grant)) continue;
    findings.push_back(
        {Error(kMissingGrant, {{"grant", std::string(grant.name)},
                               {"user", user},
                               {"statement", fmt::format("GRANT {} ON *.* TO {}", grant.name, account)}}),
         ""});
  }
  return {};
}

}  // namespace

Result<core::Findings> CheckServer(Connection& connection) {
  core::Findings findings;
  ASSIGN_OR_RETURN(const Settings settings, ReadSettings(connection));
  CheckVersion(connection, settings.at("version"), findings);
  if (!findings.empty()) return findings;
  if (settings.at("log_bin") != "ON") findings.push_back({Error(kBinaryLogOff), ""});
  CheckSettings(settings, findings);
  RETURN_IF_ERROR(CheckGrants(connection, findings));
  RETURN_IF_ERROR(CheckFilters(connection, findings));
  RETURN_IF_ERROR(CheckReplica(connection, settings, findings));
  if (!connection.encrypted() && connection.endpoint().socket.empty() &&
      connection.endpoint().host != "127.0.0.1" && connection.endpoint().host != "localhost" &&
      connection.endpoint().host != "::1")
    findings.push_back({Error(kNotEncrypted, {{"address", connection.endpoint().Show()}}), ""});
  return findings;
}

Result<core::Findings> CheckTableRights(Connection& connection,
                                        const std::vector<core::TableSchema>& tables) {
  core::Findings findings;
  ASSIGN_OR_RETURN(const std::string user, connection.QueryValue("SELECT CURRENT_USER()"));
  for (const core::TableSchema& table : tables) {
    const Status read = connection.Execute("SELECT 1 FROM " + client::QuoteTable(table) + " LIMIT 0");
    if (read.ok()) continue;
    if (read.error().code() != kStatementFailed) return read.error();
    findings.push_back(
        {Error(kMissingGrant, {{"grant", "SELECT ON " + table.qualified_name()},
                               {"user", user},
                               {"statement", fmt::format("GRANT SELECT ON {}.* TO {}",
                                                         QuoteName(table.schema), QuoteAccount(user))}}),
         table.qualified_name()});
  }
  return findings;
}

const core::Finding* FirstError(const core::Findings& findings) {
  for (const core::Finding& finding : findings) {
    const telemetry::Message* message = telemetry::FindMessage(finding.message.code());
    if (finding.table.empty() && message != nullptr && message->severity == telemetry::Severity::kError)
      return &finding;
  }
  return nullptr;
}

}  // namespace renkei::sources::mysql
