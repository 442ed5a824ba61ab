// Schema changes in place: what people see of a table before, while and after it has other columns.
#include <gtest/gtest.h>

#include "sinks/duckdb/sink_fixture.h"

namespace renkei::sinks::duckdb {
namespace {

using core::Kind;
using core::TableSchema;

class EvolveTest : public DuckdbSinkTest {
 protected:
  // The rows, their cells separated by blanks; "(error)" if there is no such column.
  std::string Rows(const std::string& columns, const std::string& from = "shop.orders") {
    auto connection = sink_->database()->Connect();
    CHECK(connection.ok());
    const auto rows = (*connection)->QueryText("SELECT " + columns + " FROM " + from + " ORDER BY id");
    if (!rows.ok()) return "(error)";
    std::string shown;
    for (const auto& row : *rows) {
      if (!shown.empty()) shown += ", ";
      for (size_t i = 0; i < row.size(); ++i) shown += (i == 0 ? "" : " ") + row[i].value_or("NULL");
    }
    return shown;
  }
  std::string Columns() {
    auto connection = sink_->database()->Connect();
    CHECK(connection.ok());
    const auto rows =
        (*connection)->QueryText("SELECT string_agg(name, ' ') FROM pragma_table_info('shop.orders')");
    CHECK(rows.ok());
    return (*rows)[0][0].value_or("");
  }
  void Live() {
    log_.Commit({{Insert(1, 1, "a", 100), Insert(1, 2, "b", 200)}});
    CopyTables({1});
  }
  TableSchema Next() {
    TableSchema schema = log_.schema(1);
    schema.id = log_.state.next_schema;
    return schema;
  }
  static void AddColumn(TableSchema& schema, size_t place, const char* name, core::Type type) {
    core::ColumnSchema column;
    for (const core::ColumnSchema& other : schema.columns) column.id = std::max(column.id, other.id);
    column.id = std::max(column.id + 1, 5u);
    column.name = name;
    column.type = type;
    schema.columns.insert(schema.columns.begin() + static_cast<ptrdiff_t>(place), column);
    for (uint16_t& key : schema.key) key += key >= place ? 1 : 0;
  }
  void Recut(SchemaChanges mode) {
    sink_.reset();
    Options options;
    options.path.text = folder_ + "/w.duckdb";
    options.threads = 2;
    options.schema_change = mode;
    sink_ = std::make_unique<DuckdbSink>("w", options, std::set<std::string>{"shop"});
    ASSERT_TRUE(sink_->Open().ok());
  }
};

TEST_F(EvolveTest, AnAddedColumnHasItsFillInTheRowsBefore) {
  Live();
  TableSchema schema = Next();
  AddColumn(schema, 0, "grade", {Kind::kInt32});
  log_.CommitSchemaChange(schema, {{5, "7"}}, {Update(1, {1, "a"}, {1, "a"}, 101), Insert(1, 3, "c", 300)},
                          {Insert(1, 4, "d", 400), Update(1, {2, "b"}, {2, "b"}, 202)});
  MustApply();
  EXPECT_EQ(Columns(), "grade id tenant name amount");
  EXPECT_EQ(Rows("id, grade, amount"), "a 7 1.01, b 202 2.02, c 7 3.00, d 400 4.00");
  Reopen();
  log_.Commit({{Insert(1, 5, "e", 5), Delete(1, {1, "a"})}});
  MustApply();
  EXPECT_EQ(Rows("id, grade"), "b 202, c 7, d 400, e 5");
  EXPECT_EQ(sink_->Tables()[0].generation, core::Generation{1});
}

TEST_F(EvolveTest, ACycleMayEndBetweenTheRowsAndTheChange) {
  Live();
  TableSchema schema = Next();
  AddColumn(schema, 5 - 1, "grade", {Kind::kInt32});
  const uint64_t begin = log_.end().offset.value;
  log_.CommitSchemaChange(schema, {}, {Insert(1, 3, "c", 300)}, {Insert(1, 4, "d", 400)});
  ASSERT_TRUE(Apply(core::Address{core::Offset{begin + 1}, 0}).ok());
  EXPECT_EQ(Columns(), "id tenant name amount");
  ASSERT_TRUE(Apply(core::Address{core::Offset{begin + 2}, 0}).ok());
  EXPECT_EQ(Rows("id, grade"), "a NULL, b NULL, c NULL");
  MustApply();
  EXPECT_EQ(Rows("id, grade"), "a NULL, b NULL, c NULL, d 400");
}

TEST_F(EvolveTest, ADroppedColumnStaysAndIsNullFromThenOn) {
  Live();
  TableSchema schema = Next();
  schema.columns.erase(schema.columns.begin() + 3);
  log_.CommitSchemaChange(schema, {}, {}, {Update(1, {1, "a"}, {1, "a"}, 9), Insert(1, 3, "c", 3)});
  MustApply();
  EXPECT_EQ(Rows("id, amount"), "a NULL, b 2.00, c NULL");
  // A column of the same name, then the same again.
  for (const char* shown : {"b NULL 2.00", "b NULL NULL 2.00"}) {
    schema = Next();
    const bool again = schema.columns.size() == 4;
    if (again) schema.columns.pop_back();
    AddColumn(schema, 3, "amount", {Kind::kText});
    if (again) schema.columns[3].id = 6;
    log_.CommitSchemaChange(schema, {}, {}, {Insert(1, again ? 5 : 4, again ? "e" : "d", 4)});
    MustApply();
    EXPECT_EQ(
        Rows(again ? "id, amount, amount__dropped_2, amount__dropped_1" : "id, amount, amount__dropped_1",
             "shop.orders WHERE id = 'b'"),
        shown);
  }
  EXPECT_EQ(Columns(), "id tenant name amount amount__dropped_1 amount__dropped_2");
  Reopen();
  EXPECT_EQ(Rows("id, amount, amount__dropped_2", "shop.orders WHERE tenant > 3"), "d NULL 4, e 4 NULL");
}

TEST_F(EvolveTest, ADroppedColumnsFillDoesNotComeBack) {
  Live();
  TableSchema schema = Next();
  AddColumn(schema, 4, "grade", {Kind::kInt32});
  log_.CommitSchemaChange(schema, {{5, "7"}}, {}, {});
  MustApply();
  schema = Next();
  schema.columns.pop_back();
  log_.CommitSchemaChange(schema, {}, {}, {Insert(1, 3, "c", 3)});
  MustApply();
  EXPECT_EQ(Rows("id, grade"), "a 7, b 7, c NULL");
}

TEST_F(EvolveTest, ARenamedAndAMovedColumnChangeTheViewOnly) {
  Live();
  TableSchema schema = Next();
  schema.columns[3].name = "total";
  std::swap(schema.columns[0], schema.columns[3]);
  schema.key = {1, 3};
  log_.CommitSchemaChange(schema, {}, {Delete(1, {1, "a"})}, {Update(1, {2, "b"}, {2, "b"}, 900)});
  MustApply();
  EXPECT_EQ(Columns(), "total tenant name id");
  EXPECT_EQ(Rows("id, total"), "b 9.00");
  EXPECT_EQ(Rows("amount", "_renkei.shop__orders__g1"), "9.00");
}

TEST_F(EvolveTest, AWiderTypeKeepsTheValues) {
  Live();
  TableSchema schema = Next();
  AddColumn(schema, 4, "grade", {Kind::kInt32});
  log_.CommitSchemaChange(schema, {{5, "7"}}, {}, {});
  MustApply();
  schema = Next();
  schema.columns[3].type = {Kind::kDecimal, 18, 2};
  schema.columns[4].type = {Kind::kInt64};
  log_.CommitSchemaChange(schema, {}, {Insert(1, 3, "c", 300), Delete(1, {1, "a"})},
                          {Insert(1, 4, "d", 9'000'000'000'000'000)});
  MustApply();
  EXPECT_EQ(Rows("id, amount, grade"), "b 2.00 7, c 3.00 300, d 90000000000000.00 9000000000000000");
}

TEST_F(EvolveTest, SeveralChangesInOneCycleCountOneAfterTheOther) {
  Live();
  TableSchema schema = Next();
  AddColumn(schema, 4, "grade", {Kind::kInt32});
  log_.CommitSchemaChange(schema, {{5, "7"}}, {Insert(1, 3, "c", 300)}, {Insert(1, 4, "d", 4)});
  schema = Next();
  schema.columns[4].name = "rank";
  AddColumn(schema, 0, "note", {Kind::kText});
  log_.CommitSchemaChange(schema, {{6, "it's"}}, {Update(1, {1, "a"}, {1, "a"}, 1)}, {Insert(1, 5, "e", 5)});
  schema = Next();
  schema.columns.pop_back();
  log_.CommitSchemaChange(schema, {}, {Delete(1, {2, "b"})}, {Insert(1, 6, "f", 6)});
  MustApply();
  EXPECT_EQ(Columns(), "note id tenant name amount rank");
  EXPECT_EQ(Rows("id, rank, note"), "a 1 it's, c 7 it's, d 4 it's, e 5 5, f NULL 6");
}

TEST_F(EvolveTest, ATableBeingCopiedFollowsToo) {
  log_.Commit({{Insert(1, 1, "a", 100), Insert(1, 2, "b", 200)}});
  const auto snapshot = log_.BeginCopy(1, {"w"});
  log_.Chunk(snapshot, 1, INT64_MIN, 2);
  TableSchema schema = Next();
  AddColumn(schema, 1, "grade", {Kind::kInt32});
  log_.CommitSchemaChange(schema, {{5, "7"}}, {Insert(1, 3, "c", 3)}, {Insert(1, 4, "d", 4)});
  log_.Chunk(snapshot, 1, 2, INT64_MAX);
  log_.EndCopy(snapshot, 1);
  MustApply();
  MustApply();
  EXPECT_EQ(Rows("id, grade"), "a 7, b 200, c 3, d 4") << "chunks read later have the column's own values";
}

TEST_F(EvolveTest, IgnoreKeepsTheColumns) {
  Live();
  Recut(SchemaChanges::kIgnore);
  TableSchema schema = Next();
  schema.columns[3].name = "total";
  AddColumn(schema, 0, "grade", {Kind::kInt32});
  log_.CommitSchemaChange(schema, {{5, "7"}}, {}, {Insert(1, 3, "c", 300)});
  MustApply();
  EXPECT_EQ(Columns(), "id tenant name amount");
  EXPECT_EQ(Rows("id, amount"), "a 1.00, b 2.00, c 3.00");
  Recut(SchemaChanges::kIgnore);
  log_.Commit({{Update(1, {1, "a"}, {1, "a"}, 500), Delete(1, {2, "b"})}});
  MustApply();
  EXPECT_EQ(Rows("id, amount"), "a 5.00, c 3.00");
  auto reader = sink_->OpenTableReader("shop", "shop.orders");
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->schema().columns.size(), 4u);
}

TEST_F(EvolveTest, StopStopsTheTableAlone) {
  Live();
  CopyTables({2});
  Recut(SchemaChanges::kStop);
  TableSchema schema = Next();
  AddColumn(schema, 4, "grade", {Kind::kInt32});
  log_.CommitSchemaChange(schema, {{5, "7"}}, {Insert(1, 3, "c", 300)}, {Insert(1, 4, "d", 4)});
  log_.Commit({{Insert(2, 1, "x")}});
  const auto report = Apply();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->notices.size(), 1u);
  EXPECT_EQ(report->notices[0].code(), kSchemaStops);
  EXPECT_EQ(report->notices[0].field("change"), "ADD grade");
  EXPECT_EQ(Rows("id, amount"), "a 1.00, b 2.00, c 3.00");
  EXPECT_EQ(Read("shop.items"), AtCursor(2));
  // Nor by a new copy, before the user says so.
  const auto copy = [&] {
    const auto snapshot = log_.BeginCopy(1, {"w"});
    log_.Chunk(snapshot, 1, INT64_MIN, INT64_MAX);
    log_.EndCopy(snapshot, 1);
    MustApply();
    MustApply();
  };
  copy();
  EXPECT_EQ(Rows("id, amount"), "a 1.00, b 2.00, c 3.00");
  Recut(SchemaChanges::kEvolve);
  copy();
  EXPECT_EQ(Rows("id, grade"), "a 100, b 200, c 300, d 4");
}

TEST_F(EvolveTest, IgnoreLeavesNewColumnsOutOfANewCopyToo) {
  Live();
  Recut(SchemaChanges::kIgnore);
  log_.AddGap(1);
  TableSchema schema = ScriptedSchema(1, "shop", "orders", 9, 2);
  AddColumn(schema, 1, "grade", {Kind::kInt32});
  log_.AddSchema(schema);
  CopyTables({1});
  log_.Commit({{Insert(1, 3, "c", 300)}});
  MustApply();
  EXPECT_EQ(Columns(), "id tenant name amount");
  EXPECT_EQ(Rows("id, amount"), "a 1.00, b 2.00, c 3.00");
}

}  // namespace
}  // namespace renkei::sinks::duckdb
