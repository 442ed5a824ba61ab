#include "verify/instant.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/notifier.h"
#include "pipeline/codes.h"
#include "verify/codes.h"

namespace renkei::verify {

namespace {

using pipeline::HoldGate;

constexpr std::chrono::milliseconds kLook{100};
constexpr int64_t kSchemaPatienceUs = 10 * base::kMicrosPerSecond;
constexpr int kSchemaReadingsMax = 5;

class Held {
 public:
  explicit Held(HoldGate& gate) : gate_(&gate) {}
  Held(Held&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
  Held& operator=(Held&&) = delete;
  ~Held() {
    if (gate_ != nullptr) gate_->Release();
  }

 private:
  HoldGate* gate_;
};

class Watching {
 public:
  Watching(core::Log& log, base::Notifier& notifier) : log_(log), notifier_(notifier) {
    log_.Watch(&notifier_);
  }
  ~Watching() { log_.Unwatch(&notifier_); }

 private:
  core::Log& log_;
  base::Notifier& notifier_;
};

bool Reaches(const core::Source& source, const core::Position& position, const core::Position& place) {
  const core::PositionOrder order = source.Compare(position, place);
  return order == core::PositionOrder::kEqual || order == core::PositionOrder::kAfter;
}

// Reads the log forward from where the sink is held, until all transactions of the place are seen. Other
// lanes than the place's do not count: what the table holds does not depend on them.
class PlaceFinder {
 public:
  PlaceFinder(const core::Source& source, core::Log& log, core::Lane lane, core::Position place)
      : source_(source), log_(log), lane_(lane), place_(std::move(place)) {}

  Status Begin(core::Address from) {
    offset_ = from.offset;
    ASSIGN_OR_RETURN(reader_, log_.OpenReader({.from = from, .tables = {}}));
    return {};
  }

  // The offset, if the log has reached the place.
  Result<std::optional<core::Offset>> Look() {
    for (;;) {
      ASSIGN_OR_RETURN(const std::optional<core::Entry> entry, reader_->Next());
      if (!entry) break;
      if (Take(*entry)) return std::optional(offset_);
    }
    // The log may have had the place before the reader began. Its state may be ahead of what can be read.
    const core::LogState state = log_.State();
    const auto head = state.heads.find(lane_);
    const bool reached = head != state.heads.end() && Reaches(source_, head->second.position, place_);
    if (reached && state.end <= reader_->position()) return std::optional(offset_);
    return std::optional<core::Offset>();
  }

 private:
  // True when the place is found: at offset_.
  bool Take(const core::Entry& entry) {
    if (const auto* tick = std::get_if<core::Tick>(&entry.body))
      return tick->lane == lane_ && Reaches(source_, tick->position, place_);
    const auto* set = std::get_if<core::Changes>(&entry.body);
    if (set == nullptr) return false;
    const std::vector<core::Transaction>& transactions = (*set)->transactions;
    if ((*set)->lane != lane_) {
      offset_.value = entry.address.offset.value + transactions.size();
      return false;
    }
    for (uint64_t i = offset_.value - entry.address.offset.value; i < transactions.size(); ++i) {
      if (!source_.Contains(place_, transactions[i].id)) return true;
      ++offset_.value;
    }
    return Reaches(source_, (*set)->position, place_);
  }

  const core::Source& source_;
  core::Log& log_;
  const core::Lane lane_;
  const core::Position place_;
  std::unique_ptr<core::LogReader> reader_;
  core::Offset offset_;
};

Result<core::Offset> AwaitPlace(pipeline::Pipeline& pipeline, const TableName& name, core::Address from,
                                core::Lane lane, const core::Position& place,
                                std::chrono::milliseconds patience, const GivenUp& given_up) {
  const core::Source& source = *pipeline.FindSource(name.source);
  core::Log& log = *pipeline.FindLog(name.source);
  base::Notifier grown;
  const Watching watching(log, grown);
  PlaceFinder finder(source, log, lane, place);
  RETURN_IF_ERROR(finder.Begin(from));
  const base::MonoTime began = pipeline.clock().mono();
  for (uint64_t seen = grown.count();;) {
    ASSIGN_OR_RETURN(const std::optional<core::Offset> offset, finder.Look());
    if (offset) return *offset;
    if (given_up()) return Error(pipeline::kStopAsked);
    if (pipeline.SourceEnded(name.source))
      return Error(pipeline::kSourceNotRunning, {{"source", name.source}});
    if (base::MicrosBetween(began, pipeline.clock().mono()) > std::chrono::microseconds(patience).count()) {
      return Error(kNotReached, {{"source", name.source},
                                 {"table", name.table},
                                 {"position", source.Show(place)},
                                 {"seconds", std::to_string(patience.count() / 1000)}});
    }
    seen = grown.WaitBeyond(seen, kLook);
  }
}

Result<core::TableSchema> SchemaOf(core::Log& log, const TableName& name) {
  const core::LogState state = log.State();
  const core::TableStateInLog* table = state.FindTable(name.table);
  if (table == nullptr) {
    return Error(kNotComplete, {{"table", name.table}, {"sink", name.sink}, {"state", "starting"}});
  }
  return table->schema;
}

// Until the log has another schema of the table than this one, a moment at most.
void AwaitOtherSchema(pipeline::Pipeline& pipeline, core::Log& log, const core::TableSchema& schema,
                      const TableName& name, const GivenUp& given_up) {
  base::Notifier grown;
  const Watching watching(log, grown);
  const base::MonoTime began = pipeline.clock().mono();
  for (uint64_t seen = grown.count(); !given_up();) {
    const auto now = SchemaOf(log, name);
    if (!now.ok() || now->id != schema.id) return;
    if (base::MicrosBetween(began, pipeline.clock().mono()) > kSchemaPatienceUs) return;
    seen = grown.WaitBeyond(seen, kLook);
  }
}

struct SourceRows {
  std::unique_ptr<core::TableReader> reader;
  core::Offset offset;  // in the log, of the reader's place
};

// The log may be behind a schema change that the source has made: it is read again by the schema of its
// place.
Result<SourceRows> OpenSource(pipeline::Pipeline& pipeline, const TableName& name, core::Address from,
                              std::chrono::milliseconds patience, const GivenUp& given_up) {
  core::Source& source = *pipeline.FindSource(name.source);
  core::Log& log = *pipeline.FindLog(name.source);
  for (int reading = 1;; ++reading) {
    ASSIGN_OR_RETURN(const core::TableSchema schema, SchemaOf(log, name));
    auto reader = source.OpenTableReader(schema);
    if (!reader.ok()) {
      AwaitOtherSchema(pipeline, log, schema, name, given_up);
      ASSIGN_OR_RETURN(const core::TableSchema now, SchemaOf(log, name));
      if (now.id == schema.id || reading == kSchemaReadingsMax) return reader.error();
      continue;
    }
    ASSIGN_OR_RETURN(const core::Offset offset, AwaitPlace(pipeline, name, from, (*reader)->lane(),
                                                           (*reader)->position(), patience, given_up));
    ASSIGN_OR_RETURN(const core::TableSchema now, SchemaOf(log, name));
    if (now.id == schema.id || reading == kSchemaReadingsMax) return SourceRows{*std::move(reader), offset};
  }
}

}  // namespace

Result<Instant> OpenInstant(pipeline::Pipeline& pipeline, const TableName& name,
                            std::chrono::milliseconds patience, const GivenUp& given_up) {
  core::Source* source = pipeline.FindSource(name.source);
  core::Sink* sink = pipeline.FindSink(name.sink);
  core::Log* log = pipeline.FindLog(name.source);
  HoldGate* gate = pipeline.FindGate(name.sink);
  if (source == nullptr || log == nullptr)
    return Error(pipeline::kSourceNotRunning, {{"source", name.source}});
  if (sink == nullptr || gate == nullptr) return Error(pipeline::kSinkNotRunning, {{"sink", name.sink}});
  RETURN_IF_ERROR(gate->Hold(patience));
  const Held held(*gate);
  const std::optional<core::SinkCursor> cursor = sink->Cursor(name.source);
  if (!cursor) return Error(pipeline::kNoSuchFeed, {{"sink", name.sink}, {"source", name.source}});
  Instant instant;
  // After the hold, so that the snapshot's place can not be behind the sink's.
  ASSIGN_OR_RETURN(SourceRows rows, OpenSource(pipeline, name, cursor->main, patience, given_up));
  instant.source = std::move(rows.reader);
  instant.offset = rows.offset;
  instant.position = source->Show(instant.source->position());
  RETURN_IF_ERROR(gate->AdvanceTo(name.source, instant.offset, patience));
  ASSIGN_OR_RETURN(instant.sink, sink->OpenTableReader(name.source, name.table));
  return instant;
}

}  // namespace renkei::verify
