#include "sources/mysql/mysql_gtid.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.h"

namespace renkei::sources::mysql {

namespace {

using Uuid = std::array<std::byte, 16>;

constexpr size_t kUuidText = 36;
constexpr size_t kTagBytesMax = 32;
// The server's own bound.
constexpr uint64_t kNumberMax = INT64_MAX;

bool IsDash(size_t place) { return place == 8 || place == 13 || place == 18 || place == 23; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Uuid> ParseUuid(std::string_view text) {
  if (text.size() != kUuidText) return std::nullopt;
  Uuid uuid{};
  size_t digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = HexDigit(text[i]);
    if (digit < 0) return std::nullopt;
    uuid[digits / 2] |= static_cast<std::byte>(digits % 2 == 0 ? digit << 4 : digit);
    ++digits;
  }
  return uuid;
}

void ShowSource(const Uuid& uuid, const std::string& tag, std::string& text) {
  for (size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    fmt::format_to(std::back_inserter(text), "{:02x}", std::to_integer<unsigned>(uuid[i]));
  }
  if (!tag.empty()) text += ":" + tag;
}

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0 || number > kNumberMax)
    return std::nullopt;
  return number;
}

// In lower case, as the server keeps it.
std::optional<std::string> ParseTag(std::string_view text) {
  if (text.empty() || text.size() > kTagBytesMax) return std::nullopt;
  std::string tag;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool letter = (lower >= 'a' && lower <= 'z') || lower == '_';
    const bool digit = lower >= '0' && lower <= '9';
    if (!letter && !(digit && !tag.empty())) return std::nullopt;
    tag += lower;
  }
  return tag;
}

std::string_view TakeUntil(std::string_view& text, char border) {
  const size_t end = text.find(border);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

std::string WithoutSpace(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') kept += c;
  }
  return kept;
}

}  // namespace

std::string Show(const MysqlGtid& gtid) {
  std::string text;
  ShowSource(gtid.uuid, gtid.tag, text);
  fmt::format_to(std::back_inserter(text), ":{}", gtid.number);
  return text;
}

std::optional<MysqlGtid> ParseMysqlGtid(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view source = text.substr(0, colon);
  const auto uuid = ParseUuid(TakeUntil(source, ':'));
  const auto number = ParseNumber(text.substr(colon + 1));
  if (!uuid || !number) return std::nullopt;
  if (source.empty()) return MysqlGtid{*uuid, {}, *number};
  const auto tag = ParseTag(source);
  if (!tag) return std::nullopt;
  return MysqlGtid{*uuid, *tag, *number};
}

bool MysqlSet::TakeSource(std::string_view text) {
  const auto uuid = ParseUuid(TakeUntil(text, ':'));
  if (!uuid || text.empty()) return false;
  std::string tag;
  bool any = false;
  while (!text.empty()) {
    std::string_view item = TakeUntil(text, ':');
    if (const auto named = ParseTag(item)) {
      tag = *named;
      any = false;
      continue;
    }
    const auto first = ParseNumber(TakeUntil(item, '-'));
    const auto last = item.empty() ? first : ParseNumber(item);
    if (!first || !last || *last < *first) return false;
    Insert(sources_[{*uuid, tag}], {*first, *last});
    any = true;
  }
  return any;
}

std::optional<MysqlSet> MysqlSet::Parse(std::string_view text) {
  const std::string plain = WithoutSpace(text);
  std::string_view rest = plain;
  MysqlSet set;
  while (!rest.empty()) {
    const std::string_view source = TakeUntil(rest, ',');
    if (!source.empty() && !set.TakeSource(source)) return std::nullopt;
  }
  return set;
}

std::string MysqlSet::Show() const {
  std::string text;
  for (const auto& [source, intervals] : sources_) {
    if (!text.empty()) text += ',';
    ShowSource(source.uuid, source.tag, text);
    for (const Interval& interval : intervals) {
      fmt::format_to(std::back_inserter(text), ":{}", interval.first);
      if (interval.last > interval.first) fmt::format_to(std::back_inserter(text), "-{}", interval.last);
    }
  }
  return text;
}

std::string MysqlSet::WireForm() const {
  const bool tagged =
      std::ranges::any_of(sources_, [](const auto& source) { return !source.first.tag.empty(); });
  base::ByteWriter writer;
  const uint64_t count = sources_.size();
  writer.Fixed<uint64_t>(tagged ? uint64_t{1} << 56 | count << 8 | 1 : count);
  for (const auto& [source, intervals] : sources_) {
    writer.Raw(source.uuid.data(), source.uuid.size());
    if (tagged) {
      writer.Fixed(static_cast<uint8_t>(source.tag.size() << 1));
      writer.Raw(source.tag.data(), source.tag.size());
    }
    writer.Fixed<uint64_t>(intervals.size());
    for (const Interval& interval : intervals) {
      writer.Fixed<uint64_t>(interval.first);
      writer.Fixed<uint64_t>(interval.last + 1);
    }
  }
  const auto bytes = writer.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Transactions come in order nearly always, so the last interval grows.
void MysqlSet::Insert(Intervals& intervals, Interval added) {
  if (!intervals.empty() && intervals.back().last + 1 == added.first) {
    intervals.back().last = added.last;
    return;
  }
  auto place = std::ranges::lower_bound(intervals, added.first, {},
                                        [](const Interval& interval) { return interval.last + 1; });
  auto end = place;
  while (end != intervals.end() && end->first <= added.last + 1) {
    added.first = std::min(added.first, end->first);
    added.last = std::max(added.last, end->last);
    ++end;
  }
  place = intervals.erase(place, end);
  intervals.insert(place, added);
}

bool MysqlSet::Add(const MysqlGtid& gtid) {
  if (Contains(gtid)) return false;
  Insert(sources_[{gtid.uuid, gtid.tag}], {gtid.number, gtid.number});
  return true;
}

void MysqlSet::Remove(const MysqlGtid& gtid) {
  const auto source = sources_.find({gtid.uuid, gtid.tag});
  if (source == sources_.end()) return;
  Intervals rest;
  for (const Interval& interval : source->second) {
    if (gtid.number < interval.first || gtid.number > interval.last) {
      rest.push_back(interval);
      continue;
    }
    if (gtid.number > interval.first) rest.push_back({interval.first, gtid.number - 1});
    if (gtid.number < interval.last) rest.push_back({gtid.number + 1, interval.last});
  }
  source->second = std::move(rest);
  if (source->second.empty()) sources_.erase(source);
}

void MysqlSet::Include(const MysqlSet& other) {
  for (const auto& [source, intervals] : other.sources_) {
    Intervals& ours = sources_[source];
    for (const Interval& interval : intervals) Insert(ours, interval);
  }
}

bool MysqlSet::Contains(const MysqlGtid& gtid) const {
  const auto source = sources_.find({gtid.uuid, gtid.tag});
  if (source == sources_.end()) return false;
  const auto place = std::ranges::lower_bound(source->second, gtid.number, {}, &Interval::last);
  return place != source->second.end() && place->first <= gtid.number;
}

bool MysqlSet::Contains(const MysqlSet& other) const {
  return std::ranges::all_of(other.sources_, [&](const auto& theirs) {
    const auto ours = sources_.find(theirs.first);
    if (ours == sources_.end()) return false;
    return std::ranges::all_of(theirs.second, [&](const Interval& interval) {
      const auto place = std::ranges::lower_bound(ours->second, interval.last, {}, &Interval::last);
      return place != ours->second.end() && place->first <= interval.first;
    });
  });
}

core::PositionOrder MysqlSet::Compare(const MysqlSet& a, const MysqlSet& b) {
  const bool a_has_b = a.Contains(b);
  const bool b_has_a = b.Contains(a);
  if (a_has_b && b_has_a) return core::PositionOrder::kEqual;
  if (b_has_a) return core::PositionOrder::kBefore;
  return a_has_b ? core::PositionOrder::kAfter : core::PositionOrder::kConcurrent;
}

}  // namespace renkei::sources::mysql
