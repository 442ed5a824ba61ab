// CopyWorkers: the threads that read chunks, each with a connection of its own while there is something to
// copy.
#pragma once

#include <thread>
#include <vector>

#include "sources/mysql/client/connection.h"
#include "sources/mysql/snapshot/copy_desk.h"

namespace renkei::sources::mysql::snapshot {

// Life: the threads run from construction to destruction, which interrupts what they read. Owned by the
// capture thread; the servers and the desk must outlive it.
class CopyWorkers {
 public:
  CopyWorkers(const ViewServers& servers, CopyDesk& desk, base::ByteBudget& budget, int count);
  ~CopyWorkers();

 private:
  struct Worker;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace renkei::sources::mysql::snapshot
