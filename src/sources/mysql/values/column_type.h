// What a column is at the server, and what it becomes. One description serves the binary log, the binary
// protocol and the schema, so that a cell has the same value from a snapshot and from a stream (invariant 8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/schema.h"
#include "sources/mysql/values/charset.h"
#include "sources/mysql/values/reading.h"

namespace renkei::sources::mysql::values {

enum class Form : uint8_t {
  kTinyInt,
  kSmallInt,
  kMediumInt,
  kInt,
  kBigInt,
  kFloat,
  kDouble,
  kDecimal,
  kBit,
  kYear,
  kDate,
  kTime,
  kDateTime,
  kTimestamp,
  kChar,
  kVarChar,
  kText,
  kBinary,
  kVarBinary,
  kBlob,
  kEnum,
  kSet,
  kJson,  // MySQL's; MariaDB's is text
  kGeometry,
  kVector,
  kUuid,
  kInet4,
  kInet6,
};

struct ColumnType {
  Form form = Form::kInt;
  core::Type type;
  bool is_unsigned = false;
  bool compressed = false;              // MariaDB's COMPRESSED columns
  bool old_temporal = false;            // MariaDB's own storage of times (mysql56_temporal_format=OFF)
  Charset declared = Charset::kBinary;  // as the server has it
  Charset charset = Charset::kBinary;   // what the bytes are taken for
  InvalidText invalid_text = InvalidText::kRefuse;
  ZeroDates zero_dates = ZeroDates::kRefuse;
  uint32_t length = 0;               // kChar, kVarChar: characters; kBinary, kVarBinary: bytes; kBit: bits
  uint8_t precision = 0;             // kDecimal
  uint8_t scale = 0;                 // kDecimal
  uint8_t fraction_digits = 0;       // kTime, kDateTime, kTimestamp
  std::vector<std::string> members;  // kEnum, kSet; UTF-8
};

// Reads the type as information_schema spells it ("decimal(12,2) unsigned", "enum('a','b')"). `json`: the
// server checks the column with json_valid. Nothing for a type or character set that we do not carry, or a
// reading that does not fit the type.
std::optional<ColumnType> ParseColumnType(std::string_view native, std::string_view charset, bool json,
                                          const Reading& reading = {});

// The same out of a schema of ours, whose columns all passed ParseColumnType.
ColumnType ColumnTypeOf(const core::ColumnSchema& column);

}  // namespace renkei::sources::mysql::values
