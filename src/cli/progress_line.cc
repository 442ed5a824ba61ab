#include "cli/progress_line.h"

namespace renkei::cli {

namespace {

constexpr std::string_view kErase = "\r\x1b[2K";

}  // namespace

void ProgressLine::Show(std::string text) {
  if (!terminal_) return;
  std::lock_guard lock(mutex_);
  if (text == shown_) return;
  write_(std::string(kErase) + text);
  shown_ = std::move(text);
}

void ProgressLine::Above(std::string_view lines) {
  std::lock_guard lock(mutex_);
  if (shown_.empty()) return write_(lines);
  write_(std::string(kErase) + std::string(lines) + shown_);
}

}  // namespace renkei::cli
