#include "base/io/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/io/codes.h"

namespace renkei::base::io {

namespace {

Error FromErrno(Code code, const std::string& path) {
  if (errno == ENOSPC || errno == EDQUOT) return Error(kDiskFull, {{"path", path}});
  return Error(code, {{"path", path}, {"reason", std::strerror(errno)}});
}

Error FromSystem(Code code, const std::string& path, const std::error_code& reason) {
  return Error(code, {{"path", path}, {"reason", reason.message()}});
}

class DiskFile final : public File {
 public:
  DiskFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  ~DiskFile() override { close(descriptor_); }
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;

  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> into) const override {
    size_t done = 0;
    while (done < into.size()) {
      const ssize_t got = pread(descriptor_, into.data() + done, into.size() - done, offset + done);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FromErrno(kCannotRead, path_);
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

  Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return FromErrno(kCannotWrite, path_);
      offset += static_cast<uint64_t>(put);
      bytes = bytes.subspan(static_cast<size_t>(put));
    }
    return {};
  }

  Status Sync() override {
    if (fdatasync(descriptor_) != 0) return FromErrno(kCannotSync, path_);
    return {};
  }

  Result<uint64_t> Size() const override {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) return FromErrno(kCannotRead, path_);
    return static_cast<uint64_t>(status.st_size);
  }

  Status Truncate(uint64_t size) override {
    if (ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return FromErrno(kCannotWrite, path_);
    return {};
  }

 private:
  std::string path_;
  int descriptor_;
};

class DiskFileLock final : public FileLock {
 public:
  explicit DiskFileLock(int descriptor) : descriptor_(descriptor) {}
  ~DiskFileLock() override { close(descriptor_); }
  DiskFileLock(const DiskFileLock&) = delete;
  DiskFileLock& operator=(const DiskFileLock&) = delete;

 private:
  int descriptor_;
};

int Flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kReadWrite:
      return O_RDWR;
    case OpenMode::kCreateNew:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

}  // namespace

Result<std::unique_ptr<File>> DiskFileSystem::Open(const std::string& path, OpenMode mode) {
  const int descriptor = open(path.c_str(), Flags(mode) | O_CLOEXEC, 0600);
  if (descriptor < 0) return FromErrno(kCannotOpen, path);
  return std::unique_ptr<File>(std::make_unique<DiskFile>(path, descriptor));
}

bool DiskFileSystem::Exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Status DiskFileSystem::CreateFolders(const std::string& path) {
  if (Exists(path)) return {};
  const std::string parent = std::filesystem::path(path).parent_path();
  if (!parent.empty() && parent != path) RETURN_IF_ERROR(CreateFolders(parent));
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return FromErrno(kCannotCreate, path);
  return {};
}

Result<std::vector<std::string>> DiskFileSystem::List(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entries(folder, failed);
  for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed)) {
    names.push_back(entries->path().filename());
  }
  if (failed) return FromSystem(kCannotList, folder, failed);
  std::sort(names.begin(), names.end());
  return names;
}

Status DiskFileSystem::Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return FromErrno(kCannotRename, from);
  return {};
}

Status DiskFileSystem::Remove(const std::string& path) {
  if (unlink(path.c_str()) != 0) return FromErrno(kCannotRemove, path);
  return {};
}

Status DiskFileSystem::SyncFolder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return FromErrno(kCannotOpen, folder);
  const int failed = fsync(descriptor);
  const int reason = errno;
  close(descriptor);
  errno = reason;
  if (failed != 0) return FromErrno(kCannotSync, folder);
  return {};
}

Result<std::unique_ptr<FileLock>> DiskFileSystem::Lock(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return FromErrno(kCannotOpen, path);
  auto lock = std::make_unique<DiskFileLock>(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) return Error(kAlreadyLocked, {{"path", path}});
  return std::unique_ptr<FileLock>(std::move(lock));
}

Result<std::string> ReadWholeFile(FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(std::unique_ptr<File> file, files.Open(path, OpenMode::kRead));
  ASSIGN_OR_RETURN(const uint64_t size, file->Size());
  std::string content(size, '\0');
  ASSIGN_OR_RETURN(const size_t got, file->ReadAt(0, std::as_writable_bytes(std::span(content))));
  content.resize(got);
  return content;
}

Status ReplaceFile(FileSystem& files, const std::string& path, std::string_view content) {
  const std::string beside = path + ".new";
  if (files.Exists(beside)) RETURN_IF_ERROR(files.Remove(beside));
  {
    ASSIGN_OR_RETURN(std::unique_ptr<File> file, files.Open(beside, OpenMode::kCreateNew));
    RETURN_IF_ERROR(file->WriteAt(0, std::as_bytes(std::span(content))));
    RETURN_IF_ERROR(file->Sync());
  }
  RETURN_IF_ERROR(files.Rename(beside, path));
  const std::string folder = std::filesystem::path(path).parent_path();
  return files.SyncFolder(folder.empty() ? "." : folder);
}

}  // namespace renkei::base::io
