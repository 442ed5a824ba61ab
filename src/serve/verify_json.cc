#include "serve/verify_json.h"

#include <rapidjson/document.h>

#include "serve/error_json.h"
#include "serve/json_write.h"

namespace renkei::serve {

namespace {

using rapidjson::Value;
using verify::Kind;

void PutDifferences(JsonWriter& writer, const verify::Differences& differences) {
  Put(writer, "missing", differences.missing);
  Put(writer, "extra", differences.extra);
  Put(writer, "different", differences.different);
  Put(writer, "doubled", differences.doubled);
  PutKey(writer, "at_least");
  writer.Bool(differences.at_least);
  PutKey(writer, "ranges_cut");
  writer.Bool(differences.ranges_cut);
  PutKey(writer, "ranges");
  writer.StartArray();
  for (const verify::KeyRange& range : differences.ranges) {
    writer.StartObject();
    Put(writer, "kind", verify::KindName(range.kind));
    Put(writer, "first", range.first);
    Put(writer, "last", range.last);
    Put(writer, "keys", range.keys);
    writer.EndObject();
  }
  writer.EndArray();
}

std::string Text(const Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : "";
}

uint64_t Number(const Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsUint64() ? found->value.GetUint64() : 0;
}

bool Flag(const Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsBool() && found->value.GetBool();
}

Kind KindOf(const std::string& name) {
  for (const Kind kind : {Kind::kMissing, Kind::kExtra, Kind::kDifferent}) {
    if (verify::KindName(kind) == name) return kind;
  }
  return Kind::kDoubled;
}

verify::Differences DifferencesOf(const Value& object) {
  verify::Differences differences{.missing = Number(object, "missing"),
                                  .extra = Number(object, "extra"),
                                  .different = Number(object, "different"),
                                  .doubled = Number(object, "doubled"),
                                  .at_least = Flag(object, "at_least"),
                                  .ranges = {},
                                  .ranges_cut = Flag(object, "ranges_cut")};
  const auto ranges = object.FindMember("ranges");
  if (ranges == object.MemberEnd() || !ranges->value.IsArray()) return differences;
  for (const Value& range : ranges->value.GetArray()) {
    if (!range.IsObject()) continue;
    differences.ranges.push_back({.kind = KindOf(Text(range, "kind")),
                                  .first = Text(range, "first"),
                                  .last = Text(range, "last"),
                                  .keys = Number(range, "keys")});
  }
  return differences;
}

}  // namespace

std::string VerifyJson(const verify::TableResult& result) {
  JsonText json;
  JsonWriter& writer = json.writer();
  writer.StartObject();
  Put(writer, "source", result.name.source);
  Put(writer, "table", result.name.table);
  Put(writer, "sink", result.name.sink);
  PutKey(writer, "equal");
  writer.Bool(result.equal());
  Put(writer, "source_rows", result.source_rows);
  Put(writer, "sink_rows", result.sink_rows);
  Put(writer, "position", result.position);
  PutDifferences(writer, result.differences);
  if (result.error) Put(writer, "error", ErrorJson(*result.error));
  writer.EndObject();
  return json.Take();
}

std::optional<verify::TableResult> VerifyFromJson(std::string_view json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember("table")) return std::nullopt;
  verify::TableResult result;
  result.name = {
      .source = Text(document, "source"), .table = Text(document, "table"), .sink = Text(document, "sink")};
  result.source_rows = Number(document, "source_rows");
  result.sink_rows = Number(document, "sink_rows");
  result.position = Text(document, "position");
  result.differences = DifferencesOf(document);
  if (document.HasMember("error")) result.error = ErrorFromJson(Text(document, "error"));
  return result;
}

}  // namespace renkei::serve
