// The options of a MySQL or MariaDB source, as the configuration file writes them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/patterns.h"
#include "config/section.h"
#include "sources/mysql/client/connection.h"
#include "sources/mysql/values/reading.h"

namespace renkei::sources::mysql {

struct TlsOptions {
  client::TlsMode mode = client::TlsMode::kPrefer;
  config::Path ca;
  config::Path cert;
  config::Path key;
};

// `later`: not there yet, and that is well.
enum class Expect : uint8_t { kNow, kLater };

// What becomes of a column that a captured table gets later.
enum class NewColumns : uint8_t {
  kPass,
  kMask,  // it is NULL outside of the source
  kHold,  // the same, and a notice asks for a decision
};

struct TableOptions {
  std::string name;  // a pattern
  Expect expect = Expect::kNow;
  config::Bytes max_value;  // 0: the source's
  std::optional<NewColumns> new_columns;
};

enum class SnapshotMode : uint8_t { kAll, kNone };

struct SnapshotOptions {
  SnapshotMode mode = SnapshotMode::kAll;
  int workers = 2;
  int64_t rows_per_s = 0;  // 0: as fast as it goes
};

// A column whose bytes are in another character set than it is declared in.
struct CharsetOptions {
  std::string declared;
  std::string actual;
};

struct ColumnOptions {
  std::optional<values::ZeroDates> zero_dates;
  std::optional<values::TextPolicy> invalid_text;
};

struct Options {
  config::Url url;
  config::Url read_url;
  config::Secret password;
  std::vector<TableOptions> tables;
  TlsOptions tls;
  SnapshotOptions snapshot;
  values::ZeroDates zero_dates = values::ZeroDates::kRefuse;
  values::TextPolicy invalid_text = values::TextPolicy::kRefuse;
  config::Named<CharsetOptions> charset;  // by schema.table.column
  config::Named<ColumnOptions> columns;
  uint32_t server_id = 0;  // 0: derived
  config::Bytes max_value = config::MiB(64);
  NewColumns new_columns = NewColumns::kPass;
};

const config::Section<Options>& OptionsSection();

// Where and as whom to connect: the hosts of the url, in its order.
std::vector<client::Endpoint> EndpointsOf(const Options& options);
// The replica that copies are read from, if one is named.
std::optional<client::Endpoint> ReadEndpointOf(const Options& options);
// Which tables are captured; without `tables`, all of the schema that the url names.
config::TablePatterns TablesOf(const Options& options);
// The tables that need not be there yet.
std::set<std::string> ExpectedLater(const Options& options);
// The largest value that a row of the table may have: what the last entry that matches says.
uint64_t MaxValueOf(const Options& options, const std::string& schema, const std::string& table);
// What becomes of the table's new columns: what the last entry that matches and says it says.
NewColumns NewColumnsOf(const Options& options, const std::string& schema, const std::string& table);

}  // namespace renkei::sources::mysql
