#include "hub/embedded/segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace renkei::hub::embedded {

namespace {

constexpr std::string_view kSuffix = ".log";
constexpr size_t kDigits = 10;

}  // namespace

std::string Show(core::Address address) {
  return address.sub == 0 ? fmt::format("{}", address.offset.value)
                          : fmt::format("{}+{}", address.offset.value, address.sub);
}

std::string SegmentPath(const std::string& folder, uint64_t number) {
  return fmt::format("{}/{:010}{}", folder, number, kSuffix);
}

std::string BackfillPath(const std::string& folder, core::SnapshotId snapshot) {
  return SegmentPath(folder + "/backfill", snapshot.value);
}

uint64_t NumberInName(const std::string& name) {
  if (name.size() < kDigits + kSuffix.size() || name.size() > 19 + kSuffix.size()) return 0;
  const std::string digits = name.substr(0, name.size() - kSuffix.size());
  if (!name.ends_with(kSuffix)) return 0;
  if (!std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
    return 0;
  return std::stoull(digits);
}

}  // namespace renkei::hub::embedded
