#include "base/io/memory_file_system.h"

#include <gtest/gtest.h>

#include <set>

#include "base/io/codes.h"

namespace renkei::base::io {
namespace {

std::span<const std::byte> Bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

class MemoryFileSystemTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(files_.CreateFolders("/a").ok()); }
  std::unique_ptr<File> Make(const std::string& path) {
    return std::move(*files_.Open(path, OpenMode::kCreateNew));
  }
  MemoryFileSystem files_;
};

TEST_F(MemoryFileSystemTest, FilesAreReadAsWritten) {
  const auto file = Make("/a/f");
  EXPECT_TRUE(file->WriteAt(0, Bytes("hello")).ok());
  EXPECT_TRUE(file->WriteAt(7, Bytes("x")).ok());
  EXPECT_EQ(*ReadWholeFile(files_, "/a/f"), std::string("hello\0\0x", 8));
  EXPECT_TRUE(file->Truncate(2).ok());
  EXPECT_EQ(*ReadWholeFile(files_, "/a/f"), "he");
  EXPECT_FALSE(files_.Open("/a/f", OpenMode::kCreateNew).ok());
  EXPECT_EQ(*files_.List("/a"), std::vector<std::string>{"f"});
}

TEST_F(MemoryFileSystemTest, SyncedBytesSurviveAndOthersMay) {
  const auto file = Make("/a/f");
  ASSERT_TRUE(files_.SyncFolder("/a").ok());
  ASSERT_TRUE(file->WriteAt(0, Bytes("durable ")).ok());
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(file->WriteAt(8, Bytes("perhaps")).ok());
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const std::string content = *ReadWholeFile(*files_.AfterCrash(seed), "/a/f");
    EXPECT_EQ(content.substr(0, 8), "durable ");
    EXPECT_EQ(std::string("durable perhaps").substr(0, content.size()), content);
    seen.insert(content);
  }
  EXPECT_TRUE(seen.count("durable ") == 1 && seen.count("durable perhaps") == 1);
  EXPECT_GT(seen.size(), 5u);  // torn ones, too
}

TEST_F(MemoryFileSystemTest, FolderEntriesMayVanishUntilTheFolderIsSynced) {
  Make("/a/f");
  std::set<bool> there;
  for (uint64_t seed = 0; seed < 50; ++seed) there.insert(files_.AfterCrash(seed)->Exists("/a/f"));
  EXPECT_EQ(there.size(), 2u);
  ASSERT_TRUE(files_.SyncFolder("/a").ok());
  for (uint64_t seed = 0; seed < 50; ++seed) EXPECT_TRUE(files_.AfterCrash(seed)->Exists("/a/f"));
}

TEST_F(MemoryFileSystemTest, AReplacedFileIsOldOrNew) {
  ASSERT_TRUE(ReplaceFile(files_, "/a/f", "old").ok());
  ASSERT_TRUE(ReplaceFile(files_, "/a/f", "new").ok());
  EXPECT_EQ(*ReadWholeFile(*files_.AfterCrash(1), "/a/f"), "new");
  const uint64_t whole = files_.operations();
  ASSERT_TRUE(ReplaceFile(files_, "/a/f", "newer").ok());
  const uint64_t steps = files_.operations() - whole;
  for (uint64_t stop = 0; stop < steps; ++stop) {
    MemoryFileSystem files;
    ASSERT_TRUE(files.CreateFolders("/a").ok());
    ASSERT_TRUE(ReplaceFile(files, "/a/f", "old").ok());
    files.FreezeAfter(stop);
    EXPECT_FALSE(ReplaceFile(files, "/a/f", "newer").ok());
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const std::string content = *ReadWholeFile(*files.AfterCrash(seed), "/a/f");
      EXPECT_TRUE(content == "old" || content == "newer") << content;
    }
  }
}

TEST_F(MemoryFileSystemTest, AFullDiskTakesAPartAndSaysSo) {
  const auto file = Make("/a/f");
  files_.SetRoom(3);
  EXPECT_EQ(file->WriteAt(0, Bytes("hello")).error().code(), kDiskFull);
  EXPECT_EQ(*ReadWholeFile(files_, "/a/f"), "hel");
  EXPECT_TRUE(file->WriteAt(0, Bytes("HEL")).ok());  // what is there can be written over
  files_.SetRoom(std::nullopt);
  EXPECT_TRUE(file->WriteAt(0, Bytes("hello")).ok());
}

TEST_F(MemoryFileSystemTest, WhatAFailedSyncCoveredIsNeverDurable) {
  const auto file = Make("/a/f");
  ASSERT_TRUE(files_.SyncFolder("/a").ok());
  ASSERT_TRUE(file->WriteAt(0, Bytes("lost")).ok());
  files_.FailNextSync();
  EXPECT_EQ(file->Sync().error().code(), kCannotSync);
  EXPECT_TRUE(file->Sync().ok());
  EXPECT_EQ(*ReadWholeFile(files_, "/a/f"), "lost");  // but still in the system's memory
  for (uint64_t seed = 0; seed < 20; ++seed) EXPECT_EQ(*ReadWholeFile(*files_.AfterCrash(seed), "/a/f"), "");
}

TEST_F(MemoryFileSystemTest, ALockIsHeldOnce) {
  auto lock = files_.Lock("/a/lock");
  ASSERT_TRUE(lock.ok());
  EXPECT_EQ(files_.Lock("/a/lock").error().code(), kAlreadyLocked);
  EXPECT_TRUE(files_.AfterCrash(1)->Lock("/a/lock").ok());
  lock->reset();
  EXPECT_TRUE(files_.Lock("/a/lock").ok());
}

}  // namespace
}  // namespace renkei::base::io
