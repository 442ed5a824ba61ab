#include "sources/sqlserver/table_reader.h"

#include <fmt/format.h>

#include "core/batch_builder.h"
#include "sources/sqlserver/codes.h"
#include "sources/sqlserver/database_state.h"
#include "sources/sqlserver/row_reader.h"
#include "sources/sqlserver/table_catalog.h"

namespace renkei::sources::sqlserver {

namespace {

constexpr std::chrono::seconds kReadTimeout{600};
constexpr std::chrono::milliseconds kPatience{30'000};
constexpr int kAttempts = 20;
constexpr size_t kBatchBytes = size_t{1} << 20;

class ViewReader final : public core::TableReader {
 public:
  ViewReader(std::unique_ptr<client::Connection> connection, core::TableSchema schema, const PolledView& view)
      : connection_(std::move(connection)),
        schema_(std::move(schema)),
        lane_(view.lane),
        position_(view.position.Encode()) {}

  const core::TableSchema& schema() const override { return schema_; }
  const core::Position& position() const override { return position_; }
  core::Lane lane() const override { return lane_; }

  Result<std::optional<core::Batch>> Next() override {
    core::BatchBuilder builder(schema_, {});
    while (!ended_) {
      ASSIGN_OR_RETURN(const bool row, connection_->NextRow());
      ended_ = !row;
      if (!row) break;
      builder.BeginRow(core::Operation::kRead, 0, 0);
      RETURN_IF_ERROR(AppendRow(*connection_, 0, schema_, UINT64_MAX, builder.after()));
      if (builder.size_bytes() >= kBatchBytes) break;
    }
    if (builder.rows() == 0) return std::optional<core::Batch>();
    return std::optional(builder.Finish());
  }

 private:
  std::unique_ptr<client::Connection> connection_;
  const core::TableSchema schema_;
  const core::Lane lane_;
  const core::Position position_;
  bool ended_ = false;
};

// Without a capture the view's own version is the place.
Result<PolledView> PlaceOf(client::Connection& connection, const std::string& table, ViewDesk& views) {
  if (auto polled = views.Ask(table, connection, kPatience)) return *std::move(polled);
  ASSIGN_OR_RETURN(const DatabaseState database, ReadDatabase(connection));
  if (!database.version) return Error(kTrackingOff, {{"database", connection.endpoint().database}});
  return PolledView{core::Lane{0}, {*database.version, database.epoch}};
}

}  // namespace

Result<std::unique_ptr<core::TableReader>> OpenViewReader(const Options& options,
                                                          const core::TableSchema& table, ViewDesk& views) {
  const std::string name = table.qualified_name();
  ASSIGN_OR_RETURN(auto connection, client::Connection::Open(EndpointOf(options), kReadTimeout));
  for (int attempt = 0;; ++attempt) {
    if (const Status begun = BeginView(*connection, QuoteTable(table)); !begun.ok()) {
      if (begun.error().code() != kSnapshotRefused) return begun.error();
      return Error(kNoExactView, {{"table", name}, {"database", connection->endpoint().database}});
    }
    const auto place = PlaceOf(*connection, name, views);
    if (place.ok()) {
      std::string list = SelectList(table, "t");
      RETURN_IF_ERROR(connection->Start(
          fmt::format("SELECT {} FROM {} AS t ORDER BY {}", list, QuoteTable(table), KeyList(table, "t"))));
      return std::unique_ptr<core::TableReader>(
          std::make_unique<ViewReader>(std::move(connection), table, *place));
    }
    // The capture has gone past the view meanwhile.
    if (place.error().code() != kBusy || attempt == kAttempts) return place.error();
    RETURN_IF_ERROR(EndView(*connection));
  }
}

}  // namespace renkei::sources::sqlserver
