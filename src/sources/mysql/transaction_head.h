// The event that begins a transaction in the binary log, in any of its four forms.
#pragma once

#include <cstdint>

#include "sources/mysql/binlog/event.h"
#include "sources/mysql/log_position.h"

namespace renkei::sources::mysql {

struct TransactionHead {
  TransactionId id;
  // What MariaDB says at once and MySQL only by the statement that follows: one event makes the transaction.
  bool standalone = false;
  bool standalone_by_statement = false;
  bool prepared = false;   // an XA transaction that is prepared, not committed (MariaDB)
  bool completed = false;  // the commit or rollback of such a one (MariaDB)
  int64_t commit_us = 0;   // 0: the log does not say
};

bool IsTransactionHead(binlog::EventType type);

// `begin`: where the event stands; the id of a transaction without GTID. Error: kBadEvent.
Result<TransactionHead> ReadTransactionHead(const binlog::Event& event, const FilePlace& begin);

// Whether MySQL's first statement after the head opens a transaction that has an end of its own.
bool OpensTransaction(std::string_view statement);

}  // namespace renkei::sources::mysql
