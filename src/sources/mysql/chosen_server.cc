#include "sources/mysql/chosen_server.h"

#include <fmt/format.h>

#include <charconv>

#include "sources/mysql/check.h"
#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {

namespace {

using client::Connection;

constexpr int kAwaitS = 20;

// The reader that only proves the history goes by an id of its own.
constexpr uint32_t kProofIdBit = 0x20000000u;

bool Holds(const LogPosition& server, const LogPosition& ours) {
  const core::PositionOrder order = LogPosition::Compare(ours, server);
  return order == core::PositionOrder::kBefore || order == core::PositionOrder::kEqual;
}

// Waits at the server until it has executed what we have. MariaDB counts only what it applies as a replica.
Status AwaitPosition(Connection& connection, const client::ServerInfo& server, const LogPosition& ours) {
  const std::string gtids = client::QuoteText(ours.Show());
  const auto waited = connection.Query(
      server.mariadb() ? fmt::format("SELECT MASTER_GTID_WAIT({}, {})", gtids, kAwaitS)
                       : fmt::format("SELECT WAIT_FOR_EXECUTED_GTID_SET({}, {})", gtids, kAwaitS));
  if (!waited.ok() && waited.error().code() != kStatementFailed) return waited.error();
  return {};
}

Status ProvePosition(ChosenServer& chosen, const Head& head) {
  ASSIGN_OR_RETURN(LogPosition theirs, ReadPosition(*chosen.control, chosen.info));
  if (Holds(theirs, head.position)) return {};
  if (LogPosition::Compare(head.position, theirs) != core::PositionOrder::kOtherHistory) {
    RETURN_IF_ERROR(AwaitPosition(*chosen.control, chosen.info, head.position));
    ASSIGN_OR_RETURN(theirs, ReadPosition(*chosen.control, chosen.info));
    if (Holds(theirs, head.position)) return {};
  }
  return Error(
      kBehindPosition,
      {{"address", chosen.endpoint.Show()}, {"position", head.position.Show()}, {"found", theirs.Show()}});
}

// Invariant 7: another history behind the same numbers is a loud stop.
Status ProveHead(ChosenServer& chosen, const Head& head, uint32_t reader_server_id,
                 std::chrono::seconds read_timeout) {
  if (!head.note) return {};
  const HistoryNote& note = *head.note;
  const uint32_t reader = reader_server_id ^ kProofIdBit;
  const bool same = note.server.server_id == 0 || note.server == chosen.info.identity;
  std::optional<Error> unproven;
  if (same) {
    ASSIGN_OR_RETURN(auto connection, client::OpenAt(chosen.endpoint, chosen.info, read_timeout));
    ASSIGN_OR_RETURN(unproven, ProveHistory(*connection, note, reader));
  } else {
    if (head.position.place() != nullptr || (head.position.mysql() != nullptr && !chosen.info.gtids)) {
      return Error(kOtherServer, {{"expected", note.server.Show()}, {"found", chosen.info.identity.Show()}});
    }
    RETURN_IF_ERROR(ProvePosition(chosen, head));
    ASSIGN_OR_RETURN(unproven,
                     ProveHistoryElsewhere(chosen.endpoint, chosen.info, note, head.position, reader));
    chosen.warnings.push_back(
        Error(kServerChanged, {{"expected", note.server.Show()}, {"found", chosen.info.identity.Show()}}));
  }
  if (unproven) chosen.warnings.push_back(*unproven);
  return {};
}

Result<ChosenServer> TryServer(const client::Endpoint& endpoint, const Head* head, uint32_t reader_server_id,
                               std::chrono::seconds read_timeout) {
  ChosenServer chosen;
  chosen.endpoint = endpoint;
  ASSIGN_OR_RETURN(chosen.control, Connection::Open(endpoint, read_timeout));
  ASSIGN_OR_RETURN(chosen.info, client::ReadServer(*chosen.control));
  ASSIGN_OR_RETURN(const core::Findings findings, CheckServer(*chosen.control, chosen.info));
  if (const core::Finding* wrong = FirstError(findings)) return wrong->message;
  for (const core::Finding& finding : findings) chosen.warnings.push_back(finding.message);
  if (head != nullptr && head->position.place() != nullptr && chosen.info.gtids) {
    return Error(kGtidsSwitchedOn, {{"address", endpoint.Show()}, {"position", head->position.Show()}});
  }
  if (head != nullptr) RETURN_IF_ERROR(ProveHead(chosen, *head, reader_server_id, read_timeout));
  return chosen;
}

}  // namespace

Result<ChosenServer> ChooseServer(const std::vector<client::Endpoint>& endpoints, const Head* head,
                                  uint32_t reader_server_id, std::chrono::seconds read_timeout) {
  CHECK(!endpoints.empty());
  std::optional<Error> first;
  for (const client::Endpoint& endpoint : endpoints) {
    auto chosen = TryServer(endpoint, head, reader_server_id, read_timeout);
    if (chosen.ok()) return chosen;
    // Who wrote another history has taken over; that the one before is gone is no news then.
    if (!first || chosen.error().code() == kOtherHistory) first = chosen.error();
  }
  return *first;
}

Result<std::unique_ptr<Connection>> OpenAny(const std::vector<client::Endpoint>& endpoints,
                                            std::chrono::seconds read_timeout) {
  CHECK(!endpoints.empty());
  std::optional<Error> first;
  for (const client::Endpoint& endpoint : endpoints) {
    auto connection = Connection::Open(endpoint, read_timeout);
    if (connection.ok()) return connection;
    if (!first) first = connection.error();
  }
  return *first;
}

Result<LogPosition> ReadPosition(Connection& connection, const client::ServerInfo& server) {
  if (server.mariadb()) {
    ASSIGN_OR_RETURN(const std::string text, connection.QueryValue("SELECT @@global.gtid_binlog_pos"));
    auto set = MariadbSet::Parse(text);
    if (!set) return Error(kForeignPosition, {{"position", text}});
    return LogPosition(*std::move(set));
  }
  if (server.gtids) {
    ASSIGN_OR_RETURN(const std::string text, connection.QueryValue("SELECT @@global.gtid_executed"));
    auto set = MysqlSet::Parse(text);
    if (!set) return Error(kForeignPosition, {{"position", text}});
    return LogPosition(*std::move(set));
  }
  ASSIGN_OR_RETURN(const auto rows, connection.Query(server.LogEndStatement()));
  if (rows.empty()) return Error(kBinaryLogOff);
  FilePlace place{rows[0][0].value_or(""), 0};
  const std::string offset = rows[0][1].value_or("");
  std::from_chars(offset.data(), offset.data() + offset.size(), place.offset);
  return LogPosition(ServerPlace{server.identity.uuid, std::move(place)});
}

}  // namespace renkei::sources::mysql
