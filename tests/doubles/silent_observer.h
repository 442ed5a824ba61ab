// A CaptureObserver that keeps nothing: what a test or bench does not look at.
#pragma once

#include <string>

#include "core/source.h"

namespace renkei::doubles {

class SilentObserver : public core::CaptureObserver {
 public:
  void OnConnected(const std::string&) override {}
  void OnCaughtUp(bool) override {}
  void OnPosition(const core::Position&, const std::string&) override {}
  void OnRowsCaptured(uint64_t, uint64_t, uint64_t) override {}
  void OnCopyProgress(const std::string&, uint64_t, uint64_t, bool) override {}
  void OnTableStopped(const std::string&, const Error&) override {}
  void OnEvent(const Error&) override {}
};

}  // namespace renkei::doubles
