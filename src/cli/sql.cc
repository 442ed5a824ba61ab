#include "cli/sql.h"

#include "base/notifier.h"
#include "duckdb/codes.h"
#include "duckdb/database.h"
#include "pipeline/topology.h"
#include "serve/client.h"
#include "serve/codes.h"
#include "serve/server.h"
#include "warehouse/query.h"

namespace renkei::cli {

namespace {

struct FormatName {
  const char* name;
  warehouse::Format format;
};

FormatName FormatOf(SqlFormat format) {
  switch (format) {
    case SqlFormat::kTable:
      return {"table", warehouse::Format::kTable};
    case SqlFormat::kCsv:
      return {"csv", warehouse::Format::kCsv};
    case SqlFormat::kJson:
      return {"json", warehouse::Format::kJson};
  }
  CHECK(false);
  return {};
}

// How long to wait for a server that is just starting or ending: it has the file, and does not answer (yet,
// or any more).
constexpr std::chrono::milliseconds kPatience{10'000};
constexpr std::chrono::milliseconds kAgain{100};

// Without a server: the file itself, which nobody else has open then.
Status QueryFile(const Invocation& invocation, const config::Config& config, const SqlOptions& options) {
  ASSIGN_OR_RETURN(const std::optional<pipeline::SqlDatabase> sql, pipeline::SqlDatabaseOf(config));
  if (!sql) return Error(serve::kNoSqlHere);
  ASSIGN_OR_RETURN(const std::unique_ptr<duckdb::Database> database, duckdb::Database::Open(sql->file));
  return warehouse::Query(*database, options.statement,
                          {.format = FormatOf(options.format).format, .timeout = options.timeout},
                          [&](std::string_view piece) {
                            invocation.out(piece);
                            return true;
                          });
}

}  // namespace

int Sql(Invocation& invocation, const SqlOptions& options) {
  const std::optional<config::Config> config = LoadConfig(invocation);
  if (!config) return static_cast<int>(telemetry::Exit::kWrongInput);
  const serve::Client client(serve::SocketPath(config->data_dir));
  const auto ask = [&]() -> Status {
    const Status asked =
        client.Sql(options.statement, FormatOf(options.format).name, invocation.out, options.timeout);
    if (asked.ok() || asked.error().code() != serve::kNotRunning) return asked;
    return QueryFile(invocation, *config, options);
  };
  const base::MonoTime began = invocation.clock.mono();
  base::Notifier never;
  Status asked = ask();
  while (!asked.ok() && asked.error().code() == renkei::duckdb::kFileInUse &&
         base::MicrosBetween(began, invocation.clock.mono()) < std::chrono::microseconds(kPatience).count()) {
    never.WaitBeyond(0, kAgain);
    asked = ask();
  }
  return asked.ok() ? 0 : Fail(invocation, asked.error());
}

}  // namespace renkei::cli
