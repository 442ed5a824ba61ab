#include "sources/mysql/table_reader.h"

#include <fmt/format.h>

#include "core/batch_builder.h"
#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/gtid.h"
#include "sources/mysql/snapshot/binary_row.h"
#include "sources/mysql/snapshot/chunk_reader.h"

namespace renkei::sources::mysql {

namespace {

constexpr std::chrono::seconds kReadTimeout{600};
constexpr size_t kBatchBytes = size_t{1} << 20;

// The GTID position of the session's snapshot.
Result<core::Position> SnapshotPosition(client::Connection& connection) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query("SHOW STATUS LIKE 'binlog_snapshot_%'"));
  std::string file;
  std::string offset;
  for (const client::TextRow& row : rows) {
    if (row[0] == "Binlog_snapshot_file") file = row[1].value_or("");
    if (row[0] == "Binlog_snapshot_position") offset = row[1].value_or("");
  }
  if (file.empty() || offset.empty()) return Error(kBinaryLogOff);
  ASSIGN_OR_RETURN(const auto answer, connection.Query(fmt::format("SELECT BINLOG_GTID_POS({}, {})",
                                                                   client::QuoteText(file), offset)));
  const auto set = answer[0][0] ? GtidSet::Parse(*answer[0][0]) : std::nullopt;
  if (!set) {
    return Error(kPositionPurged, {{"position", file + ":" + offset},
                                   {"reason", "the server cannot tell the GTID of this place"}});
  }
  return set->Encode();
}

class ConsistentReader final : public core::TableReader {
 public:
  ConsistentReader(std::unique_ptr<client::Connection> connection, core::TableSchema schema,
                   core::Position position)
      : connection_(std::move(connection)),
        schema_(std::move(schema)),
        position_(std::move(position)),
        plan_(schema_) {}

  const core::TableSchema& schema() const override { return schema_; }
  const core::Position& position() const override { return position_; }

  Result<std::optional<core::Batch>> Next() override {
    core::BatchBuilder builder(schema_, {});
    while (!ended_) {
      ASSIGN_OR_RETURN(const auto row, connection_->ReadRow());
      if (!row) {
        ended_ = true;
        break;
      }
      builder.BeginRow(core::Operation::kRead, 0, 0);
      const auto result = plan_.Decode(*row, builder.after());
      if (result.outcome != snapshot::BinaryRowPlan::Outcome::kOk) {
        const core::ColumnSchema& column = schema_.columns[result.column];
        return Error(
            kUnreadableCell,
            {{"table", schema_.qualified_name()}, {"column", column.name}, {"type", column.native_type}});
      }
      const bool look = builder.rows() % 64 == 0 || row->size() > 4096;
      if (look && builder.size_bytes() >= kBatchBytes) break;
    }
    if (builder.rows() == 0) return std::optional<core::Batch>();
    return std::optional(builder.Finish());
  }

 private:
  std::unique_ptr<client::Connection> connection_;
  const core::TableSchema schema_;
  const core::Position position_;
  const snapshot::BinaryRowPlan plan_;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<core::TableReader>> OpenConsistentReader(const client::Endpoint& endpoint,
                                                                const core::TableSchema& table) {
  ASSIGN_OR_RETURN(auto connection, client::Connection::Open(endpoint, kReadTimeout));
  RETURN_IF_ERROR(connection->Execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"));
  ASSIGN_OR_RETURN(core::Position position, SnapshotPosition(*connection));
  std::string order;
  for (const uint16_t place : table.key)
    order += (order.empty() ? " ORDER BY " : ", ") + client::QuoteName(table.columns[place].name);
  ASSIGN_OR_RETURN(const client::StatementId statement,
                   connection->Prepare("SELECT " + snapshot::SelectColumns(table) + " FROM " +
                                       client::QuoteTable(table) + order));
  RETURN_IF_ERROR(connection->ExecutePrepared(statement, {}));
  return std::unique_ptr<core::TableReader>(
      std::make_unique<ConsistentReader>(std::move(connection), table, std::move(position)));
}

}  // namespace renkei::sources::mysql
