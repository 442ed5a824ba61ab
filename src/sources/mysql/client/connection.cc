#include "sources/mysql/client/connection.h"

#include <errmsg.h>
#include <fmt/format.h>
#include <mysql.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/bytes.h"
#include "sources/mysql/client/server_error.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::client {

namespace {

constexpr unsigned int kConnectTimeoutS = 10;
constexpr unsigned int kWriteTimeoutS = 30;
constexpr unsigned long kPacketBytesMax = 1ul << 30;
constexpr uint8_t kEndOfRows = 0xFE;
constexpr size_t kEndOfRowsBytesMax = 9;
constexpr unsigned int kMustChangePassword = 1820;
constexpr uint16_t kDumpUntilEnd = 1;
constexpr uint16_t kDumpThroughGtids = 4;
constexpr auto kDumpByGtids = static_cast<enum_server_command>(30);
constexpr const char* kSafePlugins =
    "mysql_native_password,client_ed25519,caching_sha2_password,"
    "sha256_password,parsec";

// What every session of ours relies on.
constexpr const char* kSessionSettings =
    "SET time_zone = '+00:00', sql_mode = '', character_set_results = NULL, net_write_timeout = 3600, "
    "net_read_timeout = 600, wait_timeout = 31536000, max_sort_length = 8388608";

// Under any other level the server silently ignores WITH CONSISTENT SNAPSHOT.
constexpr const char* kIsolation = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ";

void InitLibraryOnce() {
  static std::once_flag once;
  std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
}

}  // namespace

std::string Endpoint::Show() const {
  if (!socket.empty()) return socket;
  if (host.find(':') != std::string::npos) return fmt::format("[{}]:{}", host, port);
  return fmt::format("{}:{}", host, port);
}

// Owns the session. The socket is kept a second time, so that interrupting it never meets a number that
// libmariadb has closed and the system given to another.
struct Connection::Handle {
  ~Handle() {
    for (MYSQL_STMT* statement : statements) mysql_stmt_close(statement);
    mysql_close(&mysql);
    if (socket_copy >= 0) close(socket_copy);
  }

  MYSQL mysql{};
  int socket_copy = -1;
  std::vector<MYSQL_STMT*> statements;
};

namespace {

template <class T>
void Set(MYSQL& mysql, mysql_option option, T value) {
  mysql_optionsv(&mysql, option, &value);
}

void ApplyTls(MYSQL& mysql, const Endpoint& endpoint, TlsMode mode) {
  Set<my_bool>(mysql, MYSQL_OPT_SSL_ENFORCE, mode == TlsMode::kOff ? 0 : 1);
  Set<my_bool>(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, mode == TlsMode::kVerifyFull ? 1 : 0);
  const bool verified = mode == TlsMode::kVerifyCa || mode == TlsMode::kVerifyFull;
  if (verified && !endpoint.ca.empty()) mysql_optionsv(&mysql, MYSQL_OPT_SSL_CA, endpoint.ca.c_str());
  if (mode != TlsMode::kOff && !endpoint.cert.empty()) {
    mysql_optionsv(&mysql, MYSQL_OPT_SSL_CERT, endpoint.cert.c_str());
    mysql_optionsv(&mysql, MYSQL_OPT_SSL_KEY, endpoint.key.c_str());
  }
  // A server that is not proven gets no password in clear, whatever way of login it asks for.
  if (mode != TlsMode::kVerifyFull) mysql_optionsv(&mysql, MARIADB_OPT_RESTRICTED_AUTH, kSafePlugins);
}

bool TryConnect(MYSQL& mysql, const Endpoint& endpoint, TlsMode mode, unsigned int read_timeout_s) {
  mysql_init(&mysql);
  Set(mysql, MYSQL_OPT_CONNECT_TIMEOUT, kConnectTimeoutS);
  Set(mysql, MYSQL_OPT_READ_TIMEOUT, read_timeout_s);
  Set(mysql, MYSQL_OPT_WRITE_TIMEOUT, kWriteTimeoutS);
  Set(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, kPacketBytesMax);
  Set<my_bool>(mysql, MYSQL_OPT_RECONNECT, 0);
  mysql_optionsv(&mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  ApplyTls(mysql, endpoint, mode);
  const bool by_socket = !endpoint.socket.empty();
  return mysql_real_connect(&mysql, by_socket ? nullptr : endpoint.host.c_str(), endpoint.user.c_str(),
                            endpoint.password.c_str(), nullptr, by_socket ? 0 : endpoint.port,
                            by_socket ? endpoint.socket.c_str() : nullptr, 0) != nullptr;
}

}  // namespace

Connection::Connection(const Endpoint& endpoint, std::unique_ptr<Handle> handle)
    : endpoint_(endpoint),
      handle_(std::move(handle)),
      server_version_(mysql_get_server_info(&handle_->mysql)) {}

Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::Open(const Endpoint& endpoint,
                                                     std::chrono::seconds read_timeout) {
  InitLibraryOnce();
  const auto read_timeout_s = static_cast<unsigned int>(read_timeout.count());
  auto handle = std::make_unique<Handle>();
  MYSQL& mysql = handle->mysql;
  bool connected = TryConnect(mysql, endpoint, endpoint.tls, read_timeout_s);
  if (!connected && endpoint.tls == TlsMode::kPrefer && mysql_errno(&mysql) == CR_SSL_CONNECTION_ERROR) {
    mysql_close(&mysql);
    connected = TryConnect(mysql, endpoint, TlsMode::kOff, read_timeout_s);
  }
  if (!connected)
    return ConnectError(mysql_errno(&mysql), mysql_error(&mysql), endpoint.Show(), endpoint.user);
  if (endpoint.tls >= TlsMode::kRequire && mysql_get_ssl_cipher(&mysql) == nullptr) {
    return Error(kTlsFailed,
                 {{"address", endpoint.Show()}, {"reason", "the server does not offer encryption"}});
  }
  handle->socket_copy = dup(mysql_get_socket(&mysql));
  std::unique_ptr<Connection> connection(new Connection(endpoint, std::move(handle)));
  if (const Status ready = connection->SetUpSession(); !ready.ok()) {
    if (ready.error().code() != kStatementFailed) return ready.error();
    return ConnectError(mysql_errno(&mysql), std::string(ready.error().field("reason")), endpoint.Show(),
                        endpoint.user);
  }
  return connection;
}

Status Connection::SetUpSession() {
  RETURN_IF_ERROR(Execute(kSessionSettings));
  return Execute(kIsolation);
}

bool Connection::encrypted() const { return mysql_get_ssl_cipher(&handle_->mysql) != nullptr; }

void Connection::Interrupt() {
  if (handle_->socket_copy >= 0) shutdown(handle_->socket_copy, SHUT_RDWR);
}

Error Connection::LastError(std::string_view statement) const {
  // MariaDB lets an expired password in, and then refuses all but its change.
  if (mysql_errno(&handle_->mysql) == kMustChangePassword)
    return ConnectError(kMustChangePassword, mysql_error(&handle_->mysql), endpoint_.Show(), endpoint_.user);
  return SessionError(mysql_errno(&handle_->mysql), mysql_error(&handle_->mysql), endpoint_.Show(),
                      statement);
}

Status Connection::Execute(const std::string& statement) {
  const auto rows = Query(statement);
  if (!rows.ok()) return rows.error();
  return {};
}

Result<std::vector<TextRow>> Connection::Query(const std::string& statement) {
  MYSQL& mysql = handle_->mysql;
  if (mysql_real_query(&mysql, statement.data(), statement.size()) != 0) return LastError(statement);
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(mysql_store_result(&mysql),
                                                                        &mysql_free_result);
  std::vector<TextRow> rows;
  if (result == nullptr) {
    if (mysql_field_count(&mysql) != 0) return LastError(statement);
    return rows;
  }
  const unsigned int width = mysql_num_fields(result.get());
  while (MYSQL_ROW cells = mysql_fetch_row(result.get())) {
    const unsigned long* lengths = mysql_fetch_lengths(result.get());
    TextRow row(width);
    for (unsigned int i = 0; i < width; ++i) {
      if (cells[i] != nullptr) row[i] = std::string(cells[i], lengths[i]);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::string> Connection::QueryValue(const std::string& statement) {
  ASSIGN_OR_RETURN(const auto rows, Query(statement));
  if (rows.empty() || rows[0].empty()) return std::string();
  return rows[0][0].value_or("");
}

Result<StatementId> Connection::Prepare(const std::string& statement) {
  MYSQL_STMT* prepared = mysql_stmt_init(&handle_->mysql);
  CHECK(prepared != nullptr);
  handle_->statements.push_back(prepared);
  if (mysql_stmt_prepare(prepared, statement.data(), statement.size()) != 0) {
    return SessionError(mysql_stmt_errno(prepared), mysql_stmt_error(prepared), endpoint_.Show(), statement);
  }
  return StatementId{static_cast<uint32_t>(prepared->stmt_id)};
}

void Connection::CloseStatement(StatementId statement) {
  const auto found = std::ranges::find(handle_->statements, statement.value, [](const MYSQL_STMT* prepared) {
    return static_cast<uint32_t>(prepared->stmt_id);
  });
  if (found == handle_->statements.end()) return;
  mysql_stmt_close(*found);
  handle_->statements.erase(found);
}

//   execute := statement:u32 cursor:u8 iterations:u32 [nulls 1 {type:u8 unsigned:u8} {value}]
//   answer  := width:packed [metadata:u8] {column} end {row} end
Status Connection::ExecutePrepared(StatementId statement, std::span<const Parameter> parameters) {
  base::ByteWriter request;
  request.Fixed(statement.value);
  request.Fixed<uint8_t>(0);
  request.Fixed<uint32_t>(1);
  if (!parameters.empty()) {
    for (size_t i = 0; i < (parameters.size() + 7) / 8; ++i) request.Fixed<uint8_t>(0);
    request.Fixed<uint8_t>(1);
    for (const Parameter& parameter : parameters) {
      request.Fixed(parameter.wire_type);
      request.Fixed<uint8_t>(parameter.is_unsigned ? 0x80 : 0);
    }
    for (const Parameter& parameter : parameters) request.Raw(parameter.bytes.data(), parameter.bytes.size());
  }
  MYSQL& mysql = handle_->mysql;
  const auto bytes = request.bytes();
  if (mysql.methods->db_command(&mysql, COM_STMT_EXECUTE, reinterpret_cast<const char*>(bytes.data()),
                                bytes.size(), 1, nullptr) != 0)
    return LastError("COM_STMT_EXECUTE");
  ASSIGN_OR_RETURN(const Packet head, ReadPacket());
  auto* at = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(head.data()));
  const unsigned char* begin = at;
  const uint64_t width = mysql_net_field_length(&at);
  const bool columns_follow = at == begin + head.size() || *at != 0;
  for (uint64_t i = 0; columns_follow && i < width; ++i) {
    if (auto column = ReadPacket(); !column.ok()) return column.error();
  }
  if (auto end = ReadPacket(); !end.ok()) return end.error();
  return {};
}

Result<std::optional<Packet>> Connection::ReadRow() {
  ASSIGN_OR_RETURN(const Packet packet, ReadPacket());
  if (packet[0] == std::byte{kEndOfRows} && packet.size() < kEndOfRowsBytesMax)
    return std::optional<Packet>();
  return std::optional(packet.subspan(1));
}

Result<Packet> Connection::ReadPacket() {
  MYSQL& mysql = handle_->mysql;
  const unsigned long length = mysql_net_read_packet(&mysql);
  if (length == packet_error || length == 0) return LastError("");
  return Packet(reinterpret_cast<const std::byte*>(mysql.net.read_pos), length);
}

//   dump := offset:u32 flags:u16 server_id:u32 file-name
//   dump with GTIDs := flags:u16 server_id:u32 length:u32 file-name offset:u64 length:u32 gtid-set
Status Connection::StartDump(const DumpStart& start) {
  base::ByteWriter request;
  const uint16_t until_end = start.until_end ? kDumpUntilEnd : 0;
  const bool by_gtids = start.without_gtids.has_value();
  // Only this form has room for an offset past 4 GiB.
  const bool wide = by_gtids || start.offset > UINT32_MAX;
  if (wide) {
    request.Fixed<uint16_t>(until_end | (by_gtids ? kDumpThroughGtids : 0));
    request.Fixed(start.server_id);
    request.Fixed(static_cast<uint32_t>(start.file.size()));
    request.Raw(start.file.data(), start.file.size());
    request.Fixed<uint64_t>(start.offset);
    const std::string gtids = start.without_gtids.value_or("");
    request.Fixed(static_cast<uint32_t>(gtids.size()));
    request.Raw(gtids.data(), gtids.size());
  } else {
    request.Fixed(static_cast<uint32_t>(start.offset));
    request.Fixed<uint16_t>(until_end);
    request.Fixed(start.server_id);
    request.Raw(start.file.data(), start.file.size());
  }
  MYSQL& mysql = handle_->mysql;
  const auto bytes = request.bytes();
  const auto command = wide ? kDumpByGtids : COM_BINLOG_DUMP;
  if (mysql.methods->db_command(&mysql, command, reinterpret_cast<const char*>(bytes.data()), bytes.size(), 1,
                                nullptr) != 0)
    return LastError("COM_BINLOG_DUMP");
  return {};
}

Result<std::optional<Packet>> Connection::ReadEvent() {
  ASSIGN_OR_RETURN(const Packet packet, ReadPacket());
  if (packet[0] == std::byte{kEndOfRows} && packet.size() < kEndOfRowsBytesMax)
    return std::optional<Packet>();
  return std::optional(packet.subspan(1));
}

namespace {

Parameter Counted(uint8_t wire_type, std::string_view bytes) {
  // length := u8 below 251 | 0xFC u16 | 0xFD u24 | 0xFE u64
  base::ByteWriter writer;
  if (bytes.size() < 251) {
    writer.Fixed(static_cast<uint8_t>(bytes.size()));
  } else {
    writer.Fixed<uint8_t>(0xFE);
    writer.Fixed<uint64_t>(bytes.size());
  }
  writer.Raw(bytes.data(), bytes.size());
  const auto block = writer.bytes();
  return {wire_type, false, std::string(reinterpret_cast<const char*>(block.data()), block.size())};
}

template <class T>
std::string Plain(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}

}  // namespace

Parameter Parameter::Integer(int64_t value) { return {MYSQL_TYPE_LONGLONG, false, Plain(value)}; }
Parameter Parameter::Unsigned(uint64_t value) { return {MYSQL_TYPE_LONGLONG, true, Plain(value)}; }
Parameter Parameter::Double(double value) { return {MYSQL_TYPE_DOUBLE, false, Plain(value)}; }
Parameter Parameter::Text(std::string_view utf8) { return Counted(MYSQL_TYPE_VAR_STRING, utf8); }
Parameter Parameter::Binary(std::string_view bytes) { return Counted(MYSQL_TYPE_BLOB, bytes); }
Parameter Parameter::Decimal(std::string_view digits) { return Counted(MYSQL_TYPE_NEWDECIMAL, digits); }

}  // namespace renkei::sources::mysql::client
