// Registrar: which tables a capture follows. Tables get their numbers and schema frames here, when they are
// new to the log and when they begin anew; what the configuration leaves out stops here.
#pragma once

#include <set>
#include <string>

#include "config/patterns.h"
#include "core/source.h"
#include "sources/mysql/captured_tables.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/schema_reader.h"

namespace renkei::sources::mysql {

// One thread: the capture's. All of the parts must outlive it.
class Registrar {
 public:
  struct Parts {
    core::CaptureContext& context;
    const config::TablePatterns& patterns;
    const Readings& readings;
    CapturedTables& tables;
    core::LogWriter& writer;
    client::Connection& control;
  };
  explicit Registrar(Parts parts) : parts_(parts) {}

  // What the patterns select no more stops here, so that it cannot go on later as if nothing had happened
  // meanwhile (invariant 7).
  Status StopLeftOut();
  // Tables that the log does not know get their numbers and their schema frames. What was left out once and
  // is selected again begins anew.
  Status Register(Discovery discovery);
  Status FindAndRegister();
  // The table begins to be captured. One that goes on as it was does so beside its new copy; any other begins
  // a new generation. `table`: null for one that the log does not know.
  Result<CapturedTable*> Begin(CapturedTable* table, DiscoveredTable found);
  // Captured, and not stopped.
  bool Follows(const CapturedTable* table) const;

 private:
  bool ComesBack(const CapturedTable& table) const;

  const Parts parts_;
  std::set<std::string> reported_;
};

}  // namespace renkei::sources::mysql
