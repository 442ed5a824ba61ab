#include "sources/mysql/stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/kill_point.h"
#include "sources/mysql/binlog/payload.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/transaction_head.h"
#include "sources/mysql/transaction_statement.h"

namespace renkei::sources::mysql {

using binlog::EventType;

namespace {

// Statements in text on other schemas that are told of, each kind once.
constexpr size_t kWarningsMax = 100;

}  // namespace

Stream::Stream(StreamParts parts, bool checksums, CommitClock clock, uint64_t session,
               const std::optional<HistoryNote>& note)
    : parts_(std::move(parts)),
      splitter_(checksums),
      clock_(clock),
      builder_(parts_.context.capture_id, session),
      reached_(parts_.log.position()),
      note_(note.value_or(HistoryNote{})) {
  if (note_.server == parts_.server) last_end_ = {binlog::BinlogFileNumber(note_.file), note_.end};
  open_note_.server = parts_.server;
}

std::string Stream::ShowPlace() const { return fmt::format("{}:{}", file_, at_.offset); }

Status Stream::Take(binlog::Bytes packet, base::WallTime received) {
  const auto event = splitter_.Split(packet);
  if (!event.ok()) return Error(event.error()).With("place", ShowPlace());
  if (open_) checksum_.Add(*event);
  const bool stands_in_file = event->type != EventType::kRotate && event->type != EventType::kHeartbeat &&
                              event->type != EventType::kHeartbeatV2;
  if (event->next_place != 0 && stands_in_file)
    at_.offset = binlog::WidenOffset(at_.offset, event->next_place);
  if (const Status status = Dispatch(*event, received); !status.ok())
    return Error(status.error()).With("place", ShowPlace());
  if (!open_) boundary_ = at_;
  return {};
}

Status Stream::Dispatch(const Event& event, base::WallTime received) {
  if (binlog::IsRowsEvent(event.type)) return OnRows(event);
  switch (event.type) {
    case EventType::kTableMap:
      return OnTableMap(event);
    case EventType::kGtid:
    case EventType::kMysqlGtid:
    case EventType::kMysqlTaggedGtid:
    case EventType::kAnonymousGtid:
      return OnHead(event);
    case EventType::kXid:
      return OnCommit(event, received);
    case EventType::kXaPrepare:
      return OnPrepare(event, received);
    case EventType::kTransactionPayload:
      return OnPayload(event, received);
    case EventType::kPartialUpdateRows:
      return OnPartialRows(event);
    case EventType::kQuery:
    case EventType::kQueryCompressed:
    case EventType::kExecuteLoadQuery:
      return OnQuery(event, received);
    case EventType::kRotate:
      return OnRotate(event);
    case EventType::kFormatDescription:
      return OnFormat(event);
    case EventType::kHeartbeat:
    case EventType::kHeartbeatV2:
      return OnHeartbeat(event, received);
    case EventType::kIncident: {
      ASSIGN_OR_RETURN(const binlog::Incident incident, binlog::ReadIncident(event));
      return Error(kIncident, {{"reason", std::string(incident.reason)}});
    }
    case EventType::kStartEncryption:
      return Error(kEncryptedLog);
    // Row comments, the server's own bookkeeping, and the parameters and data of statements in text, which
    // count by their statement.
    case EventType::kIgnorable:
    case EventType::kRowsQuery:
    case EventType::kPreviousGtids:
    case EventType::kTransactionContext:
    case EventType::kViewChange:
    case EventType::kAnnotateRows:
    case EventType::kCheckpoint:
    case EventType::kGtidList:
    case EventType::kStop:
    case EventType::kIntvar:
    case EventType::kRand:
    case EventType::kUserVar:
    case EventType::kBeginLoadQuery:
    case EventType::kAppendBlock:
    case EventType::kDeleteFile:
      return {};
    default:
      if ((event.flags & binlog::kIgnorableFlag) != 0) return {};
      return Error(kUnknownEvent, {{"type", std::to_string(static_cast<int>(event.type))}});
  }
}

Status Stream::OnRotate(const Event& event) {
  ASSIGN_OR_RETURN(const binlog::Rotate rotate, binlog::ReadRotate(event));
  file_ = rotate.file;
  at_ = {binlog::BinlogFileNumber(rotate.file), rotate.offset};
  return {};
}

// A file that begins while a transaction is open follows a crash: its end will never come.
Status Stream::OnFormat(const Event& event) {
  if (open_ && event.next_place != 0) Forget();
  return {};
}

Status Stream::OnHeartbeat(const Event& event, base::WallTime received) {
  if (event.type == EventType::kHeartbeatV2) {
    ASSIGN_OR_RETURN(const auto place, binlog::ReadHeartbeatV2(event));
    if (place && !open_) at_.offset = std::max(at_.offset, *place);
    OnIdle(received);
    return {};
  }
  // It may be a little behind the events; a place never goes back.
  const auto ahead = static_cast<int32_t>(event.next_place - static_cast<uint32_t>(at_.offset));
  if (event.next_place != 0 && !open_ && ahead > 0)
    at_.offset = binlog::WidenOffset(at_.offset, event.next_place);
  OnIdle(received);
  return {};
}

void Stream::OnIdle(base::WallTime now) { clock_.OnIdle(now); }

Status Stream::OnHead(const Event& event) {
  if (open_) return binlog::BadEvent(event.type, "a transaction begins inside another");
  // A new connection resumes in the midst of the file, and events tell only the low half of where.
  if (file_ == note_.file && at_.offset < note_.end && event.next_place != 0)
    at_.offset = binlog::WidenOffset(note_.end, event.next_place);
  const FilePlace begin{file_, at_.offset - std::min<uint64_t>(at_.offset, event.length)};
  ASSIGN_OR_RETURN(const TransactionHead head, ReadTransactionHead(event, begin));
  // A position by places stays one when the server begins to count GTIDs.
  id_ = reached_.place() != nullptr ? TransactionId(begin) : head.id;
  if (reached_.Contains(id_))
    return Error(kSequenceNotRising, {{"last", reached_.Show()}, {"found", Show(id_)}});
  open_ = true;
  standalone_ = head.standalone;
  standalone_by_statement_ = head.standalone_by_statement;
  commit_us_ = head.commit_us;
  has_parts_ = false;
  open_tables_.clear();
  savepoints_.clear();
  preparing_ = head.prepared;
  memo_ = {};
  open_note_.file = file_;
  open_note_.begin = begin.offset;
  open_note_.gtid = Show(id_);
  checksum_.Start(id_);
  builder_.Begin(open_note_.gtid);
  parts_.tables.BeginTransaction(reached_);
  return {};
}

Status Stream::OnQuery(const Event& event, base::WallTime received) {
  ASSIGN_OR_RETURN(binlog::Query query, binlog::ReadQuery(event));
  if (event.type == EventType::kQueryCompressed) {
    if (!decompressor_.Decompress(std::as_bytes(std::span(query.statement))))
      return binlog::BadEvent(event.type, "damaged compressed statement");
    const binlog::Bytes plain = decompressor_.plain();
    query.statement = {reinterpret_cast<const char*>(plain.data()), plain.size()};
  }
  if (std::exchange(standalone_by_statement_, false)) standalone_ = !OpensTransaction(query.statement);
  const TransactionStatement border = ReadTransactionStatement(query.statement);
  switch (border.kind) {
    case TransactionStatement::Kind::kBegin:
      return {};
    case TransactionStatement::Kind::kCommit:
      return OnCommit(event, received);
    case TransactionStatement::Kind::kRollback:
      return OnAbort();
    case TransactionStatement::Kind::kSavepoint:
      OnSavepoint(border.name);
      return {};
    case TransactionStatement::Kind::kRollbackToSavepoint:
      return OnRollbackTo(border.name);
    case TransactionStatement::Kind::kXaStart:
    case TransactionStatement::Kind::kXaEnd:
      preparing_ = true;
      memo_.xid = border.name;
      return {};
    case TransactionStatement::Kind::kXaCommit:
      return OnPreparedEnd(border.name, true, event, received);
    case TransactionStatement::Kind::kXaRollback:
      return OnPreparedEnd(border.name, false, event, received);
    case TransactionStatement::Kind::kNone:
      break;
  }
  RETURN_IF_ERROR(OnStatement(Classify(query.statement, query.schema), query));
  return standalone_ ? OnCommit(event, received) : Status();
}

Status Stream::OnPayload(const Event& event, base::WallTime received) {
  ASSIGN_OR_RETURN(binlog::PayloadReader payload, binlog::PayloadReader::Open(event));
  while (!parts_.stop.stop_requested()) {
    ASSIGN_OR_RETURN(const auto inner, payload.Next());
    if (!inner) break;
    if (open_) checksum_.Add(*inner);
    RETURN_IF_ERROR(Dispatch(*inner, received));
  }
  return {};
}

Status Stream::OnStatement(const StatementEffect& effect, const binlog::Query& query) {
  using Kind = StatementEffect::Kind;
  switch (effect.kind) {
    case Kind::kTruncate:
      return OnTruncate(effect);
    case Kind::kCreate:
      tables_may_be_new_ = true;
      return {};
    case Kind::kSchema:
      return OnSchema(effect, query);
    case Kind::kDropSchema:
      return StopWhere(
          Error(kSchemaStatement, {{"statement", effect.verb}}), [&](const CapturedTable& table) {
            return MatchName(effect.words[0], table.schema.schema, parts_.names_are_exact) != NameMatch::kNo;
          });
    case Kind::kData:
      return OnData(effect);
    default:
      return {};
  }
}

NameMatch Stream::Match(const TableReference& reference, const CapturedTable& table) const {
  return std::min(MatchName(reference.schema, table.schema.schema, parts_.names_are_exact),
                  MatchName(reference.table, table.schema.name, parts_.names_are_exact));
}

// A table that is perhaps meant is not emptied on a guess: it stops.
Status Stream::OnTruncate(const StatementEffect& effect) {
  for (const auto& table : parts_.tables.all()) {
    if (table->stopped || table->from || !builder_.is_open()) continue;
    const NameMatch match = Match(effect.tables[0], *table);
    if (match == NameMatch::kYes) builder_.Truncate(table->schema.table);
    if (match == NameMatch::kPerhaps)
      RETURN_IF_ERROR(StopTable(*table, Error(kSchemaStatement, {{"statement", effect.verb}})));
  }
  return {};
}

Status Stream::OnData(const StatementEffect& effect) {
  const auto named = [&](const std::string& name) {
    return std::ranges::any_of(effect.words, [&](const std::string& word) { return SameName(word, name); });
  };
  const Error why(kStatementLogged, {{"statement", effect.verb}});
  bool any_named = false;
  RETURN_IF_ERROR(StopWhere(why, [&](const CapturedTable& table) {
    const bool meant = named(table.schema.schema) && named(table.schema.name);
    any_named = any_named || meant;
    return meant;
  }));
  if (any_named) return {};
  // Through a view, trigger or function it may change any table of the schemas it names or runs in.
  bool any_schema = false;
  RETURN_IF_ERROR(StopWhere(why, [&](const CapturedTable& table) {
    any_schema = any_schema || named(table.schema.schema);
    return named(table.schema.schema);
  }));
  if (any_schema || effect.words.empty()) return {};
  const Error warning(kStatementElsewhere, {{"schema", effect.words[0]}, {"statement", effect.verb}});
  const bool first = warned_of_.size() < kWarningsMax && warned_of_.insert(warning.Debug()).second;
  if (first) parts_.context.observer.OnEvent(Error(warning).With("place", ShowPlace()));
  return {};
}

Status Stream::OnCommit(const Event& event, base::WallTime received) {
  if (!open_) return binlog::BadEvent(event.type, "the end of a transaction that did not begin");
  const CommitTime time = clock_.OnCommit(event.timestamp, received, commit_us_);
  const bool had_finished = builder_.has_finished();
  if (has_parts_) parts_.touched.EndParts(at_);
  if (has_parts_ && parts_.cascades != nullptr) parts_.cascades->EndParts();
  if (builder_.Commit(time.time, time.kind)) finished_places_.push_back(at_);
  return Ended(received, had_finished);
}

Status Stream::Ended(base::WallTime received, bool had_finished) {
  RETURN_IF_ERROR(Advance());
  open_ = false;
  moved_ = true;
  open_note_.end = at_.offset;
  open_note_.crc = checksum_.value();
  note_ = open_note_;
  boundary_ = last_end_ = at_;
  if (!had_finished && builder_.has_finished()) oldest_finished_ = received;
  return builder_.size_bytes() > core::kSetBytesMax ? Append() : Status();
}

// A transaction of another form than the position's: the server changed how it counts.
Status Stream::Advance() {
  if (reached_.Advance(id_, {file_, at_.offset})) return {};
  return Error(kGtidModeChanged, {{"position", reached_.Show()}, {"found", Show(id_)}});
}

// Rolled back in the log: nothing of it counts, but its number is used.
Status Stream::OnAbort() {
  if (!open_) return {};
  Forget();
  RETURN_IF_ERROR(Advance());
  moved_ = true;
  last_end_ = at_;
  return {};
}

void Stream::Forget() {
  builder_.Abort();
  if (has_parts_) parts_.touched.DropParts();
  if (parts_.cascades != nullptr) parts_.cascades->DropParts();
  open_ = false;
}

Status Stream::Append() {
  if (!builder_.has_finished()) return {};
  core::ChangeSet set = builder_.CutFinished();
  parts_.touched.Record(set, finished_places_);
  finished_places_.clear();
  const uint64_t transactions = set.transactions.size();
  const uint64_t rows = set.rows();
  const uint64_t bytes = set.size_bytes();
  if (parts_.cascades != nullptr) RETURN_IF_ERROR(parts_.cascades->Before(set));
  RETURN_IF_ERROR(parts_.log.Append(std::move(set), reached_, note_.Encode()));
  if (parts_.cascades != nullptr) parts_.cascades->Tell();
  moved_ = false;
  if (!builder_.has_rows()) {
    held_ = {};
    holding_ = false;
  }
  parts_.context.observer.OnRowsCaptured(transactions, rows, bytes);
  parts_.context.observer.OnPosition(parts_.log.position().Encode(), parts_.log.position().Show());
  return {};
}

Status Stream::AppendTick(base::WallTime now) {
  if (!moved_ || builder_.has_finished()) return {};
  RETURN_IF_ERROR(parts_.log.Tick(reached_, note_.Encode(), now));
  moved_ = false;
  parts_.context.observer.OnPosition(parts_.log.position().Encode(), parts_.log.position().Show());
  return {};
}

// The open transaction alone is too big for a set: what there is of it goes ahead, and counts only once its
// end lists the place.
Status Stream::AppendPart() {
  core::ChangeSet part = builder_.CutPart();
  part.prev = part.position = parts_.log.position().Encode();
  parts_.touched.RecordPart(part);
  if (parts_.cascades != nullptr) parts_.cascades->RecordPart(part);
  ASSIGN_OR_RETURN(const core::PartPlace place, parts_.log.writer().AppendPart(part));
  builder_.AddPart(place);
  has_parts_ = true;
  base::KillPoint("transaction_part");
  parts_.context.observer.OnRowsCaptured(0, part.rows(), part.size_bytes());
  return {};
}

Status Stream::KeepWithinBounds() {
  if (builder_.size_bytes() <= core::kSetBytesMax) return {};
  RETURN_IF_ERROR(Append());
  return builder_.size_bytes() > core::kSetBytesMax ? AppendPart() : Status();
}

// A set's memory is taken whole before its first row, so that no capture waits for memory while it holds
// some that another waits for.
Status Stream::HoldMemory() {
  if (holding_) return {};
  if (!parts_.context.budget.Acquire(base::Stage::kDecode, core::kSetBytesMax, parts_.stop))
    return Error(kConnectionLost, {{"address", ""}, {"reason", "asked to stop"}});
  held_ = base::HeldBytes(parts_.context.budget, base::Stage::kDecode, core::kSetBytesMax);
  holding_ = true;
  return {};
}

}  // namespace renkei::sources::mysql
