// Connection: one session at a SQL Server, the adapter of FreeTDS's db-lib, which only connection.cc
// includes.
//
// Errors: kCannotConnect, kAccessDenied, kTlsFailed from Open; afterwards kConnectionLost for a session that
// is gone (connect anew), kBusy for what is worth the same again (a lock, a deadlock, DDL under a snapshot),
// and kStatementFailed with the server's number for a statement it refused. No password is in any of them.
// Threads: one uses a connection at a time; Interrupt may be called from any other.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/sqlserver/client/cell.h"

namespace renkei::sources::sqlserver::client {

enum class TlsMode : uint8_t { kOff, kPrefer, kRequire, kVerifyCa, kVerifyFull };

struct Endpoint {
  std::string host;
  uint16_t port = 1433;
  std::string user;
  std::string password;
  std::string database;
  TlsMode tls = TlsMode::kPrefer;
  std::string ca;        // path of the certificate authority's file
  bool old_tls = false;  // TLS 1.0 is let through

  std::string Show() const;
};

using TextRow = std::vector<std::optional<std::string>>;

class Connection {
 public:
  // Connects and sets the session up. An answer that does not come for `timeout` ends the session.
  static Result<std::unique_ptr<Connection>> Open(const Endpoint& endpoint, std::chrono::seconds timeout);
  ~Connection();

  // A batch without a result, or whose result nobody wants.
  Status Execute(const std::string& batch);
  // The rows of all results of the batch, as text; for results known to be small.
  Result<std::vector<TextRow>> Query(const std::string& batch);
  // The first cell of the first row; empty for NULL or no row.
  Result<std::string> QueryValue(const std::string& batch);

  // Begins a batch whose rows are read one by one, to the end or until Cancel.
  Status Start(const std::string& batch);
  // False behind the last row.
  Result<bool> NextRow();
  // A cell of the row, from 0; what it points to lives until the next row.
  Cell Get(int column) const;
  void Cancel();

  // Makes every call under way and after fail as kConnectionLost, at once. From any thread.
  void Interrupt();

  const Endpoint& endpoint() const { return endpoint_; }

 private:
  struct Handle;
  Connection(const Endpoint& endpoint, std::unique_ptr<Handle> handle);
  Error Failure() const;

  const Endpoint endpoint_;
  std::unique_ptr<Handle> handle_;
  std::string batch_;
};

// [name], with what is in it doubled where it must be; N'text'.
std::string QuoteName(std::string_view name);
std::string QuoteText(std::string_view text);

}  // namespace renkei::sources::sqlserver::client
