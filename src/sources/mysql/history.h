// Proof that the server's history is the one we left off in: the last transaction in the log is read again
// from the server's binary log and its content compared (CORE 1). GTIDs alone do not prove it: a server that
// was restored or reset counts the same numbers again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/mysql/binlog/compressed.h"
#include "sources/mysql/binlog/event.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/client/server_info.h"
#include "sources/mysql/log_position.h"

namespace renkei::sources::mysql {

// A checksum of what a transaction says, the same in every server's binary log: its id, its statements, the
// names of its tables and its rows, up to 64 KiB. One thread.
class ContentChecksum {
 public:
  void Start(const TransactionId& id);
  void Add(const binlog::Event& event);
  uint32_t value() const { return crc_; }

 private:
  void AddText(std::string_view text);

  uint32_t crc_ = 0;
  size_t bytes_left_ = 0;
  binlog::Decompressor decompressor_;
};

// What is kept beside the head of the log, outside the chain:
//
//   note := "server_id=" n " file=" name " begin=" n " end=" n " crc=" hex " gtid=" id [" uuid=" uuid]
//
// of the last transaction the head contains, and the server that it was read from.
struct HistoryNote {
  client::ServerIdentity server;
  std::string file;
  uint64_t begin = 0;
  uint64_t end = 0;
  uint32_t crc = 0;
  std::string gtid;  // its id; "" where no transaction was seen yet

  std::string Encode() const;
  static std::optional<HistoryNote> Decode(std::string_view text);
};

// Reads the transaction again where it stood. Nothing: it is the same. A warning (kHistoryUnproven) if the
// server no longer has it. Errors: kOtherHistory, and those of the connection, which can do nothing else
// afterwards.
Result<std::optional<Error>> ProveHistory(client::Connection& connection, const HistoryNote& note,
                                          uint32_t reader_server_id);

// The same at another server, which has the transaction at a place of its own. `position`: of the head.
Result<std::optional<Error>> ProveHistoryElsewhere(const client::Endpoint& endpoint,
                                                   const client::ServerInfo& server, const HistoryNote& note,
                                                   const LogPosition& position, uint32_t reader_server_id);

}  // namespace renkei::sources::mysql
