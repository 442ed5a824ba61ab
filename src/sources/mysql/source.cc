#include "sources/mysql/source.h"

#include <algorithm>

#include "sources/mysql/capture.h"
#include "sources/mysql/check.h"
#include "sources/mysql/chosen_server.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/log_position.h"
#include "sources/mysql/schema_reader.h"
#include "sources/mysql/suspect_text.h"
#include "sources/mysql/table_reader.h"

namespace renkei::sources::mysql {

namespace {

constexpr std::chrono::seconds kQueryTimeout{60};

void Append(core::Findings& findings, core::Findings more) {
  std::ranges::move(more, std::back_inserter(findings));
}

}  // namespace

core::SourceCapabilities MysqlSource::capabilities() const {
  core::SourceCapabilities capabilities;
  capabilities.boundaries = core::SourceCapabilities::Boundaries::kTransaction;
  capabilities.order = core::SourceCapabilities::Order::kTotal;
  capabilities.snapshot_position = core::SourceCapabilities::SnapshotPosition::kExact;
  capabilities.time_kind = core::TimeKind::kReceived;
  capabilities.before_image = false;
  capabilities.insert_means_absent = true;
  capabilities.can_read_keys = true;
  capabilities.can_prove_same_history = true;
  return capabilities;
}

Result<core::Findings> MysqlSource::Check() {
  ASSIGN_OR_RETURN(auto connection, OpenAny(EndpointsOf(options_), kQueryTimeout));
  ASSIGN_OR_RETURN(const client::ServerInfo server, client::ReadServer(*connection));
  ASSIGN_OR_RETURN(core::Findings findings, CheckServer(*connection, server));
  if (options_.server_id != 0 && options_.server_id == server.identity.server_id)
    findings.push_back(
        {Error(kServerIdIsTheServers, {{"server_id", std::to_string(options_.server_id)}}), ""});
  const config::TablePatterns patterns = TablesOf(options_);
  ASSIGN_OR_RETURN(Discovery discovery,
                   DiscoverTables(*connection, patterns, Readings(options_), ExpectedLater(options_)));
  if (discovery.tables.empty() && discovery.findings.empty()) {
    std::string shown;
    for (const std::string& pattern : patterns.patterns()) shown += (shown.empty() ? "" : ", ") + pattern;
    findings.push_back({Error(kNoTables, {{"patterns", shown}}), ""});
  }
  Append(findings, std::move(discovery.findings));
  std::vector<core::TableSchema> schemas;
  for (DiscoveredTable& table : discovery.tables) schemas.push_back(std::move(table.schema));
  ASSIGN_OR_RETURN(core::Findings rights, CheckTableRights(*connection, schemas));
  Append(findings, std::move(rights));
  ASSIGN_OR_RETURN(core::Findings suspects, FindSuspectText(*connection, schemas));
  Append(findings, std::move(suspects));
  return findings;
}

Result<std::vector<core::TableSchema>> MysqlSource::Discover() {
  ASSIGN_OR_RETURN(auto connection, OpenAny(EndpointsOf(options_), kQueryTimeout));
  ASSIGN_OR_RETURN(Discovery discovery, DiscoverTables(*connection, TablesOf(options_), Readings(options_),
                                                       ExpectedLater(options_)));
  std::vector<core::TableSchema> schemas;
  for (DiscoveredTable& table : discovery.tables) schemas.push_back(std::move(table.schema));
  return schemas;
}

Status MysqlSource::Capture(core::CaptureContext& context, std::stop_token stop) {
  return RunCapture(options_, context, clock_, std::move(stop));
}

Result<core::Position> MysqlSource::CurrentPosition() {
  ASSIGN_OR_RETURN(auto connection, OpenAny(EndpointsOf(options_), kQueryTimeout));
  ASSIGN_OR_RETURN(const client::ServerInfo server, client::ReadServer(*connection));
  ASSIGN_OR_RETURN(const LogPosition position, ReadPosition(*connection, server));
  return position.Encode();
}

core::PositionOrder MysqlSource::Compare(const core::Position& a, const core::Position& b) const {
  const auto position_a = LogPosition::Decode(a);
  const auto position_b = LogPosition::Decode(b);
  if (!position_a || !position_b) return core::PositionOrder::kOtherHistory;
  return LogPosition::Compare(*position_a, *position_b);
}

bool MysqlSource::Contains(const core::Position& position, const std::string& transaction_id) const {
  const auto reached = LogPosition::Decode(position);
  const auto id = ParseTransactionId(transaction_id);
  return reached && id && reached->Contains(*id);
}

std::string MysqlSource::Show(const core::Position& position) const {
  const auto known = LogPosition::Decode(position);
  return known ? known->Show() : position.bytes;
}

Result<std::unique_ptr<core::TableReader>> MysqlSource::OpenTableReader(const core::TableSchema& table) {
  return OpenConsistentReader(EndpointsOf(options_), table);
}

}  // namespace renkei::sources::mysql
