// MySQL's GTIDs: a server's uuid, perhaps a tag, and a number; a history is a set of them, kept in intervals.
//
//   set      := [source {"," source}]                sorted by uuid, then tag: the canonical form
//   source   := uuid [":" tag] ":" interval {":" interval}
//   interval := number ["-" number]                  both ends belong to it; neighbours are one
//
// The server also writes several tags behind one uuid, which is read as well.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/position.h"

namespace renkei::sources::mysql {

struct MysqlGtid {
  std::array<std::byte, 16> uuid{};
  std::string tag;
  uint64_t number = 0;
  friend bool operator==(const MysqlGtid&, const MysqlGtid&) = default;
};

std::string Show(const MysqlGtid& gtid);
std::optional<MysqlGtid> ParseMysqlGtid(std::string_view text);

// One thread, or many that only read.
class MysqlSet {
 public:
  // Nothing for what is no set. "" is the empty one.
  static std::optional<MysqlSet> Parse(std::string_view text);

  std::string Show() const;
  // As COM_BINLOG_DUMP_GTID takes it:
  //
  //   wire  := count:u64 {uuid:16 bytes          intervals:u64 {begin:u64 end:u64}}      end is not in it
  //          | count:u64 {uuid:16 bytes tag-text intervals:u64 {begin:u64 end:u64}}      if any has a tag,
  //                      where count is 1 << 56 | sources << 8 | 1, and the text's length is doubled, in u8
  std::string WireForm() const;

  // False (and nothing changed) if the set has it already.
  bool Add(const MysqlGtid& gtid);
  void Remove(const MysqlGtid& gtid);
  void Include(const MysqlSet& other);
  bool Contains(const MysqlGtid& gtid) const;
  bool Contains(const MysqlSet& other) const;
  bool empty() const { return sources_.empty(); }

  // Sets of one history; that two servers gave one number to two transactions cannot be seen here.
  static core::PositionOrder Compare(const MysqlSet& a, const MysqlSet& b);

 private:
  struct Interval {
    uint64_t first = 0;
    uint64_t last = 0;
  };
  struct Source {
    std::array<std::byte, 16> uuid{};
    std::string tag;
    friend auto operator<=>(const Source&, const Source&) = default;
  };
  using Intervals = std::vector<Interval>;  // ascending, with gaps between them

  static void Insert(Intervals& intervals, Interval added);
  bool TakeSource(std::string_view text);

  std::map<Source, Intervals> sources_;
};

}  // namespace renkei::sources::mysql
