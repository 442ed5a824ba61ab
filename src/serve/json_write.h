// JSON being written.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace renkei::serve {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

class JsonText {
 public:
  JsonText() : writer_(buffer_) {}
  JsonWriter& writer() { return writer_; }
  std::string Take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  rapidjson::StringBuffer buffer_;
  JsonWriter writer_;
};

inline void Put(JsonWriter& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}
inline void PutKey(JsonWriter& writer, std::string_view key) {
  writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
}
inline void Put(JsonWriter& writer, std::string_view key, std::string_view text) {
  PutKey(writer, key);
  Put(writer, text);
}
inline void Put(JsonWriter& writer, std::string_view key, uint64_t number) {
  PutKey(writer, key);
  writer.Uint64(number);
}

// As error_json.h has it.
void WriteError(const Error& error, JsonWriter& writer);

}  // namespace renkei::serve
