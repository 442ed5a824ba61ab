// StopSignal: SIGTERM and SIGINT (Ctrl-C) as something to wait for. The first asks for a clean stop; a second
// SIGINT ends the process at once, as the default would. One instance at a time.
#pragma once

#include <chrono>

namespace renkei::base::io {

class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  bool asked() const;
  // Waits until asked or the time is over; asked().
  bool Wait(std::chrono::milliseconds at_most) const;
};

}  // namespace renkei::base::io
