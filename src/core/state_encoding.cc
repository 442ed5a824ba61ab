// The encoded form of a LogState.
//
//   state    := form:u8 (1; 2 with prepared or owed) heads schemas tables snapshots next_snapshot:varint
//               next_schema:varint [prepared [owed]]      both only in form 2, owed only if there are any
//   heads    := count:varint {lane:varint position:text note:text transaction_id:text commit_us:i64}*
//   schemas  := count:varint schema*
//   tables   := count:varint {table:varint in_force stopped:u8 gap}*    gap only if stopped
//   in_force := 1:u8 schema_id:varint | 0:u8 schema
//   snapshots:= count:varint {copy_begin offset:varint sub:varint chunks:varint copied_to:text rows:varint
//               ended:u8}*
//   prepared := count:varint {id:text lane:varint memo:text parts}*
//   owed     := count:varint {table:varint}*
//
// `end` is not in it: it is where the state stands.
#include <algorithm>
#include <vector>

#include "core/encoding.h"
#include "core/encoding_parts.h"

namespace renkei::core {

namespace {

constexpr uint8_t kFormWithMore = 2;

void PutTable(const LogState& state, TableId id, const TableStateInLog& table, base::ByteWriter& writer) {
  writer.Varint(id.value);
  const auto known = state.schemas.find(table.schema.id);
  const bool listed = known != state.schemas.end() && known->second == table.schema;
  writer.Fixed(static_cast<uint8_t>(listed));
  if (listed) {
    writer.Varint(table.schema.id.value);
  } else {
    encoding::PutSchema(table.schema, writer);
  }
  writer.Fixed(static_cast<uint8_t>(table.stopped));
  if (table.stopped) encoding::PutGap(table.gap, writer);
}

void GetTable(encoding::BodyReader& body, LogState& state) {
  TableStateInLog& table = state.tables[body.GetId<TableId>()];
  if (body.GetBool()) {
    const auto known = state.schemas.find(body.GetId<SchemaId>());
    if (known == state.schemas.end()) return body.reader.Fail();
    table.schema = known->second;
  } else {
    table.schema = body.GetSchema();
  }
  table.stopped = body.GetBool();
  if (table.stopped) table.gap = body.GetGap();
}

void PutSnapshot(const SnapshotState& snapshot, base::ByteWriter& writer) {
  encoding::PutCopyBegin(snapshot.begin, writer);
  writer.Varint(snapshot.begin_address.offset.value);
  writer.Varint(snapshot.begin_address.sub);
  writer.Varint(snapshot.chunks);
  writer.Text(snapshot.copied_to);
  writer.Varint(snapshot.rows);
  writer.Fixed(static_cast<uint8_t>(snapshot.ended));
}

void GetSnapshot(encoding::BodyReader& body, LogState& state) {
  SnapshotState snapshot;
  snapshot.begin = body.GetCopyBegin();
  snapshot.begin_address = Address{body.GetId<Offset>(), 0};
  snapshot.begin_address.sub = body.GetU32();
  snapshot.chunks = body.GetU32();
  snapshot.copied_to = body.GetText();
  snapshot.rows = body.reader.Varint();
  snapshot.ended = body.GetBool();
  state.snapshots[snapshot.begin.table] = snapshot;
}

void GetHead(encoding::BodyReader& body, LogState& state) {
  Head& head = state.heads[body.GetId<Lane>()];
  for (std::string* text : {&head.position.bytes, &head.note, &head.transaction_id}) *text = body.GetText();
  head.commit_time = base::WallTime{body.reader.Fixed<int64_t>()};
}

bool AnyOwed(const LogState& state) {
  return std::ranges::any_of(state.tables, [](const auto& table) { return table.second.owed; });
}

void PutOwed(const LogState& state, base::ByteWriter& writer) {
  std::vector<TableId> owed;
  for (const auto& [id, table] : state.tables) {
    if (table.owed) owed.push_back(id);
  }
  if (owed.empty()) return;
  writer.Varint(owed.size());
  for (TableId table : owed) writer.Varint(table.value);
}

void GetOwed(encoding::BodyReader& body, LogState& state) {
  if (!body.ok() || body.reader.left() == 0) return;
  const size_t count = body.GetCount();
  if (count == 0) body.reader.Fail();
  for (size_t i = 0; i < count && body.ok(); ++i) {
    const auto table = state.tables.find(body.GetId<TableId>());
    if (table == state.tables.end()) return body.reader.Fail();
    table->second.owed = true;
  }
}

}  // namespace

void EncodeState(const LogState& state, base::ByteWriter& writer) {
  const bool more = !state.prepared.empty() || AnyOwed(state);
  const uint8_t form = more ? kFormWithMore : encoding::kForm;
  writer.Fixed(form);
  writer.Varint(state.heads.size());
  for (const auto& [lane, head] : state.heads) {
    writer.Varint(lane.value);
    for (const std::string* text : {&head.position.bytes, &head.note, &head.transaction_id})
      writer.Text(*text);
    writer.Fixed(head.commit_time.value);
  }
  writer.Varint(state.schemas.size());
  for (const auto& [id, schema] : state.schemas) encoding::PutSchema(schema, writer);
  writer.Varint(state.tables.size());
  for (const auto& [id, table] : state.tables) PutTable(state, id, table, writer);
  writer.Varint(state.snapshots.size());
  for (const auto& [table, snapshot] : state.snapshots) PutSnapshot(snapshot, writer);
  writer.Varint(state.next_snapshot.value);
  writer.Varint(state.next_schema.value);
  if (form == encoding::kForm) return;
  writer.Varint(state.prepared.size());
  for (const auto& [id, prepared] : state.prepared) {
    writer.Text(id);
    writer.Varint(prepared.lane.value);
    writer.Text(prepared.memo);
    encoding::PutParts(prepared.parts, writer);
  }
  PutOwed(state, writer);
}

Result<LogState> DecodeState(const base::Buffer& bytes) {
  encoding::BodyReader body(bytes, kFormWithMore);
  LogState state;
  const auto each = [&](auto get) {
    const size_t count = body.GetCount();
    for (size_t i = 0; i < count && body.ok(); ++i) get();
  };
  each([&] { GetHead(body, state); });
  each([&] {
    TableSchema schema = body.GetSchema();
    state.schemas[schema.id] = std::move(schema);
  });
  each([&] { GetTable(body, state); });
  each([&] { GetSnapshot(body, state); });
  state.next_snapshot = body.GetId<SnapshotId>();
  state.next_schema = body.GetId<SchemaId>();
  if (body.form() == kFormWithMore) {
    each([&] {
      PreparedTransaction& prepared = state.prepared[body.GetText()];
      prepared.lane = body.GetId<Lane>();
      prepared.memo = body.GetText();
      prepared.parts = body.GetParts();
    });
    GetOwed(body, state);
  }
  RETURN_IF_ERROR(body.Finish("state"));
  return state;
}

}  // namespace renkei::core
