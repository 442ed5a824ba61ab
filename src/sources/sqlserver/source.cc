#include "sources/sqlserver/source.h"

#include "sources/sqlserver/capture.h"
#include "sources/sqlserver/check.h"
#include "sources/sqlserver/codes.h"
#include "sources/sqlserver/database_state.h"
#include "sources/sqlserver/table_catalog.h"
#include "sources/sqlserver/table_reader.h"
#include "sources/sqlserver/track_position.h"

namespace renkei::sources::sqlserver {

namespace {

constexpr std::chrono::seconds kQueryTimeout{60};

}  // namespace

core::SourceCapabilities SqlServerSource::capabilities() const {
  core::SourceCapabilities capabilities;
  capabilities.boundaries = core::SourceCapabilities::Boundaries::kPollGroup;
  capabilities.order = core::SourceCapabilities::Order::kPerLane;
  capabilities.snapshot_position = options_.isolation == Isolation::kSnapshot
                                       ? core::SourceCapabilities::SnapshotPosition::kExact
                                       : core::SourceCapabilities::SnapshotPosition::kBracket;
  capabilities.time_kind = core::TimeKind::kPoll;
  capabilities.can_read_keys = false;  // a table that differs is copied
  capabilities.can_prove_same_history = true;
  return capabilities;
}

Result<core::Findings> SqlServerSource::Check() {
  ASSIGN_OR_RETURN(auto connection, client::Connection::Open(EndpointOf(options_), kQueryTimeout));
  return CheckDatabase(*connection, options_);
}

Result<std::vector<core::TableSchema>> SqlServerSource::Discover() {
  ASSIGN_OR_RETURN(auto connection, client::Connection::Open(EndpointOf(options_), kQueryTimeout));
  ASSIGN_OR_RETURN(Discovery discovery, DiscoverTables(*connection, options_));
  std::vector<core::TableSchema> schemas;
  for (FoundTable& table : discovery.tables) schemas.push_back(std::move(table.schema));
  return schemas;
}

Status SqlServerSource::Capture(core::CaptureContext& context, std::stop_token stop) {
  return RunCapture(options_, context, views_, clock_, stop);
}

Result<core::Position> SqlServerSource::CurrentPosition() {
  ASSIGN_OR_RETURN(auto connection, client::Connection::Open(EndpointOf(options_), kQueryTimeout));
  ASSIGN_OR_RETURN(const DatabaseState database, ReadDatabase(*connection));
  if (!database.version) return Error(kTrackingOff, {{"database", connection->endpoint().database}});
  return TrackPosition{*database.version, database.epoch}.Encode();
}

core::PositionOrder SqlServerSource::Compare(const core::Position& a, const core::Position& b) const {
  const auto position_a = TrackPosition::Decode(a);
  const auto position_b = TrackPosition::Decode(b);
  if (!position_a || !position_b) return core::PositionOrder::kOtherHistory;
  return TrackPosition::Compare(*position_a, *position_b);
}

bool SqlServerSource::Contains(const core::Position& position, const std::string& transaction_id) const {
  const auto reached = TrackPosition::Decode(position);
  return reached && ContainsWindow(*reached, transaction_id);
}

std::string SqlServerSource::Show(const core::Position& position) const {
  const auto known = TrackPosition::Decode(position);
  return known ? std::to_string(known->version) : position.bytes;
}

Result<std::unique_ptr<core::TableReader>> SqlServerSource::OpenTableReader(const core::TableSchema& table) {
  return OpenViewReader(options_, table, views_);
}

}  // namespace renkei::sources::sqlserver
