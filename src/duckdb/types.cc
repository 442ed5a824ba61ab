#include "duckdb/types.h"

#include <duckdb.h>
#include <fmt/format.h>

#include "base/check.h"

namespace renkei::duckdb {

namespace {

using core::Kind;

struct Mapped {
  duckdb_type type;
  const char* sql;
};

Mapped Map(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return {DUCKDB_TYPE_BOOLEAN, "BOOLEAN"};
    case Kind::kInt8:
      return {DUCKDB_TYPE_TINYINT, "TINYINT"};
    case Kind::kInt16:
      return {DUCKDB_TYPE_SMALLINT, "SMALLINT"};
    case Kind::kInt32:
      return {DUCKDB_TYPE_INTEGER, "INTEGER"};
    case Kind::kInt64:
      return {DUCKDB_TYPE_BIGINT, "BIGINT"};
    case Kind::kUInt8:
      return {DUCKDB_TYPE_UTINYINT, "UTINYINT"};
    case Kind::kUInt16:
      return {DUCKDB_TYPE_USMALLINT, "USMALLINT"};
    case Kind::kUInt32:
      return {DUCKDB_TYPE_UINTEGER, "UINTEGER"};
    case Kind::kUInt64:
      return {DUCKDB_TYPE_UBIGINT, "UBIGINT"};
    case Kind::kDecimal:
      return {DUCKDB_TYPE_DECIMAL, "DECIMAL"};
    case Kind::kFloat32:
      return {DUCKDB_TYPE_FLOAT, "FLOAT"};
    case Kind::kFloat64:
      return {DUCKDB_TYPE_DOUBLE, "DOUBLE"};
    case Kind::kDate:
      return {DUCKDB_TYPE_DATE, "DATE"};
    case Kind::kDuration:
      return {DUCKDB_TYPE_INTERVAL, "INTERVAL"};
    case Kind::kTimestamp:
      return {DUCKDB_TYPE_TIMESTAMP, "TIMESTAMP"};
    case Kind::kTimestampTz:
      return {DUCKDB_TYPE_TIMESTAMP_TZ, "TIMESTAMPTZ"};
    case Kind::kText:
      return {DUCKDB_TYPE_VARCHAR, "VARCHAR"};
    case Kind::kBytes:
      return {DUCKDB_TYPE_BLOB, "BLOB"};
    case Kind::kJson:
      return {DUCKDB_TYPE_VARCHAR, "JSON"};
    case Kind::kUuid:
      return {DUCKDB_TYPE_UUID, "UUID"};
    case Kind::kFloat32List:
      return {DUCKDB_TYPE_LIST, "FLOAT[]"};
  }
  CHECK(false);
  return {};
}

}  // namespace

std::string SqlType(core::Type type) {
  if (type.kind == Kind::kDecimal) return fmt::format("DECIMAL({},{})", type.precision, type.scale);
  return Map(type.kind).sql;
}

TypeHandle MakeType(core::Type type) {
  if (type.kind == Kind::kDecimal) return TypeHandle(duckdb_create_decimal_type(type.precision, type.scale));
  if (type.kind == Kind::kFloat32List) {
    const TypeHandle element(duckdb_create_logical_type(DUCKDB_TYPE_FLOAT));
    return TypeHandle(duckdb_create_list_type(element.get()));
  }
  TypeHandle made(duckdb_create_logical_type(Map(type.kind).type));
  if (type.kind == Kind::kJson) duckdb_logical_type_set_alias(made.get(), "JSON");
  return made;
}

}  // namespace renkei::duckdb
