// Window: what changed in the tables of a group between two versions, as one transaction of the log.
//
// Of each changed key the row as it is now decides: there, it is an upsert; gone, a delete (CORE 7). A window
// too big for one set goes in parts, so that memory is bounded whatever a commit has touched.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "core/batch_builder.h"
#include "sources/sqlserver/capture_log.h"
#include "sources/sqlserver/client/connection.h"

namespace renkei::sources::sqlserver {

// One thread.
class Window {
 public:
  struct Parts {
    CaptureLog& log;
    std::string capture;
    uint64_t session = 0;
    core::Lane lane;
    core::Position prev;
    TrackPosition to;
    base::WallTime begun;  // when the poll began
    uint64_t value_max = 0;
  };
  explicit Window(Parts parts) : parts_(std::move(parts)) {}

  // Reads the table's changes after `from`, up to the window's end. Errors of the table: kUnreadableCell,
  // kValueTooLarge; then the window must be forgotten, the parts it wrote count for nothing.
  Status Add(client::Connection& connection, const core::TableSchema& table, int64_t from);
  // Puts it into the log. Rows and bytes in it are then known.
  Status Finish();

  uint64_t rows() const { return rows_; }
  uint64_t bytes() const { return bytes_; }

 private:
  Status AddRow(const client::Connection& connection, const core::TableSchema& table,
                core::BatchBuilder& builder);
  Status CutPart();
  core::ChangeSet MakeSet(core::TransactionState state);

  const Parts parts_;
  std::vector<core::Batch> batches_;  // of the set under way
  size_t batch_bytes_ = 0;
  uint32_t set_rows_ = 0;
  uint32_t ordinal_ = 0;
  std::vector<core::PartPlace> places_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace renkei::sources::sqlserver
