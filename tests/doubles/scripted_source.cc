#include "tests/doubles/scripted_source.h"

#include "core/batch_builder.h"
#include "tests/doubles/scripted_capture.h"

namespace renkei::doubles {

namespace {

class ScriptedReader final : public core::TableReader {
 public:
  ScriptedReader(core::TableSchema schema, DatabaseRows rows, core::Position position)
      : schema_(std::move(schema)), rows_(std::move(rows)), position_(std::move(position)) {}
  const core::TableSchema& schema() const override { return schema_; }
  const core::Position& position() const override { return position_; }
  Result<std::optional<core::Batch>> Next() override {
    if (rows_.empty()) return std::optional<core::Batch>();
    core::BatchBuilder builder(schema_, {});
    for (const auto& [key, value] : std::exchange(rows_, {})) {
      builder.BeginRow(core::Operation::kRead, 0, builder.rows());
      builder.after()[0].Fixed(key);
      builder.after()[1].Varying(value);
    }
    return std::optional(builder.Finish());
  }

 private:
  const core::TableSchema schema_;
  DatabaseRows rows_;
  const core::Position position_;
};

}  // namespace

core::TableSchema ScriptedSchema(const std::string& table) {
  core::TableSchema schema;
  schema.native_id = table;
  schema.schema = "shop";
  schema.name = table;
  schema.columns = {{1, "id", "bigint", {core::Kind::kInt64}, false},
                    {2, "v", "text", {core::Kind::kText}, true}};
  schema.key_kind = core::KeyKind::kPrimary;
  schema.key = {0};
  return schema;
}

core::Position ScriptedPosition(uint64_t number) { return {"p" + std::to_string(number)}; }

uint64_t ScriptedNumber(const core::Position& position) {
  return position.empty() ? 0 : std::stoull(position.bytes.substr(1));
}

ScriptedSource::ScriptedSource(std::shared_ptr<MemoryDatabase> database, SourceFault fault,
                               int64_t chunk_keys)
    : database_(std::move(database)), fault_(fault), chunk_keys_(chunk_keys) {}

core::SourceCapabilities ScriptedSource::capabilities() const {
  core::SourceCapabilities capabilities;
  capabilities.boundaries = core::SourceCapabilities::Boundaries::kTransaction;
  capabilities.order = core::SourceCapabilities::Order::kTotal;
  capabilities.insert_means_absent = true;
  return capabilities;
}

Result<std::vector<core::TableSchema>> ScriptedSource::Discover() {
  std::vector<core::TableSchema> schemas;
  for (const std::string& table : database_->tables()) schemas.push_back(ScriptedSchema(table));
  return schemas;
}

Status ScriptedSource::Capture(core::CaptureContext& context, std::stop_token stop) {
  return ScriptedCapture(*database_, fault_, chunk_keys_, context).Run(stop);
}

Result<core::Position> ScriptedSource::CurrentPosition() { return ScriptedPosition(database_->position()); }

core::PositionOrder ScriptedSource::Compare(const core::Position& a, const core::Position& b) const {
  const uint64_t left = ScriptedNumber(a);
  const uint64_t right = ScriptedNumber(b);
  if (left == right) return core::PositionOrder::kEqual;
  return left < right ? core::PositionOrder::kBefore : core::PositionOrder::kAfter;
}

bool ScriptedSource::Contains(const core::Position& position, const std::string& transaction_id) const {
  return ScriptedNumber({transaction_id}) <= ScriptedNumber(position);
}

Result<std::unique_ptr<core::TableReader>> ScriptedSource::OpenTableReader(const core::TableSchema& table) {
  DatabaseView view = database_->View();
  return std::unique_ptr<core::TableReader>(std::make_unique<ScriptedReader>(
      table, std::move(view.tables.at(table.name)), ScriptedPosition(view.position)));
}

}  // namespace renkei::doubles
