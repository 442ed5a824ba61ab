#include "sources/mysql/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <utility>

#include "base/crc32c.h"
#include "sources/mysql/binlog/control_events.h"
#include "sources/mysql/binlog/packed.h"
#include "sources/mysql/binlog/payload.h"
#include "sources/mysql/binlog/rows_event.h"
#include "sources/mysql/binlog/table_map.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/transaction_head.h"

namespace renkei::sources::mysql {

namespace {

using binlog::Event;
using binlog::EventType;

constexpr size_t kContentBytesMax = size_t{64} << 10;
constexpr std::chrono::seconds kReadTimeout{60};
// A transaction's first 64 KiB are within its first events; the rest need not be read.
constexpr int kEventsMax = 100'000;
// The head of a file: rotate, format, checkpoints, the list.
constexpr int kHeadEventsMax = 20;
constexpr int kFilesMax = 64;

std::string_view Value(std::string_view text, std::string_view name) {
  const size_t begin = text.find(name);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + name.size());
  return text.substr(0, text.find(' '));
}

template <class T>
T Number(std::string_view text, std::string_view name, int base = 10) {
  const std::string_view value = Value(text, name);
  T number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number, base);
  return number;
}

struct Found {
  std::string id;
  uint32_t crc = 0;
  bool whole = false;
};

Status AddPayload(const Event& event, ContentChecksum& checksum) {
  ASSIGN_OR_RETURN(binlog::PayloadReader payload, binlog::PayloadReader::Open(event));
  while (true) {
    ASSIGN_OR_RETURN(const auto inner, payload.Next());
    if (!inner) return {};
    checksum.Add(*inner);
  }
}

// Follows the events of one transaction.
class Reading {
 public:
  // The transaction with the id, or the first one where it is empty.
  explicit Reading(std::string wanted) : wanted_(std::move(wanted)) {}

  // True once nothing of interest can follow.
  Result<bool> Take(const Event& event, const FilePlace& place) {
    if (IsTransactionHead(event.type)) {
      if (!found_.id.empty()) return true;
      ASSIGN_OR_RETURN(const TransactionHead head, ReadTransactionHead(event, place));
      if (!wanted_.empty() && Show(head.id) != wanted_) return false;
      found_.id = Show(head.id);
      standalone_ = head.standalone;
      by_statement_ = head.standalone_by_statement;
      checksum_.Start(head.id);
      return false;
    }
    if (found_.id.empty()) return false;
    checksum_.Add(event);
    found_.whole = Ends(event);
    if (event.type == EventType::kTransactionPayload) {
      RETURN_IF_ERROR(AddPayload(event, checksum_));
      found_.whole = true;
    }
    found_.crc = checksum_.value();
    return found_.whole;
  }
  const Found& found() const { return found_; }

 private:
  bool Ends(const Event& event) {
    if (event.type == EventType::kXid || event.type == EventType::kXaPrepare) return true;
    if (event.type != EventType::kQuery && event.type != EventType::kQueryCompressed &&
        event.type != EventType::kExecuteLoadQuery)
      return false;
    const auto query = binlog::ReadQuery(event);
    if (std::exchange(by_statement_, false))
      standalone_ = !(query.ok() && OpensTransaction(query->statement));
    return standalone_ || (query.ok() && (query->statement == "COMMIT" || query->statement == "ROLLBACK"));
  }

  const std::string wanted_;
  Found found_;
  ContentChecksum checksum_;
  bool standalone_ = false;
  bool by_statement_ = false;
};

Status AskForDump(client::Connection& connection, const client::DumpStart& start, bool& checksums) {
  ASSIGN_OR_RETURN(const std::string algorithm, connection.QueryValue("SELECT @@global.binlog_checksum"));
  checksums = algorithm != "NONE";
  // Each kind of server ignores what is meant for the other.
  for (const char* setting :
       {"SET @mariadb_slave_capability = 4", "SET @master_binlog_checksum = @@global.binlog_checksum",
        "SET @source_binlog_checksum = @@global.binlog_checksum"})
    RETURN_IF_ERROR(connection.Execute(setting));
  return connection.StartDump(start);
}

Result<Found> ReadTransaction(client::Connection& connection, const client::DumpStart& start,
                              const std::string& wanted, int events_max) {
  bool checksums = true;
  RETURN_IF_ERROR(AskForDump(connection, start, checksums));
  binlog::EventSplitter splitter(checksums);
  Reading reading(wanted);
  FilePlace place{start.file, start.offset};
  for (int i = 0; i < events_max; ++i) {
    ASSIGN_OR_RETURN(const auto packet, connection.ReadEvent());
    if (!packet) break;
    ASSIGN_OR_RETURN(const Event event, splitter.Split(*packet));
    ASSIGN_OR_RETURN(const bool done, reading.Take(event, place));
    if (done) break;
  }
  return reading.found();
}

Error Unproven(const HistoryNote& note, std::string reason) {
  return Error(kHistoryUnproven, {{"transaction", note.gtid}, {"reason", std::move(reason)}});
}

// What reading the transaction again says about the history.
Result<std::optional<Error>> Judge(const HistoryNote& note, const Result<Found>& found) {
  using Answer = std::optional<Error>;
  const std::string expected = fmt::format("{:08x}", note.crc);
  if (!found.ok()) {
    const Error& error = found.error();
    if (error.code() == kConnectionLost) return error;
    const std::string reason(error.field("reason"));
    if (reason.find("Could not find first log file") != std::string::npos ||
        reason.find("purged") != std::string::npos)
      return Answer(Unproven(note, "its file is purged"));
    // The file is there, but has something else at this place.
    return Error(kOtherHistory, {{"transaction", note.gtid},
                                 {"expected", expected},
                                 {"found", reason.empty() ? error.Debug() : reason}});
  }
  if (found->id == note.gtid && found->crc == note.crc) return Answer();
  if (found->id == note.gtid && !found->whole) return Answer(Unproven(note, "its end was not found"));
  return Error(kOtherHistory,
               {{"transaction", note.gtid},
                {"expected", expected},
                {"found", found->id.empty() ? "nothing" : fmt::format("{} {:08x}", found->id, found->crc)}});
}

// Whether all of the file comes after the transaction: the sets at its head say what stood before it.
Result<bool> BeginsAfter(client::Connection& connection, const std::string& file, const MariadbGtid& gtid,
                         uint32_t reader_server_id) {
  bool checksums = true;
  RETURN_IF_ERROR(AskForDump(connection, {file, 4, reader_server_id, true, {}}, checksums));
  binlog::EventSplitter splitter(checksums);
  for (int i = 0; i < kHeadEventsMax; ++i) {
    ASSIGN_OR_RETURN(const auto packet, connection.ReadEvent());
    if (!packet) break;
    ASSIGN_OR_RETURN(const Event event, splitter.Split(*packet));
    if (event.type != EventType::kGtidList) continue;
    ASSIGN_OR_RETURN(const auto list, binlog::ReadGtidList(event));
    return std::ranges::any_of(list, [&](const binlog::GtidListItem& item) {
      return item.domain == gtid.domain && item.sequence >= gtid.sequence;
    });
  }
  return false;
}

}  // namespace

void ContentChecksum::Start(const TransactionId& id) {
  crc_ = 0;
  bytes_left_ = kContentBytesMax;
  // A place is another at every server.
  if (!std::holds_alternative<FilePlace>(id)) AddText(Show(id));
}

void ContentChecksum::AddText(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text)).first(std::min(text.size(), bytes_left_));
  crc_ = base::Crc32c(bytes, crc_);
  bytes_left_ -= bytes.size();
}

// Numbers of tables, packing of rows into events and what else each server decides by itself stay outside.
void ContentChecksum::Add(const Event& event) {
  if (bytes_left_ == 0) return;
  if (event.type == EventType::kQuery) {
    const auto query = binlog::ReadQuery(event);
    if (!query.ok()) return;
    AddText(query->schema);
    AddText(query->statement);
  } else if (event.type == EventType::kTableMap) {
    const auto name = binlog::ReadTableName(event);
    if (!name.ok()) return;
    AddText(name->schema);
    AddText(name->table);
  } else if (binlog::IsRowsEvent(event.type)) {
    const auto rows = binlog::ReadRowsEvent(event, decompressor_);
    if (rows.ok()) AddText(binlog::AsText(rows->images));
  }
}

std::string HistoryNote::Encode() const {
  return fmt::format("server_id={} file={} begin={} end={} crc={:08x} gtid={}{}", server.server_id, file,
                     begin, end, crc, gtid, server.uuid.empty() ? "" : " uuid=" + server.uuid);
}

std::optional<HistoryNote> HistoryNote::Decode(std::string_view text) {
  if (!text.starts_with("server_id=")) return std::nullopt;
  HistoryNote note;
  note.server.server_id = Number<uint32_t>(text, "server_id=");
  note.server.uuid = Value(text, " uuid=");
  note.file = Value(text, " file=");
  note.begin = Number<uint64_t>(text, " begin=");
  note.end = Number<uint64_t>(text, " end=");
  note.crc = Number<uint32_t>(text, " crc=", 16);
  note.gtid = Value(text, " gtid=");
  return note;
}

Result<std::optional<Error>> ProveHistory(client::Connection& connection, const HistoryNote& note,
                                          uint32_t reader_server_id) {
  if (note.gtid.empty()) return std::optional<Error>();
  const client::DumpStart start{note.file, note.begin, reader_server_id, /*until_end=*/true, {}};
  return Judge(note, ReadTransaction(connection, start, "", kEventsMax));
}

// MySQL is asked for the one transaction by leaving out all others; MariaDB's files are looked through from
// the newest on.
Result<std::optional<Error>> ProveHistoryElsewhere(const client::Endpoint& endpoint,
                                                   const client::ServerInfo& server, const HistoryNote& note,
                                                   const LogPosition& position, uint32_t reader_server_id) {
  using Answer = std::optional<Error>;
  const auto id = ParseTransactionId(note.gtid);
  if (!id) return Answer();
  const auto open = [&] { return client::OpenAt(endpoint, server, kReadTimeout); };
  ASSIGN_OR_RETURN(auto connection, open());
  if (const auto* gtid = std::get_if<MysqlGtid>(&*id)) {
    if (position.mysql() == nullptr) return Error(kForeignPosition, {{"position", position.Show()}});
    MysqlSet others = *position.mysql();
    others.Remove(*gtid);
    return Judge(note, ReadTransaction(*connection, {"", 4, reader_server_id, true, others.WireForm()},
                                       note.gtid, kEventsMax));
  }
  const auto* gtid = std::get_if<MariadbGtid>(&*id);
  if (gtid == nullptr) return Answer(Unproven(note, "without GTIDs it cannot be found at another server"));
  ASSIGN_OR_RETURN(const auto files, connection->Query("SHOW BINARY LOGS"));
  int looked_at = 0;
  for (auto file = files.rbegin(); file != files.rend() && looked_at < kFilesMax; ++file, ++looked_at) {
    const std::string name = (*file)[0].value_or("");
    ASSIGN_OR_RETURN(auto head_reader, open());
    ASSIGN_OR_RETURN(const bool after, BeginsAfter(*head_reader, name, *gtid, reader_server_id));
    if (after) continue;
    ASSIGN_OR_RETURN(auto reader, open());
    return Judge(note, ReadTransaction(*reader, {name, 4, reader_server_id, true, {}}, note.gtid, INT_MAX));
  }
  return Answer(Unproven(note, "its file is purged, or too many files ago"));
}

}  // namespace renkei::sources::mysql
