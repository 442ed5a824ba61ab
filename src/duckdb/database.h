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
  // Of a file that is created. A column of a table that changed takes at least one block of memory until the
  // next checkpoint, so that DuckDB's own 256 KiB let a few hundred tables fill the memory; scans are as
  // fast.
  uint64_t block_bytes = uint64_t{64} << 10;
};

class Database {
 public:
  // Opens or, unless read-only, creates the file. kFileInUse while another process, or another Database of
  // this one, has it; kFileBeingRead while others only read it; kNoFile, kCannotOpen. May take as long as the
  // replay of the write-ahead log does.
  static Result<std::unique_ptr<Database>> Open(const DatabaseOptions& options);

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A new connection, its unqualified names resolved in the file.
  Result<std::unique_ptr<Connection>> Connect();
  CheckpointGate& gate() { return gate_; }
  const std::string& path() const { return path_; }
  // Of the write-ahead log; 0 where there is none.
  uint64_t wal_bytes() const;

 private:
  explicit Database(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::string held_;  // the path as OpenPaths knows it
  CheckpointGate gate_;
  DatabaseHandle handle_;
};

}  // namespace renkei::duckdb
