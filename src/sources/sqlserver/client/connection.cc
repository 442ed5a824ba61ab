#include "sources/sqlserver/client/connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sybdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <mutex>

#include "sources/sqlserver/client/wire_cell.h"
#include "sources/sqlserver/codes.h"

namespace renkei::sources::sqlserver::client {

namespace {

constexpr int kInformationMost = 10;  // severities up to it are no errors
constexpr size_t kStatementShown = 200;
constexpr int kLoginFailed = 18456;
constexpr int kCannotOpenDatabase = 4060;

// What the library and the server said since it was last cleared. db-lib's handlers are the process's; they
// run on the thread that made the call.
struct Said {
  int number = 0;  // the server's first error
  std::string text;
  int library = 0;
  std::string library_text;
};
thread_local Said said;

int OnLibraryError(DBPROCESS*, int, int number, int, char* text, char*) {
  // "General SQL Server error: check messages" only says that the server said something.
  if (said.library == 0 && number != SYBESMSG) {
    said.library = number;
    said.library_text = text == nullptr ? "" : text;
  }
  return INT_CANCEL;
}

int OnServerMessage(DBPROCESS*, DBINT number, int, int severity, char* text, char*, char*, int) {
  if (severity <= kInformationMost || said.number != 0) return 0;
  said.number = number;
  said.text = text == nullptr ? "" : text;
  return 0;
}

void StartLibrary() {
  static std::once_flag once;
  std::call_once(once, [] {
    dbinit();
    dberrhandle(OnLibraryError);
    dbmsghandle(OnServerMessage);
  });
}

// What db-lib has no call for goes by a file: encryption and proof. It exists while a session is opened.
class ConfigFile {
 public:
  explicit ConfigFile(const Endpoint& endpoint) {
    std::string text = fmt::format(
        "[renkei]\nhost = {}\nport = {}\ntds version = 7.4\nclient charset = UTF-8\ntext size = 2147483647\n"
        "encryption = {}\n",
        endpoint.host, endpoint.port, Encryption(endpoint.tls));
    if (endpoint.tls == TlsMode::kVerifyCa || endpoint.tls == TlsMode::kVerifyFull) {
      text += fmt::format("ca file = {}\ncheck certificate hostname = {}\n",
                          endpoint.ca.empty() ? "system" : endpoint.ca,
                          endpoint.tls == TlsMode::kVerifyFull ? "yes" : "no");
    }
    if (endpoint.old_tls) text += "enable tls v1 = yes\n";
    const char* folder = std::getenv("TMPDIR");
    path_ = fmt::format("{}/renkei-tds-XXXXXX", folder == nullptr ? "/tmp" : folder);
    const int file = mkstemp(path_.data());
    if (file < 0) return;
    written_ = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(file);
    dbsetifile(path_.data());
  }
  ~ConfigFile() { unlink(path_.c_str()); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;
  bool written() const { return written_; }

 private:
  static const char* Encryption(TlsMode mode) {
    if (mode == TlsMode::kOff) return "off";
    return mode == TlsMode::kPrefer ? "request" : "require";
  }
  std::string path_;
  bool written_ = false;
};

struct Login {
  LOGINREC* record = dblogin();
  ~Login() { dbloginfree(record); }
};

std::string Reason() {
  if (!said.text.empty()) return said.text;
  return said.library_text.empty() ? "no answer" : said.library_text;
}

Error OpenFailure(const Endpoint& endpoint) {
  if (said.number == kLoginFailed || said.number == kCannotOpenDatabase) {
    return Error(kAccessDenied,
                 {{"address", endpoint.Show()}, {"user", endpoint.user}, {"reason", said.text}});
  }
  const bool unexplained = said.number == 0 && said.library == SYBEFCON;
  if (unexplained && endpoint.tls != TlsMode::kOff)
    return Error(kTlsFailed, {{"address", endpoint.Show()}, {"reason", Reason()}});
  return Error(kCannotConnect, {{"address", endpoint.Show()}, {"reason", Reason()}});
}

bool WorthAnother(int number) {
  constexpr int kDeadlock = 1205;
  constexpr int kLockTimeout = 1222;
  constexpr int kSnapshotMetDdl = 3961;
  constexpr int kSnapshotConflict = 3960;
  return number == kDeadlock || number == kLockTimeout || number == kSnapshotMetDdl ||
         number == kSnapshotConflict;
}

}  // namespace

struct Connection::Handle {
  DBPROCESS* process = nullptr;
  int socket = -1;  // our own number of it: db-lib closes its own when the session dies, and it is given anew
  bool in_result = false;
  std::vector<int> types;
  ~Handle() {
    if (process != nullptr) dbclose(process);
    if (socket >= 0) close(socket);
  }
};

std::string Endpoint::Show() const { return fmt::format("{}:{}/{}", host, port, database); }

Connection::Connection(const Endpoint& endpoint, std::unique_ptr<Handle> handle)
    : endpoint_(endpoint), handle_(std::move(handle)) {}

Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::Open(const Endpoint& endpoint, std::chrono::seconds timeout) {
  StartLibrary();
  auto handle = std::make_unique<Handle>();
  {
    static std::mutex opening;  // the file's path is the process's
    const std::lock_guard lock(opening);
    said = {};
    const ConfigFile config(endpoint);
    if (!config.written()) {
      return Error(kCannotConnect,
                   {{"address", endpoint.Show()}, {"reason", "no temporary file can be written"}});
    }
    const Login login;
    DBSETLUSER(login.record, endpoint.user.c_str());
    DBSETLPWD(login.record, endpoint.password.c_str());
    DBSETLAPP(login.record, "renkei");
    DBSETLCHARSET(login.record, "UTF-8");
    DBSETLDBNAME(login.record, endpoint.database.c_str());
    DBSETLVERSION(login.record, DBVERSION_74);
    dbsetlogintime(static_cast<int>(std::min<int64_t>(timeout.count(), 30)));
    handle->process = dbopen(login.record, "renkei");
  }
  if (handle->process == nullptr) return OpenFailure(endpoint);
  if (said.number == kCannotOpenDatabase) return OpenFailure(endpoint);
  handle->socket = fcntl(dbiordesc(handle->process), F_DUPFD_CLOEXEC, 0);
  dbsetopt(handle->process, DBSETTIME, std::to_string(timeout.count()).c_str(), 0);
  std::unique_ptr<Connection> connection(new Connection(endpoint, std::move(handle)));
  RETURN_IF_ERROR(
      connection->Execute("SET NOCOUNT ON; SET XACT_ABORT ON; SET TEXTSIZE 2147483647; "
                          "SET LOCK_TIMEOUT 5000; SET DEADLOCK_PRIORITY LOW"));
  return connection;
}

Error Connection::Failure() const {
  if (DBDEAD(handle_->process) || (said.number == 0 && said.library != 0))
    return Error(kConnectionLost, {{"address", endpoint_.Show()}, {"reason", Reason()}});
  if (WorthAnother(said.number)) {
    return Error(kBusy, {{"number", std::to_string(said.number)}, {"reason", said.text}});
  }
  return Error(kStatementFailed, {{"address", endpoint_.Show()},
                                  {"number", std::to_string(said.number)},
                                  {"reason", Reason()},
                                  {"statement", batch_.substr(0, kStatementShown)}});
}

Status Connection::Start(const std::string& batch) {
  Cancel();
  said = {};
  batch_ = batch;
  DBPROCESS* process = handle_->process;
  if (DBDEAD(process)) return Failure();
  dbfreebuf(process);
  handle_->types.clear();
  if (dbcmd(process, batch.c_str()) == FAIL || dbsqlexec(process) == FAIL || said.number != 0) {
    const Error failure = Failure();
    if (!DBDEAD(process)) dbcancel(process);
    return failure;
  }
  handle_->in_result = true;
  return {};
}

Result<bool> Connection::NextRow() {
  DBPROCESS* process = handle_->process;
  while (handle_->in_result) {
    if (!handle_->types.empty()) {
      const STATUS status = dbnextrow(process);
      if (status == REG_ROW) return true;
      if (status != NO_MORE_ROWS) break;
      handle_->types.clear();
    }
    if (said.number != 0) break;
    const RETCODE status = dbresults(process);
    if (status == NO_MORE_RESULTS && said.number == 0) {
      handle_->in_result = false;
      return false;
    }
    if (status != SUCCEED || said.number != 0) break;
    for (int column = 1; column <= dbnumcols(process); ++column)
      handle_->types.push_back(dbcoltype(process, column));
  }
  if (!handle_->in_result) return false;
  const Error failure = Failure();
  handle_->in_result = false;
  if (!DBDEAD(process)) dbcancel(process);
  return failure;
}

Cell Connection::Get(int column) const {
  return ReadCell(handle_->types[static_cast<size_t>(column)], dbdata(handle_->process, column + 1),
                  dbdatlen(handle_->process, column + 1));
}

void Connection::Cancel() {
  if (std::exchange(handle_->in_result, false) && !DBDEAD(handle_->process)) dbcancel(handle_->process);
}

Status Connection::Execute(const std::string& batch) {
  RETURN_IF_ERROR(Start(batch));
  for (;;) {
    ASSIGN_OR_RETURN(const bool row, NextRow());
    if (!row) return {};
  }
}

Result<std::vector<TextRow>> Connection::Query(const std::string& batch) {
  RETURN_IF_ERROR(Start(batch));
  std::vector<TextRow> rows;
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, NextRow());
    if (!more) return rows;
    TextRow& row = rows.emplace_back();
    for (size_t column = 0; column < handle_->types.size(); ++column) {
      const Cell cell = Get(static_cast<int>(column));
      if (cell.form == Cell::Form::kNull) {
        row.emplace_back();
      } else {
        row.emplace_back(ShowCell(cell));
      }
    }
  }
}

Result<std::string> Connection::QueryValue(const std::string& batch) {
  ASSIGN_OR_RETURN(const auto rows, Query(batch));
  return rows.empty() || rows[0].empty() ? std::string() : rows[0][0].value_or("");
}

void Connection::Interrupt() {
  if (handle_->socket >= 0) shutdown(handle_->socket, SHUT_RDWR);
}

std::string QuoteName(std::string_view name) {
  std::string text = "[";
  for (const char c : name) {
    text += c;
    if (c == ']') text += c;
  }
  return text + "]";
}

std::string QuoteText(std::string_view text) {
  std::string quoted = "N'";
  for (const char c : text) {
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return quoted + "'";
}

}  // namespace renkei::sources::sqlserver::client
