// The options of a SQL Server source, as the configuration file writes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/patterns.h"
#include "config/section.h"
#include "sources/sqlserver/client/connection.h"

namespace renkei::sources::sqlserver {

enum class TlsVersion : uint8_t { k10, k12 };

struct TlsOptions {
  client::TlsMode mode = client::TlsMode::kPrefer;
  config::Path ca;
  TlsVersion min_version = TlsVersion::k12;
};

struct TableOptions {
  std::string name;  // a pattern
  std::vector<std::string> columns;
  config::Duration interval{0};  // 0: the source's
};

enum class SnapshotMode : uint8_t { kAll, kNone };

struct SnapshotOptions {
  SnapshotMode mode = SnapshotMode::kAll;
  int64_t rows_per_s = 0;  // 0: as fast as it goes
  int64_t chunk_rows = 200'000;
};

enum class Isolation : uint8_t { kSnapshot, kReadCommitted };
// What becomes of the seventh digit of a second.
enum class FineTimes : uint8_t { kText, kTruncate };

struct Options {
  config::Url url;
  config::Secret password;
  std::vector<TableOptions> tables;
  config::Duration interval = std::chrono::seconds(1);
  Isolation isolation = Isolation::kSnapshot;
  FineTimes fine_times = FineTimes::kText;
  TlsOptions tls;
  SnapshotOptions snapshot;
  config::Bytes max_value = config::MiB(64);
};

const config::Section<Options>& OptionsSection();

client::Endpoint EndpointOf(const Options& options);
// Which tables are captured; without `tables`, all of the database.
config::TablePatterns TablesOf(const Options& options);
// What the last entry that matches the table says: of its columns (empty: all), of its interval (0: it is
// polled with the others).
std::vector<std::string> ColumnsOf(const Options& options, const std::string& schema,
                                   const std::string& table);
config::Duration IntervalOf(const Options& options, const std::string& schema, const std::string& table);

}  // namespace renkei::sources::sqlserver
