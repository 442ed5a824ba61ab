#include "sources/mysql/table_reader.h"

#include "core/batch_builder.h"
#include "sources/mysql/chosen_server.h"
#include "sources/mysql/client/names.h"
#include "sources/mysql/codes.h"
#include "sources/mysql/exact_view.h"
#include "sources/mysql/snapshot/binary_row.h"
#include "sources/mysql/snapshot/chunk_reader.h"

namespace renkei::sources::mysql {

namespace {

constexpr std::chrono::seconds kReadTimeout{600};
constexpr size_t kBatchBytes = size_t{1} << 20;

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
    if (!begun_) RETURN_IF_ERROR(Begin());
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
  // The view is fixed already; the statement may take long to give its first row, and whoever opened the
  // reader may hold others up until then.
  Status Begin() {
    std::string order;
    const bool has_key = schema_.key_kind != core::KeyKind::kWholeRow;
    for (const uint16_t place : has_key ? schema_.key : std::vector<uint16_t>{})
      order += (order.empty() ? " ORDER BY " : ", ") + client::QuoteName(schema_.columns[place].name);
    ASSIGN_OR_RETURN(const client::StatementId statement,
                     connection_->Prepare("SELECT " + snapshot::SelectColumns(schema_) + " FROM " +
                                          client::QuoteTable(schema_) + order));
    begun_ = true;
    return connection_->ExecutePrepared(statement, {});
  }

  std::unique_ptr<client::Connection> connection_;
  const core::TableSchema schema_;
  const core::Position position_;
  const snapshot::BinaryRowPlan plan_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<core::TableReader>> OpenConsistentReader(
    const std::vector<client::Endpoint>& endpoints, const core::TableSchema& table) {
  ASSIGN_OR_RETURN(auto connection, OpenAny(endpoints, kReadTimeout));
  ASSIGN_OR_RETURN(const client::ServerInfo server, client::ReadServer(*connection));
  ASSIGN_OR_RETURN(const LogPosition position, OpenExactView(*connection, server, table));
  return std::unique_ptr<core::TableReader>(
      std::make_unique<ConsistentReader>(std::move(connection), table, position.Encode()));
}

}  // namespace renkei::sources::mysql
