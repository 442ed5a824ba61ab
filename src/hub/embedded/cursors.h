// The subscriptions' cursors, kept in one small file that is replaced as a whole.
//
//   cursors := magic "RENKEICU" major:u16 minor:u16 hub_time_us:i64
//              count:varint {subscription:text source:text log_id:text offset:varint sub:varint}* crc:u32
//
// They only pin retention, so the file may lag: it is written at most once a second. A cursor that belongs to
// another log than the source now has pins nothing.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/io/file.h"
#include "base/result.h"
#include "core/log_entry.h"

namespace renkei::hub::embedded {

struct StoredCursor {
  core::LogId log;
  core::Address address;
};

// Thread-safe.
class Cursors {
 public:
  // `path` need not exist. kCursorsDamaged if it can not be read as such a file.
  static Result<std::unique_ptr<Cursors>> Open(base::io::FileSystem& files, std::string path);

  // Moves forward only, within one log.
  void Advance(const std::string& subscription, const std::string& source, const core::LogId& log,
               core::Address address);
  std::optional<core::Address> Find(const std::string& subscription, const std::string& source,
                                    const core::LogId& log) const;
  // By subscription, of one log.
  std::map<std::string, core::Address> Of(const std::string& source, const core::LogId& log) const;
  // The hub's time when the file was last written.
  std::optional<base::WallTime> stored_time() const { return stored_time_; }

  // Writes the file if anything changed and the last writing is a second ago, or in any case.
  Status Store(base::WallTime hub_time, base::MonoTime now, bool in_any_case);

 private:
  Cursors(base::io::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}
  Status Load(std::string_view content);
  std::string Encode(base::WallTime hub_time) const;

  base::io::FileSystem& files_;
  const std::string path_;
  std::optional<base::WallTime> stored_time_;
  std::mutex writing_;  // before mutex_, which is not held while the file is written
  mutable std::mutex mutex_;
  std::map<std::pair<std::string /*source*/, std::string /*subscription*/>, StoredCursor> cursors_;
  bool changed_ = false;
  std::optional<base::MonoTime> stored_at_;
};

}  // namespace renkei::hub::embedded
