// Messages 4100-4199: sinks, and what the DuckDB sink finds.
#pragma once

#include "base/result.h"

namespace renkei::sinks::duckdb {

inline constexpr Code kFenced{4101};           // path
inline constexpr Code kOtherLog{4102};         // source, expected, found
inline constexpr Code kWrongPlace{4103};       // source, expected, found
inline constexpr Code kReservedSchema{4104};   // table, schema
inline constexpr Code kNameTaken{4105};        // table, destination, other
inline constexpr Code kRenamed{4106};          // table, destination, other
inline constexpr Code kSchemaDiffers{4107};    // table, what
inline constexpr Code kNoKey{4108};            // table
inline constexpr Code kNoKeyBefore{4109};      // table
inline constexpr Code kChunkDiffers{4110};     // table, expected, found
inline constexpr Code kPartsMissing{4111};     // source, transaction
inline constexpr Code kNewerFormat{4112};      // path, format, known
inline constexpr Code kDamagedState{4113};     // path, what
inline constexpr Code kNotLive{4114};          // table
inline constexpr Code kUnknownSchemaId{4115};  // table, schema_id
inline constexpr Code kNotOpen{4116};          // path
inline constexpr Code kColumnRenamed{4117};    // table, column, destination
inline constexpr Code kSchemaStops{4118};      // table, change
inline constexpr Code kRowNotThere{4140};      // table
inline constexpr Code kNoCount{4141};          // table

}  // namespace renkei::sinks::duckdb
