// Database: one DuckDB file, opened for this process. The instance itself lives in memory and has the file
// attached under the fixed name `warehouse`, so that the file's own name never meets a schema's. What a
// statement could reach beyond the file is closed for good when it opens: no other files, no network, no
// extensions, no settings.
//
// Thread-safe; each Connection belongs to one thread at a time. The database must outlive its connections.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "duckdb/checkpoint_gate.h"
#include "duckdb/connection.h"
#include "duckdb/handles.h"

namespace renkei::duckdb {

// Under this name every file is attached; no schema in it may have this name (see IsReservedSchema).
inline constexpr std::string_view kCatalog = "warehouse";

// Names that DuckDB would confuse with one of its own catalogs or schemas.
bool IsReservedSchema(std::string_view schema);

struct DatabaseOptions {
  std::string path;
  bool read_only = false;
  uint64_t memory_bytes = uint64_t{1} << 30;
  int threads = 0;  // 0: as many as the machine has
};

class Database {
 public:
  // Opens or, unless read-only, creates the file. kFileInUse while another process has it, kNoFile,
  // kCannotOpen. May take as long as the replay of the write-ahead log does.
  static Result<std::unique_ptr<Database>> Open(const DatabaseOptions& options);

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A new connection, its unqualified names resolved in the file.
  Result<std::unique_ptr<Connection>> Connect();
  CheckpointGate& gate() { return gate_; }
  const std::string& path() const { return path_; }
  // Of the write-ahead log; 0 where there is none.
  uint64_t wal_bytes() const;

 private:
  Database(DatabaseHandle handle, std::string path) : path_(std::move(path)), handle_(std::move(handle)) {}

  std::string path_;
  CheckpointGate gate_;
  DatabaseHandle handle_;
};

}  // namespace renkei::duckdb
