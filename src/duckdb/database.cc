#include "duckdb/database.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <mutex>
#include <set>

#include "duckdb/codes.h"
#include "duckdb/error.h"
#include "duckdb/sql_text.h"

namespace renkei::duckdb {

namespace {

struct ConfigHandle {
  duckdb_config config = nullptr;
  ~ConfigHandle() { duckdb_destroy_config(&config); }
  void Set(const char* name, const std::string& value) {
    CHECK_EQ(duckdb_set_config(config, name, value.c_str()), DuckDBSuccess);
  }
};

// The form of the file. DuckDB's default is one that every version since 1.0 reads, and whose checkpoints
// cost 3.5 times as much where many tables change (docs/decisions/0012-duckdb-storage-version.md). An older
// file is raised to it.
constexpr std::string_view kStorageVersion = "v1.4.0";

// No commit checkpoints by itself: the one writer does, between its transactions.
constexpr const char* kNeverByItself = "1000GB";

Result<DatabaseHandle> OpenInstance(const DatabaseOptions& options) {
  ConfigHandle config;
  CHECK_EQ(duckdb_create_config(&config.config), DuckDBSuccess);
  config.Set("autoinstall_known_extensions", "false");
  config.Set("autoload_known_extensions", "false");
  config.Set("allow_community_extensions", "false");
  config.Set("memory_limit", fmt::format("{}B", options.memory_bytes));
  config.Set("checkpoint_threshold", kNeverByItself);
  config.Set("temp_directory", options.path + ".tmp");
  // What spills goes to a shared temporary file only in blocks of the instance's size, else to a file a
  // block.
  config.Set("default_block_size", std::to_string(options.block_bytes));
  if (options.threads > 0) config.Set("threads", std::to_string(options.threads));
  duckdb_database database = nullptr;
  char* reason = nullptr;
  const duckdb_state state = duckdb_open_ext(nullptr, &database, config.config, &reason);
  DatabaseHandle handle(database);
  if (state == DuckDBSuccess) return handle;
  Error error = ToOpenError(options.path, reason == nullptr ? "" : reason);
  duckdb_free(reason);
  return error;
}

// A failed ATTACH, told apart by its text: DuckDB has one error type for all of them.
Error AttachError(const std::string& path, const Error& error) {
  if (error.code() == kOutOfMemory) return error;
  return ToOpenError(path, std::string(error.field("reason")));
}

Status LockDown(Connection& connection) {
  for (const char* setting : {"SET GLOBAL TimeZone = 'UTC'", "SET GLOBAL enable_external_access = false",
                              "SET GLOBAL lock_configuration = true"}) {
    RETURN_IF_ERROR(connection.Execute(setting));
  }
  return {};
}

// The files this process has open. DuckDB's lock on a file keeps out other processes only, and two instances
// on one file would each write its log.
class OpenPaths {
 public:
  bool Add(const std::string& path) {
    std::lock_guard lock(mutex_);
    return paths_.insert(path).second;
  }
  void Remove(const std::string& path) {
    std::lock_guard lock(mutex_);
    paths_.erase(path);
  }
  static OpenPaths& Get() {
    static OpenPaths paths;
    return paths;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> paths_;
};

}  // namespace

bool IsReservedSchema(std::string_view schema) {
  static constexpr std::array<std::string_view, 7> kNames = {
      kCatalog, "memory", "temp", "system", "information_schema", "pg_catalog", "_renkei"};
  const std::string folded = FoldCase(schema);
  for (std::string_view name : kNames) {
    if (folded == name) return true;
  }
  return false;
}

Result<std::unique_ptr<Database>> Database::Open(const DatabaseOptions& options) {
  std::error_code unused;
  if (options.read_only && !std::filesystem::exists(options.path, unused)) {
    return Error(kNoFile, {{"path", options.path}});
  }
  const std::string held = std::filesystem::weakly_canonical(options.path, unused).string();
  if (!OpenPaths::Get().Add(held)) {
    return Error(kFileInUse, {{"path", options.path}, {"holder", "this process"}});
  }
  std::unique_ptr<Database> database(new Database(options.path));
  database->held_ = held;
  ASSIGN_OR_RETURN(database->handle_, OpenInstance(options));
  duckdb_connection raw = nullptr;
  if (duckdb_connect(database->handle_.get(), &raw) != DuckDBSuccess) {
    return Error(kCannotOpen, {{"path", options.path}, {"reason", "no connection"}});
  }
  Connection connection{ConnectionHandle(raw)};
  const std::string how =
      options.read_only ? "READ_ONLY" : fmt::format("STORAGE_VERSION {}", QuoteText(kStorageVersion));
  const Status attached = connection.Execute(
      fmt::format("ATTACH {} AS {} ({})", QuoteText(options.path), QuoteName(kCatalog), how));
  if (!attached.ok()) return AttachError(options.path, attached.error());
  RETURN_IF_ERROR(LockDown(connection));
  return database;
}

Database::~Database() {
  handle_.reset();
  OpenPaths::Get().Remove(held_);
}

Result<std::unique_ptr<Connection>> Database::Connect() {
  duckdb_connection raw = nullptr;
  if (duckdb_connect(handle_.get(), &raw) != DuckDBSuccess) {
    return Error(kUnusable, {{"reason", "no connection"}});
  }
  auto connection = std::make_unique<Connection>(ConnectionHandle(raw));
  RETURN_IF_ERROR(connection->Execute(fmt::format("USE {}", QuoteName(kCatalog))));
  return connection;
}

uint64_t Database::wal_bytes() const {
  std::error_code error;
  const uintmax_t bytes = std::filesystem::file_size(path_ + ".wal", error);
  return error ? 0 : bytes;
}

}  // namespace renkei::duckdb
