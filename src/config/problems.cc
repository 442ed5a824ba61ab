#include "config/problems.h"

#include <algorithm>

namespace renkei::config {

namespace {

// A URL that stands where none belongs is shown without its login: `http: mysql://u:password@h`.
std::string WithoutLogin(const std::string& value) {
  const size_t scheme = value.find("://");
  const size_t at = value.rfind('@');
  if (scheme == std::string::npos || at == std::string::npos || at < scheme) return value;
  return value.substr(0, scheme + 3) + "***" + value.substr(at);
}

}  // namespace

void Problems::Add(Mark mark, Code code, std::initializer_list<Field> fields) {
  Add(mark, Error(code, fields));
}

void Problems::Add(Mark mark, const Error& error) {
  if (found_.size() >= kMost) return;
  std::vector<Field> fields = {
      {"file", origin_->file}, {"line", std::to_string(mark.line)}, {"column", std::to_string(mark.column)}};
  for (const Field& field : error.fields()) {
    if (field.name != "file" && field.name != "line" && field.name != "column") {
      fields.push_back({field.name, WithoutLogin(field.value)});
    }
  }
  found_.push_back({mark, Error(error.code(), std::move(fields))});
}

std::vector<Error> Problems::Sorted() const {
  std::vector<const Found*> order;
  for (const Found& found : found_) order.push_back(&found);
  std::stable_sort(order.begin(), order.end(),
                   [](const Found* left, const Found* right) { return left->mark < right->mark; });
  std::vector<Error> errors;
  for (const Found* found : order) errors.push_back(found->error);
  return errors;
}

}  // namespace renkei::config
