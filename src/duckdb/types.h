// How the neutral types stand in DuckDB, losslessly both ways.
//
//   bool BOOLEAN · intN TINYINT..BIGINT · uintN UTINYINT..UBIGINT · decimal(p,s) DECIMAL(p,s)
//   float32 FLOAT · float64 DOUBLE · date DATE · duration INTERVAL (microseconds only)
//   timestamp TIMESTAMP · timestamptz TIMESTAMPTZ · text VARCHAR · bytes BLOB · json JSON
//   uuid UUID · float32[] FLOAT[]
#pragma once

#include <string>

#include "core/type.h"
#include "duckdb/handles.h"

namespace renkei::duckdb {

// "DECIMAL(12,2)".
std::string SqlType(core::Type type);
// The library's object for the type of a vector that holds such cells.
TypeHandle MakeType(core::Type type);

}  // namespace renkei::duckdb
