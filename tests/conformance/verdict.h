// What a case of a suite has found wrong. A case is an ordinary function, so that a mutant can be shown to
// fail it.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace renkei::conformance {

class Verdict {
 public:
  // The condition; false is noted.
  bool Expect(bool condition, std::string what) {
    if (!condition) failures_.push_back(std::move(what));
    return condition;
  }
  bool Ok(const Status& status, const std::string& what) {
    return Expect(status.ok(), status.ok() ? what : what + ": " + status.error().Debug());
  }
  template <class T>
  bool Ok(const Result<T>& result, const std::string& what) {
    return Expect(result.ok(), result.ok() ? what : what + ": " + result.error().Debug());
  }
  template <class A, class B>
  bool Equal(const A& expected, const B& found, const std::string& what) {
    if (expected == found) return true;
    return Expect(false, fmt::format("{}: expected {}, found {}", what, expected, found));
  }

  bool failed() const { return !failures_.empty(); }
  std::string Text() const {
    std::string text;
    for (const std::string& failure : failures_) text += failure + "\n";
    return text;
  }

 private:
  std::vector<std::string> failures_;
};

// Printed with failures, so that a run can be repeated.
struct Seed {
  uint64_t value = 0;
};

}  // namespace renkei::conformance
