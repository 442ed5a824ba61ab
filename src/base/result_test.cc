#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace renkei::base {
namespace {

constexpr Code kTestCode{1};

Result<std::unique_ptr<int>> Half(int number) {
  if (number % 2 != 0) return Error(kTestCode, {{"number", std::to_string(number)}});
  return std::make_unique<int>(number / 2);
}

Result<int> Quarter(int number) {
  ASSIGN_OR_RETURN(std::unique_ptr<int> half, Half(number));
  ASSIGN_OR_RETURN(std::unique_ptr<int> quarter, Half(*half));
  return *quarter;
}

Status Check(int number) {
  RETURN_IF_ERROR(Quarter(number));
  return {};
}

TEST(Result, TheFirstErrorComesOut) {
  EXPECT_EQ(*Quarter(8), 2);
  const auto failed = Quarter(6);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().field("number"), "3");
  EXPECT_TRUE(Check(4).ok());
  EXPECT_EQ(Check(5).error().Debug(), "RK0001 number=5");
}

TEST(Result, AFieldKeepsItsFirstValue) {
  const Error error = Error(kTestCode, {{"table", "a"}}).With("table", "b").With("line", "3");
  EXPECT_EQ(error.Debug(), "RK0001 table=a line=3");
  EXPECT_EQ(error.field("absent"), "");
}

TEST(ResultDeathTest, TheValueOfAnErrorIsAProgrammersError) {
  EXPECT_DEATH(Quarter(1).value(), "value of a failed Result");
}

}  // namespace
}  // namespace renkei::base
