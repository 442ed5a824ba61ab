#include "sinks/duckdb/fold.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "core/batch_builder.h"
#include "sinks/duckdb/checkpoint_policy.h"
#include "sinks/duckdb/codes.h"
#include "sinks/duckdb/naming.h"

namespace renkei::sinks::duckdb {
namespace {

using core::Operation;

core::TableSchema Schema() {
  core::TableSchema schema;
  schema.key = {0};
  for (const char* name : {"id", "value"}) {
    core::ColumnSchema column;
    column.name = name;
    column.type = {core::Kind::kInt64, 0, 0};
    schema.columns.push_back(column);
  }
  return schema;
}

struct Change {
  Operation operation;
  int64_t before;
  int64_t after;
  int64_t value;
};

core::Batch MakeBatch(const std::vector<Change>& changes) {
  core::BatchBuilder builder(Schema(), {0});
  for (const Change& change : changes) {
    builder.BeginRow(change.operation, 0, builder.rows());
    const bool deleted = change.operation == Operation::kDelete;
    if (deleted) {
      for (auto& column : builder.after()) column.Without(core::CellState::kAbsent);
    } else {
      builder.after()[0].Fixed(change.after);
      builder.after()[1].Fixed(change.value);
    }
    if (deleted || (change.operation == Operation::kUpdate && change.before != change.after)) {
      builder.before()[0].Fixed(change.before);
    } else {
      builder.before()[0].Without(core::CellState::kAbsent);
    }
  }
  return builder.Finish();
}

int64_t KeyAt(const TableFold& fold, const RowPlace& place) {
  const core::Batch& batch = fold.batch(place.batch);
  const core::Column& column = place.image == Image::kAfter ? batch.after[0] : batch.before[0];
  return column.cells<int64_t>()[place.row];
}

// What a fold's outcome makes of a table.
void ApplyTo(std::multimap<int64_t, int64_t>& table, const TableFold& fold) {
  if (fold.truncated()) table.clear();
  for (const RowPlace& place : fold.Removals()) table.erase(KeyAt(fold, place));
  for (const RowPlace& place : fold.Rows()) {
    table.emplace(KeyAt(fold, place), fold.batch(place.batch).after[1].cells<int64_t>()[place.row]);
  }
}

TEST(TableFoldTest, RandomChangesComeToWhatTheyMakeOneByOne) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::multimap<int64_t, int64_t> folded;
    std::map<int64_t, int64_t> model;
    for (int64_t key = 0; key < 20; key += 2) {
      model[key] = key;
      folded.emplace(key, key);
    }
    TableFold fold(Schema(), random() % 2 == 0);
    for (int batch = 0; batch < 3; ++batch) {
      std::vector<Change> changes;
      for (uint64_t i = 0; i < random() % 20; ++i) {
        const auto before = static_cast<int64_t>(random() % 20);
        const auto after = static_cast<int64_t>(random() % 20);
        const auto value = static_cast<int64_t>(random() % 1000);
        if (!model.contains(before)) {
          changes.push_back({Operation::kInsert, 0, before, value});
          model[before] = value;
        } else if (random() % 3 == 0) {
          changes.push_back({Operation::kDelete, before, 0, 0});
          model.erase(before);
        } else if (before == after || !model.contains(after)) {
          changes.push_back({Operation::kUpdate, before, after, value});
          model.erase(before);
          model[after] = value;
        } else {
          changes.push_back({Operation::kUpsert, 0, after, value});
          model[after] = value;
        }
      }
      const auto made = std::make_shared<core::Batch>(MakeBatch(changes));
      ASSERT_TRUE(fold.Add(*made, made, {0, 1}).ok());
      if (random() % 10 == 0) {
        fold.Truncate();
        model.clear();
      }
    }
    ApplyTo(folded, fold);
    ASSERT_TRUE(std::equal(folded.begin(), folded.end(), model.begin(), model.end())) << "round " << round;
  }
}

TEST(TableFoldTest, OnlyAFirstInsertWhoseKeyWasAbsentNeedsNoRemoval) {
  const auto batch = std::make_shared<core::Batch>(MakeBatch({{Operation::kInsert, 0, 1, 1},
                                                              {Operation::kUpsert, 0, 2, 2},
                                                              {Operation::kInsert, 0, 3, 3},
                                                              {Operation::kUpdate, 3, 3, 4}}));
  TableFold promised(Schema(), true);
  ASSERT_TRUE(promised.Add(*batch, batch, {0, 1}).ok());
  EXPECT_EQ(promised.Removals().size(), 2u) << "the upsert's key and the key met twice";
  TableFold unpromised(Schema(), false);
  ASSERT_TRUE(unpromised.Add(*batch, batch, {0, 1}).ok());
  EXPECT_EQ(unpromised.Removals().size(), 3u);
  EXPECT_EQ(unpromised.Rows().size(), 3u);
}

TEST(TableFoldTest, ADeleteWithoutItsKeyIsAnError) {
  core::BatchBuilder builder(Schema(), {});
  builder.BeginRow(Operation::kDelete, 0, 0);
  for (auto& column : builder.after()) column.Without(core::CellState::kAbsent);
  const auto batch = std::make_shared<core::Batch>(builder.Finish());
  TableFold fold(Schema(), true);
  const Status status = fold.Add(*batch, batch, {0, 1});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), kNoKeyBefore);
}

TEST(KeyMapTest, NumbersKeysInTheOrderOfTheirComing) {
  KeyMap map;
  for (int round = 0; round < 2; ++round) {
    for (uint32_t i = 0; i < 10'000; ++i) ASSERT_EQ(map.Put("key " + std::to_string(i * 7919)), i);
  }
  EXPECT_EQ(map.Put(""), 10'000u);
  EXPECT_EQ(map.Put(std::string(1, '\0')), 10'001u);
  EXPECT_EQ(map.Put(std::string(2, '\0')), 10'002u);
  map.Clear();
  EXPECT_EQ(map.Put("x"), 0u);
}

TEST(CheckpointPolicyTest, CountsBytesAndCommits) {
  CheckpointPolicy policy(std::chrono::seconds(10));
  EXPECT_FALSE(policy.Due(0));
  EXPECT_FALSE(policy.Due(50 << 20));
  EXPECT_TRUE(policy.Due(500 << 20));
  for (int i = 0; i < 20'000; ++i) policy.NoteCommit(1);
  EXPECT_TRUE(policy.Due(0)) << "many small commits replay slowly too";
  policy.NoteCheckpoint();
  EXPECT_FALSE(policy.Due(0));
}

TEST(NamingTest, ADistinguishedNameDependsOnItsSpellingOnly) {
  EXPECT_EQ(Distinguished("Orders"), "Orders__7872110c");
  EXPECT_NE(Distinguished("ORDERS").substr(8), Distinguished("Orders").substr(8));
}

}  // namespace
}  // namespace renkei::sinks::duckdb
