#include "base/io/memory_file_system.h"

#include <algorithm>
#include <random>
#include <set>

#include "base/io/codes.h"

namespace renkei::base::io {

namespace {

constexpr size_t kSectorBytes = 512;

using Content = std::vector<std::byte>;

// A change of a file's bytes that no Sync has covered yet: a write, or a truncation to `offset`.
struct Change {
  bool truncate = false;
  uint64_t offset = 0;
  Content bytes;
  bool doomed = false;  // a Sync failed over it: it never reaches the disk
};

void Apply(const Change& change, Content& content) {
  if (change.truncate) {
    content.resize(change.offset);
    return;
  }
  const size_t end = change.offset + change.bytes.size();
  if (content.size() < end) content.resize(end);
  std::copy(change.bytes.begin(), change.bytes.end(), content.begin() + change.offset);
}

struct Inode {
  Content content;
  Content durable;
  std::vector<Change> changes;  // since the last good Sync
};

// The inode's bytes after a power cut: what was durable and some of the changes.
Content Survivors(const Inode& inode, std::mt19937_64& random) {
  Content content = inode.durable;
  const bool by_sector = random() % 3 == 0;
  const size_t whole = random() % (inode.changes.size() + 1);
  for (size_t i = 0; i < inode.changes.size(); ++i) {
    Change change = inode.changes[i];
    if (change.doomed) continue;
    if (by_sector && !change.truncate) {
      for (size_t at = 0; at < change.bytes.size(); at += kSectorBytes) {
        if (random() % 2 == 0) continue;
        const size_t end = std::min(at + kSectorBytes, change.bytes.size());
        Apply({false, change.offset + at, Content(change.bytes.begin() + at, change.bytes.begin() + end),
               false},
              content);
      }
      continue;
    }
    if (i > whole) break;
    if (i == whole) change.bytes.resize(random() % (change.bytes.size() + 1));
    if (i < whole || !change.truncate) Apply(change, content);
  }
  return content;
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

struct MemoryFileSystem::Disk {
  // One name's coming or going in a folder; no inode: it goes.
  struct EntryChange {
    std::string name;
    std::shared_ptr<Inode> inode;
  };
  struct Folder {
    std::map<std::string, std::shared_ptr<Inode>> names;
    std::map<std::string, std::shared_ptr<Inode>> durable;
    // Since the last SyncFolder; those of one rename are one step.
    std::vector<std::vector<EntryChange>> changes;
  };

  mutable std::mutex mutex;
  std::map<std::string, Folder> folders;
  std::set<std::string> locks;
  uint64_t operations = 0;
  std::optional<uint64_t> freeze_at;
  std::optional<uint64_t> room_bytes;
  bool fail_next_write = false;
  bool fail_next_sync = false;

  bool frozen() const { return freeze_at.has_value() && operations >= *freeze_at; }

  // Counts a changing operation; false once frozen.
  bool Step() {
    if (frozen()) return false;
    ++operations;
    return true;
  }

  std::shared_ptr<Inode> Find(const std::string& path) const {
    const auto folder = folders.find(FolderOf(path));
    if (folder == folders.end()) return nullptr;
    const auto found = folder->second.names.find(NameOf(path));
    return found == folder->second.names.end() ? nullptr : found->second;
  }

  void Change(const std::string& folder, std::vector<EntryChange> changes) {
    Folder& in = folders[folder];
    for (const EntryChange& change : changes) {
      if (change.inode == nullptr) {
        in.names.erase(change.name);
      } else {
        in.names[change.name] = change.inode;
      }
    }
    in.changes.push_back(std::move(changes));
  }
};

namespace {

Error Gone(Code code, const std::string& path) {
  return Error(code, {{"path", path}, {"reason", "the machine is gone"}});
}

Error Missing(Code code, const std::string& path) {
  return Error(code, {{"path", path}, {"reason", "No such file or directory"}});
}

}  // namespace

class MemoryFile final : public File {
 public:
  MemoryFile(std::shared_ptr<MemoryFileSystem::Disk> disk, std::shared_ptr<Inode> inode, std::string path)
      : disk_(std::move(disk)), inode_(std::move(inode)), path_(std::move(path)) {}

  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> into) const override {
    std::lock_guard lock(disk_->mutex);
    const Content& content = inode_->content;
    if (offset >= content.size()) return size_t{0};
    const size_t size = std::min(into.size(), content.size() - offset);
    std::copy_n(content.begin() + offset, size, into.begin());
    return size;
  }

  Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    std::lock_guard lock(disk_->mutex);
    if (!disk_->Step()) return Gone(kCannotWrite, path_);
    if (std::exchange(disk_->fail_next_write, false)) {
      Put(offset, bytes.first(bytes.size() / 2));
      return Error(kCannotWrite, {{"path", path_}, {"reason", "Input/output error"}});
    }
    const size_t end = offset + bytes.size();
    const size_t grows = end > inode_->content.size() ? end - inode_->content.size() : 0;
    if (disk_->room_bytes.has_value() && grows > *disk_->room_bytes) {
      const size_t fits = bytes.size() - std::min(bytes.size(), grows - *disk_->room_bytes);
      Put(offset, bytes.first(fits));
      disk_->room_bytes = 0;
      return Error(kDiskFull, {{"path", path_}});
    }
    if (disk_->room_bytes.has_value()) *disk_->room_bytes -= grows;
    Put(offset, bytes);
    return {};
  }

  Status Sync() override {
    std::lock_guard lock(disk_->mutex);
    if (!disk_->Step()) return Gone(kCannotSync, path_);
    if (std::exchange(disk_->fail_next_sync, false)) {
      for (Change& change : inode_->changes) change.doomed = true;
      return Error(kCannotSync, {{"path", path_}, {"reason", "Input/output error"}});
    }
    for (const Change& change : inode_->changes) {
      if (!change.doomed) Apply(change, inode_->durable);
    }
    std::erase_if(inode_->changes, [](const Change& change) { return !change.doomed; });
    return {};
  }

  Result<uint64_t> Size() const override {
    std::lock_guard lock(disk_->mutex);
    return static_cast<uint64_t>(inode_->content.size());
  }

  Status Truncate(uint64_t size) override {
    std::lock_guard lock(disk_->mutex);
    if (!disk_->Step()) return Gone(kCannotWrite, path_);
    if (disk_->room_bytes.has_value() && size < inode_->content.size()) {
      *disk_->room_bytes += inode_->content.size() - size;
    }
    inode_->changes.push_back({true, size, {}, false});
    Apply(inode_->changes.back(), inode_->content);
    return {};
  }

 private:
  void Put(uint64_t offset, std::span<const std::byte> bytes) {
    inode_->changes.push_back({false, offset, Content(bytes.begin(), bytes.end()), false});
    Apply(inode_->changes.back(), inode_->content);
  }

  std::shared_ptr<MemoryFileSystem::Disk> disk_;
  std::shared_ptr<Inode> inode_;
  std::string path_;
};

class MemoryLock final : public FileLock {
 public:
  MemoryLock(std::shared_ptr<MemoryFileSystem::Disk> disk, std::string path)
      : disk_(std::move(disk)), path_(std::move(path)) {}
  ~MemoryLock() override {
    std::lock_guard lock(disk_->mutex);
    disk_->locks.erase(path_);
  }

 private:
  std::shared_ptr<MemoryFileSystem::Disk> disk_;
  std::string path_;
};

MemoryFileSystem::MemoryFileSystem() : disk_(std::make_shared<Disk>()) {}
MemoryFileSystem::~MemoryFileSystem() = default;

Result<std::unique_ptr<File>> MemoryFileSystem::Open(const std::string& path, OpenMode mode) {
  std::lock_guard lock(disk_->mutex);
  std::shared_ptr<Inode> inode = disk_->Find(path);
  if (mode == OpenMode::kCreateNew) {
    if (inode != nullptr) return Error(kCannotOpen, {{"path", path}, {"reason", "File exists"}});
    if (disk_->folders.count(FolderOf(path)) == 0) return Missing(kCannotOpen, path);
    if (!disk_->Step()) return Gone(kCannotOpen, path);
    inode = std::make_shared<Inode>();
    disk_->Change(FolderOf(path), {{NameOf(path), inode}});
  }
  if (inode == nullptr) return Missing(kCannotOpen, path);
  return std::unique_ptr<File>(std::make_unique<MemoryFile>(disk_, inode, path));
}

bool MemoryFileSystem::Exists(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  return disk_->Find(path) != nullptr || disk_->folders.count(path) != 0;
}

Status MemoryFileSystem::CreateFolders(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  for (std::string folder = path; disk_->folders.count(folder) == 0; folder = FolderOf(folder)) {
    disk_->folders[folder];
  }
  return {};
}

Result<std::vector<std::string>> MemoryFileSystem::List(const std::string& folder) {
  std::lock_guard lock(disk_->mutex);
  const auto found = disk_->folders.find(folder);
  if (found == disk_->folders.end()) return Missing(kCannotList, folder);
  std::vector<std::string> names;
  for (const auto& [name, inode] : found->second.names) names.push_back(name);
  for (const auto& [path, content] : disk_->folders) {
    if (path != folder && FolderOf(path) == folder) names.push_back(NameOf(path));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Status MemoryFileSystem::Rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(disk_->mutex);
  CHECK_EQ(FolderOf(from), FolderOf(to));
  std::shared_ptr<Inode> inode = disk_->Find(from);
  if (inode == nullptr) return Missing(kCannotRename, from);
  if (!disk_->Step()) return Gone(kCannotRename, from);
  disk_->Change(FolderOf(from), {{NameOf(from), nullptr}, {NameOf(to), inode}});
  return {};
}

Status MemoryFileSystem::Remove(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  const std::shared_ptr<Inode> inode = disk_->Find(path);
  if (inode == nullptr) return Missing(kCannotRemove, path);
  if (!disk_->Step()) return Gone(kCannotRemove, path);
  if (disk_->room_bytes.has_value()) *disk_->room_bytes += inode->content.size();
  disk_->Change(FolderOf(path), {{NameOf(path), nullptr}});
  return {};
}

Status MemoryFileSystem::SyncFolder(const std::string& folder) {
  std::lock_guard lock(disk_->mutex);
  const auto found = disk_->folders.find(folder);
  if (found == disk_->folders.end()) return Missing(kCannotSync, folder);
  if (!disk_->Step()) return Gone(kCannotSync, folder);
  found->second.durable = found->second.names;
  found->second.changes.clear();
  return {};
}

Result<std::unique_ptr<FileLock>> MemoryFileSystem::Lock(const std::string& path) {
  std::lock_guard lock(disk_->mutex);
  if (!disk_->locks.insert(path).second) return Error(kAlreadyLocked, {{"path", path}});
  return std::unique_ptr<FileLock>(std::make_unique<MemoryLock>(disk_, path));
}

std::unique_ptr<MemoryFileSystem> MemoryFileSystem::AfterCrash(uint64_t seed) const {
  std::mt19937_64 random(seed);
  auto after = std::make_unique<MemoryFileSystem>();
  std::lock_guard lock(disk_->mutex);
  for (const auto& [path, folder] : disk_->folders) {
    auto names = folder.durable;
    const size_t survive = random() % (folder.changes.size() + 1);
    for (size_t i = 0; i < survive; ++i) {
      for (const Disk::EntryChange& change : folder.changes[i]) {
        if (change.inode == nullptr) {
          names.erase(change.name);
        } else {
          names[change.name] = change.inode;
        }
      }
    }
    Disk::Folder& into = after->disk_->folders[path];
    for (const auto& [name, inode] : names) {
      auto survivor = std::make_shared<Inode>();
      survivor->content = Survivors(*inode, random);
      survivor->durable = survivor->content;
      into.names[name] = survivor;
      into.durable[name] = survivor;
    }
  }
  return after;
}

void MemoryFileSystem::FreezeAfter(uint64_t operations) {
  std::lock_guard lock(disk_->mutex);
  disk_->freeze_at = disk_->operations + operations;
}

bool MemoryFileSystem::frozen() const {
  std::lock_guard lock(disk_->mutex);
  return disk_->frozen();
}

uint64_t MemoryFileSystem::operations() const {
  std::lock_guard lock(disk_->mutex);
  return disk_->operations;
}

void MemoryFileSystem::SetRoom(std::optional<uint64_t> bytes) {
  std::lock_guard lock(disk_->mutex);
  disk_->room_bytes = bytes;
}

void MemoryFileSystem::FailNextWrite() {
  std::lock_guard lock(disk_->mutex);
  disk_->fail_next_write = true;
}

void MemoryFileSystem::FailNextSync() {
  std::lock_guard lock(disk_->mutex);
  disk_->fail_next_sync = true;
}

void MemoryFileSystem::FlipBit(const std::string& path, uint64_t byte, int bit) {
  std::lock_guard lock(disk_->mutex);
  const std::shared_ptr<Inode> inode = disk_->Find(path);
  CHECK(inode != nullptr && byte < inode->content.size());
  inode->content[byte] ^= std::byte{1} << bit;
  if (byte < inode->durable.size()) inode->durable[byte] ^= std::byte{1} << bit;
}

}  // namespace renkei::base::io
