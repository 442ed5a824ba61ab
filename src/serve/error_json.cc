#include "serve/error_json.h"

#include <rapidjson/document.h>

#include "serve/json_write.h"

namespace renkei::serve {

std::string ErrorJson(const Error& error) {
  JsonText json;
  WriteError(error, json.writer());
  return json.Take();
}

std::optional<Error> ErrorFromJson(std::string_view json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  const auto code = document.FindMember("code");
  const auto fields = document.FindMember("fields");
  if (code == document.MemberEnd() || !code->value.IsUint() || code->value.GetUint() > UINT16_MAX ||
      fields == document.MemberEnd() || !fields->value.IsObject())
    return std::nullopt;
  std::vector<Field> list;
  for (const auto& field : fields->value.GetObject()) {
    if (field.value.IsString()) list.push_back({field.name.GetString(), field.value.GetString()});
  }
  return Error(Code{static_cast<uint16_t>(code->value.GetUint())}, std::move(list));
}

}  // namespace renkei::serve
