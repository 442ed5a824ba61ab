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
  Worker(const client::Endpoint& where, CopyDesk& copy_desk, base::ByteBudget& byte_budget)
      : endpoint(where),
        desk(copy_desk),
        budget(byte_budget),
        thread([this](const std::stop_token& stop) { Run(stop); }) {}

  ~Worker() {
    thread.request_stop();
    std::lock_guard lock(mutex);
    if (connection) connection->Interrupt();
  }

  void Run(const std::stop_token& stop) {
    while (desk.WaitForWork(stop)) {
      if (!budget.Acquire(base::Stage::kChunks, kChunkBytes, stop)) return;
      base::HeldBytes held(budget, base::Stage::kChunks, kChunkBytes);
      if (const Status status = Connect(stop); !status.ok()) return desk.Fail(status.error());
      auto work = desk.Take();
      if (!work) continue;
      if (const Status status = Serve(*work, std::move(held)); !status.ok()) return desk.Fail(status.error());
    }
  }

  Status Connect(const std::stop_token& stop) {
    if (connection) return {};
    ASSIGN_OR_RETURN(auto opened, client::Connection::Open(endpoint, kReadTimeout));
    std::lock_guard lock(mutex);
    connection = std::move(opened);
    if (stop.stop_requested()) connection->Interrupt();
    return {};
  }

  // An error ends the capture; what concerns the range only goes back to the desk.
  Status Serve(RangeWork& work, base::HeldBytes held) {
    auto chunk = Read(work);
    if (chunk.ok()) {
      chunk->held = std::move(held);
      desk.Deliver(work, *std::move(chunk));
      return {};
    }
    if (chunk.error().code() == kConnectionLost) return chunk.error();
    readers.clear();
    if (chunk.error().code() == kUnreadableCell) {
      desk.Refuse(work, chunk.error());
    } else {
      desk.Return(work, chunk.error());
    }
    return {};
  }

  Result<Chunk> Read(RangeWork& work) {
    if (readers.size() >= kReadersMax) readers.clear();
    auto& reader = readers[work.copy];
    if (!reader) reader = std::make_unique<ChunkReader>(*connection, *work.schema);
    if (work.plan_upper) {
      ASSIGN_OR_RETURN(std::string upper, reader->PlanUpper(work.lower, work.plan_rows));
      desk.SetUpper(work, std::move(upper));
    }
    return reader->Read(work.lower, work.upper, kChunkBytes);
  }

  const client::Endpoint endpoint;
  CopyDesk& desk;
  base::ByteBudget& budget;
  std::mutex mutex;  // of the pointer, for the one who interrupts
  std::unique_ptr<client::Connection> connection;
  std::map<uint64_t, std::unique_ptr<ChunkReader>> readers;
  std::jthread thread;
};

CopyWorkers::CopyWorkers(const client::Endpoint& endpoint, CopyDesk& desk, base::ByteBudget& budget,
                         int count) {
  for (int i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>(endpoint, desk, budget));
}

CopyWorkers::~CopyWorkers() = default;

}  // namespace renkei::sources::mysql::snapshot
