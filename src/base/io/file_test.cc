#include "base/io/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/io/codes.h"

namespace renkei::base::io {
namespace {

class DiskTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/renkei_file_XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string folder_;
  DiskFileSystem files_;
};

TEST_F(DiskTest, BytesAreReadWhereTheyWereWritten) {
  auto file = files_.Open(Path("a"), OpenMode::kCreateNew);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->WriteAt(3, std::as_bytes(std::span(std::string_view("xyz")))).ok());
  ASSERT_TRUE((*file)->Sync().ok());
  std::vector<std::byte> into(10);
  EXPECT_EQ(*(*file)->ReadAt(4, into), 2u);
  EXPECT_EQ(static_cast<char>(into[0]), 'y');
  EXPECT_EQ(*(*file)->Size(), 6u);
}

TEST_F(DiskTest, FilesAreForTheOwnerOnly) {
  ASSERT_TRUE(files_.Open(Path("a"), OpenMode::kCreateNew).ok());
  struct stat status {};
  ASSERT_EQ(stat(Path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(DiskTest, ErrorsNameThePath) {
  const auto missing = files_.Open(Path("none"), OpenMode::kRead);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), kCannotOpen);
  EXPECT_EQ(missing.error().field("path"), Path("none"));
}

TEST_F(DiskTest, AFullDiskHasItsOwnCode) {
  if (!files_.Exists("/dev/full")) GTEST_SKIP() << "this machine has no /dev/full to stand for a full disk";
  auto full = files_.Open("/dev/full", OpenMode::kReadWrite);
  ASSERT_TRUE(full.ok());
  EXPECT_EQ((*full)->WriteAt(0, std::as_bytes(std::span(std::string_view("x")))).error().code(), kDiskFull);
}

TEST_F(DiskTest, ReplaceLeavesOnlyTheNewContent) {
  ASSERT_TRUE(ReplaceFile(files_, Path("a"), "old content").ok());
  ASSERT_TRUE(ReplaceFile(files_, Path("a"), "new").ok());
  EXPECT_EQ(*ReadWholeFile(files_, Path("a")), "new");
  EXPECT_EQ(*files_.List(folder_), std::vector<std::string>{"a"});
}

TEST_F(DiskTest, ALockIsHeldByOneAtATime) {
  auto first = files_.Lock(Path("lock"));
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(files_.Lock(Path("lock")).error().code(), kAlreadyLocked);
  first->reset();
  EXPECT_TRUE(files_.Lock(Path("lock")).ok());
}

}  // namespace
}  // namespace renkei::base::io
