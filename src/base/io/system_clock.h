// The machine's clock.
#pragma once

#include "base/clock.h"

namespace renkei::base::io {

class SystemClock final : public Clock {
 public:
  WallTime wall() const override;
  MonoTime mono() const override;
  int64_t thread_cpu_ns() const override;
};

}  // namespace renkei::base::io
