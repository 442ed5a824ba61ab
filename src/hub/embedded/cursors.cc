#include "hub/embedded/cursors.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "hub/embedded/codes.h"

namespace renkei::hub::embedded {

namespace {

constexpr std::string_view kMagic = "RENKEICU";
constexpr uint16_t kCursorsMajor = 1;
constexpr uint16_t kCursorsMinor = 0;
constexpr int64_t kStoreIntervalUs = base::kMicrosPerSecond;

}  // namespace

Result<std::unique_ptr<Cursors>> Cursors::Open(base::io::FileSystem& files, std::string path) {
  std::unique_ptr<Cursors> cursors(new Cursors(files, path));
  if (files.Exists(path)) {
    ASSIGN_OR_RETURN(const std::string content, base::io::ReadWholeFile(files, path));
    RETURN_IF_ERROR(cursors->Load(content));
  }
  return cursors;
}

Status Cursors::Load(std::string_view content) {
  const Error damaged(kCursorsDamaged, {{"path", path_}});
  if (content.size() < kMagic.size() + 4 + 4) return damaged;
  const auto body = content.substr(0, content.size() - 4);
  base::ByteReader crc(content.substr(content.size() - 4));
  if (crc.Fixed<uint32_t>() != base::Crc32c(std::as_bytes(std::span(body)))) return damaged;
  base::ByteReader reader(body);
  const auto magic = reader.Raw(kMagic.size());
  if (std::memcmp(magic.data(), kMagic.data(), kMagic.size()) != 0) return damaged;
  const auto major = reader.Fixed<uint16_t>();
  const auto minor = reader.Fixed<uint16_t>();
  if (major != kCursorsMajor) {
    return Error(
        kUnknownFormat,
        {{"path", path_}, {"version", std::to_string(major) + "." + std::to_string(minor)}, {"bits", "0"}});
  }
  stored_time_ = base::WallTime{reader.Fixed<int64_t>()};
  const size_t count = reader.VarintUpTo(reader.left());
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    std::string subscription(reader.Text());
    std::string source(reader.Text());
    StoredCursor& cursor = cursors_[{std::move(source), std::move(subscription)}];
    cursor.log = reader.Text();
    cursor.address.offset.value = reader.Varint();
    cursor.address.sub = static_cast<uint32_t>(reader.VarintUpTo(UINT32_MAX));
  }
  if (!reader.ok() || reader.left() != 0) return damaged;
  return {};
}

std::string Cursors::Encode(base::WallTime hub_time) const {
  base::ByteWriter writer;
  writer.Raw(kMagic.data(), kMagic.size());
  writer.Fixed(kCursorsMajor);
  writer.Fixed(kCursorsMinor);
  writer.Fixed(hub_time.value);
  writer.Varint(cursors_.size());
  for (const auto& [key, cursor] : cursors_) {
    writer.Text(key.second);
    writer.Text(key.first);
    writer.Text(cursor.log);
    writer.Varint(cursor.address.offset.value);
    writer.Varint(cursor.address.sub);
  }
  writer.Fixed(base::Crc32c(writer.bytes()));
  return std::string(reinterpret_cast<const char*>(writer.bytes().data()), writer.size());
}

void Cursors::Advance(const std::string& subscription, const std::string& source, const core::LogId& log,
                      core::Address address) {
  std::lock_guard lock(mutex_);
  StoredCursor& cursor = cursors_[{source, subscription}];
  if (cursor.log == log && address <= cursor.address) return;
  cursor = {log, address};
  changed_ = true;
}

std::optional<core::Address> Cursors::Find(const std::string& subscription, const std::string& source,
                                           const core::LogId& log) const {
  std::lock_guard lock(mutex_);
  const auto found = cursors_.find({source, subscription});
  if (found == cursors_.end() || found->second.log != log) return std::nullopt;
  return found->second.address;
}

std::map<std::string, core::Address> Cursors::Of(const std::string& source, const core::LogId& log) const {
  std::lock_guard lock(mutex_);
  std::map<std::string, core::Address> addresses;
  for (auto at = cursors_.lower_bound({source, ""}); at != cursors_.end() && at->first.first == source;
       ++at) {
    if (at->second.log == log) addresses[at->first.second] = at->second.address;
  }
  return addresses;
}

Status Cursors::Store(base::WallTime hub_time, base::MonoTime now, bool in_any_case) {
  std::unique_lock writing(writing_, std::defer_lock);
  if (in_any_case) {
    writing.lock();
  } else if (!writing.try_lock()) {
    return {};  // another is at it
  }
  std::string content;
  {
    std::lock_guard lock(mutex_);
    const bool due = !stored_at_.has_value() || base::MicrosBetween(*stored_at_, now) >= kStoreIntervalUs;
    if (!in_any_case && !(changed_ && due)) return {};
    content = Encode(hub_time);
    changed_ = false;
    stored_at_ = now;
  }
  const Status written = base::io::ReplaceFile(files_, path_, content);
  if (written.ok()) return {};
  std::lock_guard lock(mutex_);
  changed_ = true;
  return written;
}

}  // namespace renkei::hub::embedded
