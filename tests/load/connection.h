// Connection: one session of the load with a MariaDB server that may vanish at any moment. Owned and used by
// one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

struct st_mysql;

namespace renkei::load {

// What became of a statement or of a transaction.
enum class Outcome {
  kDone,
  kRefused,  // the server said no (deadlock, duplicate key): nothing of it stays
  kLost,     // the connection broke: whether it was committed must be found out
};

struct Address {
  std::string host = "127.0.0.1";
  uint16_t port = 3306;
  std::string socket;  // used instead of host and port when not empty
  std::string user = "root";
  std::string password;
  std::string database;
};

using Row = std::vector<std::string>;

class Connection {
 public:
  explicit Connection(Address address) : address_(std::move(address)) {}
  ~Connection() { Close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Connects anew, trying again until the time is over; false then.
  bool Connect(std::chrono::milliseconds at_most);
  // Runs every statement of the text and throws the results away.
  Outcome Run(const std::string& statements);
  // The rows of one query; NULL reads as "".
  Outcome Query(const std::string& query, std::vector<Row>& rows);
  // Rows changed by the statements of the last Run().
  uint64_t affected() const { return affected_; }
  // The server's words about the last kRefused or kLost.
  const std::string& error() const { return error_; }
  unsigned error_number() const { return error_number_; }

 private:
  Outcome Failed();
  void Close();

  Address address_;
  st_mysql* handle_ = nullptr;
  uint64_t affected_ = 0;
  std::string error_;
  unsigned error_number_ = 0;
};

}  // namespace renkei::load
