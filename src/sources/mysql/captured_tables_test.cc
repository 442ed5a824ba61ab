#include "sources/mysql/captured_tables.h"

#include <gtest/gtest.h>

#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {
namespace {

core::TableSchema Orders() {
  core::TableSchema schema;
  schema.schema = "shop";
  schema.name = "orders";
  return schema;
}

TEST(CapturedTables, ATableCountsOnceTheHistoryHasComeToItsPlace) {
  CapturedTables tables{core::LogState{}};
  CapturedTable& table = tables.Add(Orders(), 0);
  tables.CountFrom(table, LogPosition(*MariadbSet::Parse("0-1-5,1-1-3")));
  tables.Map(7, "map", nullptr);
  for (const char* reached : {"0-1-4", "0-1-9", "0-1-9,1-1-2"}) {
    tables.BeginTransaction(LogPosition(*MariadbSet::Parse(reached)));
    EXPECT_TRUE(table.from) << reached;
    EXPECT_TRUE(tables.FindMapped(7)) << reached;
  }
  tables.BeginTransaction(LogPosition(*MariadbSet::Parse("0-1-5,1-2-4")));
  EXPECT_FALSE(table.from);
  EXPECT_FALSE(tables.FindMapped(7)) << "that the table was passed over must be forgotten";
}

TEST(CapturedTables, MapsStayUntilTheTransactionEnds) {
  CapturedTables tables{core::LogState{}};
  tables.Map(7, "map", nullptr);
  tables.ForgetMaps();
  EXPECT_TRUE(tables.FindMapped(7));
  tables.BeginTransaction(LogPosition(MariadbSet()));
  EXPECT_FALSE(tables.FindMapped(7));
}

TEST(CapturedTables, WhatBeginsAnewByItself) {
  for (const Code code : {kLeftOut, kSchemaDiffers, kSchemaStatement, kTableGone})
    EXPECT_TRUE(BeginsAnew(code.number)) << code.number;
  for (const Code code : {kStatementLogged, kPartialImage, kUnreadableCell, kSchemaUnclear})
    EXPECT_FALSE(BeginsAnew(code.number)) << code.number;
}

}  // namespace
}  // namespace renkei::sources::mysql
