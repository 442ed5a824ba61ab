// The options of a MySQL or MariaDB source, as the configuration file writes them.
#pragma once

#include <string>
#include <vector>

#include "config/patterns.h"
#include "config/section.h"
#include "sources/mysql/client/connection.h"

namespace renkei::sources::mysql {

struct TlsOptions {
  client::TlsMode mode = client::TlsMode::kPrefer;
  config::Path ca;
};

struct TableOptions {
  std::string name;         // a pattern
  config::Bytes max_value;  // 0: the source's
};

enum class SnapshotMode : uint8_t { kAll, kNone };

struct SnapshotOptions {
  SnapshotMode mode = SnapshotMode::kAll;
  int workers = 2;
  int64_t rows_per_s = 0;  // 0: as fast as it goes
};

struct Options {
  config::Url url;
  config::Secret password;
  std::vector<TableOptions> tables;
  TlsOptions tls;
  SnapshotOptions snapshot;
  uint32_t server_id = 0;  // 0: derived
  config::Bytes max_value = config::MiB(64);
};

const config::Section<Options>& OptionsSection();

// Where and as whom to connect.
client::Endpoint EndpointOf(const Options& options);
// Which tables are captured; without `tables`, all of the schema that the url names.
config::TablePatterns TablesOf(const Options& options);
// The largest value that a row of the table may have: what the last entry that matches says.
uint64_t MaxValueOf(const Options& options, const std::string& schema, const std::string& table);

}  // namespace renkei::sources::mysql
