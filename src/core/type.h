// The neutral types a cell can have, the same from a snapshot and from a stream (invariant 8), chosen so that
// every supported source type maps to one of them without loss.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace renkei::core {

// The numbers are part of the log's format.
enum class Kind : uint8_t {
  kBool = 1,  // u8, 0 or 1
  kInt8 = 2,  // two's complement, as wide as named
  kInt16 = 3,
  kInt32 = 4,
  kInt64 = 5,
  kUInt8 = 6,
  kUInt16 = 7,
  kUInt32 = 8,
  kUInt64 = 9,
  kDecimal = 10,  // value * 10^scale: i64 up to precision 18, i128 up to 38
  kFloat32 = 11,  // IEEE 754
  kFloat64 = 12,
  kDate = 13,         // i32, days since 1970-01-01, proleptic Gregorian
  kDuration = 14,     // i64, microseconds, may be negative or beyond 24 h (MySQL's TIME)
  kTimestamp = 15,    // i64, microseconds since 1970-01-01 00:00:00, no zone
  kTimestampTz = 16,  // i64, microseconds since 1970-01-01 00:00:00 UTC
  kText = 17,         // UTF-8
  kBytes = 18,
  kJson = 19,         // UTF-8 JSON text
  kUuid = 20,         // 16 bytes, as written from left to right
  kFloat32List = 21,  // IEEE 754, 4 bytes each, little-endian
};

struct Type {
  Kind kind = Kind::kText;
  uint8_t precision = 0;  // kDecimal only, 1..38
  uint8_t scale = 0;      // kDecimal only, 0..precision
  friend bool operator==(const Type&, const Type&) = default;
};

// Bytes a cell takes in a column's fixed block; 0 for text, bytes, JSON and lists, whose length varies.
size_t FixedWidth(Type type);

// "decimal(12,2)", "timestamp", ...
std::string TypeName(Type type);

// Whether kind, precision and scale go together.
bool IsValid(Type type);

}  // namespace renkei::core
