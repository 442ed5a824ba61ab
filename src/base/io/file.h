// Files, behind an interface so that tests can lose unsynced bytes, fill the disk or cut a write short
// (base/io/memory_file_system.h). Files are made with mode 0600, folders 0700.
//
// Errors: the codes of base/io/codes.h with the path and the system's reason; a full disk is always
// kDiskFull. A failed Sync is final for its file: what was written since the last good Sync may be lost, so
// the owner must stop using the file and recover from what is on disk. Threads: a FileSystem may be shared; a
// File may be read by many threads while one writes and another syncs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace renkei::base::io {

class File {
 public:
  virtual ~File() = default;
  // Reads up to the span's size; fewer bytes only at the end of the file.
  virtual Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> into) const = 0;
  // Writes all bytes or fails; after a failure any prefix of them may be in the file.
  virtual Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) = 0;
  // All bytes written before the call are durable when it returns (fdatasync).
  virtual Status Sync() = 0;
  virtual Result<uint64_t> Size() const = 0;
  virtual Status Truncate(uint64_t size) = 0;
};

// Held until destroyed or the process ends.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode : uint8_t { kRead, kReadWrite, kCreateNew };

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) = 0;
  virtual bool Exists(const std::string& path) = 0;
  // Creates the folder and its parents; well if it is there.
  virtual Status CreateFolders(const std::string& path) = 0;
  // Names (not paths) of what is in the folder, sorted.
  virtual Result<std::vector<std::string>> List(const std::string& folder) = 0;
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  virtual Status Remove(const std::string& path) = 0;
  // Makes creations, renames and removals in the folder durable.
  virtual Status SyncFolder(const std::string& folder) = 0;
  // Takes the exclusive lock on the file, creating it; kAlreadyLocked if another holds it.
  virtual Result<std::unique_ptr<FileLock>> Lock(const std::string& path) = 0;
};

// The machine's disk.
class DiskFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override;
  bool Exists(const std::string& path) override;
  Status CreateFolders(const std::string& path) override;
  Result<std::vector<std::string>> List(const std::string& folder) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Remove(const std::string& path) override;
  Status SyncFolder(const std::string& folder) override;
  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override;
};

// The whole file.
Result<std::string> ReadWholeFile(FileSystem& files, const std::string& path);
// Replaces the file in one step: a crash leaves the old content or the new (write beside, sync, rename, sync
// folder).
Status ReplaceFile(FileSystem& files, const std::string& path, std::string_view content);

}  // namespace renkei::base::io
