#include "sources/mysql/snapshot/copy_workers.h"

#include <map>
#include <mutex>

#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::snapshot {

namespace {

constexpr std::chrono::seconds kReadTimeout{300};
// Prepared statements of this many tables are kept on a connection.
constexpr size_t kReadersMax = 50;

}  // namespace

struct CopyWorkers::Worker {
  Worker(const ViewServers& where, CopyDesk& copy_desk, base::ByteBudget& byte_budget)
      : servers(where),
        desk(copy_desk),
        budget(byte_budget),
        thread([this](const std::stop_token& stop) { Run(stop); }) {}

  ~Worker() {
    thread.request_stop();
    std::lock_guard lock(mutex);
    if (viewpoint) viewpoint->Interrupt();
    if (whole) whole->Interrupt();
  }

  void Run(const std::stop_token& stop) {
    while (desk.WaitForWork(stop)) {
      if (!budget.Acquire(base::Stage::kChunks, kChunkBytes, stop)) return;
      base::HeldBytes held(budget, base::Stage::kChunks, kChunkBytes);
      if (auto work = desk.Take()) Serve(*work, std::move(held), stop);
    }
  }

  Status Connect(const std::stop_token& stop) {
    if (viewpoint) return {};
    ASSIGN_OR_RETURN(auto opened, Viewpoint::Open(servers, kReadTimeout));
    std::lock_guard lock(mutex);
    viewpoint = std::move(opened);
    if (stop.stop_requested()) viewpoint->Interrupt();
    return {};
  }

  // Whatever fails, a lost connection or a server without a free one too, the range goes back to the desk,
  // which gives it out again a bounded number of times.
  void Serve(RangeWork& work, base::HeldBytes held, const std::stop_token& stop) {
    if (work.whole) return ServeWhole(work, std::move(held), stop);
    if (const Status status = Connect(stop); !status.ok()) return desk.Return(work, status.error());
    auto chunk = Read(work);
    if (!chunk.ok() || chunk->failure) readers.clear();
    if (chunk.ok()) {
      chunk->held = std::move(held);
      return desk.Deliver(work, *std::move(chunk));
    }
    if (chunk.error().code() == kConnectionLost) Disconnect();
    desk.Return(work, chunk.error());
  }

  void ServeWhole(const RangeWork& work, base::HeldBytes held, const std::stop_token& stop) {
    HoldWhole(work.whole);
    if (stop.stop_requested()) work.whole->Interrupt();
    auto chunk = work.whole->Next(work.bytes_max);
    HoldWhole(nullptr);
    if (!chunk.ok()) return desk.Return(work, chunk.error());
    chunk->held = std::move(held);
    desk.Deliver(work, *std::move(chunk));
  }

  void HoldWhole(std::shared_ptr<WholeRead> read) {
    std::lock_guard lock(mutex);
    whole = std::move(read);
  }

  void Disconnect() {
    std::lock_guard lock(mutex);
    viewpoint.reset();
  }

  Result<Chunk> Read(RangeWork& work) {
    if (readers.size() >= kReadersMax) readers.clear();
    auto& reader = readers[work.copy];
    if (!reader) reader = std::make_unique<ChunkReader>(*viewpoint, *work.schema, work.value_max);
    if (work.plan_upper) {
      auto upper = reader->PlanUpper(work.lower, work.plan_rows);
      if (!upper.ok() && upper.error().code() == kConnectionLost) return upper.error();
      if (!upper.ok()) return reader->Fail(work.taken, upper.error());
      desk.SetUpper(work, *std::move(upper));
    }
    return reader->Read(work.taken, work.lower, work.upper, work.bytes_max);
  }

  const ViewServers& servers;
  CopyDesk& desk;
  base::ByteBudget& budget;
  std::mutex mutex;  // of the pointers, for the one who interrupts
  std::unique_ptr<Viewpoint> viewpoint;
  std::shared_ptr<WholeRead> whole;  // that is being read
  std::map<uint64_t, std::unique_ptr<ChunkReader>> readers;
  std::jthread thread;
};

CopyWorkers::CopyWorkers(const ViewServers& servers, CopyDesk& desk, base::ByteBudget& budget, int count) {
  for (int i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>(servers, desk, budget));
}

CopyWorkers::~CopyWorkers() = default;

}  // namespace renkei::sources::mysql::snapshot
