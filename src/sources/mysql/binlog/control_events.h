// The events around rows:
//
//   rotate    := offset:u64 file-name
//   gtid      := sequence:u64 domain:u32 flags:u8 ...                           (MariaDB; the server id is
//   the
//                                                                                header's)
//   gtid list := count:u28 flags:u4 {domain:u32 server_id:u32 sequence:u64}     (MariaDB; what stood before
//   the
//                                                                                file)
//   query     := thread:u32 seconds:u32 schema-length:u8 error:u16 variables-length:u16
//                variables schema 0 statement
//   load      := thread:u32 seconds:u32 schema-length:u8 error:u16 variables-length:u16
//                file:u32 begin:u32 end:u32 duplicates:u8 variables schema 0 statement
//   incident  := number:u16 reason-length:u8 reason
//   heartbeat := file-name                        (the header's next_place is the server's place in that
//                                                 file)
//   heartbeat of the second version := {kind:packed length:packed value} 0
//                                      kind 1: file-name, 2: place:packed
//   xa prepare := one-phase:u8 format:u32 gtrid-length:u32 bqual-length:u32 gtrid bqual
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/mysql/binlog/event.h"

namespace renkei::sources::mysql::binlog {

struct Rotate {
  uint64_t offset = 0;
  std::string_view file;
};

struct Gtid {
  uint64_t sequence = 0;
  uint32_t domain = 0;
  bool standalone = false;  // one event follows, with no end of its own
  bool prepared = false;    // an XA transaction that is prepared, not committed
  bool completed = false;   // the commit or rollback of such a one
};

struct GtidListItem {
  uint32_t domain = 0;
  uint32_t server_id = 0;
  uint64_t sequence = 0;
};

struct Query {
  std::string_view schema;
  std::string_view statement;
  // Of the session, where the event says it.
  std::optional<uint64_t> sql_mode;
  uint16_t client_collation = 0;  // what the statement's text is in; 0: not said
};

struct Incident {
  std::string_view reason;
};

// The server's whole place; nothing where the event does not say it.
Result<std::optional<uint64_t>> ReadHeartbeatV2(const Event& event);
// Whether the prepared transaction is committed by that, too.
Result<bool> ReadXaPrepare(const Event& event);

// All views into the event's packet. Error: kBadEvent.
Result<Rotate> ReadRotate(const Event& event);
Result<Gtid> ReadGtid(const Event& event);
Result<std::vector<GtidListItem>> ReadGtidList(const Event& event);
Result<Query> ReadQuery(const Event& event);
Result<Incident> ReadIncident(const Event& event);

}  // namespace renkei::sources::mysql::binlog
