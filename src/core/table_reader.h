// Reads all rows of one table as of one instant: the source's side and the destination's side of `verify`.
#pragma once

#include <optional>

#include "base/result.h"
#include "core/change_set.h"

namespace renkei::core {

// One thread. The instant is fixed when the reader is opened.
class TableReader {
 public:
  virtual ~TableReader() = default;
  // The columns and key of the rows it gives.
  virtual const TableSchema& schema() const = 0;
  // The place in the source's history that the rows stand for; empty where the reader does not know it (a
  // sink's).
  virtual const Position& position() const = 0;
  // The lane of the source's log that the position is of.
  virtual Lane lane() const { return Lane{0}; }
  // Some rows (only `after` and `rows` are set); nothing at the end. Of a source by its key, if it has one.
  virtual Result<std::optional<Batch>> Next() = 0;
};

}  // namespace renkei::core
