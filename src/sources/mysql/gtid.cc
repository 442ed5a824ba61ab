#include "sources/mysql/gtid.h"

#include <fmt/format.h>

#include <charconv>

namespace renkei::sources::mysql {

namespace {

constexpr std::string_view kPrefix = "mariadb/";

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

std::string Show(const GtidPlace& place) {
  return fmt::format("{}-{}-{}", place.domain, place.server_id, place.sequence);
}

std::optional<GtidPlace> ParseGtid(std::string_view text) {
  GtidPlace place;
  if (!TakeNumber(text, place.domain) || !TakeDash(text) || !TakeNumber(text, place.server_id) ||
      !TakeDash(text) || !TakeNumber(text, place.sequence) || !text.empty())
    return std::nullopt;
  return place;
}

std::optional<GtidSet> GtidSet::Parse(std::string_view text) {
  GtidSet set;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    while (item.starts_with(' ') || item.starts_with('\n')) item.remove_prefix(1);
    const auto place = ParseGtid(item);
    if (!place || !set.places_.emplace(place->domain, *place).second) return std::nullopt;
  }
  return set;
}

std::optional<GtidSet> GtidSet::Decode(const core::Position& position) {
  if (position.empty()) return GtidSet();
  std::string_view text = position.bytes;
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  return Parse(text);
}

core::Position GtidSet::Encode() const { return {std::string(kPrefix) + Show()}; }

std::string GtidSet::Show() const {
  std::string text;
  for (const auto& [domain, place] : places_) {
    if (!text.empty()) text += ',';
    text += mysql::Show(place);
  }
  return text;
}

bool GtidSet::Advance(const GtidPlace& place) {
  const auto [found, added] = places_.emplace(place.domain, place);
  if (added) return true;
  if (place.sequence <= found->second.sequence) return false;
  found->second = place;
  return true;
}

void GtidSet::Include(const GtidSet& other) {
  for (const auto& [domain, place] : other.places_) Advance(place);
}

bool GtidSet::Contains(const GtidPlace& place) const {
  const GtidPlace* found = Find(place.domain);
  return found != nullptr && found->sequence >= place.sequence;
}

const GtidPlace* GtidSet::Find(uint32_t domain) const {
  const auto found = places_.find(domain);
  return found == places_.end() ? nullptr : &found->second;
}

core::PositionOrder GtidSet::Compare(const GtidSet& a, const GtidSet& b) {
  bool before = false;
  bool after = false;
  for (const auto& [domain, place] : a.places_) {
    const GtidPlace* other = b.Find(domain);
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
