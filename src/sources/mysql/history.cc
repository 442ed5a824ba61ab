#include "sources/mysql/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/crc32c.h"
#include "sources/mysql/binlog/control_events.h"
#include "sources/mysql/binlog/payload.h"
#include "sources/mysql/binlog/rows_event.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/gtid.h"

namespace renkei::sources::mysql {

namespace {

using binlog::Event;
using binlog::EventType;

constexpr size_t kContentBytesMax = size_t{64} << 10;
constexpr uint64_t kDumpOffsetMax = UINT32_MAX;
// A transaction's first 64 KiB are within its first events; the rest need not be read.
constexpr int kEventsMax = 100'000;

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

bool EndsTransaction(const Event& event, bool standalone) {
  if (event.type == EventType::kXid || event.type == EventType::kXaPrepare) return true;
  if (standalone) {
    return event.type == EventType::kQuery || event.type == EventType::kQueryCompressed ||
           event.type == EventType::kExecuteLoadQuery;
  }
  if (event.type != EventType::kQuery) return false;
  const auto query = binlog::ReadQuery(event);
  return query.ok() && (query->statement == "COMMIT" || query->statement == "ROLLBACK");
}

struct Found {
  std::string gtid;
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

Result<Found> ReadTransaction(client::Connection& connection, bool checksums) {
  binlog::EventSplitter splitter(checksums);
  ContentChecksum checksum;
  Found found;
  bool standalone = false;
  for (int i = 0; i < kEventsMax && !found.whole; ++i) {
    ASSIGN_OR_RETURN(const auto packet, connection.ReadEvent());
    if (!packet) break;
    ASSIGN_OR_RETURN(const Event event, splitter.Split(*packet));
    if (event.type == EventType::kGtid) {
      if (!found.gtid.empty()) break;
      ASSIGN_OR_RETURN(const binlog::Gtid gtid, binlog::ReadGtid(event));
      found.gtid = Show(GtidPlace{gtid.domain, event.server_id, gtid.sequence});
      standalone = gtid.standalone;
      checksum.Start();
    }
    if (found.gtid.empty()) continue;
    checksum.Add(event);
    found.whole = EndsTransaction(event, standalone);
    if (event.type == EventType::kTransactionPayload) {
      RETURN_IF_ERROR(AddPayload(event, checksum));
      found.whole = true;
    }
  }
  found.crc = checksum.value();
  return found;
}

Error Unproven(const HistoryNote& note, std::string reason) {
  return Error(kHistoryUnproven, {{"transaction", note.gtid}, {"reason", std::move(reason)}});
}

}  // namespace

void ContentChecksum::Start() {
  crc_ = 0;
  bytes_left_ = kContentBytesMax;
}

void ContentChecksum::Add(const Event& event) {
  const bool content = event.type == EventType::kGtid || event.type == EventType::kQuery ||
                       event.type == EventType::kTableMap || binlog::IsRowsEvent(event.type);
  if (!content || bytes_left_ == 0) return;
  const auto bytes = event.body.first(std::min(event.body.size(), bytes_left_));
  crc_ = base::Crc32c(bytes, crc_);
  bytes_left_ -= bytes.size();
}

std::string HistoryNote::Encode() const {
  return fmt::format("server_id={} file={} begin={} end={} crc={:08x} gtid={}", server_id, file, begin, end,
                     crc, gtid);
}

std::optional<HistoryNote> HistoryNote::Decode(std::string_view text) {
  if (!text.starts_with("server_id=")) return std::nullopt;
  HistoryNote note;
  note.server_id = Number<uint32_t>(text, "server_id=");
  note.file = Value(text, " file=");
  note.begin = Number<uint64_t>(text, " begin=");
  note.end = Number<uint64_t>(text, " end=");
  note.crc = Number<uint32_t>(text, " crc=", 16);
  note.gtid = Value(text, " gtid=");
  return note;
}

Result<std::optional<Error>> ProveHistory(client::Connection& connection, const HistoryNote& note,
                                          uint32_t reader_server_id) {
  using Answer = std::optional<Error>;
  if (note.gtid.empty()) return Answer();
  if (note.begin > kDumpOffsetMax) return Answer(Unproven(note, "it stands beyond 4 GiB of its file"));
  ASSIGN_OR_RETURN(const std::string algorithm, connection.QueryValue("SELECT @@global.binlog_checksum"));
  RETURN_IF_ERROR(connection.Execute("SET @mariadb_slave_capability = 4"));
  RETURN_IF_ERROR(connection.Execute("SET @master_binlog_checksum = @@global.binlog_checksum"));
  RETURN_IF_ERROR(connection.StartDump(
      {note.file, static_cast<uint32_t>(note.begin), reader_server_id, /*until_end=*/true}));
  const auto found = ReadTransaction(connection, algorithm != "NONE");
  if (!found.ok()) {
    const Error& error = found.error();
    if (error.code() == kConnectionLost) return error;
    const std::string reason(error.field("reason"));
    if (reason.find("Could not find first log file") != std::string::npos)
      return Answer(Unproven(note, "its file is purged"));
    // The file is there, but has something else at this place.
    return Error(kOtherHistory, {{"transaction", note.gtid},
                                 {"expected", fmt::format("{:08x}", note.crc)},
                                 {"found", reason.empty() ? error.Debug() : reason}});
  }
  if (found->gtid == note.gtid && found->crc == note.crc) return Answer();
  if (found->gtid == note.gtid && !found->whole) return Answer(Unproven(note, "its end was not found"));
  return Error(
      kOtherHistory,
      {{"transaction", note.gtid},
       {"expected", fmt::format("{:08x}", note.crc)},
       {"found", found->gtid.empty() ? "nothing" : fmt::format("{} {:08x}", found->gtid, found->crc)}});
}

}  // namespace renkei::sources::mysql
