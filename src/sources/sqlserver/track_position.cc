#include "sources/sqlserver/track_position.h"

#include <charconv>

namespace renkei::sources::sqlserver {

core::Position TrackPosition::Encode() const {
  return {(ended ? "=" : "") + std::to_string(version) + "@" + epoch};
}

std::optional<TrackPosition> TrackPosition::Decode(const core::Position& position) {
  TrackPosition found;
  std::string_view text = position.bytes;
  found.ended = text.starts_with('=');
  if (found.ended) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), found.version);
  if (error != std::errc() || end == text.data() + text.size() || *end != '@') return std::nullopt;
  found.epoch = std::string(end + 1, text.data() + text.size());
  return found;
}

core::PositionOrder TrackPosition::Compare(const TrackPosition& a, const TrackPosition& b) {
  using enum core::PositionOrder;
  if (a.ended != b.ended) return a.ended ? kAfter : kBefore;
  if (a.epoch != b.epoch) return kOtherHistory;
  if (a.version == b.version) return kEqual;
  return a.version < b.version ? kBefore : kAfter;
}

std::string WindowId(const TrackPosition& to, core::Lane lane) {
  return to.Encode().bytes + "#" + std::to_string(lane.value);
}

bool ContainsWindow(const TrackPosition& position, const std::string& id) {
  const auto window = TrackPosition::Decode({id.substr(0, id.rfind('#'))});
  return window && window->epoch == position.epoch && window->version <= position.version;
}

}  // namespace renkei::sources::sqlserver
