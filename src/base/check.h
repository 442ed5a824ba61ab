// CHECK: a condition that only a programmer's error can break. Holds in release too: a process that has lost
// its own logic must stop before it writes anything. Operating errors (disk, network, input) are Results
// instead.
#pragma once

#include <fmt/core.h>

#include <string>
#include <type_traits>

namespace renkei::base {

// Prints file, line, condition and message to stderr and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition, const std::string& message);

template <class A, class B>
std::string ShowPair(const A& left, const B& right) {
  if constexpr (fmt::is_formattable<A>::value && fmt::is_formattable<B>::value) {
    return fmt::format("{} against {}", left, right);
  } else {
    return {};
  }
}

}  // namespace renkei::base

#define CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::renkei::base::CheckFailed(__FILE__, __LINE__, #condition, {}))
#define RENKEI_CHECK_OP(a, op, b)                                                     \
  do {                                                                                \
    const auto& check_left = (a);                                                     \
    const auto& check_right = (b);                                                    \
    if (!(check_left op check_right))                                                 \
      ::renkei::base::CheckFailed(__FILE__, __LINE__, #a " " #op " " #b,              \
                                  ::renkei::base::ShowPair(check_left, check_right)); \
  } while (false)
#define CHECK_EQ(a, b) RENKEI_CHECK_OP(a, ==, b)
#define CHECK_NE(a, b) RENKEI_CHECK_OP(a, !=, b)
#define CHECK_LT(a, b) RENKEI_CHECK_OP(a, <, b)
#define CHECK_LE(a, b) RENKEI_CHECK_OP(a, <=, b)
#define CHECK_GT(a, b) RENKEI_CHECK_OP(a, >, b)
#define CHECK_GE(a, b) RENKEI_CHECK_OP(a, >=, b)
