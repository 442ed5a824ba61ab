#include "sources/mysql/transaction_statement.h"

#include <gtest/gtest.h>

namespace renkei::sources::mysql {
namespace {

using Kind = TransactionStatement::Kind;

TEST(TransactionStatement, TellsBordersFromOtherStatements) {
  EXPECT_EQ(ReadTransactionStatement("BEGIN").kind, Kind::kBegin);
  EXPECT_EQ(ReadTransactionStatement("COMMIT").kind, Kind::kCommit);
  EXPECT_EQ(ReadTransactionStatement("/* app */ commit").kind, Kind::kCommit);
  EXPECT_EQ(ReadTransactionStatement("ROLLBACK").kind, Kind::kRollback);
  EXPECT_EQ(ReadTransactionStatement("rollback work").kind, Kind::kRollback);
  for (const char* other :
       {"", "CREATE TABLE t (a INT)", "INSERT INTO t VALUES ('COMMIT')", "XA", "XA RECOVER"})
    EXPECT_EQ(ReadTransactionStatement(other).kind, Kind::kNone) << other;
}

TEST(TransactionStatement, NamesSavepointsAlike) {
  EXPECT_EQ(ReadTransactionStatement("SAVEPOINT `sp1`").name, "sp1");
  for (const char* text :
       {"ROLLBACK TO `sp1`", "ROLLBACK WORK TO SAVEPOINT SP1", "rollback to savepoint `Sp1`"}) {
    const TransactionStatement read = ReadTransactionStatement(text);
    EXPECT_EQ(read.kind, Kind::kRollbackToSavepoint) << text;
    EXPECT_EQ(read.name, "sp1") << text;
  }
}

TEST(TransactionStatement, NamesAnXidAlikeFromStartToEnd) {
  EXPECT_EQ(ReadTransactionStatement("XA START X'6162',X'63',1").kind, Kind::kXaStart);
  EXPECT_EQ(ReadTransactionStatement("XA END X'6162',X'63',1").kind, Kind::kXaEnd);
  EXPECT_EQ(ReadTransactionStatement("XA COMMIT X'6162',X'63',1").kind, Kind::kXaCommit);
  EXPECT_EQ(ReadTransactionStatement("XA ROLLBACK X'6162',X'63',1").kind, Kind::kXaRollback);
  EXPECT_EQ(ReadTransactionStatement("XA START X'6162',X'63',1").name,
            ReadTransactionStatement("XA COMMIT X'6162',X'63',1").name);
}

}  // namespace
}  // namespace renkei::sources::mysql
