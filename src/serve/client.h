// Client: the command line's side of a running server, over the socket in the data folder.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "verify/verify.h"

namespace renkei::serve {

class Client {
 public:
  explicit Client(std::string socket) : socket_(std::move(socket)) {}

  // Something listens on the socket.
  bool Reachable() const;

  // Errors of all: kNotRunning when nothing listens, kServerGone when it ends in mid-answer, the server's own
  // error otherwise.
  Result<std::string> Status() const;
  // `format`: table, csv or json; `timeout` 0: none. The pieces come as the server sends them.
  renkei::Status Sql(const std::string& statement, const std::string& format,
                     const std::function<void(std::string_view)>& piece,
                     std::chrono::milliseconds timeout = {}) const;
  renkei::Status Verify(const std::vector<std::string>& patterns,
                        const std::function<void(const verify::TableResult&)>& each) const;
  // What became of every table, as it is done.
  renkei::Status Repair(const std::vector<std::string>& patterns, bool all, bool anew,
                        const std::string& source, const std::function<void(const Error&)>& each) const;

 private:
  renkei::Status Ask(const std::string& method, const std::string& target, const std::string& body,
                     const std::function<renkei::Status(std::string_view)>& piece) const;
  const std::string socket_;
};

}  // namespace renkei::serve
