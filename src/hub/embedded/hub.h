// The embedded hub: one segment log a source in a folder of its own, written by this process alone.
//
//   <folder>/lock                     held while the hub is open
//   <folder>/cursors                  see cursors.h
//   <folder>/<source>/*.log           segments, see format.h
//   <folder>/<source>/backfill/*.log  rows of copies
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "core/hub.h"
#include "hub/embedded/cursors.h"
#include "hub/embedded/log.h"
#include "hub/embedded/options.h"

namespace renkei::hub::embedded {

// Thread-safe. Logs must have no writers or readers left when it is destroyed.
class EmbeddedHub final : public core::Hub {
 public:
  // kAlreadyLocked while another process (or hub) has the folder. `files` and `clock` must outlive the hub.
  static Result<std::unique_ptr<EmbeddedHub>> Open(base::io::FileSystem& files, const base::Clock& clock,
                                                   HubOptions options);
  ~EmbeddedHub() override;

  core::HubCapabilities capabilities() const override;
  Result<core::Log*> OpenLog(const std::string& source) override;
  Status Acknowledge(const std::string& subscription, const std::string& source,
                     core::Address address) override;
  Result<std::optional<core::Address>> Cursor(const std::string& subscription,
                                              const std::string& source) override;
  Status ApplyRetention() override;

 private:
  EmbeddedHub(base::io::FileSystem& files, const base::Clock& clock, HubOptions options,
              std::unique_ptr<base::io::FileLock> lock, std::unique_ptr<Cursors> cursors);
  // A source's log, from its first OpenLog on.
  struct Slot {
    std::mutex opening;                // held while it is made or recovered; nobody else waits for that
    std::unique_ptr<EmbeddedLog> log;  // under the hub's mutex_; once there it stays
  };
  EmbeddedLog* FindLog(const std::string& source) const;

  base::io::FileSystem& files_;
  const base::Clock& clock_;
  const HubOptions options_;
  std::unique_ptr<base::io::FileLock> lock_;
  std::unique_ptr<Cursors> cursors_;
  HubTime time_;
  std::mutex retention_;  // one retention at a time
  int64_t reported_drift_us_ = 0;
  // Never held over disk work: every acknowledgement of every sink takes it.
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Slot>> slots_;
};

}  // namespace renkei::hub::embedded
