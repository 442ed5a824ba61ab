// Cells with their length in front, little-endian and as wide as the column can be long:
//
//   char binary varchar varbinary := length:u8, or u16 where the column may hold more than 255 bytes; bytes
//   blob text json geometry vector := length:u8..u32; bytes
//   uuid inet4 inet6               := as binary
//   compressed column              := length; nothing for the empty value, else a compressed value
//   (compressed_value.h)
#include "sources/mysql/binlog/cells.h"
#include "sources/mysql/binlog/compressed_value.h"
#include "sources/mysql/values/append.h"
#include "sources/mysql/values/json_binary.h"
#include "sources/mysql/values/network.h"
#include "sources/mysql/values/text.h"

namespace renkei::sources::mysql::binlog {

namespace {

using core::ColumnBuilder;
using values::Charset;
using values::ColumnType;
using values::Form;

constexpr uint32_t kUuidBytes = 16;
constexpr uint32_t kInet4Bytes = 4;
constexpr uint32_t kInet6Bytes = 16;

Outcome Appended(bool appended) { return appended ? Outcome::kOk : Outcome::kUnreadable; }

bool SkipString(const ColumnPlan& plan, Cursor& cursor) {
  if (cursor.left() < plan.width) return false;
  const uint64_t length = LittleEndian(cursor.at, plan.width);
  if (cursor.left() - plan.width < length) return false;
  cursor.at += plan.width + length;
  return true;
}

// The bytes of a cell; false where the event ends inside.
bool TakeString(uint32_t length_bytes, Cursor& cursor, std::string_view& bytes) {
  if (cursor.left() < length_bytes) return false;
  const uint64_t length = LittleEndian(cursor.at, length_bytes);
  if (cursor.left() - length_bytes < length) return false;
  bytes = {reinterpret_cast<const char*>(cursor.at) + length_bytes, length};
  cursor.at += length_bytes + length;
  return true;
}

template <uint32_t kLengthBytes>
Outcome DecodeUtf8(const ColumnPlan&, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeString(kLengthBytes, cursor, bytes)) return Outcome::kTruncated;
  if (!values::IsUtf8(bytes)) return Outcome::kUnreadable;
  out.Varying(bytes);
  return Outcome::kOk;
}

template <uint32_t kLengthBytes>
Outcome DecodeBytes(const ColumnPlan&, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeString(kLengthBytes, cursor, bytes)) return Outcome::kTruncated;
  out.Varying(bytes);
  return Outcome::kOk;
}

Outcome DecodeText(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeString(plan.width, cursor, bytes)) return Outcome::kTruncated;
  return Appended(values::AppendString(plan.type, bytes, out));
}

Outcome DecodeCompressed(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeString(plan.width, cursor, bytes)) return Outcome::kTruncated;
  std::vector<std::byte> storage;
  if (!DecompressValue(bytes, storage, bytes)) return Outcome::kUnreadable;
  return Appended(values::AppendString(plan.type, bytes, out));
}

Outcome DecodeJson(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeString(plan.width, cursor, bytes)) return Outcome::kTruncated;
  std::string text;
  if (!values::AppendJson(bytes, text)) return Outcome::kUnreadable;
  out.Varying(text);
  return Outcome::kOk;
}

Outcome DecodeGeometry(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeString(plan.width, cursor, bytes)) return Outcome::kTruncated;
  return Appended(values::AppendGeometry(bytes, out));
}

Outcome DecodeVector(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string_view bytes;
  if (!TakeString(plan.width, cursor, bytes)) return Outcome::kTruncated;
  return Appended(values::AppendVector(bytes, out));
}

// What is as long as its type says loses its trailing zeros on the way into the log.
Outcome TakePadded(const ColumnPlan& plan, Cursor& cursor, std::string& whole) {
  std::string_view bytes;
  if (!TakeString(plan.width, cursor, bytes)) return Outcome::kTruncated;
  if (bytes.size() > plan.pad_to) return Outcome::kUnreadable;
  whole = bytes;
  whole.resize(plan.pad_to, '\0');
  return Outcome::kOk;
}

Outcome DecodePadded(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string whole;
  const Outcome outcome = TakePadded(plan, cursor, whole);
  if (outcome == Outcome::kOk) out.Varying(whole);
  return outcome;
}

Outcome DecodeUuid(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string whole;
  const Outcome outcome = TakePadded(plan, cursor, whole);
  if (outcome == Outcome::kOk) out.Fixed(values::UuidOfRow(whole));
  return outcome;
}

Outcome DecodeInet4(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string whole;
  const Outcome outcome = TakePadded(plan, cursor, whole);
  if (outcome == Outcome::kOk) out.Varying(values::ShowInet4(whole));
  return outcome;
}

Outcome DecodeInet6(const ColumnPlan& plan, Cursor& cursor, ColumnBuilder& out) {
  std::string whole;
  const Outcome outcome = TakePadded(plan, cursor, whole);
  if (outcome == Outcome::kOk) out.Varying(values::ShowInet6(whole));
  return outcome;
}

ColumnPlan PlanWith(DecodeCell decode, uint32_t length_bytes, const ColumnType& type, uint32_t pad_to = 0) {
  ColumnPlan plan;
  plan.decode = decode;
  plan.skip = SkipString;
  plan.width = length_bytes;
  plan.pad_to = pad_to;
  plan.type = type;
  return plan;
}

DecodeCell Utf8By(uint32_t length_bytes) {
  static constexpr DecodeCell kDecoders[] = {DecodeUtf8<1>, DecodeUtf8<2>, DecodeUtf8<3>, DecodeUtf8<4>};
  return kDecoders[length_bytes - 1];
}

DecodeCell BytesBy(uint32_t length_bytes) {
  static constexpr DecodeCell kDecoders[] = {DecodeBytes<1>, DecodeBytes<2>, DecodeBytes<3>, DecodeBytes<4>};
  return kDecoders[length_bytes - 1];
}

ColumnPlan PlanBytesOrText(const ColumnType& type, uint32_t length_bytes) {
  if (type.compressed) return PlanWith(DecodeCompressed, length_bytes, type);
  if (type.charset == Charset::kBinary) return PlanWith(BytesBy(length_bytes), length_bytes, type);
  const bool plain = type.charset == Charset::kUtf8 && type.invalid_text == values::InvalidText::kRefuse;
  return PlanWith(plain ? Utf8By(length_bytes) : DecodeText, length_bytes, type);
}

}  // namespace

ColumnPlan PlanString(const ColumnType& type, const WireColumn& wire) {
  const bool counted = wire.type == WireType::kVarChar || wire.type == WireType::kVarCharCompressed ||
                       wire.type == WireType::kString;
  const uint32_t length_bytes = counted ? (wire.length > 255 ? 2 : 1) : wire.length;
  switch (type.form) {
    case Form::kBinary:
      return PlanWith(DecodePadded, length_bytes, type, type.length);
    case Form::kUuid:
      return PlanWith(DecodeUuid, length_bytes, type, kUuidBytes);
    case Form::kInet4:
      return PlanWith(DecodeInet4, length_bytes, type, kInet4Bytes);
    case Form::kInet6:
      return PlanWith(DecodeInet6, length_bytes, type, kInet6Bytes);
    case Form::kJson:
      return PlanWith(DecodeJson, length_bytes, type);
    case Form::kGeometry:
      return PlanWith(DecodeGeometry, length_bytes, type);
    case Form::kVector:
      return PlanWith(DecodeVector, length_bytes, type);
    default:
      return PlanBytesOrText(type, length_bytes);
  }
}

}  // namespace renkei::sources::mysql::binlog
