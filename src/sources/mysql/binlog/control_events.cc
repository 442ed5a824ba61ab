#include "sources/mysql/binlog/control_events.h"

#include "base/bytes.h"
#include "sources/mysql/binlog/packed.h"

namespace renkei::sources::mysql::binlog {

namespace {

constexpr uint8_t kStandalone = 1;
constexpr uint8_t kPreparedXa = 64;
constexpr uint8_t kCompletedXa = 128;
constexpr uint32_t kListCountMask = (uint32_t{1} << 28) - 1;
constexpr size_t kLoadBytes = 4 + 4 + 4 + 1;

}  // namespace

Result<Rotate> ReadRotate(const Event& event) {
  base::ByteReader reader(event.body);
  Rotate rotate;
  rotate.offset = reader.Fixed<uint64_t>();
  if (!reader.ok() || reader.left() == 0) return BadEvent(event.type, "too short");
  rotate.file = AsText(reader.Raw(reader.left()));
  return rotate;
}

Result<Gtid> ReadGtid(const Event& event) {
  base::ByteReader reader(event.body);
  Gtid gtid;
  gtid.sequence = reader.Fixed<uint64_t>();
  gtid.domain = reader.Fixed<uint32_t>();
  const auto flags = reader.Fixed<uint8_t>();
  if (!reader.ok()) return BadEvent(event.type, "too short");
  gtid.standalone = (flags & kStandalone) != 0;
  gtid.prepared = (flags & kPreparedXa) != 0;
  gtid.completed = (flags & kCompletedXa) != 0;
  return gtid;
}

Result<std::vector<GtidListItem>> ReadGtidList(const Event& event) {
  base::ByteReader reader(event.body);
  const uint32_t count = reader.Fixed<uint32_t>() & kListCountMask;
  std::vector<GtidListItem> list;
  for (uint32_t i = 0; i < count && reader.ok(); ++i) {
    GtidListItem item;
    item.domain = reader.Fixed<uint32_t>();
    item.server_id = reader.Fixed<uint32_t>();
    item.sequence = reader.Fixed<uint64_t>();
    list.push_back(item);
  }
  if (!reader.ok()) return BadEvent(event.type, "too short");
  return list;
}

namespace {

// variables := {code value}*, of which the first that is not known ends what can be read:
//   0 flags:u32   1 sql_mode:u64   6 catalog:text8   3 auto_increment:u16 u16   4 charset:u16 u16 u16
void ReadVariables(Bytes bytes, Query& query) {
  base::ByteReader reader(bytes);
  while (reader.left() > 0) {
    switch (reader.Fixed<uint8_t>()) {
      case 0:
      case 3:
        reader.Raw(4);
        break;
      case 1:
        if (const auto mode = reader.Fixed<uint64_t>(); reader.ok()) query.sql_mode = mode;
        break;
      case 4:
        query.client_collation = reader.Fixed<uint16_t>();
        return;
      case 6:
        reader.Raw(reader.Fixed<uint8_t>());
        break;
      default:
        return;
    }
  }
}

}  // namespace

Result<Query> ReadQuery(const Event& event) {
  base::ByteReader reader(event.body);
  reader.Raw(8);
  const auto schema_bytes = reader.Fixed<uint8_t>();
  reader.Raw(2);
  const auto variables_bytes = reader.Fixed<uint16_t>();
  if (event.type == EventType::kExecuteLoadQuery) reader.Raw(kLoadBytes);
  Query query;
  ReadVariables(reader.Raw(variables_bytes), query);
  query.schema = AsText(reader.Raw(schema_bytes));
  reader.Raw(1);
  if (!reader.ok()) return BadEvent(event.type, "too short");
  query.statement = AsText(reader.Raw(reader.left()));
  return query;
}

Result<std::optional<uint64_t>> ReadHeartbeatV2(const Event& event) {
  constexpr uint64_t kEnd = 0;
  constexpr uint64_t kPlace = 2;
  base::ByteReader reader(event.body);
  std::optional<uint64_t> place;
  while (reader.left() > 0) {
    const uint64_t kind = ReadPacked(reader);
    if (kind == kEnd) break;
    base::ByteReader value(ReadPackedText(reader));
    if (kind == kPlace) place = ReadPacked(value);
    if (!value.ok()) reader.Fail();
  }
  if (!reader.ok()) return BadEvent(event.type, "damaged");
  return place;
}

Result<bool> ReadXaPrepare(const Event& event) {
  base::ByteReader reader(event.body);
  const auto one_phase = reader.Fixed<uint8_t>();
  if (!reader.ok()) return BadEvent(event.type, "too short");
  return one_phase != 0;
}

Result<Incident> ReadIncident(const Event& event) {
  base::ByteReader reader(event.body);
  reader.Raw(2);
  const auto length = reader.Fixed<uint8_t>();
  Incident incident{AsText(reader.Raw(length))};
  if (!reader.ok()) return BadEvent(event.type, "too short");
  return incident;
}

}  // namespace renkei::sources::mysql::binlog
