// Result<T>: a value or an Error. What functions that can fail for a reason outside the program return; no
// exception crosses a room's border.
//
//   Result<Position> position = stream.Next();
//   if (!position.ok()) return position.error();
//   Use(*position);
//
//   ASSIGN_OR_RETURN(Position position, stream.Next());   // the same
//   RETURN_IF_ERROR(log.Sync());
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"

namespace renkei::base {

// The permanent number of a message, shown as RK1042. Each room declares its own as constants; severity,
// retry kind and texts stand in telemetry's message table, which a test holds complete.
struct Code {
  uint16_t number = 0;
  friend bool operator==(Code, Code) = default;
  friend auto operator<=>(Code, Code) = default;
};

// A named value that a message's text and a log line show. Never a secret.
struct Field {
  std::string name;
  std::string value;
};

// An operating error: its code and fields. Its text is made by telemetry when somebody reads it.
class [[nodiscard]] Error {
 public:
  explicit Error(Code code, std::initializer_list<Field> fields = {}) : code_(code), fields_(fields) {}
  Error(Code code, std::vector<Field> fields) : code_(code), fields_(std::move(fields)) {}

  Code code() const { return code_; }
  const std::vector<Field>& fields() const { return fields_; }

  // The value of the field, "" when absent.
  std::string_view field(std::string_view name) const;
  // The same error with one more field; a name already present keeps its first value.
  Error With(std::string name, std::string value) &&;
  // For tests and CHECK texts: "RK1042 path=x reason=y".
  std::string Debug() const;

 private:
  Code code_;
  std::vector<Field> fields_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    CheckOk();
    return std::get<0>(state_);
  }
  const T& value() const& {
    CheckOk();
    return std::get<0>(state_);
  }
  T value() && {
    CheckOk();
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  void CheckOk() const {
    if (!ok()) CheckFailed("result", 0, "value of a failed Result", std::get<1>(state_).Debug());
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace renkei::base

namespace renkei {
using base::Code;
using base::Error;
using base::Field;
using base::Result;
using base::Status;
}  // namespace renkei

#define RENKEI_JOIN_INNER(a, b) a##b
#define RENKEI_JOIN(a, b) RENKEI_JOIN_INNER(a, b)
#define RETURN_IF_ERROR(expression)                                            \
  do {                                                                         \
    if (auto returned = (expression); !returned.ok()) return returned.error(); \
  } while (false)
#define RENKEI_ASSIGN_OR_RETURN(temporary, declaration, expression) \
  auto temporary = (expression);                                    \
  if (!temporary.ok()) return temporary.error();                    \
  declaration = std::move(temporary).value()
#define ASSIGN_OR_RETURN(declaration, expression) \
  RENKEI_ASSIGN_OR_RETURN(RENKEI_JOIN(assigned_, __LINE__), declaration, expression)
