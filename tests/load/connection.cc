#include "load/connection.h"

#include <errmsg.h>
#include <mysql.h>

#include <thread>

namespace renkei::load {

namespace {
constexpr unsigned kFirstClientError = 2000;  // CR_MIN_ERROR: below are the server's own errors
constexpr unsigned kLastClientError = 2999;
constexpr unsigned kServerShutdown = 1053;
constexpr unsigned kConnectionKilled = 1927;

bool MeansLost(unsigned number) {
  return (number >= kFirstClientError && number <= kLastClientError) || number == kServerShutdown ||
         number == kConnectionKilled;
}
}  // namespace

void Connection::Close() {
  if (handle_) mysql_close(handle_);
  handle_ = nullptr;
}

bool Connection::Connect(std::chrono::milliseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (true) {
    Close();
    handle_ = mysql_init(nullptr);
    unsigned timeout_s = 10;
    mysql_options(handle_, MYSQL_OPT_CONNECT_TIMEOUT, &timeout_s);
    mysql_options(handle_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    const char* socket = address_.socket.empty() ? nullptr : address_.socket.c_str();
    if (mysql_real_connect(handle_, socket ? nullptr : address_.host.c_str(), address_.user.c_str(),
                           address_.password.c_str(),
                           address_.database.empty() ? nullptr : address_.database.c_str(), address_.port,
                           socket, CLIENT_MULTI_STATEMENTS)) {
      return true;
    }
    Failed();
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

Outcome Connection::Failed() {
  error_number_ = mysql_errno(handle_);
  error_ = mysql_error(handle_);
  return MeansLost(error_number_) ? Outcome::kLost : Outcome::kRefused;
}

Outcome Connection::Run(const std::string& statements) {
  affected_ = 0;
  if (mysql_real_query(handle_, statements.data(), statements.size()) != 0) return Failed();
  while (true) {
    if (MYSQL_RES* result = mysql_store_result(handle_)) {
      mysql_free_result(result);
    } else if (mysql_errno(handle_) != 0) {
      return Failed();
    } else {
      affected_ += mysql_affected_rows(handle_);
    }
    const int next = mysql_next_result(handle_);
    if (next < 0) return Outcome::kDone;
    if (next > 0) return Failed();
  }
}

Outcome Connection::Query(const std::string& query, std::vector<Row>& rows) {
  rows.clear();
  if (mysql_real_query(handle_, query.data(), query.size()) != 0) return Failed();
  MYSQL_RES* result = mysql_store_result(handle_);
  if (!result) return mysql_errno(handle_) != 0 ? Failed() : Outcome::kDone;
  const unsigned columns = mysql_num_fields(result);
  while (MYSQL_ROW cells = mysql_fetch_row(result)) {
    const unsigned long* lengths = mysql_fetch_lengths(result);
    Row row(columns);
    for (unsigned i = 0; i < columns; ++i) {
      if (cells[i]) row[i].assign(cells[i], lengths[i]);
    }
    rows.push_back(std::move(row));
  }
  mysql_free_result(result);
  return Outcome::kDone;
}

}  // namespace renkei::load
