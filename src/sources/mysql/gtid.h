// GTID sets: how far a MySQL-like server's history has come, per domain.
//
//   position := "mariadb/" [place {"," place}]        sorted by domain; this is the canonical encoding
//   place    := domain "-" server-id "-" sequence
//
// MySQL's sets of intervals will stand beside it under a prefix of their own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/position.h"

namespace renkei::sources::mysql {

struct GtidPlace {
  uint32_t domain = 0;
  uint32_t server_id = 0;
  uint64_t sequence = 0;
  friend bool operator==(const GtidPlace&, const GtidPlace&) = default;
};

std::string Show(const GtidPlace& place);
std::optional<GtidPlace> ParseGtid(std::string_view text);

// One thread, or many that only read.
class GtidSet {
 public:
  // As the server writes it: "0-1-4711,1-3-12", any order; "" is the empty set. Nothing for anything else.
  static std::optional<GtidSet> Parse(std::string_view text);
  // Nothing if the position is of another kind. An empty position is the empty set.
  static std::optional<GtidSet> Decode(const core::Position& position);

  core::Position Encode() const;
  // As the server reads it.
  std::string Show() const;

  // Moves on by one transaction; false (and nothing changed) if the domain's sequence does not rise.
  bool Advance(const GtidPlace& place);
  // Moves every domain on to where the other set is further.
  void Include(const GtidSet& other);
  bool Contains(const GtidPlace& place) const;
  const GtidPlace* Find(uint32_t domain) const;
  bool empty() const { return places_.empty(); }

  // A domain that only one set has lies before its first transaction in the other. The same sequence by
  // different servers is another history.
  static core::PositionOrder Compare(const GtidSet& a, const GtidSet& b);

 private:
  std::map<uint32_t, GtidPlace> places_;
};

}  // namespace renkei::sources::mysql
