#include "sources/mysql/snapshot/log_places.h"

#include <charconv>

#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::snapshot {

namespace {

void ReadOffset(const std::string& text, uint64_t& offset) {
  std::from_chars(text.data(), text.data() + text.size(), offset);
}

}  // namespace

Result<binlog::BinlogPlace> ReadViewPlace(client::Connection& connection) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query("SHOW STATUS LIKE 'binlog_snapshot_%'"));
  binlog::BinlogPlace place;
  for (const client::TextRow& row : rows) {
    const std::string name = row[0].value_or("");
    if (name == "Binlog_snapshot_file") place.file = binlog::BinlogFileNumber(row[1].value_or(""));
    if (name == "Binlog_snapshot_position") ReadOffset(row[1].value_or(""), place.offset);
  }
  if (place.offset == 0) return Error(kBinaryLogOff);
  return place;
}

Result<binlog::BinlogPlace> ReadLogEnd(client::Connection& connection, const client::ServerInfo& server) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query(server.LogEndStatement()));
  if (rows.empty()) return Error(kBinaryLogOff);
  binlog::BinlogPlace place;
  place.file = binlog::BinlogFileNumber(rows[0][0].value_or(""));
  ReadOffset(rows[0][1].value_or(""), place.offset);
  return place;
}

}  // namespace renkei::sources::mysql::snapshot
