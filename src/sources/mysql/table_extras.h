// What a schema of ours keeps of a table beside its columns (core::TableSchema::open), as JSON:
//
//   open := "" | {"charset":"utf8mb4","collation":"utf8mb4_general_ci","next_column":7,"counted":1}
#pragma once

#include <cstdint>
#include <string>

#include "core/schema.h"

namespace renkei::sources::mysql {

struct TableExtras {
  std::string charset;  // of columns that name none; "" if unknown
  std::string collation;
  uint32_t next_column = 1;  // ids below it were columns of this generation
  uint32_t counted = 0;      // the column of AUTO_INCREMENT; 0: none

  std::string Encode() const;
  static TableExtras Of(const core::TableSchema& table);
};

// "utf8mb4" of "utf8mb4_general_ci".
std::string CharsetOfCollationName(const std::string& collation);

// Whether the two describe the same columns and key, whatever numbers they have.
bool SameColumns(const core::TableSchema& a, const core::TableSchema& b);

}  // namespace renkei::sources::mysql
