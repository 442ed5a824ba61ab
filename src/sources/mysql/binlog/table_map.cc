#include "sources/mysql/binlog/table_map.h"

#include <functional>

#include "base/bytes.h"
#include "sources/mysql/binlog/packed.h"

namespace renkei::sources::mysql::binlog {

namespace {

constexpr uint64_t kColumnsMax = 4096;
constexpr uint64_t kMembersMax = 65535;

enum class Optional : uint8_t {
  kSignedness = 1,
  kDefaultCollation = 2,
  kCollations = 3,
  kNames = 4,
  kSetMembers = 5,
  kEnumMembers = 6,
  kVisibility = 12,
  kEnumSetDefaultCollation = 10,
  kEnumSetCollations = 11,
};

TableName TakeName(base::ByteReader& reader) {
  TableName name;
  const uint64_t low = reader.Fixed<uint32_t>();
  name.id = low | uint64_t{reader.Fixed<uint16_t>()} << 32;
  reader.Raw(2);
  name.schema = AsText(reader.Raw(reader.Fixed<uint8_t>()));
  reader.Raw(1);
  name.table = AsText(reader.Raw(reader.Fixed<uint8_t>()));
  reader.Raw(1);
  return name;
}

// A string's length takes two more bits out of the type byte where it passes 255.
void ReadString(base::ByteReader& metadata, WireColumn& column) {
  const auto lead = metadata.Fixed<uint8_t>();
  const auto length = metadata.Fixed<uint8_t>();
  if ((lead & 0x30) != 0x30) {
    column.type = static_cast<WireType>(lead | 0x30);
    column.length = length | static_cast<uint32_t>((lead & 0x30) ^ 0x30) << 4;
  } else {
    column.type = static_cast<WireType>(lead);
    column.length = length;
  }
}

bool ReadTypeMetadata(base::ByteReader& metadata, WireColumn& column) {
  switch (column.type) {
    case WireType::kTiny:
    case WireType::kShort:
    case WireType::kLong:
    case WireType::kLongLong:
    case WireType::kInt24:
    case WireType::kOldTimestamp:
    case WireType::kOldTime:
    case WireType::kOldDateTime:
    case WireType::kDate:
    case WireType::kYear:
      return true;
    case WireType::kFloat:
    case WireType::kDouble:
    case WireType::kTimestamp:
    case WireType::kDateTime:
    case WireType::kTime:
    case WireType::kBlob:
    case WireType::kJson:
    case WireType::kGeometry:
    case WireType::kVector:
    case WireType::kBlobCompressed:
      column.length = metadata.Fixed<uint8_t>();
      return true;
    case WireType::kVarChar:
    case WireType::kVarString:
    case WireType::kVarCharCompressed:
      column.length = metadata.Fixed<uint16_t>();
      return true;
    case WireType::kBit: {
      const uint32_t odd_bits = metadata.Fixed<uint8_t>();
      column.length = metadata.Fixed<uint8_t>() * 8u + odd_bits;
      return true;
    }
    case WireType::kDecimal:
      column.length = metadata.Fixed<uint8_t>();
      column.scale = metadata.Fixed<uint8_t>();
      return true;
    case WireType::kString:
      ReadString(metadata, column);
      return true;
    default:
      return false;
  }
}

bool IsNumeric(const WireColumn& column) {
  switch (column.type) {
    case WireType::kTiny:
    case WireType::kShort:
    case WireType::kInt24:
    case WireType::kLong:
    case WireType::kLongLong:
    case WireType::kDecimal:
    case WireType::kFloat:
    case WireType::kDouble:
    case WireType::kYear:
      return true;
    default:
      return false;
  }
}

// Of the types that have no character set both servers count some among the character columns.
bool IsCharacter(const WireColumn& column, bool mysql) {
  switch (column.type) {
    case WireType::kString:
    case WireType::kVarString:
    case WireType::kVarChar:
    case WireType::kBlob:
    case WireType::kVarCharCompressed:
    case WireType::kBlobCompressed:
    case WireType::kVector:
      return true;
    case WireType::kGeometry:
      return !mysql;
    default:
      return false;
  }
}

bool IsEnumOrSet(const WireColumn& column) {
  return column.type == WireType::kEnum || column.type == WireType::kSet;
}

using Chosen = std::function<bool(const WireColumn&)>;

void ForEach(TableMap& map, const Chosen& chosen, const std::function<void(WireColumn&)>& each) {
  for (WireColumn& column : map.columns) {
    if (chosen(column)) each(column);
  }
}

void ReadSignedness(base::ByteReader& value, TableMap& map) {
  uint8_t bits = 0;
  int left = 0;
  ForEach(map, IsNumeric, [&](WireColumn& column) {
    if (left == 0) {
      bits = value.Fixed<uint8_t>();
      left = 8;
    }
    column.is_unsigned = (bits >> --left & 1) != 0;
  });
}

void ReadCollations(base::ByteReader& value, TableMap& map, const Chosen& chosen) {
  ForEach(map, chosen,
          [&](WireColumn& column) { column.collation = static_cast<uint16_t>(ReadPacked(value)); });
}

void ReadDefaultCollation(base::ByteReader& value, TableMap& map, const Chosen& chosen) {
  const auto common = static_cast<uint16_t>(ReadPacked(value));
  std::vector<WireColumn*> columns;
  ForEach(map, chosen, [&](WireColumn& column) {
    column.collation = common;
    columns.push_back(&column);
  });
  while (value.left() > 0) {
    const uint64_t place = ReadPacked(value);
    const uint64_t collation = ReadPacked(value);
    if (place >= columns.size()) return value.Fail();
    columns[place]->collation = static_cast<uint16_t>(collation);
  }
}

void ReadNames(base::ByteReader& value, TableMap& map) {
  for (WireColumn& column : map.columns) column.name = ReadPackedText(value);
}

void ReadMembers(base::ByteReader& value, TableMap& map, WireType type) {
  ForEach(
      map, [&](const WireColumn& column) { return column.type == type; },
      [&](WireColumn& column) {
        const uint64_t count = ReadPacked(value);
        if (count > kMembersMax) return value.Fail();
        for (uint64_t i = 0; i < count && value.ok(); ++i) column.members.emplace_back(ReadPackedText(value));
      });
}

// MySQL tells which columns are visible, MariaDB does not.
bool IsFromMysql(base::ByteReader reader) {
  while (reader.left() > 0) {
    if (reader.Fixed<Optional>() == Optional::kVisibility) return true;
    ReadPackedText(reader);
  }
  return false;
}

bool ReadOptional(base::ByteReader& reader, TableMap& map) {
  const bool mysql = IsFromMysql(reader);
  const auto is_character = [mysql](const WireColumn& column) { return IsCharacter(column, mysql); };
  bool names = false;
  while (reader.left() > 0) {
    const auto kind = reader.Fixed<Optional>();
    base::ByteReader value(ReadPackedText(reader));
    if (!reader.ok()) return false;
    switch (kind) {
      case Optional::kSignedness:
        ReadSignedness(value, map);
        break;
      case Optional::kDefaultCollation:
        ReadDefaultCollation(value, map, is_character);
        break;
      case Optional::kCollations:
        ReadCollations(value, map, is_character);
        break;
      case Optional::kNames:
        ReadNames(value, map);
        names = true;
        break;
      case Optional::kSetMembers:
        ReadMembers(value, map, WireType::kSet);
        break;
      case Optional::kEnumMembers:
        ReadMembers(value, map, WireType::kEnum);
        break;
      case Optional::kEnumSetDefaultCollation:
        ReadDefaultCollation(value, map, IsEnumOrSet);
        break;
      case Optional::kEnumSetCollations:
        ReadCollations(value, map, IsEnumOrSet);
        break;
      default:
        break;
    }
    if (!value.ok()) return false;
  }
  map.full_metadata = names;
  return reader.ok();
}

}  // namespace

Result<TableName> ReadTableName(const Event& event) {
  base::ByteReader reader(event.body);
  const TableName name = TakeName(reader);
  if (!reader.ok()) return BadEvent(event.type, "too short");
  return name;
}

Result<TableMap> ReadTableMap(const Event& event) {
  base::ByteReader reader(event.body);
  const TableName name = TakeName(reader);
  TableMap map;
  map.id = name.id;
  map.schema = name.schema;
  map.table = name.table;
  const uint64_t width = ReadPacked(reader);
  if (!reader.ok() || width == 0 || width > kColumnsMax) return BadEvent(event.type, "no width");
  map.columns.resize(width);
  for (WireColumn& column : map.columns) column.type = reader.Fixed<WireType>();
  base::ByteReader metadata(ReadPackedText(reader));
  for (WireColumn& column : map.columns) {
    if (!ReadTypeMetadata(metadata, column))
      return BadEvent(event.type, "column type " + std::to_string(static_cast<int>(column.type)));
  }
  reader.Raw((width + 7) / 8);
  if (!reader.ok() || !metadata.ok()) return BadEvent(event.type, "too short");
  if (!ReadOptional(reader, map)) return BadEvent(event.type, "damaged optional metadata");
  return map;
}

}  // namespace renkei::sources::mysql::binlog
