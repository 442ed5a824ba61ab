// How fast the embedded hub makes change sets durable, beside its floor in the same run: a plain file written
// and synced by one thread, with as many bytes, in pieces of the same size, and as many unsynced at most.
//
//   renkei_hub_bench [folder]        default: a new folder under the current one, removed at the end
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "base/io/file.h"
#include "base/io/random.h"
#include "base/io/system_clock.h"
#include "hub/embedded/hub.h"

namespace renkei {
namespace {

using hub::embedded::EmbeddedHub;
using hub::embedded::HubOptions;

constexpr int kRepetitions = 5;
constexpr uint64_t kRunBytes = uint64_t{1} << 30;
constexpr int kSmallSets = 1000;
constexpr double kMega = 1e6;

[[noreturn]] void Stop(const Error& error) {
  fmt::print(stderr, "hub_bench: {}\n", error.Debug());
  std::exit(1);
}
void Must(const Status& status) {
  if (!status.ok()) Stop(status.error());
}
template <class T>
T Must(Result<T> result) {
  if (!result.ok()) Stop(result.error());
  return std::move(*result);
}

// A set of about so many bytes, of rows with a key and a text.
core::ChangeSet MakeSet(size_t bytes) {
  constexpr size_t kTextBytes = 100;
  const uint32_t rows = static_cast<uint32_t>(std::max<size_t>(1, bytes / (kTextBytes + 8 + 4)));
  core::ColumnBuilder key(core::Type{core::Kind::kInt64});
  core::ColumnBuilder text(core::Type{core::Kind::kText});
  std::vector<uint32_t> ordinals(rows);
  std::string value(kTextBytes, ' ');
  for (uint32_t row = 0; row < rows; ++row) {
    for (size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(' ' + (row * 31 + i * 7) % 90);
    key.Fixed(int64_t{row});
    text.Varying(value);
    ordinals[row] = row;
  }
  core::Batch batch;
  batch.table = core::TableId{1};
  batch.schema = core::SchemaId{1};
  batch.rows = rows;
  batch.operations = base::Buffer::Own(std::vector<core::Operation>(rows, core::Operation::kInsert));
  batch.transactions = base::Buffer::Own(std::vector<uint32_t>(rows, 0));
  batch.ordinals = base::Buffer::Own(std::move(ordinals));
  batch.after.push_back(key.Finish());
  batch.after.push_back(text.Finish());
  core::ChangeSet set;
  core::Transaction transaction;
  transaction.rows = rows;
  set.transactions.push_back(std::move(transaction));
  set.items.push_back(std::move(batch));
  return set;
}

class Bench {
 public:
  explicit Bench(std::string folder) : folder_(std::move(folder)) {}

  // MB/s of `count` sets, until all are durable; and what each took on disk.
  double HubRate(core::ChangeSet set, int count, uint64_t& bytes) {
    HubOptions options;
    options.folder = folder_ + "/hub";
    auto hub = Must(EmbeddedHub::Open(files_, clock_, options));
    core::Log* log = Must(hub->OpenLog("bench"));
    const uint64_t before = log->size_bytes();
    const int64_t start = clock_.mono().value;
    {
      auto writer = Must(log->OpenWriter());
      for (int i = 0; i < count; ++i) Append(*writer, set, i);
      Must(writer->Sync());
    }
    const int64_t took = clock_.mono().value - start;
    bytes = log->size_bytes() - before;
    hub.reset();
    std::filesystem::remove_all(folder_ + "/hub");
    return static_cast<double>(bytes) / kMega / (static_cast<double>(took) / 1e9);
  }

  double FloorRate(size_t piece_bytes, uint64_t bytes) {
    const HubOptions options;
    const std::string path = folder_ + "/floor";
    auto file = Must(files_.Open(path, base::io::OpenMode::kCreateNew));
    const std::vector<std::byte> piece(piece_bytes, std::byte{'x'});
    const int64_t start = clock_.mono().value;
    uint64_t synced = 0;
    uint64_t written = 0;
    while (written < bytes) {
      Must(file->WriteAt(written, piece));
      written += piece.size();
      if (written - synced < options.unsynced_bytes_max && written < bytes) continue;
      Must(file->Sync());
      synced = written;
    }
    const int64_t took = clock_.mono().value - start;
    Must(files_.Remove(path));
    return static_cast<double>(written) / kMega / (static_cast<double>(took) / 1e9);
  }

  // Microseconds of each of many sets appended and made durable one by one.
  std::vector<int64_t> HubLatencies() {
    HubOptions options;
    options.folder = folder_ + "/hub";
    auto hub = Must(EmbeddedHub::Open(files_, clock_, options));
    core::Log* log = Must(hub->OpenLog("bench"));
    core::ChangeSet set = MakeSet(200);
    std::vector<int64_t> latencies;
    {
      auto writer = Must(log->OpenWriter());
      for (int i = 0; i < kSmallSets; ++i) {
        const base::MonoTime start = clock_.mono();
        Append(*writer, set, i);
        Must(writer->Sync());
        latencies.push_back(base::MicrosBetween(start, clock_.mono()));
      }
    }
    hub.reset();
    std::filesystem::remove_all(folder_ + "/hub");
    return latencies;
  }

  std::vector<int64_t> FloorLatencies() {
    const std::string path = folder_ + "/floor";
    auto file = Must(files_.Open(path, base::io::OpenMode::kCreateNew));
    const std::vector<std::byte> piece(400, std::byte{'x'});
    std::vector<int64_t> latencies;
    for (int i = 0; i < kSmallSets; ++i) {
      const base::MonoTime start = clock_.mono();
      Must(file->WriteAt(piece.size() * static_cast<uint64_t>(i), piece));
      Must(file->Sync());
      latencies.push_back(base::MicrosBetween(start, clock_.mono()));
    }
    Must(files_.Remove(path));
    return latencies;
  }

 private:
  static void Append(core::LogWriter& writer, core::ChangeSet& set, int number) {
    set.prev.bytes = number == 0 ? "" : fmt::format("0-1-{}", number);
    set.position.bytes = fmt::format("0-1-{}", number + 1);
    CHECK(Must(writer.Append(set)).appended);
  }

  base::io::DiskFileSystem files_;
  base::io::SystemClock clock_;
  const std::string folder_;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Rates(Bench& bench, const char* name, size_t set_bytes) {
  const core::ChangeSet set = MakeSet(set_bytes);
  const int count = static_cast<int>(kRunBytes / set_bytes);
  std::vector<double> hub_rates, floor_rates, ratios;
  for (int i = 0; i < kRepetitions; ++i) {
    uint64_t bytes = 0;
    const double hub_rate = bench.HubRate(set, count, bytes);
    const double floor_rate = bench.FloorRate(bytes / static_cast<uint64_t>(count), bytes);
    hub_rates.push_back(hub_rate);
    floor_rates.push_back(floor_rate);
    ratios.push_back(hub_rate / floor_rate);
  }
  fmt::print(
      "append {:>8} sets   {:7.0f} MB/s   floor {:7.0f} MB/s   ratio {:5.2f} (of {} runs: {:.2f}..{:.2f})\n",
      name, Median(hub_rates), Median(floor_rates), Median(ratios), kRepetitions,
      *std::min_element(ratios.begin(), ratios.end()), *std::max_element(ratios.begin(), ratios.end()));
}

void Latencies(Bench& bench) {
  const auto show = [](const char* name, std::vector<int64_t> latencies) {
    std::sort(latencies.begin(), latencies.end());
    fmt::print("{}   p50 {:6.2f} ms   p99 {:6.2f} ms\n", name,
               static_cast<double>(latencies[latencies.size() / 2]) / 1000,
               static_cast<double>(latencies[latencies.size() * 99 / 100]) / 1000);
  };
  show("small set, durable        ", bench.HubLatencies());
  show("floor: 400 bytes and fdatasync", bench.FloorLatencies());
}

}  // namespace
}  // namespace renkei

int main(int count, char** arguments) {
  const std::string folder = count > 1 ? arguments[1] : "hub_bench." + renkei::base::io::RandomHex(4);
  std::filesystem::create_directories(folder);
  {
    renkei::Bench bench(folder);
    renkei::Rates(bench, "256 KiB", size_t{256} << 10);
    renkei::Rates(bench, "8 MiB", size_t{8} << 20);
    renkei::Latencies(bench);
  }
  if (count <= 1) std::filesystem::remove_all(folder);
  return 0;
}
