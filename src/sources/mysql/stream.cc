#include "sources/mysql/stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/kill_point.h"
#include "sources/mysql/binlog/compressed.h"
#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {

using binlog::EventType;

Stream::Stream(StreamParts parts, bool checksums, CommitClock clock, uint64_t session,
               const std::optional<HistoryNote>& note)
    : parts_(std::move(parts)),
      splitter_(checksums),
      clock_(clock),
      builder_(parts_.context.capture_id, session),
      reached_(parts_.log.position()),
      note_(note.value_or(HistoryNote{})) {}

std::string Stream::ShowPlace() const { return fmt::format("{}:{}", file_, at_.offset); }

Status Stream::Take(binlog::Bytes packet, base::WallTime received) {
  const auto event = splitter_.Split(packet);
  if (!event.ok()) return Error(event.error()).With("place", ShowPlace());
  if (open_) checksum_.Add(*event);
  if (event->next_place != 0 && event->type != EventType::kRotate && event->type != EventType::kHeartbeat)
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
      return OnGtid(event);
    case EventType::kXid:
    case EventType::kXaPrepare:
      return OnCommit(event, received);
    case EventType::kQuery:
    case EventType::kQueryCompressed:
    case EventType::kExecuteLoadQuery:
      return OnQuery(event, received);
    case EventType::kRotate:
      return OnRotate(event);
    case EventType::kFormatDescription:
      return OnFormat(event);
    case EventType::kHeartbeat:
      return OnHeartbeat(event, received);
    case EventType::kIncident: {
      ASSIGN_OR_RETURN(const binlog::Incident incident, binlog::ReadIncident(event));
      return Error(kIncident, {{"reason", std::string(incident.reason)}});
    }
    case EventType::kStartEncryption:
      return Error(kEncryptedLog);
    // Row comments, the server's own bookkeeping, and the parameters and data of statements in text, which
    // count by their statement.
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
  // It may be a little behind the events; a place never goes back.
  const auto ahead = static_cast<int32_t>(event.next_place - static_cast<uint32_t>(at_.offset));
  if (event.next_place != 0 && !open_ && ahead > 0)
    at_.offset = binlog::WidenOffset(at_.offset, event.next_place);
  OnIdle(received);
  return {};
}

void Stream::OnIdle(base::WallTime now) { clock_.OnIdle(now); }

Status Stream::OnGtid(const Event& event) {
  if (open_) return binlog::BadEvent(event.type, "a transaction begins inside another");
  ASSIGN_OR_RETURN(const binlog::Gtid gtid, binlog::ReadGtid(event));
  gtid_ = {gtid.domain, event.server_id, gtid.sequence};
  if (const GtidPlace* last = reached_.Find(gtid.domain);
      last != nullptr && gtid.sequence <= last->sequence) {
    return Error(kSequenceNotRising,
                 {{"domain", std::to_string(gtid.domain)}, {"last", Show(*last)}, {"found", Show(gtid_)}});
  }
  open_ = true;
  standalone_ = gtid.standalone;
  prepared_ = gtid.prepared;
  has_parts_ = false;
  open_note_ = {event.server_id, file_, boundary_.offset, 0, 0, Show(gtid_)};
  checksum_.Start();
  checksum_.Add(event);
  builder_.Begin(open_note_.gtid);
  parts_.tables.ForgetTooManyMaps();
  return {};
}

Status Stream::OnQuery(const Event& event, base::WallTime received) {
  ASSIGN_OR_RETURN(binlog::Query query, binlog::ReadQuery(event));
  if (event.type == EventType::kQueryCompressed) {
    if (!binlog::Decompress(std::as_bytes(std::span(query.statement)), unpacked_))
      return binlog::BadEvent(event.type, "damaged compressed statement");
    query.statement = {reinterpret_cast<const char*>(unpacked_.data()), unpacked_.size()};
  }
  const StatementEffect effect = Classify(query.statement, query.schema);
  if (effect.kind == StatementEffect::Kind::kCommit) return OnCommit(event, received);
  if (effect.kind == StatementEffect::Kind::kRollback) return OnAbort();
  RETURN_IF_ERROR(OnStatement(effect));
  return standalone_ ? OnCommit(event, received) : Status();
}

Status Stream::OnStatement(const StatementEffect& effect) {
  using Kind = StatementEffect::Kind;
  switch (effect.kind) {
    case Kind::kRollbackToSavepoint:
      if (builder_.is_open() && builder_.next_ordinal() > 0) return Error(kRolledBackToSavepoint);
      return {};
    case Kind::kTruncate:
      return OnTruncate(effect);
    case Kind::kCreate:
      tables_may_be_new_ = true;
      return {};
    case Kind::kSchema:
      tables_may_be_new_ = true;
      return StopWhere(Error(kSchemaStatement, {{"statement", effect.verb}}),
                       [&](const CapturedTable& table) {
                         if (effect.unique_keys_only && table.schema.key_kind != core::KeyKind::kUnique)
                           return false;
                         return std::ranges::any_of(effect.tables, [&](const TableReference& reference) {
                           return Match(reference, table) != NameMatch::kNo;
                         });
                       });
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
    if (table->stopped || !builder_.is_open()) continue;
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
  return StopWhere(Error(kStatementLogged, {{"statement", effect.verb}}), [&](const CapturedTable& table) {
    return named(table.schema.schema) && named(table.schema.name);
  });
}

Status Stream::OnCommit(const Event& event, base::WallTime received) {
  if (!open_) return binlog::BadEvent(event.type, "the end of a transaction that did not begin");
  const CommitTime time = clock_.OnCommit(event.timestamp, received);
  const bool had_finished = builder_.has_finished();
  if (has_parts_) parts_.touched.EndParts(at_);
  if (builder_.Commit(time.time, time.kind)) finished_places_.push_back(at_);
  CHECK(reached_.Advance(gtid_));
  open_ = false;
  moved_ = true;
  open_note_.end = at_.offset;
  open_note_.crc = checksum_.value();
  note_ = open_note_;
  boundary_ = at_;
  if (!had_finished && builder_.has_finished()) oldest_finished_ = received;
  return builder_.size_bytes() > core::kSetBytesMax ? Append() : Status();
}

// Rolled back in the log: nothing of it counts, but its number is used.
Status Stream::OnAbort() {
  if (!open_) return {};
  Forget();
  CHECK(reached_.Advance(gtid_));
  moved_ = true;
  return {};
}

void Stream::Forget() {
  builder_.Abort();
  if (has_parts_) parts_.touched.DropParts();
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
  RETURN_IF_ERROR(parts_.log.Append(std::move(set), reached_, note_.Encode()));
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
