// Registrar: which tables a capture follows. Tables get their numbers and schema frames here, when they are
// new to the log and when they begin anew; what the configuration leaves out stops here.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "config/patterns.h"
#include "core/source.h"
#include "sources/mysql/captured_tables.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/client/server_info.h"
#include "sources/mysql/log_position.h"
#include "sources/mysql/new_columns.h"
#include "sources/mysql/schema_reader.h"

namespace renkei::sources::mysql {

// One thread: the capture's. All of the parts must outlive it.
class Registrar {
 public:
  struct Parts {
    core::CaptureContext& context;
    const config::TablePatterns& patterns;
    const Readings& readings;
    std::set<std::string> expected_later;
    CapturedTables& tables;
    core::LogWriter& writer;
    client::Connection& control;
    const client::ServerInfo& server;
    std::function<NewColumns(const core::TableSchema&)> new_columns_of;
  };
  explicit Registrar(Parts parts) : parts_(std::move(parts)) {}

  // What the patterns select no more stops here, so that it cannot go on later as if nothing had happened
  // meanwhile (invariant 7).
  Status StopLeftOut();
  // Tables whose columns were kept back and are not any more stop, to begin anew; of others that have such
  // columns a notice tells.
  Status StopNoLongerKeptBack();
  // The tables of a log that begins at the place they were read at get their numbers and their schema frames.
  Status Register(Discovery discovery) { return Register(std::move(discovery), std::nullopt); }
  // The same where the log begins again behind a gap: what became another table meanwhile begins a new
  // generation, what is gone ends.
  Status RegisterPresent(Discovery discovery);
  // So do those that the log does not know yet; what ended and is there again begins anew. False if tables
  // were being changed at this moment, so that it must be asked again.
  Result<bool> FindAndRegister();
  // Tables that became others begin anew, as far as they are there.
  Status BeginOutdated();
  // The table begins to be captured. One that goes on as it was does so beside its new copy; any other begins
  // a new generation. `table`: null for one that the log does not know. The answer is null for one that must
  // not begin, which was told.
  // `from`: the table's schema is that of this place of the history, and its copy is read after it.
  Result<CapturedTable*> Begin(CapturedTable* table, DiscoveredTable found, std::optional<LogPosition> from);
  // Captured, and not stopped.
  bool Follows(const CapturedTable* table) const;

 private:
  Status Register(Discovery discovery, const std::optional<LogPosition>& from);
  bool KeepsBackAKey(const core::TableSchema& schema) const;
  bool ComesBack(const CapturedTable& table) const;
  Status TellGone(CapturedTable& table, const core::Findings& findings);

  const Parts parts_;
  std::set<std::string> reported_;
};

}  // namespace renkei::sources::mysql
