#include "sources/mysql/binlog/payload.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "base/bytes.h"
#include "sources/mysql/binlog/packed.h"

namespace renkei::sources::mysql::binlog {

namespace {

constexpr uint64_t kFieldEnd = 0;
constexpr uint64_t kFieldPackedSize = 1;
constexpr uint64_t kFieldAlgorithm = 2;
constexpr uint64_t kFieldPlainSize = 3;
constexpr uint64_t kZstd = 0;
constexpr uint64_t kNone = 255;
// What the highest level of the server's setting needs.
constexpr int kWindowLogMax = 27;
constexpr size_t kStepBytes = size_t{256} << 10;

struct Header {
  std::optional<uint64_t> packed_size;
  std::optional<uint64_t> plain_size;
  uint64_t algorithm = kNone;
};

Header TakeHeader(base::ByteReader& reader) {
  Header header;
  while (reader.ok()) {
    const uint64_t kind = ReadPacked(reader);
    if (kind == kFieldEnd) break;
    base::ByteReader value(ReadPackedText(reader));
    if (kind == kFieldPackedSize) header.packed_size = ReadPacked(value);
    if (kind == kFieldAlgorithm) header.algorithm = ReadPacked(value);
    if (kind == kFieldPlainSize) header.plain_size = ReadPacked(value);
    if (!value.ok()) reader.Fail();
  }
  return header;
}

bool MayStandInside(EventType type) {
  switch (type) {
    case EventType::kRotate:
    case EventType::kFormatDescription:
    case EventType::kGtid:
    case EventType::kMysqlGtid:
    case EventType::kMysqlTaggedGtid:
    case EventType::kAnonymousGtid:
    case EventType::kHeartbeat:
    case EventType::kHeartbeatV2:
    case EventType::kTransactionPayload:
      return false;
    default:
      return true;
  }
}

}  // namespace

PayloadReader::PayloadReader(Bytes packed, bool compressed, uint64_t plain_size)
    : packed_(packed),
      plain_left_(plain_size),
      zstd_(compressed ? ZSTD_createDCtx() : nullptr, &ZSTD_freeDCtx) {
  if (zstd_ != nullptr) ZSTD_DCtx_setParameter(zstd_.get(), ZSTD_d_windowLogMax, kWindowLogMax);
}

Result<PayloadReader> PayloadReader::Open(const Event& event) {
  base::ByteReader reader(event.body);
  const Header header = TakeHeader(reader);
  if (!reader.ok()) return BadEvent(event.type, "damaged payload header");
  if (header.algorithm != kZstd && header.algorithm != kNone)
    return BadEvent(event.type, "payload packed by algorithm " + std::to_string(header.algorithm));
  if (header.packed_size && *header.packed_size != reader.left())
    return BadEvent(event.type, "a payload of another size than it says");
  const Bytes packed = reader.Raw(reader.left());
  const bool compressed = header.algorithm == kZstd;
  if (compressed && !header.plain_size) return BadEvent(event.type, "a payload without its unpacked size");
  return PayloadReader(packed, compressed, compressed ? *header.plain_size : packed.size());
}

bool PayloadReader::Unpack(size_t room) {
  if (zstd_ == nullptr) {
    const size_t taken = std::min(room, packed_.size());
    if (taken == 0) return false;
    std::memcpy(plain_.data() + end_, packed_.data(), taken);
    packed_ = packed_.subspan(taken);
    end_ += taken;
    plain_left_ -= taken;
    return true;
  }
  ZSTD_inBuffer in{packed_.data(), packed_.size(), 0};
  ZSTD_outBuffer out{plain_.data() + end_, room, 0};
  const size_t result = ZSTD_decompressStream(zstd_.get(), &out, &in);
  if (ZSTD_isError(result) != 0 || out.pos > plain_left_) return false;
  if (out.pos == 0 && in.pos == 0) return false;
  packed_ = packed_.subspan(in.pos);
  end_ += out.pos;
  plain_left_ -= out.pos;
  return true;
}

bool PayloadReader::Need(size_t bytes) {
  while (end_ - begin_ < bytes) {
    if (begin_ > 0) {
      std::memmove(plain_.data(), plain_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    // Grows with what comes, not with what is claimed.
    if (plain_.size() - end_ < kStepBytes) {
      const size_t doubled = std::min(bytes, 2 * end_) + kStepBytes;
      plain_.resize(std::max(plain_.size(), doubled));
    }
    if (!Unpack(plain_.size() - end_)) return false;
  }
  return true;
}

Result<std::optional<Event>> PayloadReader::Next() {
  constexpr auto kType = EventType::kTransactionPayload;
  constexpr size_t kLengthAt = 9;
  if (!Need(kHeaderBytes)) {
    if (begin_ == end_ && plain_left_ == 0 && packed_.empty()) return std::optional<Event>();
    return BadEvent(kType, "a damaged payload");
  }
  uint32_t length = 0;
  std::memcpy(&length, plain_.data() + begin_ + kLengthAt, sizeof(length));
  if (length < kHeaderBytes || length > kEventBytesMax || length > end_ - begin_ + plain_left_)
    return BadEvent(kType, "an event inside a payload is of a wrong length");
  if (!Need(length)) return BadEvent(kType, "a damaged payload");
  ASSIGN_OR_RETURN(const Event event, ReadEvent(Bytes(plain_).subspan(begin_, length)));
  begin_ += length;
  if (!MayStandInside(event.type)) return BadEvent(event.type, "it may not stand inside a payload");
  return std::optional<Event>(event);
}

}  // namespace renkei::sources::mysql::binlog
