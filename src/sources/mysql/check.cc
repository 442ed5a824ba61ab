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
    Wanted{"binlog_row_value_options", ""},
};
constexpr int64_t kRetentionLeastS = 86400;

Result<Settings> ReadSettings(Connection& connection) {
  ASSIGN_OR_RETURN(
      const auto rows,
      connection.Query("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format', "
                       "'binlog_row_image', 'binlog_row_metadata', 'log_slave_updates', "
                       "'log_replica_updates', 'binlog_row_value_options', 'gtid_mode', "
                       "'gtid_strict_mode', 'binlog_expire_logs_seconds')"));
  Settings settings;
  for (const TextRow& row : rows) settings[row[0].value_or("")] = row[1].value_or("");
  return settings;
}

int64_t Number(const std::string& text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string_view Of(const Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string_view() : std::string_view(found->second);
}

// Earlier versions have no binlog_row_metadata: their log does not name columns.
void CheckVersion(const client::ServerInfo& server, core::Findings& findings) {
  const bool enough = server.mariadb() ? server.AtLeast(10, 5) : server.AtLeast(8, 0);
  if (enough) return;
  findings.push_back({Error(kServerTooOld, {{"version", server.version},
                                            {"least", server.mariadb() ? "MariaDB 10.5" : "MySQL 8.0"}}),
                      ""});
}

// Amazon lets nobody SET GLOBAL; its settings stand in a group of parameters.
std::string Mend(const client::ServerInfo& server, std::string_view name, std::string_view value) {
  if (!server.rds) return fmt::format("SET GLOBAL {} = '{}'", name, value);
  return fmt::format("{} = {} in the DB {}parameter group", name, value, server.aurora ? "cluster " : "");
}

void CheckSettings(const Settings& settings, const client::ServerInfo& server, core::Findings& findings) {
  for (const auto& [name, value] : kWanted) {
    const auto found = settings.find(name);
    if (found == settings.end() || SameName(found->second, value)) continue;
    findings.push_back({Error(kWrongSetting, {{"setting", std::string(name)},
                                              {"value", found->second},
                                              {"expected", value.empty() ? "empty" : std::string(value)},
                                              {"statement", Mend(server, name, value)}}),
                        ""});
  }
  if (Of(settings, "gtid_strict_mode") == "OFF") findings.push_back({Error(kGtidStrictModeOff), ""});
  if (!server.mariadb() && !server.gtids)
    findings.push_back({Error(kGtidModeOff, {{"mode", std::string(Of(settings, "gtid_mode"))}}), ""});
  const int64_t retention_s = Number(std::string(Of(settings, "binlog_expire_logs_seconds")));
  if (retention_s > 0 && retention_s < kRetentionLeastS)
    findings.push_back({Error(kShortRetention, {{"seconds", std::to_string(retention_s)}}), ""});
}

// A filter keeps databases out of the log, and with them their changes from us. The same answer needs no
// right but the one that reading the log position takes.
Status CheckFilters(Connection& connection, const client::ServerInfo& server, core::Findings& findings) {
  const auto rows = connection.Query(server.LogEndStatement());
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
Status CheckReplica(Connection& connection, const Settings& settings, const client::ServerInfo& server,
                    core::Findings& findings) {
  if (Of(settings, "log_slave_updates") == "ON" || Of(settings, "log_replica_updates") == "ON") return {};
  const bool by_new_name = !server.mariadb() && server.AtLeast(8, 4);
  const auto rows = connection.Query(server.mariadb() ? "SHOW ALL SLAVES STATUS"
                                     : by_new_name    ? "SHOW REPLICA STATUS"
                                                      : "SHOW SLAVE STATUS");
  if (!rows.ok()) {
    if (rows.error().code() != kStatementFailed) return rows.error();
    if (!server.mariadb()) return {};
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

// MySQL does not list what a role gives: the right is there if what needs it works.
Result<bool> Works(Connection& connection, const std::string& statement) {
  const Status asked = connection.Execute(statement);
  if (!asked.ok() && asked.error().code() != kStatementFailed) return asked.error();
  return asked.ok();
}

Status CheckGrants(Connection& connection, const client::ServerInfo& server, core::Findings& findings) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query("SHOW GRANTS FOR CURRENT_USER"));
  ASSIGN_OR_RETURN(const std::string user, connection.QueryValue("SELECT CURRENT_USER()"));
  const std::vector<std::string> global = GlobalPrivileges(rows);
  const Grant needed[] = {
      {"REPLICATION SLAVE", {"REPLICATION SLAVE", "ALL PRIVILEGES", "ALL"}},
      {server.mariadb() ? "BINLOG MONITOR" : "REPLICATION CLIENT",
       {"BINLOG MONITOR", "REPLICATION CLIENT", "SUPER", "ALL PRIVILEGES", "ALL"}},
  };
  const std::string account = QuoteAccount(user);
  for (const Grant& grant : needed) {
    if (Has(global, grant)) continue;
    if (!server.mariadb()) {
      const bool client = grant.name == "REPLICATION CLIENT";
      ASSIGN_OR_RETURN(const bool works,
                       Works(connection, client ? server.LogEndStatement() : "SHOW BINLOG EVENTS LIMIT 1"));
      if (works) continue;
    }
    findings.push_back(
        {Error(kMissingGrant, {{"grant", std::string(grant.name)},
                               {"user", user},
                               {"statement", fmt::format("GRANT {} ON *.* TO {}", grant.name, account)}}),
         ""});
  }
  return {};
}

}  // namespace

Result<core::Findings> CheckServer(Connection& connection, const client::ServerInfo& server) {
  core::Findings findings;
  CheckVersion(server, findings);
  if (!findings.empty()) return findings;
  ASSIGN_OR_RETURN(const Settings settings, ReadSettings(connection));
  if (Of(settings, "log_bin") != "ON") findings.push_back({Error(kBinaryLogOff), ""});
  CheckSettings(settings, server, findings);
  RETURN_IF_ERROR(CheckGrants(connection, server, findings));
  RETURN_IF_ERROR(CheckFilters(connection, server, findings));
  RETURN_IF_ERROR(CheckReplica(connection, settings, server, findings));
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
