// A FileSystem in memory for tests, which loses what a power cut would lose and fails where it is told to.
//
// What is durable: bytes of a file up to its last Sync; folder entries up to the last SyncFolder (folders
// themselves always are). AfterCrash gives a disk on which, of everything not yet durable, some part has
// survived as the seed says: a prefix of the writes with the last one torn, or single sectors here and there.
//
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/io/file.h"

namespace renkei::base::io {

class MemoryFileSystem final : public FileSystem {
 public:
  MemoryFileSystem();
  ~MemoryFileSystem() override;

  Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override;
  bool Exists(const std::string& path) override;
  Status CreateFolders(const std::string& path) override;
  Result<std::vector<std::string>> List(const std::string& folder) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Remove(const std::string& path) override;
  Status SyncFolder(const std::string& folder) override;
  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override;

  // The disk as a machine would find it that lost power at this instant. This one is not changed.
  std::unique_ptr<MemoryFileSystem> AfterCrash(uint64_t seed) const;

  // From the n-th changing operation (write, sync, truncate, create, rename, remove, folder sync) on, counted
  // from now, all of them fail as if the machine were gone.
  void FreezeAfter(uint64_t operations);
  bool frozen() const;
  // Changing operations done so far.
  uint64_t operations() const;

  // Room for so many more bytes; a write that does not fit is cut short and fails with kDiskFull.
  void SetRoom(std::optional<uint64_t> bytes);
  // The next write puts only a part of its bytes and fails.
  void FailNextWrite();
  // The next Sync of a file fails; what it should have made durable is never durable, whatever comes later.
  void FailNextSync();
  void FlipBit(const std::string& path, uint64_t byte, int bit);

 private:
  friend class MemoryFile;
  friend class MemoryLock;
  struct Disk;
  std::shared_ptr<Disk> disk_;
};

}  // namespace renkei::base::io
