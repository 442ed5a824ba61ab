#include "serve/json_write.h"

#include "telemetry/render.h"

namespace renkei::serve {

void WriteError(const Error& error, JsonWriter& writer) {
  writer.StartObject();
  Put(writer, "code", uint64_t{error.code().number});
  Put(writer, "name", telemetry::CodeName(error.code()));
  Put(writer, "text", telemetry::Render(error, telemetry::Language::kEnglish));
  PutKey(writer, "fields");
  writer.StartObject();
  for (const Field& field : error.fields()) Put(writer, field.name, field.value);
  writer.EndObject();
  writer.EndObject();
}

}  // namespace renkei::serve
