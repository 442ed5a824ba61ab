// Writes a source's log by hand, as a correct capture would, and remembers what a destination must hold at
// every offset of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/batch_builder.h"
#include "core/hub.h"

namespace renkei::conformance {

// Rows by key: the tables of the script have an integer key `id` and a text `v` (NULL: "\0").
//
// Tables without a key have a text `v` and a double `f`, written "v/f" ("x/-0", "NULL/NULL"); their key is
// the script's own name for a row and in no column, so that rows may be equal.
using Rows = std::map<int64_t, std::string>;
using Tables = std::map<std::string, Rows>;  // by name, "a" is shop.a

constexpr std::string_view kAddedValue = "added";

// One change of a row within a transaction.
struct Change {
  std::string table;
  core::Operation operation;
  int64_t key = 0;
  std::string value;
  int64_t key_before = 0;      // update: the key it had
  std::string value_before{};  // of a table without a key; the script fills it in
};
Change Insert(std::string table, int64_t key, std::string value);
Change Update(std::string table, int64_t key, std::string value);
Change Upsert(std::string table, int64_t key, std::string value);
Change Delete(std::string table, int64_t key);
Change Rekey(std::string table, int64_t from, int64_t to, std::string value);

// One thread. Fails a CHECK if the log refuses what it must take.
class LogScript {
 public:
  // Goes on where the log's state is; `tables` are known from the start, all empty.
  LogScript(core::Log& log, const std::vector<std::string>& tables);

  // Rows that were there before the log: only a copy brings them to a destination.
  void Preload(const std::string& table, int64_t from, int64_t to, const std::string& value);

  // One transaction; or several in one set.
  void Commit(const std::vector<Change>& changes) { CommitSet({changes}); }
  void CommitSet(const std::vector<std::vector<Change>>& transactions);
  // One transaction whose rows stand in parts, the last of them in the set itself.
  void CommitInParts(const std::vector<std::vector<Change>>& parts);
  // A transaction whose rows count, or not, when it is ended.
  struct Prepared {
    std::string id;
    core::PartPlace place;
    std::vector<Change> changes;
  };
  Prepared Prepare(const std::vector<Change>& changes);
  void EndPrepared(const Prepared& prepared, bool commit);
  // A part that no transaction ever names.
  void OrphanPart(const std::vector<Change>& changes);
  void Truncate(const std::string& table);
  // One more column, in front of the others: `fill` in the rows before, kAddedValue in those that follow.
  void AddColumn(const std::string& table, const std::string& fill);
  void Tick();
  // Rows that no transaction changed, as upserts and deletes of a Repair.
  void Repair(const std::string& table, const std::vector<Change>& changes);

  void Mark(const std::string& table, bool owed);

  void BeginCopy(const std::string& table, std::vector<std::string> sinks);
  // The table's rows with keys in (the last chunk's end, to], as they are now; of a table without a key as
  // they were when its copy began.
  void Chunk(const std::string& table, int64_t to);
  void EndCopy(const std::string& table, bool abandoned = false);
  void CopyWhole(const std::string& table, std::vector<std::string> sinks, int64_t chunk_keys = 10);
  void StopTable(const std::string& table);
  // One more table, empty; or a new generation of one.
  void AddTable(const std::string& name);
  void AddKeylessTable(const std::string& name);
  void Renew(const std::string& table);

  core::Log& log() { return log_; }
  core::Address end() const;
  // What a destination that has applied everything before the address holds, of all tables.
  const Tables& At(core::Address address) const;
  const Tables& At(core::Offset offset) const { return At(core::Address{offset, 0}); }
  const Tables& now() const { return history_.back(); }
  core::TableId Id(const std::string& table) const { return schemas_.at(table).table; }
  const core::TableSchema& Schema(const std::string& table) const { return schemas_.at(table); }
  static std::string Qualified(const std::string& table) { return "shop." + table; }

 private:
  core::ChangeSet NextSet(size_t transactions);
  void AddBatches(const std::vector<Change>& changes, uint32_t transaction, core::ChangeSet& set,
                  Tables tables);
  bool IsKeyless(const std::string& table) const;
  static void Model(const Change& change, Tables& tables);
  void Append(const core::ChangeSet& set);
  void AppendFrame(const core::EntryBody& body);

  core::Log& log_;
  std::unique_ptr<core::LogWriter> writer_;
  std::map<std::string, core::TableSchema> schemas_;
  std::map<std::string, core::SnapshotId> snapshots_;
  std::map<std::string, int64_t> copied_to_;
  std::map<std::string, Rows> views_;  // of tables without a key, at their copy's begin
  std::map<std::string, uint32_t> chunks_;
  uint64_t position_ = 0;
  std::vector<Tables> history_;  // by offset, after the repairs there
  struct Repaired {
    core::Address address;
    Tables before;
  };
  std::map<core::Offset, std::vector<Repaired>> repaired_;  // in order
};

}  // namespace renkei::conformance
