#include "verify/count_differences.h"

#include <gtest/gtest.h>

#include "core/batch_builder.h"

namespace renkei::verify {
namespace {

core::TableSchema Schema() {
  core::TableSchema schema;
  schema.key_kind = core::KeyKind::kWholeRow;
  schema.key = {0, 1};
  schema.columns = {{1, "v", "text", {core::Kind::kText}, true},
                    {2, "f", "double", {core::Kind::kFloat64}, true}};
  return schema;
}

using Row = std::pair<std::string, double>;

class Rows final : public core::TableReader {
 public:
  explicit Rows(std::vector<Row> rows) : rows_(std::move(rows)) {}
  const core::TableSchema& schema() const override { return schema_; }
  const core::Position& position() const override { return position_; }
  Result<std::optional<core::Batch>> Next() override {
    if (rows_.empty()) return std::optional<core::Batch>();
    core::BatchBuilder builder(schema_, {});
    for (const Row& row : std::exchange(rows_, {})) {
      builder.BeginRow(core::Operation::kRead, 0, builder.rows());
      builder.after()[0].Varying(row.first);
      builder.after()[1].Fixed(row.second);
    }
    return std::optional(builder.Finish());
  }

 private:
  const core::TableSchema schema_ = Schema();
  const core::Position position_;
  std::vector<Row> rows_;
};

Differences Compare(const std::vector<Row>& source, const std::vector<Row>& sink) {
  Rows one(source);
  Rows other(sink);
  auto found = FindDifferences(one, other, std::vector<bool>(kBuckets, true), Digest(), [] { return false; });
  CHECK(found.ok());
  return *std::move(found);
}

TEST(CountDifferencesTest, EqualBagsAreEqualInAnyOrder) {
  EXPECT_EQ(Compare({{"a", 0.0}, {"b", 1}, {"a", 0.0}}, {{"a", -0.0}, {"a", 0.0}, {"b", 1}}).total(), 0u);
}

TEST(CountDifferencesTest, CopiesAreCounted) {
  const Differences found = Compare({{"a", 1}, {"a", 1}, {"a", 1}, {"b", 1}, {"c", 1}, {"c", 2}},
                                    {{"a", 1}, {"b", 1}, {"b", 1}, {"b", 1}, {"c", 1}, {"d", 1}});
  EXPECT_EQ(found.missing, 3u) << "two of a, one of c";
  EXPECT_EQ(found.doubled, 2u) << "b";
  EXPECT_EQ(found.extra, 1u) << "d";
  ASSERT_EQ(found.ranges.size(), 4u);
  EXPECT_EQ(found.ranges[0].first, "('a', 1)");
  EXPECT_EQ(found.ranges[0].keys, 2u);
}

}  // namespace
}  // namespace renkei::verify
