// CapturedTables: the tables of a running capture, by name and by the numbers that table maps give them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/log_state.h"
#include "sources/mysql/binlog/row_plan.h"
#include "sources/mysql/foreign_keys.h"
#include "sources/mysql/log_position.h"

namespace renkei::sources::mysql {

struct CapturedTable {
  core::TableSchema schema;
  bool stopped = false;
  bool outdated = false;  // stopped because it became another table: it is to begin anew
  std::optional<LogPosition>
      from;                 // what is not beyond this place is covered by its copy, and its schema is of it
  bool was_mapped = false;  // the log has shown its columns to be those of the schema
  bool copy_whole = false;  // also where the configuration wants changes only: it began during the capture
  uint64_t rows_estimated = 0;
  // They change its rows unseen, so a key that is inserted may still be at a destination. Nothing until they
  // were read.
  std::optional<std::vector<ForeignKeyAction>> foreign_keys;
  bool rekeyed =
      false;  // its foreign keys, or its parents, began to count just now: rows may have changed unseen
  uint64_t unlogged = 0;  // core::UnloggedChange::number of the last one told
  bool owed = false;      // core::TableStateInLog; destinations may have what the log says is new
  std::optional<binlog::RowPlan> plan;  // of the table map seen last
};

// One thread. Tables are never removed, and stay where they are in memory.
class CapturedTables {
 public:
  // What the log knows.
  explicit CapturedTables(const core::LogState& state);

  CapturedTable* Find(std::string_view schema, std::string_view table);
  CapturedTable* Find(core::TableId id);
  // By "schema.table".
  CapturedTable* FindQualified(std::string_view name);
  // A table that the log does not know yet; gets its numbers here.
  CapturedTable& Add(core::TableSchema schema, uint64_t rows_estimated);
  // The table begins a new generation with another schema. The old one stays in memory, for those who still
  // read with it, and is not found any more.
  CapturedTable& Renew(CapturedTable& table, core::TableSchema schema, uint64_t rows_estimated);
  // The table goes on with other columns; the schema gets its number here. What was said of Renew is true of
  // the old one.
  CapturedTable& Evolve(CapturedTable& table, core::TableSchema schema);
  const std::vector<std::unique_ptr<CapturedTable>>& all() const { return tables_; }

  // Which table a table map's number means, valid for equal bytes of the map only. The answer is nullptr for
  // a table that is not captured; nothing if the map must be read.
  std::optional<CapturedTable*> FindMapped(uint64_t number, std::string_view map_bytes) const;
  std::optional<CapturedTable*> FindMapped(uint64_t number) const;
  void Map(uint64_t number, std::string_view map_bytes, CapturedTable* table);
  // What numbers mean is told anew in each transaction: forgets it when the next one begins.
  void ForgetMaps() { maps_are_old_ = true; }
  // A transaction begins where the history has come to `reached`.
  void BeginTransaction(const LogPosition& reached);
  // As they are now. Where they were others before, rows may have changed unseen.
  void SetForeignKeys(CapturedTable& table, std::vector<ForeignKeyAction> keys);
  // Differs once any table's foreign keys, or the tables themselves, are others.
  uint64_t version() const { return version_; }
  // The table counts from beyond the place on only.
  void CountFrom(CapturedTable& table, LogPosition place);

 private:
  struct Mapped {
    std::string map_bytes;
    CapturedTable* table = nullptr;
  };
  CapturedTable& Place(std::unique_ptr<CapturedTable>& place, core::TableSchema schema,
                       uint64_t rows_estimated);

  std::vector<std::unique_ptr<CapturedTable>> tables_;
  std::vector<std::unique_ptr<CapturedTable>> retired_;
  std::map<std::string, CapturedTable*, std::less<>> by_name_;
  std::unordered_map<uint64_t, Mapped> maps_;
  bool maps_are_old_ = false;
  uint64_t version_ = 1;
  bool any_waits_ = false;  // some table has `from`
  core::TableId next_table_{1};
  core::SchemaId next_schema_{1};
};

// Whether a table that stopped with this message of a Gap begins anew by itself.
bool BeginsAnew(uint16_t code);

}  // namespace renkei::sources::mysql
