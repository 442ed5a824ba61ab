// The pieces that the encoders and decoders of core/encoding.h share. Private to core.
#pragma once

#include <cstdint>
#include <string>

#include "base/buffer.h"
#include "base/bytes.h"
#include "core/encoding.h"

namespace renkei::core::encoding {

inline constexpr uint8_t kForm = 1;
inline constexpr size_t kBodyAlignment = 16;  // of the widest cell
inline constexpr uint32_t kBatchRowsMax = 1u << 24;
inline constexpr size_t kColumnsMax = 4096;

inline constexpr uint8_t kRunBlock = 0;
inline constexpr uint8_t kRunConstant = 1;
inline constexpr uint8_t kRunRising = 2;
inline constexpr uint8_t kColumnNullable = 1;
inline constexpr uint8_t kColumnGenerated = 2;
inline constexpr uint8_t kColumnReading = 4;
inline constexpr uint8_t kStatesNone = 0;
inline constexpr uint8_t kStatesConstant = 1;
inline constexpr uint8_t kStatesBlock = 2;
inline constexpr uint8_t kEndsPrepared = 0x80;
inline constexpr uint8_t kItemBatch = 1;
inline constexpr uint8_t kItemSchemaChange = 2;
inline constexpr uint8_t kItemTruncate = 3;

// Bytes that short forms may stand for in one body. Writer and reader count alike, so that a few bytes can
// not ask for much memory and nothing that was written is refused.
class Expansion {
 public:
  bool Take(size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

 private:
  size_t left_ = size_t{64} << 20;
};

void PutSchema(const TableSchema& schema, base::ByteWriter& writer);
void PutCopyBegin(const CopyBegin& begin, base::ByteWriter& writer);
void PutGap(const Gap& gap, base::ByteWriter& writer);
void PutParts(const std::vector<PartPlace>& parts, base::ByteWriter& writer);
void PutBatch(const Batch& batch, Expansion& expansion, base::ByteWriter& writer);

// The bytes of a body on their way to values. Every Get leaves the reader failed where the bytes are wrong.
class BodyReader {
 public:
  // Checks the form: one from 1 to the newest.
  explicit BodyReader(const base::Buffer& body, uint8_t newest_form = kForm);
  uint8_t form() const { return form_; }

  TableSchema GetSchema();
  CopyBegin GetCopyBegin();
  Gap GetGap();
  std::vector<PartPlace> GetParts();
  Batch GetBatch();
  std::string GetText() { return std::string(reader.Text()); }
  template <class Id>
  Id GetId() {
    return Id{static_cast<typename Id::Representation>(
        reader.VarintUpTo(std::numeric_limits<typename Id::Representation>::max()))};
  }
  uint32_t GetU32() { return static_cast<uint32_t>(reader.VarintUpTo(UINT32_MAX)); }
  bool GetBool() { return GetEnum<uint8_t>(0, 1) != 0; }
  // A count of things that take at least `bytes_each` bytes, so that it can not ask for more than is there.
  size_t GetCount(size_t bytes_each = 1) { return reader.VarintUpTo(reader.left() / bytes_each); }
  template <class Enum>
  Enum GetEnum(uint8_t least, uint8_t most) {
    const auto number = reader.Fixed<uint8_t>();
    if (number < least || number > most) reader.Fail();
    return static_cast<Enum>(number);
  }
  Type GetType();

  bool ok() const { return !unknown_form_ && reader.ok(); }
  // The answer to a body that was not ok, or that has bytes left over.
  Status Finish(const char* what);

  base::ByteReader reader;

 private:
  base::Buffer Block(size_t bytes, size_t alignment);
  template <class T>
  base::Buffer Run(uint32_t rows);
  base::Buffer Zeros(size_t bytes);
  base::Buffer States(uint32_t rows, bool& any_cell);
  Column GetColumn(uint32_t rows);
  std::vector<Column> GetColumns(uint32_t rows);

  base::Buffer body_;
  Expansion expansion_;
  uint8_t form_ = 0;
  bool unknown_form_ = false;
};

}  // namespace renkei::core::encoding
