// How long a committed row takes until it is durable in the hub: a private MariaDB, its capture and an
// embedded hub on disk in one process. The writer stamps each row with the clock just before its transaction
// is sent, 1,000 rows a second in transactions of ten; a reader of the log, which sees only what is synced,
// takes the time. The figure therefore holds the execution and commit at the server. Beside it the floor: a
// write and sync of 400 bytes at the same pace, by the same clock, at the same time.
//
//   renkei_durable_bench [seconds]        default: 20
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/io/file.h"
#include "base/io/random.h"
#include "base/io/system_clock.h"
#include "config/testing.h"
#include "hub/embedded/hub.h"
#include "sources/mysql/source.h"
#include "tests/integration/mysql/server.h"

namespace renkei::sources::mysql {
namespace {

constexpr uint64_t kRowsPerTransaction = 10;
constexpr std::chrono::milliseconds kStep{10};
constexpr std::chrono::seconds kWaitMax{30};
constexpr size_t kStampColumn = 1;

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) base::CheckFailed(__FILE__, __LINE__, "bench", result.error().Debug());
  return std::move(result).value();
}
void Must(const Status& status) {
  if (!status.ok()) base::CheckFailed(__FILE__, __LINE__, "bench", status.error().Debug());
}

class SilentObserver final : public core::CaptureObserver {
 public:
  void OnConnected(const std::string&) override {}
  void OnCaughtUp(bool) override {}
  void OnPosition(const core::Position&, const std::string&) override {}
  void OnRowsCaptured(uint64_t, uint64_t, uint64_t) override {}
  void OnCopyProgress(const std::string&, uint64_t, uint64_t, bool) override {}
  void OnTableStopped(const std::string& table, const Error& why) override {
    base::CheckFailed(__FILE__, __LINE__, table.c_str(), why.Debug());
  }
  void OnEvent(const Error&) override {}
};

void WriteRows(testing::MariadbServer& server, const base::Clock& clock, uint64_t transactions) {
  const auto connection = server.Connect();
  auto next = std::chrono::steady_clock::now();
  for (uint64_t i = 0; i < transactions; ++i) {
    std::this_thread::sleep_until(next += kStep);
    const int64_t now_us = clock.wall().value;
    std::string values;
    for (uint64_t row = 0; row < kRowsPerTransaction; ++row) {
      fmt::format_to(std::back_inserter(values), "{}({}, {}, 'a row of some length')", row == 0 ? "" : ", ",
                     i * kRowsPerTransaction + row, now_us);
    }
    Must(connection->Execute("INSERT INTO b.t VALUES " + values));
  }
}

// Microseconds of each row, in the log's order.
std::vector<int64_t> ReadRows(core::Log& log, const base::Clock& clock, uint64_t rows) {
  base::Notifier durable;
  log.Watch(&durable);
  const auto reader = Must(log.OpenReader({log.begin(), {}}));
  std::vector<int64_t> latencies;
  while (latencies.size() < rows) {
    const uint64_t seen = durable.count();
    const auto entry = Must(reader->Next());
    if (!entry) {
      CHECK(durable.WaitBeyond(seen, kWaitMax) != seen);
      continue;
    }
    const auto* set = std::get_if<core::Changes>(&entry->body);
    if (set == nullptr) continue;
    const int64_t now_us = clock.wall().value;
    for (const core::Item& item : (*set)->items) {
      const auto* batch = std::get_if<core::Batch>(&item);
      if (batch == nullptr) continue;
      for (const int64_t stamp_us : batch->after[kStampColumn].cells<int64_t>()) {
        latencies.push_back(now_us - stamp_us);
      }
    }
  }
  log.Unwatch(&durable);
  return latencies;
}

std::vector<int64_t> FloorLatencies(base::io::FileSystem& files, const base::Clock& clock,
                                    const std::string& path, uint64_t syncs) {
  const auto file = Must(files.Open(path, base::io::OpenMode::kCreateNew));
  const std::vector<std::byte> piece(400, std::byte{'x'});
  std::vector<int64_t> latencies;
  auto next = std::chrono::steady_clock::now();
  for (uint64_t i = 0; i < syncs; ++i) {
    std::this_thread::sleep_until(next += kStep);
    const base::MonoTime start = clock.mono();
    Must(file->WriteAt(piece.size() * i, piece));
    Must(file->Sync());
    latencies.push_back(base::MicrosBetween(start, clock.mono()));
  }
  return latencies;
}

void Show(const char* name, std::vector<int64_t> latencies) {
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&](double share) {
    const auto place = static_cast<size_t>(share * static_cast<double>(latencies.size()));
    return static_cast<double>(latencies[std::min(place, latencies.size() - 1)]) / 1000;
  };
  fmt::print("{:<34}p50 {:7.2f} ms   p99 {:7.2f} ms   longest {:7.2f} ms\n", name, at(0.5), at(0.99), at(1));
}

void Run(const std::string& folder, uint64_t transactions) {
  const base::io::SystemClock clock;
  base::io::DiskFileSystem files;
  testing::MariadbServer server;
  server.Execute("CREATE DATABASE b");
  server.Execute("CREATE TABLE b.t (id BIGINT PRIMARY KEY, written_us BIGINT NOT NULL, v VARCHAR(40))");
  hub::embedded::HubOptions hub_options;
  hub_options.folder = folder + "/hub";
  const auto hub = Must(hub::embedded::EmbeddedHub::Open(files, clock, hub_options));
  core::Log& log = *Must(hub->OpenLog("b"));
  MysqlSource source(Must(OptionsSection().Read(config::SectionFromText(server.Section("b.t")))), clock);
  base::ByteBudget budget(size_t{256} << 20);
  core::CopyOrders orders;
  SilentObserver observer;
  std::jthread capture([&](std::stop_token stop) {
    core::CaptureContext context{log, budget, orders, observer, "bench"};
    Must(source.Capture(context, std::move(stop)));
  });
  // The capture starts at the source's present: rows before that would never come.
  while (log.State().heads.empty()) std::this_thread::sleep_for(kStep);
  std::vector<int64_t> floor;
  std::jthread floor_writer([&] { floor = FloorLatencies(files, clock, folder + "/floor", transactions); });
  std::jthread writer([&] { WriteRows(server, clock, transactions); });
  const auto latencies = ReadRows(log, clock, transactions * kRowsPerTransaction);
  writer.join();
  floor_writer.join();
  Show("commit to durable, 1,000 rows/s", latencies);
  Show("floor: 400 bytes and sync", floor);
  fmt::print("aim: p50 <= 5 ms, p99 <= 20 ms\n");
}

}  // namespace
}  // namespace renkei::sources::mysql

int main(int argc, char** argv) {
  const uint64_t seconds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20;
  const std::string folder = "durable_bench." + renkei::base::io::RandomHex(4);
  std::filesystem::create_directories(folder);
  renkei::sources::mysql::Run(folder, seconds * 100);
  std::filesystem::remove_all(folder);
  return 0;
}
