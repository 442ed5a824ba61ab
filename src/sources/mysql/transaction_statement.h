// The statements in the binary log that steer a transaction: its end, its savepoints, and XA.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace renkei::sources::mysql {

struct TransactionStatement {
  enum class Kind : uint8_t {
    kNone,  // another statement
    kBegin,
    kCommit,
    kRollback,
    kSavepoint,            // of that `name`
    kRollbackToSavepoint,  // of that `name`
    kXaStart,              // `name`: the xid as the server writes it in all four
    kXaEnd,
    kXaCommit,
    kXaRollback,
  };
  Kind kind = Kind::kNone;
  std::string name;
};

TransactionStatement ReadTransactionStatement(std::string_view statement);

}  // namespace renkei::sources::mysql
