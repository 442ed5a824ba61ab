// How fast the DuckDB sink applies cycles and copies, beside the floor: the same rows through DuckDB's
// appender into a plain table of the same file system, in the same run.
//
//   renkei_apply_bench [--rows N] [--small] [--memory M] [--only batches|inserts|ten|many|replay]
//
// N rows in the big table (default 10 million), M MiB for DuckDB (default 1024).
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <unordered_set>

#include "base/io/system_clock.h"
#include "core/batch_builder.h"
#include "duckdb/appender.h"
#include "duckdb/types.h"
#include "sinks/duckdb/sink.h"

namespace renkei::bench {
namespace {

using core::Operation;

const base::io::SystemClock kClock;

double NowMs() { return static_cast<double>(kClock.mono().value) / 1e6; }

// DuckDB works on threads of its own: the process's time, not the thread's.
double CpuMs() { return static_cast<double>(std::clock()) * 1000 / CLOCKS_PER_SEC; }

double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())))];
}

void Must(const Status& status) {
  if (!status.ok()) base::CheckFailed("apply_bench", 0, "a step", status.error().Debug());
}
template <class T>
T Must(Result<T> result) {
  if (!result.ok()) base::CheckFailed("apply_bench", 0, "a step", result.error().Debug());
  return std::move(result).value();
}

core::TableSchema Schema(uint32_t table) {
  core::TableSchema schema;
  schema.table = core::TableId{table};
  schema.id = core::SchemaId{table};
  schema.schema = "bench";
  schema.name = fmt::format("t{}", table);
  schema.key_kind = core::KeyKind::kPrimary;
  schema.key = {0};
  const auto add = [&](const char* name, core::Kind kind, uint8_t precision = 0, uint8_t scale = 0) {
    core::ColumnSchema column;
    column.id = static_cast<uint32_t>(schema.columns.size() + 1);
    column.name = name;
    column.type = {kind, precision, scale};
    column.nullable = !schema.columns.empty();
    schema.columns.push_back(column);
  };
  add("id", core::Kind::kInt64);
  add("quantity", core::Kind::kInt32);
  add("name", core::Kind::kText);
  add("address", core::Kind::kText);
  add("note", core::Kind::kText);
  add("price", core::Kind::kDecimal, 18, 2);
  add("weight", core::Kind::kFloat64);
  add("active", core::Kind::kBool);
  add("changed_at", core::Kind::kTimestamp);
  add("day", core::Kind::kDate);
  return schema;
}

void FillRow(std::vector<core::ColumnBuilder>& after, int64_t id, uint64_t salt) {
  char text[48];
  after[0].Fixed(id);
  after[1].Fixed(static_cast<int32_t>(salt % 100));
  int length = std::snprintf(text, sizeof(text), "customer %lld", static_cast<long long>(id % 100'000));
  after[2].Varying({text, static_cast<size_t>(length)});
  length =
      std::snprintf(text, sizeof(text), "%llu-%llu Chiyoda, Tokyo",
                    static_cast<unsigned long long>(salt % 999), static_cast<unsigned long long>(id % 77));
  after[3].Varying({text, static_cast<size_t>(length)});
  after[4].Varying(salt % 3 == 0 ? "" : "ok");
  after[5].Fixed(static_cast<int64_t>(salt % 1'000'000));
  after[6].Fixed(static_cast<double>(salt % 1000) / 8);
  after[7].Fixed(static_cast<uint8_t>(salt % 2));
  after[8].Fixed(int64_t{1'760'000'000'000'000} + static_cast<int64_t>(salt % 1'000'000'000));
  after[9].Fixed(static_cast<int32_t>(20'000 + salt % 365));
}

// A source's log as the sink sees it, one frame at a time.
class Feed final : public core::LogReader {
 public:
  explicit Feed(sinks::duckdb::DuckdbSink& sink) : sink_(sink) {}

  Result<std::optional<core::Entry>> Next() override { return std::optional<core::Entry>(); }
  core::Address position() const override { return end_; }
  Result<core::Changes> ReadPart(const core::PartPlace&) override { return core::Changes(); }
  Result<core::Batch> ReadChunk(const core::ChunkPlace&) override { return chunk_; }

  void Frame(core::EntryBody body) {
    core::Entry entry;
    entry.address = end_;
    ++end_.sub;
    entry.next = end_;
    entry.body = std::move(body);
    state_.Apply(entry);
    entries_.push_back(std::move(entry));
  }
  void Changes(std::vector<core::Batch> batches) {
    auto set = std::make_shared<core::ChangeSet>();
    set->transactions.emplace_back();
    for (core::Batch& batch : batches) set->items.push_back(std::move(batch));
    core::Entry entry;
    entry.address = end_;
    end_ = {core::Offset{end_.offset.value + 1}, 0};
    entry.next = end_;
    entry.body = core::Changes(std::move(set));
    entries_.push_back(std::move(entry));
  }
  void Chunk(uint32_t table, core::Batch rows) {
    core::ChunkMarker marker;
    marker.snapshot = core::SnapshotId{table};
    marker.table = core::TableId{table};
    marker.rows = rows.rows;
    chunk_ = std::move(rows);
    Frame(marker);
  }
  void BeginCopy(uint32_t table) {
    Frame(core::SchemaFrame{Schema(table)});
    core::CopyBegin begin;
    begin.snapshot = core::SnapshotId{table};
    begin.table = core::TableId{table};
    begin.subscriptions = {"w"};
    begin.schema = core::SchemaId{table};
    Frame(begin);
  }
  void EndCopy(uint32_t table) { Frame(core::CopyEnd{core::SnapshotId{table}, core::TableId{table}, false}); }

  // Applies what was added since the last call.
  void Apply() {
    const auto cursor = sink_.Cursor("s");
    core::Slice slice;
    slice.source = "s";
    slice.log = "log";
    slice.main_from = cursor ? cursor->main : core::Address{};
    slice.main_to = end_;
    slice.main = entries_;
    if (cursor && cursor->copy) {
      slice.copy_from = cursor->copy;
      slice.copy_to = end_;
      slice.copy = entries_;
    }
    slice.reads = this;
    slice.state = &state_;
    Must(sink_.Apply({slice}));
    entries_.clear();
  }

 private:
  sinks::duckdb::DuckdbSink& sink_;
  core::Address end_;
  core::LogState state_;
  std::vector<core::Entry> entries_;
  core::Batch chunk_;
};

core::Batch RowsOf(uint32_t table, int64_t from, int64_t count) {
  core::BatchBuilder builder(Schema(table), {});
  for (int64_t id = from; id < from + count; ++id) {
    builder.BeginRow(Operation::kRead, 0, builder.rows());
    FillRow(builder.after(), id, static_cast<uint64_t>(id) * 0x9e3779b97f4a7c15u >> 20);
  }
  return builder.Finish();
}

struct Keys {
  std::unordered_set<int64_t> gone;
  int64_t next = 0;
};

// 70 % updates, 20 % inserts, 10 % deletes; the old keys among the last `span`, each at most once.
core::Batch Mixed(uint32_t table, Keys& keys, int64_t rows, int64_t span, std::mt19937_64& random) {
  core::BatchBuilder builder(Schema(table), {0});
  std::unordered_set<int64_t> used;
  const int64_t low = std::max<int64_t>(0, keys.next - span);
  const int64_t high = keys.next;
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t kind = i % 10;
    int64_t id = keys.next;
    if (kind < 8) {
      do {
        id = low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low));
      } while (keys.gone.contains(id) || !used.insert(id).second);
    }
    if (kind < 7) {
      builder.BeginRow(Operation::kUpdate, 0, builder.rows());
      FillRow(builder.after(), id, random());
      builder.before()[0].Without(core::CellState::kAbsent);
    } else if (kind == 7) {
      builder.BeginRow(Operation::kDelete, 0, builder.rows());
      for (auto& column : builder.after()) column.Without(core::CellState::kAbsent);
      builder.before()[0].Fixed(id);
      keys.gone.insert(id);
    } else {
      builder.BeginRow(Operation::kInsert, 0, builder.rows());
      FillRow(builder.after(), keys.next++, random());
      builder.before()[0].Without(core::CellState::kAbsent);
    }
  }
  return builder.Finish();
}

core::Batch Inserts(uint32_t table, Keys& keys, int64_t rows, std::mt19937_64& random) {
  core::BatchBuilder builder(Schema(table), {0});
  for (int64_t i = 0; i < rows; ++i) {
    builder.BeginRow(Operation::kInsert, 0, builder.rows());
    FillRow(builder.after(), keys.next++, random());
    builder.before()[0].Without(core::CellState::kAbsent);
  }
  return builder.Finish();
}

class Bench {
 public:
  Bench(std::string folder, int64_t big_rows, uint64_t memory_mib)
      : folder_(std::move(folder)), big_rows_(big_rows) {
    sinks::duckdb::Options options;
    options.path.text = folder_ + "/w.duckdb";
    options.memory = config::MiB(memory_mib);
    sink_ = std::make_unique<sinks::duckdb::DuckdbSink>("w", options, std::set<std::string>{"s"});
    Must(sink_->Open());
    feed_ = std::make_unique<Feed>(*sink_);
    Must(OpenFloor());
  }

  // `only`: one part alone, after the copies that it needs.
  void Run(const std::string& only) {
    const auto wanted = [&](const char* part) { return only.empty() || only == part; };
    Copy(1, big_rows_, false);
    Copy(2, big_rows_ / 10, true);
    if (wanted("batches")) MixedBatches();
    if (wanted("inserts")) {
      for (int64_t rows : {1'000, 10'000, 100'000}) InsertOnly(1, rows);
    }
    SmallTables(3, 8, 100'000);
    if (wanted("ten")) TenTables();
    SmallTables(100, 500, 1000);
    if (wanted("many")) ManyTables(500);
    if (wanted("replay")) Replay();
  }

 private:
  Status OpenFloor() {
    floor_ = Must(duckdb::Database::Open({.path = folder_ + "/floor.duckdb"}));
    floor_connection_ = Must(floor_->Connect());
    std::string columns;
    for (const auto& column : Schema(1).columns) {
      floor_columns_.push_back({column.name, column.type});
      columns += (columns.empty() ? "" : ", ") + column.name + " " + duckdb::SqlType(column.type);
    }
    return floor_connection_->Execute("CREATE TABLE t (" + columns + ")");
  }
  // The same rows, appended and committed with nothing else around them.
  double Floor(const core::Batch& rows) {
    std::vector<const core::Column*> columns;
    for (const auto& column : rows.after) columns.push_back(&column);
    const double began = NowMs();
    Must(floor_connection_->Execute("BEGIN"));
    auto appender = Must(duckdb::Appender::ToTable(*floor_connection_, "main", "t", floor_columns_));
    Must(appender.Append({columns, 0, rows.rows}));
    Must(appender.Close());
    Must(floor_connection_->Execute("COMMIT"));
    return NowMs() - began;
  }
  void Checkpoint() { Must((Must(sink_->database()->Connect()))->Execute("CHECKPOINT warehouse")); }

  void Copy(uint32_t table, int64_t rows, bool touched) {
    constexpr int64_t kChunk = 100'000;
    feed_->BeginCopy(table);
    feed_->Apply();
    if (touched) {
      feed_->Changes({Inserts(table, keys_[table], 1, random_)});
      feed_->Apply();
    }
    keys_[table].next = 0;
    double spent = 0;
    double floor = 0;
    while (keys_[table].next < rows) {
      core::Batch chunk = RowsOf(table, keys_[table].next, std::min(kChunk, rows - keys_[table].next));
      keys_[table].next += chunk.rows;
      floor += Floor(chunk);
      feed_->Chunk(table, std::move(chunk));
      const double began = NowMs();
      feed_->Apply();
      Must(sink_->Maintain());
      spent += NowMs() - began;
    }
    feed_->EndCopy(table);
    feed_->Apply();
    fmt::print("copy of {} rows{}: {:.0f} rows/s (floor {:.0f} rows/s, {:.0f} %)\n", rows,
               touched ? ", touched" : "", rows / spent * 1000, rows / floor * 1000, floor / spent * 100);
    Checkpoint();
  }

  template <class Make>
  void Cycles(const std::string& what, int64_t rows, int count, const Make& make) {
    std::vector<double> times;
    double floor = 0;
    double cpu = 0;
    for (int i = 0; i < count; ++i) {
      std::vector<core::Batch> batches = make();
      for (const core::Batch& batch : batches) {
        if (batches.size() == 1) floor += Floor(RowsOf(1, 0, batch.rows));
      }
      feed_->Changes(std::move(batches));
      const double cpu_began = CpuMs();
      const double began = NowMs();
      feed_->Apply();
      times.push_back(NowMs() - began);
      cpu += CpuMs() - cpu_began;
      const double maintained = NowMs();
      if (Must(sink_->Maintain())) fmt::print("  a checkpoint: {:.0f} ms\n", NowMs() - maintained);
    }
    const double median = Quantile(times, 0.5);
    fmt::print("{}: p50 {:.1f} ms, p99 {:.1f} ms, {:.0f} rows/s, {:.1f} ms CPU{}\n", what, median,
               Quantile(times, 0.99), static_cast<double>(rows) / median * 1000, cpu / count,
               floor > 0 ? fmt::format(" (floor {:.1f} ms)", floor / count) : "");
    std::fflush(stdout);
  }

  void Batches(uint32_t table, int64_t rows, int64_t span, const char* spread) {
    Cycles(fmt::format("mixed {} on {} rows, {} keys", rows, keys_[table].next, spread), rows,
           rows >= 100'000 ? 5 : 15, [&] {
             std::vector<core::Batch> batches;
             batches.push_back(Mixed(table, keys_[table], rows, span, random_));
             return batches;
           });
  }
  void MixedBatches() {
    for (uint32_t table : {1u, 2u}) {
      for (int64_t rows : {1'000, 10'000, 100'000}) {
        Batches(table, rows, std::max<int64_t>(rows * 4, 200'000), "recent");
        Batches(table, rows, keys_[table].next, "random");
      }
    }
  }
  void InsertOnly(uint32_t table, int64_t rows) {
    Cycles(fmt::format("inserts {}", rows), rows, 15, [&] {
      std::vector<core::Batch> batches;
      batches.push_back(Inserts(table, keys_[table], rows, random_));
      return batches;
    });
  }
  void SmallTables(uint32_t first, uint32_t count, int64_t rows) {
    for (uint32_t table = first; table < first + count; ++table) feed_->BeginCopy(table);
    feed_->Apply();
    for (uint32_t table = first; table < first + count; ++table) {
      feed_->Chunk(table, RowsOf(table, 0, rows));
      keys_[table].next = rows;
      feed_->EndCopy(table);
      feed_->Apply();
    }
    Checkpoint();
  }
  void TenTables() {
    for (int64_t rows : {100, 1000}) {
      for (const bool recent : {true, false}) {
        Cycles(fmt::format("10 tables x {} rows, one of {} rows, {} keys", rows, keys_[1].next,
                           recent ? "recent" : "random"),
               rows * 10, 60, [&] {
                 std::vector<core::Batch> batches;
                 for (uint32_t table = 1; table <= 10; ++table) {
                   const int64_t span = recent ? 20'000 : keys_[table].next;
                   batches.push_back(Mixed(table, keys_[table], rows, span, random_));
                 }
                 return batches;
               });
      }
    }
  }
  void ManyTables(uint32_t count) {
    Cycles(fmt::format("{} tables x 2 rows", count), count * 2, 20, [&] {
      std::vector<core::Batch> batches;
      for (uint32_t table = 100; table < 100 + count; ++table) {
        batches.push_back(Mixed(table, keys_[table], 2, 1000, random_));
      }
      return batches;
    });
  }
  // How long a crash's aftermath takes: opens a copy of the file with its log as it stands.
  void Replay() {
    struct Case {
      uint32_t first;
      uint32_t tables;
      int64_t rows;
      int cycles;
    };
    for (const Case& c : {Case{1, 1, 10'000, 40}, Case{1, 10, 100, 100}, Case{100, 500, 2, 10}}) {
      const double checkpoint_began = NowMs();
      Checkpoint();
      const double checkpoint = NowMs() - checkpoint_began;
      for (int i = 0; i < c.cycles; ++i) {
        std::vector<core::Batch> batches;
        for (uint32_t table = c.first; table < c.first + c.tables; ++table) {
          batches.push_back(Mixed(table, keys_[table], c.rows, keys_[table].next, random_));
        }
        feed_->Changes(std::move(batches));
        feed_->Apply();
      }
      const uint64_t wal = sink_->database()->wal_bytes();
      const std::string copy = folder_ + "/copy.duckdb";
      std::filesystem::copy_file(folder_ + "/w.duckdb", copy,
                                 std::filesystem::copy_options::overwrite_existing);
      std::filesystem::copy_file(folder_ + "/w.duckdb.wal", copy + ".wal",
                                 std::filesystem::copy_options::overwrite_existing);
      const double cpu_began = CpuMs();
      const double began = NowMs();
      auto opened = Must(duckdb::Database::Open({.path = copy, .read_only = true}));
      const double replay = NowMs() - began;
      const double cpu = CpuMs() - cpu_began;
      fmt::print(
          "replay of {} cycles x {} tables x {} rows: {:.0f} ms, {:.0f} ms CPU, for {} table writes, {:.1f} "
          "MB of log "
          "(checkpoint before: {:.0f} ms)\n",
          c.cycles, c.tables, c.rows, replay, cpu, c.cycles * c.tables, static_cast<double>(wal) / 1e6,
          checkpoint);
      std::fflush(stdout);
      opened.reset();
      std::filesystem::remove(copy);
      std::filesystem::remove(copy + ".wal");
    }
  }

  std::string folder_;
  int64_t big_rows_;
  std::mt19937_64 random_{20251103};
  std::unique_ptr<sinks::duckdb::DuckdbSink> sink_;
  std::unique_ptr<Feed> feed_;
  std::unique_ptr<duckdb::Database> floor_;
  std::unique_ptr<duckdb::Connection> floor_connection_;
  std::vector<duckdb::AppendColumn> floor_columns_;
  std::map<uint32_t, Keys> keys_;
};

}  // namespace
}  // namespace renkei::bench

int main(int argc, char** argv) {
  int64_t rows = 10'000'000;
  uint64_t memory_mib = 1024;
  std::string only;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--rows") == 0 && i + 1 < argc) rows = std::atoll(argv[++i]);
    if (std::strcmp(argv[i], "--small") == 0) rows = 200'000;
    if (std::strcmp(argv[i], "--memory") == 0 && i + 1 < argc)
      memory_mib = std::strtoull(argv[++i], nullptr, 10);
    if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) only = argv[++i];
  }
  std::string folder = (std::filesystem::temp_directory_path() / "renkei-apply-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  {
    renkei::bench::Bench bench(folder, rows, memory_mib);
    bench.Run(only);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
