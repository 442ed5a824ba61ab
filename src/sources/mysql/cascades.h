// Cascades: rows of child tables that the server changes by ON DELETE and ON UPDATE actions without logging
// them. Whenever a parent's key goes away in the log, the children's table is marked as owed in the log,
// ahead of it, and those who repair are told which rows may have changed (core::UnloggedChange): by the
// values that the foreign key's columns had. A repair that deletes children tells of their children in turn.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "core/source.h"
#include "sources/mysql/captured_tables.h"

namespace renkei::sources::mysql {

// One thread: the capture's. All of the parts must outlive it.
class Cascades {
 public:
  Cascades(core::CaptureObserver& observer, core::LogWriter& writer, CapturedTables& tables,
           const base::Clock& clock)
      : observer_(observer), writer_(writer), tables_(tables), clock_(clock) {}

  // The rows are about to be appended: marks what their parents' changes leave owed. Tell follows.
  Status Before(const core::ChangeSet& set);
  Status Before(const core::Repair& repair);
  // They are in the log.
  void Tell();
  // The same for what began to count, without waiting for rows.
  Status Look();
  // Rows of a transaction that has no end yet, and its end.
  void RecordPart(const core::ChangeSet& part);
  void EndParts();
  void DropParts() { open_.clear(); }
  // Some rows of the parent changed; Tell follows.
  Status ParentChanged(core::TableId parent);
  // The parent's changes are not seen any more.
  Status ParentUnseen(core::TableId parent);

 private:
  // A foreign key, from the side of its parent.
  struct Link {
    core::TableId child;
    std::vector<std::string> columns;      // the child's
    std::vector<uint16_t> parent_columns;  // places
    bool on_delete = false;
    bool on_update = false;
    bool by_value = false;         // rows can be told by the columns' values, else any may be meant
    bool moves_child_key = false;  // an update gives children keys that nobody knows yet
  };
  struct Owed {
    std::set<std::vector<std::string>> values;
    bool all = false;
  };
  // By child and the place of the foreign key's columns.
  using OwedRows = std::map<std::pair<core::TableId, std::vector<std::string>>, Owed>;

  void Refresh();
  Link LinkOf(const CapturedTable& child, const CapturedTable& parent, const ForeignKeyAction& key) const;
  void Collect(const core::Batch& rows, bool repaired, OwedRows& into);
  static void CollectRow(const core::Batch& rows, uint32_t row, const Link& link, Owed& owed);
  Status Mark(const OwedRows& owed);

  core::CaptureObserver& observer_;
  core::LogWriter& writer_;
  CapturedTables& tables_;
  const base::Clock& clock_;
  uint64_t version_ = 0;  // of the tables that links_ are of
  std::map<core::TableId, std::vector<Link>> links_;
  OwedRows open_;     // by parts
  OwedRows pending_;  // marked, or about to be, and not yet told
  uint64_t number_ = 0;
};

}  // namespace renkei::sources::mysql
