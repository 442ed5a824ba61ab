#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace renkei::base {
namespace {

TEST(Bytes, WhatIsWrittenIsRead) {
  ByteWriter writer;
  writer.Fixed<uint16_t>(513);
  writer.Varint(0);
  writer.Varint(127);
  writer.Varint(128);
  writer.Varint(std::numeric_limits<uint64_t>::max());
  writer.Text("連携");
  writer.Align(8);
  writer.Fixed<double>(2.5);

  ByteReader reader(writer.bytes());
  EXPECT_EQ(reader.Fixed<uint16_t>(), 513);
  EXPECT_EQ(reader.Varint(), 0u);
  EXPECT_EQ(reader.Varint(), 127u);
  EXPECT_EQ(reader.Varint(), 128u);
  EXPECT_EQ(reader.Varint(), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(reader.Text(), "連携");
  reader.Align(8);
  EXPECT_EQ(reader.Fixed<double>(), 2.5);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.left(), 0u);
}

TEST(Bytes, AReadPastTheEndFailsAndStaysFailed) {
  ByteWriter writer;
  writer.Text("abc");
  ByteReader reader(writer.bytes().first(3));
  EXPECT_EQ(reader.Text(), "");
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.Fixed<uint8_t>(), 0);
  EXPECT_EQ(reader.left(), 0u);
}

TEST(Bytes, ALengthThatOverflowsFails) {
  ByteWriter writer;
  writer.Varint(std::numeric_limits<uint64_t>::max());
  ByteReader text(writer.bytes());
  text.Text();
  EXPECT_FALSE(text.ok());
  ByteReader bounded(writer.bytes());
  EXPECT_EQ(bounded.VarintUpTo(1000), 0u);
  EXPECT_FALSE(bounded.ok());
}

TEST(Bytes, AVarintOfElevenBytesFails) {
  const std::string endless(11, '\xff');
  ByteReader reader{std::string_view(endless)};
  reader.Varint();
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace renkei::base
