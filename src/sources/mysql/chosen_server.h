// Which of the servers that the url names is captured from, and the proof that its history is ours.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/finding.h"
#include "sources/mysql/client/server_info.h"
#include "sources/mysql/history.h"
#include "sources/mysql/log_position.h"

namespace renkei::sources::mysql {

struct ChosenServer {
  client::Endpoint endpoint;
  client::ServerInfo info;
  std::unique_ptr<client::Connection> control;
  std::vector<Error> warnings;
};

// Where we left off.
struct Head {
  LogPosition position;
  std::optional<HistoryNote> note;
};

// The first that answers, is set up as a capture needs it, and whose history goes on from the head (nullptr:
// there is none yet). A server that lacks transactions which the log has is given a while, as it may be a
// replica that is still applying them. If none will do, the error is
// that of a server with another history, else of the first.
Result<ChosenServer> ChooseServer(const std::vector<client::Endpoint>& endpoints, const Head* head,
                                  uint32_t reader_server_id, std::chrono::seconds read_timeout);

// A session at the first that answers.
Result<std::unique_ptr<client::Connection>> OpenAny(const std::vector<client::Endpoint>& endpoints,
                                                    std::chrono::seconds read_timeout);

// How far the server has come.
Result<LogPosition> ReadPosition(client::Connection& connection, const client::ServerInfo& server);

}  // namespace renkei::sources::mysql
