// Connection: one session at a server, the adapter of libmariadb, which only connection.cc
// include. Statements, results in text, prepared statements with rows in the binary protocol, and the raw
// packets of a binary log dump.
//
// Errors: kCannotConnect, kAccessDenied, kTlsFailed from Open; afterwards kConnectionLost for a session that
// is gone (connect anew) and kStatementFailed with the server's number and reason for a statement it refused.
// No password is in any of them. Threads: one uses a connection; Interrupt may be called from any other.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace renkei::sources::mysql::client {

enum class TlsMode : uint8_t { kOff, kPrefer, kRequire, kVerifyCa, kVerifyFull };

struct Endpoint {
  std::string host;
  uint16_t port = 3306;
  std::string socket;  // a unix socket's path, instead of host and port
  std::string user;
  std::string password;
  TlsMode tls = TlsMode::kPrefer;
  std::string ca;    // path of the certificate authority's file
  std::string cert;  // paths of a certificate of our own and its key; "" without one
  std::string key;

  std::string Show() const;
};

using Packet = std::span<const std::byte>;
using TextRow = std::vector<std::optional<std::string>>;

// A value in place of a `?`.
struct Parameter {
  uint8_t wire_type = 0;
  bool is_unsigned = false;
  std::string bytes;  // as the protocol encodes it

  static Parameter Integer(int64_t value);
  static Parameter Unsigned(uint64_t value);
  static Parameter Double(double value);
  static Parameter Text(std::string_view utf8);
  static Parameter Binary(std::string_view bytes);
  static Parameter Decimal(std::string_view digits);
};

struct StatementId {
  uint32_t value = 0;
};

struct DumpStart {
  std::string file;  // empty: the position is in @slave_connect_state
  uint64_t offset = 4;
  uint32_t server_id = 0;
  bool until_end = false;  // the dump ends where the log does, instead of waiting
  // MySQL: everything but these transactions, as the protocol encodes the set; file and offset do not count.
  std::optional<std::string> without_gtids;
};

class Connection {
 public:
  // Connects and sets the session up: UTC, results in the columns' own character sets, plain SQL mode.
  // A read that gets no byte for `read_timeout` fails as kConnectionLost.
  static Result<std::unique_ptr<Connection>> Open(const Endpoint& endpoint,
                                                  std::chrono::seconds read_timeout);
  ~Connection();

  // A statement without a result, or whose result nobody wants.
  Status Execute(const std::string& statement);
  // All rows; for results known to be small.
  Result<std::vector<TextRow>> Query(const std::string& statement);
  // The first cell of the first row; empty for NULL or no row.
  Result<std::string> QueryValue(const std::string& statement);

  Result<StatementId> Prepare(const std::string& statement);
  // Nothing is under way, and the statement is not used again.
  void CloseStatement(StatementId statement);
  // Starts the result; its rows must be read to the end before anything else is asked.
  Status ExecutePrepared(StatementId statement, std::span<const Parameter> parameters);
  // The next row, without the packet's lead byte, valid until the next call; nothing at the end.
  Result<std::optional<Packet>> ReadRow();

  // Begins a binary log dump; the connection can do nothing else afterwards.
  Status StartDump(const DumpStart& start);
  // The next event, valid until the next call. Nothing where a dump until the end is at it. A server that
  // ends the dump with an error is kStatementFailed.
  Result<std::optional<Packet>> ReadEvent();

  // Makes every call under way and after fail as kConnectionLost, at once. From any thread.
  void Interrupt();

  bool encrypted() const;
  const std::string& server_version() const { return server_version_; }
  const Endpoint& endpoint() const { return endpoint_; }

 private:
  struct Handle;
  Connection(const Endpoint& endpoint, std::unique_ptr<Handle> handle);
  Status SetUpSession();
  Result<Packet> ReadPacket();
  Error LastError(std::string_view statement) const;

  Endpoint endpoint_;
  std::unique_ptr<Handle> handle_;
  std::string server_version_;
};

}  // namespace renkei::sources::mysql::client
