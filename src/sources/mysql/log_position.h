// LogPosition: how far a server's history has come, in the form that the server counts it, and the id of one
// transaction of it. The forms of positions are canonical, since the log chains them byte for byte (CORE 1):
//
//   position := "mariadb/" set                        GTIDs, one a domain          (mariadb_gtid.h)
//             | "mysql/" set                          GTIDs in intervals           (mysql_gtid.h)
//             | "binlog/" server-uuid "/" place       MySQL without GTIDs: nothing but the place
//   place    := file ":" offset
//
// A transaction without GTID has the place where it begins as its id.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/position.h"
#include "sources/mysql/mariadb_gtid.h"
#include "sources/mysql/mysql_gtid.h"

namespace renkei::sources::mysql {

// A place by the name of its file, as the server is asked for it.
struct FilePlace {
  std::string file;
  uint64_t offset = 0;
  bool IsBefore(const FilePlace& other) const;
  friend bool operator==(const FilePlace&, const FilePlace&) = default;
};
std::string Show(const FilePlace& place);
std::optional<FilePlace> ParseFilePlace(std::string_view text);

// The place of one server.
struct ServerPlace {
  std::string server;  // its uuid
  FilePlace place;
};

using TransactionId = std::variant<MariadbGtid, MysqlGtid, FilePlace>;
std::string Show(const TransactionId& id);
std::optional<TransactionId> ParseTransactionId(std::string_view text);

// One thread, or many that only read.
class LogPosition {
 public:
  LogPosition() = default;  // before everything, in no form yet
  explicit LogPosition(MariadbSet set) : form_(std::move(set)) {}
  explicit LogPosition(MysqlSet set) : form_(std::move(set)) {}
  explicit LogPosition(ServerPlace place) : form_(std::move(place)) {}

  // Nothing for what no source of this kind wrote.
  static std::optional<LogPosition> Decode(const core::Position& position);
  core::Position Encode() const;
  // As the server reads it.
  std::string Show() const;

  // Moves on by a transaction that ends at the place; false (and nothing changed) if it is in the position
  // already, or is of another form.
  bool Advance(const TransactionId& id, const FilePlace& end);
  // Moves on to where the other is further.
  void Include(const LogPosition& other);
  bool Contains(const TransactionId& id) const;

  const MariadbSet* mariadb() const { return std::get_if<MariadbSet>(&form_); }
  const MysqlSet* mysql() const { return std::get_if<MysqlSet>(&form_); }
  const ServerPlace* place() const { return std::get_if<ServerPlace>(&form_); }

  static core::PositionOrder Compare(const LogPosition& a, const LogPosition& b);

 private:
  std::variant<std::monostate, MariadbSet, MysqlSet, ServerPlace> form_;
};

}  // namespace renkei::sources::mysql
