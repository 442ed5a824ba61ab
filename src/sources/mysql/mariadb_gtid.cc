#include "sources/mysql/mariadb_gtid.h"

#include <fmt/format.h>

#include <charconv>

namespace renkei::sources::mysql {

namespace {

template <class T>
bool TakeNumber(std::string_view& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool TakeDash(std::string_view& text) {
  if (!text.starts_with('-')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string Show(const MariadbGtid& gtid) {
  return fmt::format("{}-{}-{}", gtid.domain, gtid.server_id, gtid.sequence);
}

std::optional<MariadbGtid> ParseMariadbGtid(std::string_view text) {
  MariadbGtid place;
  if (!TakeNumber(text, place.domain) || !TakeDash(text) || !TakeNumber(text, place.server_id) ||
      !TakeDash(text) || !TakeNumber(text, place.sequence) || !text.empty())
    return std::nullopt;
  return place;
}

std::optional<MariadbSet> MariadbSet::Parse(std::string_view text) {
  MariadbSet set;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    while (item.starts_with(' ') || item.starts_with('\n')) item.remove_prefix(1);
    const auto place = ParseMariadbGtid(item);
    if (!place || !set.places_.emplace(place->domain, *place).second) return std::nullopt;
  }
  return set;
}

std::string MariadbSet::Show() const {
  std::string text;
  for (const auto& [domain, place] : places_) {
    if (!text.empty()) text += ',';
    text += mysql::Show(place);
  }
  return text;
}

bool MariadbSet::Advance(const MariadbGtid& gtid) {
  const auto [found, added] = places_.emplace(gtid.domain, gtid);
  if (added) return true;
  if (gtid.sequence <= found->second.sequence) return false;
  found->second = gtid;
  return true;
}

void MariadbSet::Include(const MariadbSet& other) {
  for (const auto& [domain, place] : other.places_) Advance(place);
}

bool MariadbSet::Contains(const MariadbGtid& gtid) const {
  const MariadbGtid* found = Find(gtid.domain);
  return found != nullptr && found->sequence >= gtid.sequence;
}

const MariadbGtid* MariadbSet::Find(uint32_t domain) const {
  const auto found = places_.find(domain);
  return found == places_.end() ? nullptr : &found->second;
}

core::PositionOrder MariadbSet::Compare(const MariadbSet& a, const MariadbSet& b) {
  bool before = false;
  bool after = false;
  for (const auto& [domain, place] : a.places_) {
    const MariadbGtid* other = b.Find(domain);
    if (other == nullptr || place.sequence > other->sequence) {
      after = true;
    } else if (place.sequence < other->sequence) {
      before = true;
    } else if (place.server_id != other->server_id) {
      return core::PositionOrder::kOtherHistory;
    }
  }
  for (const auto& [domain, place] : b.places_) {
    if (a.Find(domain) == nullptr) before = true;
  }
  if (before && after) return core::PositionOrder::kConcurrent;
  if (before) return core::PositionOrder::kBefore;
  return after ? core::PositionOrder::kAfter : core::PositionOrder::kEqual;
}

}  // namespace renkei::sources::mysql
