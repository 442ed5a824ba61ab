#include "hub/embedded/hub.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>

#include "hub/embedded/codes.h"
#include "hub/embedded/retention.h"

namespace renkei::hub::embedded {

namespace {

// A wall clock this far from the hub's time was set by somebody.
constexpr int64_t kDriftReportedUs = 60 * base::kMicrosPerSecond;

// A source's name as a folder's: what is not plain in a name becomes %XX.
std::string FolderName(const std::string& source) {
  std::string name;
  for (const unsigned char c : source) {
    if (std::isalnum(c) != 0 || c == '_' || c == '-') {
      name += static_cast<char>(c);
    } else {
      name += fmt::format("%{:02X}", c);
    }
  }
  return name;
}

}  // namespace

Result<std::unique_ptr<EmbeddedHub>> EmbeddedHub::Open(base::io::FileSystem& files, const base::Clock& clock,
                                                       HubOptions options) {
  RETURN_IF_ERROR(files.CreateFolders(options.folder));
  ASSIGN_OR_RETURN(auto lock, files.Lock(options.folder + "/lock"));
  ASSIGN_OR_RETURN(auto cursors, Cursors::Open(files, options.folder + "/cursors"));
  std::unique_ptr<EmbeddedHub> hub(
      new EmbeddedHub(files, clock, std::move(options), std::move(lock), std::move(cursors)));
  if (const int64_t step = hub->time_.refused_step_us(); step != 0) {
    hub->options_.report(Error(kClockStepped, {{"seconds", std::to_string(step / base::kMicrosPerSecond)}}));
  }
  return hub;
}

EmbeddedHub::EmbeddedHub(base::io::FileSystem& files, const base::Clock& clock, HubOptions options,
                         std::unique_ptr<base::io::FileLock> lock, std::unique_ptr<Cursors> cursors)
    : files_(files),
      clock_(clock),
      options_(std::move(options)),
      lock_(std::move(lock)),
      cursors_(std::move(cursors)),
      time_(clock, cursors_->stored_time(), options_.accept_clock) {}

EmbeddedHub::~EmbeddedHub() {
  // A cursor that is not stored only pins more after the next start.
  (void)cursors_->Store(time_.Now(), clock_.mono(), true);
}

core::HubCapabilities EmbeddedHub::capabilities() const {
  core::HubCapabilities capabilities;
  capabilities.append = core::HubCapabilities::Append::kCompare;
  capabilities.frame_bytes_max = kFrameBodyBytesMax;
  capabilities.seek_by_offset = true;
  return capabilities;
}

EmbeddedLog* EmbeddedHub::FindLog(const std::string& source) const {
  std::lock_guard lock(mutex_);
  const auto found = slots_.find(source);
  return found == slots_.end() ? nullptr : found->second->log.get();
}

Result<core::Log*> EmbeddedHub::OpenLog(const std::string& source) {
  Slot* slot = nullptr;
  {
    std::lock_guard lock(mutex_);
    std::unique_ptr<Slot>& place = slots_[source];
    if (place == nullptr) place = std::make_unique<Slot>();
    slot = place.get();
  }
  std::lock_guard opening(slot->opening);
  if (EmbeddedLog* open = FindLog(source)) {
    RETURN_IF_ERROR(open->RecoverIfDead());
    return open;
  }
  ASSIGN_OR_RETURN(auto log, EmbeddedLog::Open(files_, time_, options_, source,
                                               options_.folder + "/" + FolderName(source)));
  std::lock_guard lock(mutex_);
  slot->log = std::move(log);
  return slot->log.get();
}

Status EmbeddedHub::Acknowledge(const std::string& subscription, const std::string& source,
                                core::Address address) {
  EmbeddedLog* log = FindLog(source);
  if (log == nullptr) return Error(kUnknownLog, {{"log", source}});
  if (const core::Address end = log->durable_end(); address > end) {
    return Error(kAddressBeyondEnd, {{"log", source}, {"address", Show(address)}, {"end", Show(end)}});
  }
  cursors_->Advance(subscription, source, log->id(), address);
  return cursors_->Store(time_.Now(), clock_.mono(), false);
}

Result<std::optional<core::Address>> EmbeddedHub::Cursor(const std::string& subscription,
                                                         const std::string& source) {
  EmbeddedLog* log = FindLog(source);
  if (log == nullptr) return Error(kUnknownLog, {{"log", source}});
  return cursors_->Find(subscription, source, log->id());
}

Status EmbeddedHub::ApplyRetention() {
  std::lock_guard one(retention_);
  const int64_t drift = time_.drift_us();
  if (std::abs(drift - reported_drift_us_) > kDriftReportedUs) {
    options_.report(Error(kClockStepped, {{"seconds", std::to_string(drift / base::kMicrosPerSecond)}}));
    reported_drift_us_ = drift;
  }
  std::vector<EmbeddedLog*> logs;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [source, slot] : slots_) {
      if (slot->log != nullptr) logs.push_back(slot->log.get());
    }
  }
  RETURN_IF_ERROR(RemoveWhatMayGo(files_, logs, *cursors_, time_.Now(), options_));
  return cursors_->Store(time_.Now(), clock_.mono(), true);
}

}  // namespace renkei::hub::embedded
