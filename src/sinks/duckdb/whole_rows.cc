#include "sinks/duckdb/whole_rows.h"

#include <fmt/format.h>

#include "duckdb/appender.h"
#include "duckdb/codes.h"
#include "duckdb/sql_text.h"
#include "duckdb/types.h"
#include "sinks/duckdb/codes.h"

namespace renkei::sinks::duckdb {

namespace {

using renkei::duckdb::AppendColumn;
using renkei::duckdb::Appender;
using renkei::duckdb::Connection;
using renkei::duckdb::QuoteName;

constexpr const char* kMark = "renkei: a row is not there";

std::string StorageName(const StoredTable& table) { return "_renkei." + QuoteName(table.storage); }
std::string ChangesTable(const StoredTable& table) { return table.storage + "__changes"; }
std::string ChangesName(const StoredTable& table) { return "_renkei." + QuoteName(ChangesTable(table)); }

// "k0, k1, k2"
std::string CellNames(const StoredTable& table) {
  std::string names;
  for (size_t i = 0; i < table.columns.size(); ++i)
    fmt::format_to(std::back_inserter(names), "{}k{}", i == 0 ? "" : ", ", i);
  return names;
}

std::string SameCells(const StoredTable& table) {
  std::string condition;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    fmt::format_to(std::back_inserter(condition), "{}t.{} {} d.k{}", i == 0 ? "" : " AND ",
                   QuoteName(table.columns[i]),
                   table.schema.columns[i].nullable ? "IS NOT DISTINCT FROM" : "=", i);
  }
  return condition;
}

// What the kept changes come to: one row (k0, ..., n, id) each.
std::string SumOfChanges(const StoredTable& table, const char* which) {
  return fmt::format(
      "(SELECT {0}, CAST(abs(sum(n)) AS BIGINT) AS n, row_number() OVER () AS id FROM {1} GROUP BY {0} "
      "HAVING sum(n) {2} 0)",
      CellNames(table), ChangesName(table), which);
}

// Of each row of `source`(k0, ..., n, id) exactly n copies go.
std::string RemovalStatement(const StoredTable& table, const std::string& source) {
  return fmt::format(
      "DELETE FROM {0} WHERE rowid IN (SELECT place FROM (SELECT t.rowid AS place, d.n AS n, "
      "row_number() OVER (PARTITION BY d.id) AS number, count(t.rowid) OVER (PARTITION BY d.id) AS found "
      "FROM {1} AS d LEFT JOIN {0} AS t ON {2}) "
      "WHERE CASE WHEN found < n THEN error('{3}') ELSE number <= n END)",
      StorageName(table), source, SameCells(table), kMark);
}

Status NameTheLack(const Status& status, const StoredTable& table) {
  if (status.ok() || status.error().field("reason").find(kMark) == std::string_view::npos) return status;
  return Error(kRowNotThere, {{"table", table.schema.qualified_name()}});
}

// Rows with how many times each is meant, in columns that an appender takes.
class Counted {
 public:
  Counted(const StoredTable& table, bool with_ids) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      names_.push_back({fmt::format("k{}", i), table.schema.columns[i].type});
      builders_.emplace_back(table.schema.columns[i].type);
    }
    names_.push_back({"n", {core::Kind::kInt64, 0, 0}});
    if (with_ids) names_.push_back({"id", {core::Kind::kInt64, 0, 0}});
  }

  void Add(const TableFold& fold, const RowPlace& place, int64_t count) {
    const core::Batch& batch = fold.batch(place.batch);
    const auto& cells = place.image == Image::kAfter ? batch.after : batch.before;
    for (size_t i = 0; i < builders_.size(); ++i) {
      const size_t at = place.image == Image::kAfter ? i : fold.BeforePlace(place.batch, i);
      builders_[i].CopyFrom(cells[at], place.row);
    }
    counts_.Fixed(count);
    ids_.Fixed(int64_t{rows_++});
  }

  bool empty() const { return rows_ == 0; }
  const std::vector<AppendColumn>& names() const { return names_; }
  Status AppendTo(Appender& appender) {
    std::vector<core::Column> columns;
    for (core::ColumnBuilder& builder : builders_) columns.push_back(builder.Finish());
    columns.push_back(counts_.Finish());
    if (names_.size() > columns.size()) columns.push_back(ids_.Finish());
    std::vector<const core::Column*> taken;
    for (const core::Column& column : columns) taken.push_back(&column);
    RETURN_IF_ERROR(appender.Append({taken, 0, rows_}));
    return appender.Close();
  }

 private:
  std::vector<AppendColumn> names_;
  std::vector<core::ColumnBuilder> builders_;
  core::ColumnBuilder counts_{core::Type{core::Kind::kInt64, 0, 0}};
  core::ColumnBuilder ids_{core::Type{core::Kind::kInt64, 0, 0}};
  uint32_t rows_ = 0;
};

Status KeepCounts(Connection& connection, const StoredTable& table, const TableFold& fold) {
  Counted changes(table, /*with_ids=*/false);
  for (const RowCount& row : fold.Counts()) changes.Add(fold, row.place, row.count);
  if (changes.empty()) return {};
  ASSIGN_OR_RETURN(Appender appender,
                   Appender::ToTable(connection, "_renkei", ChangesTable(table), changes.names()));
  return changes.AppendTo(appender);
}

Status Remove(Connection& connection, const StoredTable& table, const TableFold& fold) {
  Counted going(table, /*with_ids=*/true);
  for (const RowCount& row : fold.Counts()) {
    if (row.count < 0) going.Add(fold, row.place, -row.count);
  }
  if (going.empty()) return {};
  ASSIGN_OR_RETURN(
      Appender appender,
      Appender::ToStatement(connection, RemovalStatement(table, "appended_data"), going.names()));
  return NameTheLack(going.AppendTo(appender), table);
}

}  // namespace

Status CreateKeptChanges(Connection& connection, const StoredTable& table) {
  std::string columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    fmt::format_to(std::back_inserter(columns), "k{} {}, ", i,
                   renkei::duckdb::SqlType(table.schema.columns[i].type));
  }
  return connection.Execute(fmt::format("CREATE TABLE {} ({}n BIGINT)", ChangesName(table), columns));
}

Status DropKeptChanges(Connection& connection, const StoredTable& table) {
  return connection.Execute("DROP TABLE " + ChangesName(table));
}

Status EmptyKeptChanges(Connection& connection, const StoredTable& table) {
  return connection.Execute("DELETE FROM " + ChangesName(table));
}

Status ApplyKeptChanges(Connection& connection, const StoredTable& table) {
  RETURN_IF_ERROR(NameTheLack(connection.Execute(RemovalStatement(table, SumOfChanges(table, "<"))), table));
  return connection.Execute(
      fmt::format("INSERT INTO {0} SELECT {1} FROM (SELECT {1}, unnest(range(n)) FROM {2})",
                  StorageName(table), CellNames(table), SumOfChanges(table, ">")));
}

Status WriteCounts(Connection& connection, const StoredTable& table, const TableFold& fold) {
  return KeepsChanges(table) ? KeepCounts(connection, table, fold) : Remove(connection, table, fold);
}

}  // namespace renkei::sinks::duckdb
