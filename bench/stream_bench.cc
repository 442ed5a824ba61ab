// How fast binary log packets become change sets: real packets of a private MariaDB, taken into memory once,
// then
//   split     header and checksum of every event: the floor
//   decode    rows into columns
//   stream    the whole way to sets that are handed to a log that keeps nothing
//
//   renkei_stream_bench [rows in large statements] [one-row transactions]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <vector>

#include "base/io/system_clock.h"
#include "sources/mysql/binlog/control_events.h"
#include "sources/mysql/binlog/rows_event.h"
#include "sources/mysql/schema_reader.h"
#include "sources/mysql/stream.h"
#include "tests/doubles/silent_observer.h"
#include "tests/integration/mysql/server.h"

namespace renkei::sources::mysql {
namespace {

constexpr int kRepetitions = 5;

struct Packets {
  std::vector<std::byte> bytes;
  std::vector<size_t> ends;

  binlog::Bytes packet(size_t i) const {
    const size_t begin = i == 0 ? 0 : ends[i - 1];
    return std::span(bytes).subspan(begin, ends[i] - begin);
  }
};

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) base::CheckFailed(__FILE__, __LINE__, "bench", result.error().Debug());
  return std::move(result).value();
}
void Must(const Status& status) {
  if (!status.ok()) base::CheckFailed(__FILE__, __LINE__, "bench", status.error().Debug());
}

class NullLog final : public core::LogWriter {
 public:
  Result<core::AppendResult> Append(const core::ChangeSet& set) override {
    rows_ += set.rows();
    return core::AppendResult{true, {}, set.position};
  }
  Result<core::AppendResult> AppendTick(const core::Tick& tick) override {
    return core::AppendResult{true, {}, tick.position};
  }
  Result<core::PartPlace> AppendPart(const core::ChangeSet& part) override {
    rows_ += part.rows();
    return core::PartPlace{};
  }
  Result<core::Address> AppendFrame(const core::EntryBody&) override { return core::Address{}; }
  Result<std::pair<core::ChunkPlace, uint32_t>> AppendChunk(core::SnapshotId, const core::Batch&) override {
    return std::pair<core::ChunkPlace, uint32_t>{};
  }
  Status Sync() override { return {}; }
  const core::LogState& state() const override { return state_; }
  uint64_t rows() const { return rows_; }

 private:
  core::LogState state_;
  uint64_t rows_ = 0;
};

// Only there because a capture's context has one.
class NoLog final : public core::Log {
 public:
  core::LogId id() const override { return {}; }
  core::Epoch epoch() const override { return {}; }
  core::Address begin() const override { return {}; }
  core::Address durable_end() const override { return {}; }
  core::LogState State() const override { return {}; }
  Result<std::unique_ptr<core::LogWriter>> OpenWriter() override {
    return std::unique_ptr<core::LogWriter>(std::make_unique<NullLog>());
  }
  Result<std::unique_ptr<core::LogReader>> OpenReader(const core::ReadOptions&) override {
    return Error(Code{0});
  }
  Status CheckAddress(core::Epoch, core::Address) const override { return {}; }
  void Watch(base::Notifier*) override {}
  void Unwatch(base::Notifier*) override {}
  uint64_t size_bytes() const override { return 0; }
};

class FailingObserver final : public doubles::SilentObserver {
 public:
  void OnTableStopped(const std::string& table, const Error& why) override {
    base::CheckFailed(__FILE__, __LINE__, table.c_str(), why.Debug());
  }
};

Packets Capture(testing::MariadbServer& server, const std::string& file) {
  auto connection = Must(client::Connection::Open(server.CaptureEndpoint(), std::chrono::seconds(60)));
  Must(connection->Execute("SET @mariadb_slave_capability = 4"));
  Must(connection->Execute("SET @master_binlog_checksum = @@global.binlog_checksum"));
  Must(connection->StartDump({file, 4, 77, true}));
  Packets packets;
  while (auto packet = Must(connection->ReadEvent())) {
    packets.bytes.insert(packets.bytes.end(), packet->begin(), packet->end());
    packets.ends.push_back(packets.bytes.size());
  }
  return packets;
}

double BestSeconds(const std::function<void()>& run) {
  double best = 1e9;
  for (int i = 0; i < kRepetitions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

std::string_view CharsetOf(uint16_t collation) { return collation == 63 ? "binary" : "utf8mb4"; }

void Split(const Packets& packets) {
  binlog::EventSplitter splitter(true);
  for (size_t i = 0; i < packets.ends.size(); ++i) Must(splitter.Split(packets.packet(i)));
}

void Decode(const Packets& packets, const core::TableSchema& schema) {
  binlog::EventSplitter splitter(true);
  std::optional<binlog::RowPlan> plan;
  core::BatchBuilder batch(schema, schema.key);
  binlog::Decompressor decompressor;
  for (size_t i = 0; i < packets.ends.size(); ++i) {
    const binlog::Event event = Must(splitter.Split(packets.packet(i)));
    if (event.type == binlog::EventType::kTableMap && !plan) {
      plan = binlog::MakeRowPlan(schema, Must(binlog::ReadTableMap(event)), CharsetOf).plan;
      CHECK(plan.has_value());
    }
    if (!binlog::IsRowsEvent(event.type)) continue;
    const binlog::RowsEvent rows = Must(binlog::ReadRowsEvent(event, decompressor));
    binlog::Cursor cursor = binlog::CursorOver(rows.images);
    binlog::RowTarget target{batch, 0, 0};
    CHECK(binlog::DecodeRows(rows, *plan, cursor, core::kSetBytesMax, target).outcome ==
          binlog::RowsOutcome::kOk);
    if (batch.rows() % 64 == 0 && batch.size_bytes() > core::kSetBytesMax) (void)batch.Finish();
  }
}

uint64_t Stream(const Packets& packets, const core::TableSchema& schema) {
  const base::io::SystemClock clock;
  base::ByteBudget budget(size_t{256} << 20);
  core::CopyOrders orders;
  FailingObserver observer;
  NullLog log;
  NoLog no_log;
  core::CaptureContext context{no_log, budget, orders, observer, "bench"};
  const config::TablePatterns patterns({"b.*"});
  CapturedTables tables{core::LogState{}};
  tables.Add(schema, 0);
  LogEnd end = Must(LogEnd::Open(log, core::Position{}));
  snapshot::TouchedKeys touched(1 << 20);
  snapshot::TouchedKeys repair_touched(1 << 20);
  mysql::Stream stream({context, patterns, tables, end, {touched, repair_touched}, CharsetOf, {}}, true,
                       CommitClock(0), 1, {});
  for (size_t i = 0; i < packets.ends.size(); ++i) Must(stream.Take(packets.packet(i), clock.wall()));
  Must(stream.Append());
  return log.rows();
}

void Report(const char* shape, const Packets& packets, const core::TableSchema& schema, uint64_t rows) {
  CHECK_EQ(Stream(packets, schema), rows);
  const double megabytes = static_cast<double>(packets.bytes.size()) / 1e6;
  const auto line = [&](const char* name, double seconds) {
    fmt::print("{:<28}{:<8}{:>9.2f} M rows/s {:>8.0f} MB/s {:>9.2f} M events/s\n", shape, name,
               static_cast<double>(rows) / seconds / 1e6, megabytes / seconds,
               static_cast<double>(packets.ends.size()) / seconds / 1e6);
  };
  line("split", BestSeconds([&] { Split(packets); }));
  line("decode", BestSeconds([&] { Decode(packets, schema); }));
  line("stream", BestSeconds([&] { (void)Stream(packets, schema); }));
}

void Run(uint64_t bulk_rows, uint64_t single_rows) {
  testing::MariadbServer server;
  server.Execute("CREATE DATABASE b");
  server.Execute(
      "CREATE TABLE b.t (id BIGINT PRIMARY KEY, a INT, v VARCHAR(40), d DATETIME(6), m DECIMAL(12,2))");
  auto connection = server.Connect();
  auto discovery = Must(DiscoverTables(*connection, config::TablePatterns({"b.t"}), Readings(), {}));
  const core::TableSchema schema = discovery.tables.at(0).schema;
  const auto insert = [&](uint64_t from, uint64_t count) {
    Must(connection->Execute(fmt::format(
        "INSERT INTO b.t SELECT {0} + seq, seq % 1000, CONCAT('value number ', seq), NOW(6), seq / 100 "
        "FROM b.seq_1_to_{1}",
        from, count)));
  };
  server.Execute("FLUSH BINARY LOGS");
  const std::string bulk_file = server.Value("SHOW MASTER STATUS");
  for (uint64_t row = 0; row < bulk_rows; row += 1000) insert(row, 1000);
  server.Execute("FLUSH BINARY LOGS");
  const std::string single_file = server.Value("SHOW MASTER STATUS");
  for (uint64_t row = 0; row < single_rows; ++row) insert(1'000'000'000 + row, 1);
  server.Execute("FLUSH BINARY LOGS");
  const auto only = [&](const std::string& file) { return Capture(server, file); };
  Packets bulk = only(bulk_file);
  // A dump goes on into the files after its first.
  Packets singles = only(single_file);
  const size_t bulk_packets = bulk.ends.size() - singles.ends.size();
  bulk.ends.resize(bulk_packets);
  bulk.bytes.resize(bulk.ends.back());
  Report("1,000-row statements", bulk, schema, bulk_rows);
  Report("one-row transactions", singles, schema, single_rows);
}

}  // namespace
}  // namespace renkei::sources::mysql

int main(int argc, char** argv) {
  const uint64_t bulk_rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const uint64_t single_rows = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 30'000;
  renkei::sources::mysql::Run(bulk_rows, single_rows);
  return 0;
}
