// MariaDB's GTIDs: domain-server-sequence; a history is one place a domain.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/position.h"

namespace renkei::sources::mysql {

struct MariadbGtid {
  uint32_t domain = 0;
  uint32_t server_id = 0;
  uint64_t sequence = 0;
  friend bool operator==(const MariadbGtid&, const MariadbGtid&) = default;
};

std::string Show(const MariadbGtid& gtid);
std::optional<MariadbGtid> ParseMariadbGtid(std::string_view text);

// One thread, or many that only read.
class MariadbSet {
 public:
  // As the server writes it: "0-1-4711,1-3-12", any order; "" is the empty set. Nothing for anything else.
  static std::optional<MariadbSet> Parse(std::string_view text);

  // As the server reads it, sorted by domain.
  std::string Show() const;

  // Moves on by one transaction; false (and nothing changed) if the domain's sequence does not rise.
  bool Advance(const MariadbGtid& gtid);
  // Moves every domain on to where the other set is further.
  void Include(const MariadbSet& other);
  bool Contains(const MariadbGtid& gtid) const;
  const MariadbGtid* Find(uint32_t domain) const;
  bool empty() const { return places_.empty(); }

  // A domain that only one set has lies before its first transaction in the other. The same sequence by
  // different servers is another history.
  static core::PositionOrder Compare(const MariadbSet& a, const MariadbSet& b);

 private:
  std::map<uint32_t, MariadbGtid> places_;
};

}  // namespace renkei::sources::mysql
