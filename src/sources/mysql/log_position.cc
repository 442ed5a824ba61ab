#include "sources/mysql/log_position.h"

#include <charconv>

#include "sources/mysql/binlog/binlog_place.h"

namespace renkei::sources::mysql {

namespace {

using core::PositionOrder;

constexpr std::string_view kMariadb = "mariadb/";
constexpr std::string_view kMysql = "mysql/";
constexpr std::string_view kBinlog = "binlog/";

template <class... Forms>
struct Overloaded : Forms... {
  using Forms::operator()...;
};
template <class... Forms>
Overloaded(Forms...) -> Overloaded<Forms...>;

}  // namespace

bool FilePlace::IsBefore(const FilePlace& other) const {
  const uint64_t ours = binlog::BinlogFileNumber(file);
  const uint64_t theirs = binlog::BinlogFileNumber(other.file);
  return ours != theirs ? ours < theirs : offset < other.offset;
}

std::string Show(const FilePlace& place) { return place.file + ":" + std::to_string(place.offset); }

std::optional<FilePlace> ParseFilePlace(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  FilePlace place{std::string(text.substr(0, colon)), 0};
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), place.offset);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return place;
}

std::string Show(const TransactionId& id) {
  return std::visit([](const auto& form) { return Show(form); }, id);
}

std::optional<TransactionId> ParseTransactionId(std::string_view text) {
  if (const auto gtid = ParseMariadbGtid(text)) return TransactionId(*gtid);
  if (const auto gtid = ParseMysqlGtid(text)) return TransactionId(*gtid);
  if (const auto place = ParseFilePlace(text)) return TransactionId(*place);
  return std::nullopt;
}

std::optional<LogPosition> LogPosition::Decode(const core::Position& position) {
  if (position.empty()) return LogPosition();
  std::string_view text = position.bytes;
  const auto take = [&](std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
  };
  if (take(kMariadb)) {
    auto set = MariadbSet::Parse(text);
    return set ? std::optional(LogPosition(*std::move(set))) : std::nullopt;
  }
  if (take(kMysql)) {
    auto set = MysqlSet::Parse(text);
    return set ? std::optional(LogPosition(*std::move(set))) : std::nullopt;
  }
  if (!take(kBinlog)) return std::nullopt;
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto place = ParseFilePlace(text.substr(slash + 1));
  if (!place) return std::nullopt;
  return LogPosition(ServerPlace{std::string(text.substr(0, slash)), *std::move(place)});
}

core::Position LogPosition::Encode() const {
  return std::visit(
      Overloaded{[](std::monostate) { return core::Position{}; },
                 [](const MariadbSet& set) { return core::Position{std::string(kMariadb) + set.Show()}; },
                 [](const MysqlSet& set) { return core::Position{std::string(kMysql) + set.Show()}; },
                 [](const ServerPlace& place) {
                   return core::Position{std::string(kBinlog) + place.server + "/" +
                                         mysql::Show(place.place)};
                 }},
      form_);
}

std::string LogPosition::Show() const {
  return std::visit(Overloaded{[](std::monostate) { return std::string(); },
                               [](const ServerPlace& place) { return mysql::Show(place.place); },
                               [](const auto& set) { return set.Show(); }},
                    form_);
}

bool LogPosition::Advance(const TransactionId& id, const FilePlace& end) {
  if (std::holds_alternative<std::monostate>(form_)) {
    if (std::holds_alternative<MariadbGtid>(id)) form_ = MariadbSet();
    if (std::holds_alternative<MysqlGtid>(id)) form_ = MysqlSet();
  }
  if (auto* set = std::get_if<MariadbSet>(&form_)) {
    const auto* gtid = std::get_if<MariadbGtid>(&id);
    return gtid != nullptr && set->Advance(*gtid);
  }
  if (auto* set = std::get_if<MysqlSet>(&form_)) {
    const auto* gtid = std::get_if<MysqlGtid>(&id);
    return gtid != nullptr && set->Add(*gtid);
  }
  auto* ours = std::get_if<ServerPlace>(&form_);
  if (ours == nullptr || !std::holds_alternative<FilePlace>(id) || !ours->place.IsBefore(end)) return false;
  ours->place = end;
  return true;
}

void LogPosition::Include(const LogPosition& other) {
  if (std::holds_alternative<std::monostate>(form_)) {
    form_ = other.form_;
  } else if (auto* set = std::get_if<MariadbSet>(&form_); set != nullptr && other.mariadb() != nullptr) {
    set->Include(*other.mariadb());
  } else if (auto* all = std::get_if<MysqlSet>(&form_); all != nullptr && other.mysql() != nullptr) {
    all->Include(*other.mysql());
  } else if (auto* ours = std::get_if<ServerPlace>(&form_); ours != nullptr && other.place() != nullptr) {
    if (ours->place.IsBefore(other.place()->place)) ours->place = other.place()->place;
  }
}

bool LogPosition::Contains(const TransactionId& id) const {
  if (const MariadbSet* set = mariadb()) {
    const auto* gtid = std::get_if<MariadbGtid>(&id);
    return gtid != nullptr && set->Contains(*gtid);
  }
  if (const MysqlSet* set = mysql()) {
    const auto* gtid = std::get_if<MysqlGtid>(&id);
    return gtid != nullptr && set->Contains(*gtid);
  }
  const auto* begin = std::get_if<FilePlace>(&id);
  return place() != nullptr && begin != nullptr && begin->IsBefore(place()->place);
}

PositionOrder LogPosition::Compare(const LogPosition& a, const LogPosition& b) {
  const bool a_empty = std::holds_alternative<std::monostate>(a.form_);
  const bool b_empty = std::holds_alternative<std::monostate>(b.form_);
  if (a_empty || b_empty) {
    if (a_empty && b_empty) return PositionOrder::kEqual;
    return a_empty ? PositionOrder::kBefore : PositionOrder::kAfter;
  }
  if (a.mariadb() != nullptr && b.mariadb() != nullptr)
    return MariadbSet::Compare(*a.mariadb(), *b.mariadb());
  if (a.mysql() != nullptr && b.mysql() != nullptr) return MysqlSet::Compare(*a.mysql(), *b.mysql());
  if (a.place() == nullptr || b.place() == nullptr || a.place()->server != b.place()->server)
    return PositionOrder::kOtherHistory;
  if (a.place()->place == b.place()->place) return PositionOrder::kEqual;
  return a.place()->place.IsBefore(b.place()->place) ? PositionOrder::kBefore : PositionOrder::kAfter;
}

}  // namespace renkei::sources::mysql
