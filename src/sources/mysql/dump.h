// Dump: the server's binary log from a position on, read by a thread of its own into a PacketPipe.
#pragma once

#include <memory>
#include <thread>

#include "base/clock.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/client/server_info.h"
#include "sources/mysql/log_position.h"
#include "sources/mysql/packet_pipe.h"

namespace renkei::sources::mysql {

// Life: Start, then packets come out of the pipe until it is closed by an error or by the destructor, which
// ends the thread at once. Owned by the capture thread.
class Dump {
 public:
  // Errors of the connection. What the server answers to the position comes through the pipe:
  // kPositionPurged, kOtherHistory, kServerIdTaken, kDumpRefused, kConnectionLost.
  static Result<std::unique_ptr<Dump>> Start(const client::Endpoint& endpoint,
                                             const client::ServerInfo& server, const LogPosition& from,
                                             uint32_t server_id, PacketPipe& pipe, const base::Clock& clock);
  ~Dump();

  // Whether events carry checksums until a format description says otherwise.
  bool checksums() const { return checksums_; }
  // The server's clock minus ours, as far as one question tells.
  int64_t clock_ahead_us() const { return clock_ahead_us_; }

 private:
  Dump(std::unique_ptr<client::Connection> connection, LogPosition from, PacketPipe& pipe,
       const base::Clock& clock);
  Status Prepare(const client::ServerInfo& server, uint32_t server_id);
  Status AskMariadb(uint32_t server_id);
  Status AskMysql(uint32_t server_id);
  void Read(const std::stop_token& stop);
  Error Explain(const Error& error) const;

  std::unique_ptr<client::Connection> connection_;
  const LogPosition from_;
  PacketPipe& pipe_;
  const base::Clock& clock_;
  bool checksums_ = true;
  int64_t clock_ahead_us_ = 0;
  std::jthread thread_;
};

}  // namespace renkei::sources::mysql
