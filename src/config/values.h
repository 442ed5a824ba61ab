// The kinds of value a field may have, beside bool, integers, std::string and std::vector<std::string>.
// Each has a ReadValue: it reads the node, reports what is wrong and answers whether `into` was set; and a
// ShowValue: the text that the reference prints for a default.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/field.h"
#include "config/node.h"
#include "config/problems.h"

namespace renkei::config {

// A password or token. Has no formatter and no comparison: it is shown nowhere.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& Reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

// `256MB`, `1 GiB`, `4096`.
struct Bytes {
  uint64_t count = 0;
  friend auto operator<=>(const Bytes&, const Bytes&) = default;
};
constexpr Bytes MiB(uint64_t count) { return {count << 20}; }
constexpr Bytes GiB(uint64_t count) { return {count << 30}; }
constexpr Bytes MB(uint64_t count) { return {count * 1'000'000}; }

// `200ms`, `1s`, `7d`, `1h30m`.
using Duration = std::chrono::milliseconds;

// `25%`.
struct Percent {
  double percent = 0;
  double fraction() const { return percent / 100; }
  friend auto operator<=>(const Percent&, const Percent&) = default;
};

// A file or folder; after reading, absolute or relative to the process's folder.
struct Path {
  std::string text;
};

// `127.0.0.1:9464`, `[::1]:9464`, or `off` (port 0).
struct Address {
  std::string host;
  uint16_t port = 0;
  bool off() const { return port == 0; }
};

// The text with every ${VARIABLE} filled in; `$${` stands for `${`. Reports a missing or malformed one.
std::optional<std::string> Fill(const Node& node, const FieldInfo& field, Problems& problems);

bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, std::string& into);
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Secret& into);
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, bool& into);
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, int64_t& into);
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Bytes& into);
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Duration& into);
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Percent& into);
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Path& into);
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Address& into);
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, std::vector<std::string>& into);

// The node itself, for a registry to read later.
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Node& into);

std::string ShowValue(const Node& value);
std::string ShowValue(const std::string& value);
std::string ShowValue(const Secret& value);
std::string ShowValue(bool value);
std::string ShowValue(int64_t value);
std::string ShowValue(Bytes value);
std::string ShowValue(Duration value);
std::string ShowValue(Percent value);
std::string ShowValue(const Path& value);
std::string ShowValue(const Address& value);
std::string ShowValue(const std::vector<std::string>& value);

}  // namespace renkei::config
