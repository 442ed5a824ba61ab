// Stream: events of the binary log become change sets in our log. It follows transactions, keeps the columns
// of captured tables, stops a table loudly when it can no longer be followed, and stops itself when the log
// cannot (invariant 7).
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/byte_budget.h"
#include "base/clock.h"
#include "config/patterns.h"
#include "core/source.h"
#include "sources/mysql/binlog/binlog_place.h"
#include "sources/mysql/binlog/control_events.h"
#include "sources/mysql/binlog/rows_event.h"
#include "sources/mysql/captured_tables.h"
#include "sources/mysql/cascades.h"
#include "sources/mysql/commit_clock.h"
#include "sources/mysql/derive.h"
#include "sources/mysql/history.h"
#include "sources/mysql/log_end.h"
#include "sources/mysql/log_position.h"
#include "sources/mysql/prepared.h"
#include "sources/mysql/set_builder.h"
#include "sources/mysql/snapshot/touched_keys.h"
#include "sources/mysql/snapshot/viewpoint.h"
#include "sources/mysql/statement.h"

namespace renkei::sources::mysql {

struct StreamParts {
  core::CaptureContext& context;
  const config::TablePatterns& patterns;
  CapturedTables& tables;
  LogEnd& log;
  snapshot::TouchRecorders touched;
  binlog::CharsetOfCollation charset_of;
  bool names_are_exact = true;  // the server's lower_case_table_names is 0
  std::stop_token stop;
  std::function<uint64_t(const core::TableSchema&)> value_max_of = {};  // bytes; none: no bound
  client::ServerIdentity server = {};
  StatementContext statements = {};                                         // but for what each says itself
  std::function<NewColumns(const core::TableSchema&)> new_columns_of = {};  // none: they pass
  Cascades* cascades = nullptr;  // none: nobody is told of changes that the log omits
};

// One thread: the capture's. All of the parts must outlive it.
class Stream {
 public:
  // `note`: of the head, if there is one.
  Stream(StreamParts parts, bool checksums, CommitClock clock, uint64_t session,
         const std::optional<HistoryNote>& note);

  // Takes one event. Errors end the capture; after stop is requested they mean nothing.
  Status Take(binlog::Bytes packet, base::WallTime received);
  // Appends what is finished.
  Status Append();
  // Moves the head over transactions without rows of ours.
  Status AppendTick(base::WallTime now);
  // The server has nothing more to send.
  void OnIdle(base::WallTime now);
  // The table stops here for good; the rest goes on.
  Status StopTable(CapturedTable& table, const Error& why);

  bool has_finished() const { return builder_.has_finished(); }
  // When the oldest finished transaction that waits to be appended was received.
  base::WallTime oldest_finished() const { return oldest_finished_; }
  bool in_transaction() const { return builder_.is_open(); }
  bool tick_waits() const { return moved_; }
  bool caught_up() const { return clock_.caught_up(); }
  // A place at which no transaction is open; all that ended before it was taken.
  snapshot::StreamPlace reached() const {
    return {boundary_, reached_.place() == nullptr ? reached_.Show() : std::string()};
  }
  // Where the transaction taken last ended.
  binlog::BinlogPlace last_end() const { return last_end_; }
  // Tables may have appeared; asked once.
  bool TakeTablesMayBeNew() { return std::exchange(tables_may_be_new_, false); }
  // Some table is `outdated`.
  bool any_outdated() const;

 private:
  using Event = binlog::Event;

  Status Dispatch(const Event& event, base::WallTime received);
  Status OnRotate(const Event& event);
  Status OnFormat(const Event& event);
  Status OnHeartbeat(const Event& event, base::WallTime received);
  Status OnHead(const Event& event);
  Status OnQuery(const Event& event, base::WallTime received);
  Status OnStatement(const StatementEffect& effect, const binlog::Query& query);
  Status OnCommit(const Event& event, base::WallTime received);
  // What is the same of every end: the head may move to it.
  Status Ended(base::WallTime received, bool had_finished);
  Status OnAbort();
  Status Advance();
  Status OnPayload(const Event& event, base::WallTime received);
  Status OnPartialRows(const Event& event);

  // stream_prepared.cc: savepoints and XA.
  void OnSavepoint(const std::string& name);
  Status OnRollbackTo(const std::string& name);
  Status OnPrepare(const Event& event, base::WallTime received);
  Status OnPreparedEnd(const std::string& xid, bool commit, const Event& event, base::WallTime received);
  Status EndPreparedTables(const std::string& id, const PreparedMemo& memo);
  void NotePreparedTable(const binlog::TableName& name);
  void Forget();
  Status OnTableMap(const Event& event);
  Status OnRows(const Event& event);
  NameMatch Match(const TableReference& reference, const CapturedTable& table) const;
  // stream_schema.cc: tables that go on with other columns, or begin anew.
  Status OnSchema(const StatementEffect& effect, const binlog::Query& query);
  // Whether the table goes on after the ALTER.
  Result<bool> FollowAlter(CapturedTable& table, const binlog::Query& query);
  bool IsPrepared(const CapturedTable& table) const;
  Status OnTruncate(const StatementEffect& effect);
  Status OnData(const StatementEffect& effect);

  // What to do with the table map's table; nullptr: nothing.
  Result<CapturedTable*> MapTable(const binlog::TableName& name, const Event& event);
  // Of the rows event; nullptr: not captured, or stopped.
  Result<CapturedTable*> TableOfRows(const Event& event);
  Status DecodeInto(CapturedTable& table, const binlog::RowsEvent& rows);
  Status HoldMemory();
  Status KeepWithinBounds();
  Status AppendPart();
  Status StopWhere(const Error& why, const std::function<bool(const CapturedTable&)>& chosen);
  std::string ShowPlace() const;

  StreamParts parts_;
  binlog::EventSplitter splitter_;
  CommitClock clock_;
  SetBuilder builder_;
  LogPosition reached_;  // after the last finished transaction
  bool moved_ = false;   // beyond what the log has
  std::vector<binlog::BinlogPlace> finished_places_;
  base::WallTime oldest_finished_;
  base::HeldBytes held_;
  bool holding_ = false;

  std::string file_;
  binlog::BinlogPlace at_;        // after the event taken last
  binlog::BinlogPlace boundary_;  // the same, outside of transactions
  binlog::BinlogPlace last_end_;
  TransactionId id_;       // of the open transaction
  int64_t commit_us_ = 0;  // of the open transaction, where its head says it
  bool open_ = false;
  bool standalone_ = false;
  bool standalone_by_statement_ = false;  // the next statement says whether it is the whole transaction
  bool has_parts_ = false;
  std::vector<CapturedTable*> open_tables_;                   // that have rows in the open transaction
  std::vector<std::pair<std::string, uint32_t>> savepoints_;  // and the ordinal of the next row
  bool preparing_ =
      false;  // the open transaction is one of XA, of which MariaDB says the xid only at its end
  PreparedMemo memo_;
  HistoryNote note_;       // of the last finished transaction
  HistoryNote open_note_;  // of the open one
  ContentChecksum checksum_;
  bool tables_may_be_new_ = false;
  std::set<std::string> warned_of_;
  binlog::Decompressor decompressor_;
};

}  // namespace renkei::sources::mysql
