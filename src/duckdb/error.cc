#include "duckdb/error.h"

#include <duckdb.h>
#include <fcntl.h>
#include <unistd.h>

#include "duckdb/codes.h"

namespace renkei::duckdb {

namespace {

Code CodeOf(int type) {
  switch (type) {
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return kOutOfMemory;
    case DUCKDB_ERROR_INTERRUPT:
      return kInterrupted;
    case DUCKDB_ERROR_IO:
      return kDisk;
    case DUCKDB_ERROR_TRANSACTION:
      return kConflict;
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_CONNECTION:
      return kUnusable;
    case DUCKDB_ERROR_PERMISSION:
    case DUCKDB_ERROR_MISSING_EXTENSION:
    case DUCKDB_ERROR_AUTOLOAD:
    case DUCKDB_ERROR_NETWORK:
    case DUCKDB_ERROR_HTTP:
    case DUCKDB_INVALID_CONFIGURATION:
      return kRefused;
    case DUCKDB_ERROR_PARSER:
    case DUCKDB_ERROR_SYNTAX:
    case DUCKDB_ERROR_BINDER:
    case DUCKDB_ERROR_CATALOG:
    case DUCKDB_ERROR_NOT_IMPLEMENTED:
    case DUCKDB_ERROR_INVALID_INPUT:
    case DUCKDB_ERROR_PARAMETER_NOT_RESOLVED:
    case DUCKDB_ERROR_PARAMETER_NOT_ALLOWED:
    case DUCKDB_ERROR_EXPRESSION:
    case DUCKDB_ERROR_DEPENDENCY:
      return kBadStatement;
    case DUCKDB_ERROR_OUT_OF_RANGE:
    case DUCKDB_ERROR_CONVERSION:
    case DUCKDB_ERROR_MISMATCH_TYPE:
    case DUCKDB_ERROR_DIVIDE_BY_ZERO:
    case DUCKDB_ERROR_INVALID_TYPE:
    case DUCKDB_ERROR_DECIMAL:
    case DUCKDB_ERROR_OBJECT_SIZE:
      return kBadValue;
    default:
      return kInternal;
  }
}

std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const size_t start = text.find(before);
  if (start == std::string::npos) return {};
  const size_t from = start + before.size();
  const size_t end = text.find(after, from);
  return text.substr(from, end == std::string::npos ? end : end - from);
}

// Whether the lock that another process holds is a reader's. This process must hold none on the file: closing
// a descriptor of it lets all of them go.
bool HeldByReader(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct flock wanted {};
  wanted.l_type = F_WRLCK;
  wanted.l_whence = SEEK_SET;
  const bool asked = fcntl(file, F_GETLK, &wanted) == 0;
  close(file);
  return asked && wanted.l_type == F_RDLCK;
}

}  // namespace

Error ToError(int type, std::string reason) { return Error(CodeOf(type), {{"reason", std::move(reason)}}); }

Error ToOpenError(const std::string& path, std::string reason) {
  if (reason.find("Conflicting lock is held") != std::string::npos) {
    return Error(HeldByReader(path) ? kFileBeingRead : kFileInUse,
                 {{"path", path}, {"holder", Between(reason, "lock is held in ", ". ")}});
  }
  return Error(kCannotOpen, {{"path", path}, {"reason", std::move(reason)}});
}

}  // namespace renkei::duckdb
