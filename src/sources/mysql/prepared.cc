#include "sources/mysql/prepared.h"

#include "base/bytes.h"

namespace renkei::sources::mysql {

std::string PreparedMemo::Encode() const {
  base::ByteWriter writer;
  writer.Text(xid);
  writer.Varint(tables.size());
  for (const auto& [name, generation] : tables) {
    writer.Text(name);
    writer.Varint(generation);
  }
  return std::string(reinterpret_cast<const char*>(writer.bytes().data()), writer.size());
}

std::optional<PreparedMemo> PreparedMemo::Decode(std::string_view bytes) {
  base::ByteReader reader(bytes);
  PreparedMemo memo;
  memo.xid = reader.Text();
  const uint64_t count = reader.VarintUpTo(reader.left());
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const std::string name(reader.Text());
    memo.tables[name] = static_cast<uint32_t>(reader.VarintUpTo(UINT32_MAX));
  }
  if (!reader.ok() || reader.left() > 0) return std::nullopt;
  return memo;
}

}  // namespace renkei::sources::mysql
