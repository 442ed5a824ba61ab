#include "telemetry/render.h"

#include <fmt/format.h>

#include <algorithm>

namespace renkei::telemetry {

namespace {

std::string_view TextOf(const Message& message, Language language) {
  return language == Language::kJapanese ? message.japanese : message.english;
}

bool IsFieldName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Walks the text: literal(stretch) and field(name) in their order. False if malformed.
template <class Literal, class FieldName>
bool Walk(std::string_view text, Literal literal, FieldName field) {
  while (!text.empty()) {
    const size_t brace = text.find_first_of("{}");
    literal(text.substr(0, brace));
    if (brace == std::string_view::npos) return true;
    text.remove_prefix(brace);
    if (text.starts_with("{{") || text.starts_with("}}")) {
      literal(text.substr(0, 1));
      text.remove_prefix(2);
      continue;
    }
    const size_t end = text.find('}');
    if (text.front() == '}' || end == std::string_view::npos) return false;
    const std::string_view name = text.substr(1, end - 1);
    if (!IsFieldName(name)) return false;
    field(name);
    text.remove_prefix(end + 1);
  }
  return true;
}

const Field* FindField(const Error& error, std::string_view name) {
  for (const Field& field : error.fields()) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

std::string KeyValues(const Error& error) {
  std::string text;
  for (const Field& field : error.fields()) {
    if (!text.empty()) text += ' ';
    text += field.name + "=" + OneLine(field.value);
  }
  return text;
}

}  // namespace

std::string CodeName(Code code) { return fmt::format("RK{:04}", code.number); }

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      line += fmt::format("\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
  return line;
}

std::string Render(const Error& error, Language language) {
  const Message* message = FindMessage(error.code());
  if (message == nullptr) return KeyValues(error);
  std::string text;
  Walk(
      TextOf(*message, language), [&](std::string_view stretch) { text += stretch; },
      [&](std::string_view name) {
        const Field* field = FindField(error, name);
        text += field != nullptr ? OneLine(field->value) : fmt::format("{{{}}}", name);
      });
  return text;
}

std::string RenderWithCode(const Error& error, Language language) {
  return CodeName(error.code()) + " " + Render(error, language);
}

Severity SeverityOf(const Error& error) {
  const Message* message = FindMessage(error.code());
  return message != nullptr ? message->severity : Severity::kError;
}

Retry RetryOf(const Error& error) {
  const Message* message = FindMessage(error.code());
  return message != nullptr ? message->retry : Retry::kNever;
}

Exit ExitOf(const Error& error) {
  const Message* message = FindMessage(error.code());
  return message != nullptr ? message->exit : Exit::kFoundWrong;
}

bool FieldNames(std::string_view text, std::set<std::string>& names) {
  return Walk(
      text, [](std::string_view) {}, [&](std::string_view name) { names.emplace(name); });
}

std::vector<Field> FieldsBeside(const Error& error, Language language) {
  std::set<std::string> shown;
  const Message* message = FindMessage(error.code());
  if (message == nullptr) return {};
  FieldNames(TextOf(*message, language), shown);
  std::vector<Field> beside;
  for (const Field& field : error.fields()) {
    if (!shown.contains(field.name)) beside.push_back(field);
  }
  return beside;
}

}  // namespace renkei::telemetry
