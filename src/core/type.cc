#include "core/type.h"

#include <fmt/format.h>

namespace renkei::core {

size_t FixedWidth(Type type) {
  switch (type.kind) {
    case Kind::kBool:
    case Kind::kInt8:
    case Kind::kUInt8:
      return 1;
    case Kind::kInt16:
    case Kind::kUInt16:
      return 2;
    case Kind::kInt32:
    case Kind::kUInt32:
    case Kind::kFloat32:
    case Kind::kDate:
      return 4;
    case Kind::kInt64:
    case Kind::kUInt64:
    case Kind::kFloat64:
    case Kind::kDuration:
    case Kind::kTimestamp:
    case Kind::kTimestampTz:
      return 8;
    case Kind::kDecimal:
      return type.precision <= 18 ? 8 : 16;
    case Kind::kUuid:
      return 16;
    case Kind::kText:
    case Kind::kBytes:
    case Kind::kJson:
    case Kind::kFloat32List:
      return 0;
  }
  return 0;
}

std::string TypeName(Type type) {
  switch (type.kind) {
    case Kind::kBool:
      return "bool";
    case Kind::kInt8:
      return "int8";
    case Kind::kInt16:
      return "int16";
    case Kind::kInt32:
      return "int32";
    case Kind::kInt64:
      return "int64";
    case Kind::kUInt8:
      return "uint8";
    case Kind::kUInt16:
      return "uint16";
    case Kind::kUInt32:
      return "uint32";
    case Kind::kUInt64:
      return "uint64";
    case Kind::kDecimal:
      return fmt::format("decimal({},{})", type.precision, type.scale);
    case Kind::kFloat32:
      return "float32";
    case Kind::kFloat64:
      return "float64";
    case Kind::kDate:
      return "date";
    case Kind::kDuration:
      return "duration";
    case Kind::kTimestamp:
      return "timestamp";
    case Kind::kTimestampTz:
      return "timestamptz";
    case Kind::kText:
      return "text";
    case Kind::kBytes:
      return "bytes";
    case Kind::kJson:
      return "json";
    case Kind::kUuid:
      return "uuid";
    case Kind::kFloat32List:
      return "float32[]";
  }
  return "?";
}

bool IsValid(Type type) {
  if (type.kind < Kind::kBool || type.kind > Kind::kFloat32List) return false;
  if (type.kind != Kind::kDecimal) return type.precision == 0 && type.scale == 0;
  return type.precision >= 1 && type.precision <= 38 && type.scale <= type.precision;
}

}  // namespace renkei::core
