#include "cli/status_view.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "cli/text_table.h"
#include "serve/error_json.h"
#include "telemetry/render.h"

namespace renkei::cli {

namespace {

using rapidjson::Value;

const Value* Member(const Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string Text(const Value& object, const char* name) {
  const Value* value = Member(object, name);
  return value != nullptr && value->IsString() ? value->GetString() : "";
}

uint64_t Number(const Value& object, const char* name) {
  const Value* value = Member(object, name);
  return value != nullptr && value->IsUint64() ? value->GetUint64() : 0;
}

// "-" where the number is not known.
std::string Millis(const Value& object, const char* name) {
  const Value* value = Member(object, name);
  if (value == nullptr || !value->IsNumber()) return "-";
  const double ms = value->GetDouble();
  return ms < 1000 ? fmt::format("{:.0f} ms", ms) : fmt::format("{:.1f} s", ms / 1000);
}

std::string FreshnessOf(const Value& object, const char* quantile) {
  const Value* freshness = Member(object, "freshness_ms");
  return freshness != nullptr && freshness->IsObject() ? Millis(*freshness, quantile) : "-";
}

std::string ErrorOf(const Value& object, telemetry::Language language) {
  const Value* error = Member(object, "last_error");
  if (error == nullptr || !error->IsObject()) return "";
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  error->Accept(writer);
  const std::optional<Error> told = serve::ErrorFromJson(buffer.GetString());
  return told ? telemetry::RenderWithCode(*told, language) : "";
}

std::string NoteOf(const Value& table, telemetry::Language language) {
  if (Text(table, "state") != "copying") return ErrorOf(table, language);
  std::string note = fmt::format("{} / ~{}", Number(table, "rows_snapshot"), Number(table, "rows_estimated"));
  const Value* rate = Member(table, "rows_per_s");
  const Value* left = Member(table, "left_s");
  if (rate != nullptr && rate->IsNumber()) note += fmt::format(", {:.0f}/s", rate->GetDouble());
  if (left != nullptr && left->IsNumber()) note += fmt::format(", {:.0f} s", left->GetDouble());
  return note;
}

template <class Each>
void ForEach(const Value& status, const char* list, Each each) {
  const Value* found = Member(status, list);
  if (found == nullptr || !found->IsArray()) return;
  for (const Value& element : found->GetArray()) {
    if (element.IsObject()) each(element);
  }
}

}  // namespace

std::string StatusView(std::string_view status_json, telemetry::Language language) {
  rapidjson::Document status;
  status.Parse(status_json.data(), status_json.size());
  if (status.HasParseError() || !status.IsObject()) return std::string(status_json);

  TextTable sources({{"source"}, {"state"}, {"position"}, {"lag", true}, {"rows", true}, {""}});
  ForEach(status, "sources", [&](const Value& source) {
    sources.Add({Text(source, "name"), Text(source, "state"), Text(source, "position"),
                 Millis(source, "lag_ms"), std::to_string(Number(source, "rows")),
                 ErrorOf(source, language)});
  });
  TextTable sinks({{"sink"}, {"state"}, {"p50", true}, {"p99", true}, {"waiting", true}, {""}});
  ForEach(status, "sinks", [&](const Value& sink) {
    sinks.Add({Text(sink, "name"), Text(sink, "state"), FreshnessOf(sink, "p50"), FreshnessOf(sink, "p99"),
               std::to_string(Number(sink, "lag_transactions")), ErrorOf(sink, language)});
  });
  TextTable tables({{"table"},
                    {"sink"},
                    {"state"},
                    {"copied", true},
                    {"changes", true},
                    {"p50", true},
                    {"p99", true},
                    {""}});
  ForEach(status, "tables", [&](const Value& table) {
    const Value* repairing = Member(table, "repairing");
    const bool owed = repairing != nullptr && repairing->IsBool() && repairing->GetBool();
    const std::string state = Text(table, "state");
    tables.Add({Text(table, "table"), Text(table, "sink"), owed && state == "live" ? "repairing" : state,
                std::to_string(Number(table, "rows_snapshot")),
                std::to_string(Number(table, "changes_applied")), FreshnessOf(table, "p50"),
                FreshnessOf(table, "p99"), NoteOf(table, language)});
  });
  std::string view = sources.Text();
  for (const TextTable* table : {&sinks, &tables}) {
    if (table->rows() > 0) view += "\n" + table->Text();
  }
  return view;
}

}  // namespace renkei::cli
