// Any bytes as packets of the binary log: read, refused, never more.
//
//   input := {length:u16 packet}          the packet's own length and checksum are put right first
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/batch_builder.h"
#include "sources/mysql/binlog/compressed.h"
#include "sources/mysql/binlog/control_events.h"
#include "sources/mysql/binlog/made_events.h"
#include "sources/mysql/binlog/payload.h"
#include "sources/mysql/binlog/rows_event.h"
#include "sources/mysql/statement.h"
#include "sources/mysql/transaction_statement.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace renkei;                  // NOLINT: a program of its own
using namespace renkei::sources::mysql;  // NOLINT

namespace recorded = binlog::recorded;

const core::TableSchema& Schema() {
  static const core::TableSchema schema = recorded::Schema();
  return schema;
}

void AddPacket(binlog::Bytes packet, std::string& input) {
  const auto length = static_cast<uint16_t>(packet.size());
  input.append(reinterpret_cast<const char*>(&length), sizeof(length));
  input.append(reinterpret_cast<const char*>(packet.data()), length);
}

// A transaction as MySQL compresses it, or as it is inside.
std::string PayloadInput(bool compressed) {
  std::vector<std::byte> plain;
  binlog::made::Add(binlog::made::MakeEvent(binlog::EventType::kQuery,
                                            binlog::made::QueryBody("shop", "XA START X'61',X'',1")),
                    plain);
  for (const char* hex : {recorded::kTableMap, recorded::kInsert, recorded::kUpdate, recorded::kXid}) {
    const std::vector<std::byte> packet = recorded::FromHex(hex);
    const auto type = static_cast<binlog::EventType>(packet[4]);
    binlog::made::Add(binlog::made::MakeEvent(type, binlog::made::BodyOf(hex)), plain);
  }
  std::string input;
  AddPacket(binlog::made::MakePayload(plain, compressed), input);
  return input;
}

// The recorded packets, without their checksums.
std::string Input(std::initializer_list<const char*> packets) {
  std::string input;
  for (const char* hex : packets) {
    const std::vector<std::byte> bytes = recorded::FromHex(hex);
    AddPacket(binlog::Bytes(bytes).first(bytes.size() - binlog::kChecksumBytes), input);
  }
  return input;
}

class Reader {
 public:
  void Take(std::vector<std::byte> packet) {
    if (packet.size() >= binlog::kHeaderBytes) {
      const auto length = static_cast<uint32_t>(packet.size());
      std::memcpy(packet.data() + 9, &length, sizeof(length));
    }
    const auto event = splitter_.Split(packet);
    if (event.ok()) Read(*event);
  }

 private:
  void Read(const binlog::Event& event) {
    (void)binlog::ReadRotate(event);
    (void)binlog::ReadGtid(event);
    (void)binlog::ReadIncident(event);
    if (const auto query = binlog::ReadQuery(event); query.ok()) {
      (void)Classify(query->statement, query->schema);
      (void)ReadTransactionStatement(query->statement);
      (void)decompressor_.Decompress(std::as_bytes(std::span(query->statement)));
    }
    (void)binlog::ReadHeartbeatV2(event);
    (void)binlog::ReadXaPrepare(event);
    if (event.type == binlog::EventType::kTransactionPayload) ReadPayload(event);
    if (event.type == binlog::EventType::kTableMap) ReadMap(event);
    if (binlog::IsRowsEvent(event.type)) ReadRows(event);
  }

  void ReadPayload(const binlog::Event& event) {
    auto payload = binlog::PayloadReader::Open(event);
    while (payload.ok()) {
      const auto inner = payload->Next();
      if (!inner.ok() || !*inner) return;
      Read(**inner);
    }
  }

  void ReadMap(const binlog::Event& event) {
    const auto map = binlog::ReadTableMap(event);
    if (!map.ok()) return;
    if (auto made = binlog::MakeRowPlan(Schema(), *map, recorded::CharsetOf); made.plan)
      plan_ = std::move(made.plan);
  }

  void ReadRows(const binlog::Event& event) {
    const auto rows = binlog::ReadRowsEvent(event, decompressor_);
    if (!rows.ok() || !plan_ || rows->width != plan_->columns.size()) return;
    core::BatchBuilder batch(Schema(), Schema().key);
    binlog::Cursor cursor = binlog::CursorOver(rows->images);
    binlog::RowTarget target{batch, 0, 0};
    (void)binlog::DecodeRows(*rows, *plan_, cursor, 1 << 20, target);
    (void)batch.Finish();
  }

  binlog::EventSplitter splitter_{false};
  std::optional<binlog::RowPlan> plan_;
  binlog::Decompressor decompressor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Reader reader;
  while (size >= 2) {
    uint16_t length = 0;
    std::memcpy(&length, data, sizeof(length));
    data += 2;
    size -= 2;
    const size_t taken = std::min<size_t>(length, size);
    const auto* begin = reinterpret_cast<const std::byte*>(data);
    reader.Take({begin, begin + taken});
    data += taken;
    size -= taken;
  }
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  return {Input({recorded::kGtid, recorded::kTableMap, recorded::kInsert, recorded::kUpdateOfKey,
                 recorded::kUpdate, recorded::kDelete, recorded::kXid}),
          Input({recorded::kTableMap, recorded::kInsert}),
          Input({recorded::kTableMap, recorded::kUpdate}),
          Input({recorded::kTableMap, recorded::kDelete, recorded::kMinimalInsert}),
          Input({recorded::kRotate, recorded::kGtid, recorded::kTruncate}),
          PayloadInput(true),
          PayloadInput(false)};
}
