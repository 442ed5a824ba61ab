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

namespace renkei::sources::mysql {

struct CapturedTable {
  core::TableSchema schema;
  bool stopped = false;
  uint64_t rows_estimated = 0;
  bool changed_by_foreign_keys = false;  // then a key that is inserted may still be at a destination
  std::optional<binlog::RowPlan> plan;   // of the table map seen last
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
  const std::vector<std::unique_ptr<CapturedTable>>& all() const { return tables_; }

  // Which table a table map's number means, valid for equal bytes of the map only. The answer is nullptr for
  // a table that is not captured; nothing if the map must be read.
  std::optional<CapturedTable*> FindMapped(uint64_t number, std::string_view map_bytes) const;
  std::optional<CapturedTable*> FindMapped(uint64_t number) const;
  void Map(uint64_t number, std::string_view map_bytes, CapturedTable* table);
  // Between transactions: what numbers mean is told anew before they are used again.
  void ForgetMaps() { maps_.clear(); }
  void ForgetTooManyMaps();

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
  core::TableId next_table_{1};
  core::SchemaId next_schema_{1};
};

}  // namespace renkei::sources::mysql
