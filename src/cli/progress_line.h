// ProgressLine: one line at the bottom of a terminal that is written over again and again, and that lines of
// the journal push down. Not on a terminal it shows nothing. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace renkei::cli {

class ProgressLine {
 public:
  ProgressLine(std::function<void(std::string_view)> write, bool terminal)
      : write_(std::move(write)), terminal_(terminal) {}
  ~ProgressLine() { Show(""); }

  bool terminal() const { return terminal_; }
  // Replaces the line; "" takes it away.
  void Show(std::string text);
  // Writes whole lines above it.
  void Above(std::string_view lines);

 private:
  const std::function<void(std::string_view)> write_;
  const bool terminal_;
  std::mutex mutex_;
  std::string shown_;
};

}  // namespace renkei::cli
