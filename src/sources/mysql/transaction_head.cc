#include "sources/mysql/transaction_head.h"

#include "sources/mysql/binlog/control_events.h"
#include "sources/mysql/binlog/mysql_gtid_event.h"
#include "sources/mysql/transaction_statement.h"

namespace renkei::sources::mysql {

using binlog::EventType;

bool IsTransactionHead(EventType type) {
  return type == EventType::kGtid || type == EventType::kMysqlGtid || type == EventType::kMysqlTaggedGtid ||
         type == EventType::kAnonymousGtid;
}

Result<TransactionHead> ReadTransactionHead(const binlog::Event& event, const FilePlace& begin) {
  TransactionHead head;
  if (event.type == EventType::kGtid) {
    ASSIGN_OR_RETURN(const binlog::Gtid gtid, binlog::ReadGtid(event));
    head.id = MariadbGtid{gtid.domain, event.server_id, gtid.sequence};
    head.standalone = gtid.standalone;
    head.prepared = gtid.prepared;
    head.completed = gtid.completed;
    return head;
  }
  ASSIGN_OR_RETURN(const binlog::MysqlGtidEvent gtid, binlog::ReadMysqlGtid(event));
  head.standalone_by_statement = true;
  head.commit_us = gtid.commit_us;
  if (gtid.anonymous) {
    head.id = begin;
  } else {
    head.id = MysqlGtid{gtid.uuid, gtid.tag, gtid.number};
  }
  return head;
}

bool OpensTransaction(std::string_view statement) {
  const TransactionStatement::Kind kind = ReadTransactionStatement(statement).kind;
  return kind == TransactionStatement::Kind::kBegin || kind == TransactionStatement::Kind::kXaStart;
}

}  // namespace renkei::sources::mysql
