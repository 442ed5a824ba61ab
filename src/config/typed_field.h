// How the member behind a declared field is read, checked and shown; what Section::Field hands back.
#pragma once

#include <concepts>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/result.h"
#include "config/codes.h"
#include "config/field.h"
#include "config/patterns.h"
#include "config/url.h"
#include "config/values.h"

namespace renkei::config {

template <class T>
class Section;

// A map of named sections, in the file's order.
template <class T>
using Named = std::vector<std::pair<std::string, T>>;

template <class T>
struct Unwrap {
  using Type = T;
};
template <class T>
struct Unwrap<std::optional<T>> {
  using Type = T;
};

// How a plain member is read and shown. Integers of any width go by int64.
template <class M>
struct Plain {
  static bool Read(const Node& node, const FieldInfo& field, Problems& problems, M& into) {
    if constexpr (std::integral<M> && !std::same_as<M, bool>) {
      int64_t wide = 0;
      if (!ReadValue(node, field, problems, wide)) return false;
      if (std::in_range<M>(wide)) {
        into = static_cast<M>(wide);
        return true;
      }
      problems.Add(node.mark, kOutOfRange,
                   {{"key", field.name},
                    {"value", node.text},
                    {"least", std::to_string(std::numeric_limits<M>::min())},
                    {"most", std::to_string(std::numeric_limits<M>::max())}});
      return false;
    } else if constexpr (requires { ReadValue(node, field, problems, into); }) {
      return ReadValue(node, field, problems, into);
    } else {
      CheckFailed(field);
    }
  }
  static std::string Show(const M& value) {
    if constexpr (std::integral<M> && !std::same_as<M, bool>) {
      return ShowValue(static_cast<int64_t>(value));
    } else if constexpr (requires { ShowValue(value); }) {
      return ShowValue(value);
    } else {
      return {};
    }
  }

 private:
  [[noreturn]] static void CheckFailed(const FieldInfo& field) {
    base::CheckFailed(__FILE__, __LINE__, "a field that needs Choices, In, Each or Named", field.name);
  }
};

// What the reference calls a plain type; "" for an enum or a struct, whose word comes from Choices, In, ...
template <class M>
constexpr std::string_view TypeWord() {
  if constexpr (std::same_as<M, bool>) return "true or false";
  if constexpr (std::integral<M>) return "integer";
  if constexpr (std::same_as<M, std::string>) return "text";
  if constexpr (std::same_as<M, Secret>) return "secret";
  if constexpr (std::same_as<M, Bytes>) return "bytes";
  if constexpr (std::same_as<M, Duration>) return "duration";
  if constexpr (std::same_as<M, Percent>) return "percent";
  if constexpr (std::same_as<M, Path>) return "path";
  if constexpr (std::same_as<M, Address>) return "address";
  if constexpr (std::same_as<M, Url>) return "URL";
  if constexpr (std::same_as<M, Node>) return "section";
  if constexpr (std::same_as<M, TablePatterns>) return "table patterns";
  if constexpr (std::same_as<M, std::vector<std::string>>) return "list of text";
  return "";
}

// One field of T, whatever its type.
template <class T>
struct FieldOf {
  virtual ~FieldOf() = default;
  virtual void Read(T& into, const Node& node, Problems& problems) const = 0;
  virtual std::string ShowDefault(const T& defaults) const = 0;
  virtual bool IsFor(std::string T::*member) const = 0;
  FieldInfo info;
};

template <class T, class M>
class TypedField final : public FieldOf<T> {
 public:
  using Inner = typename Unwrap<M>::Type;

  TypedField(std::string name, M T::*member, std::string help) : member_(member) {
    this->info.name = std::move(name);
    this->info.help = std::move(help);
    this->info.type = TypeWord<Inner>();
  }

  // The key must be there.
  TypedField& Required() {
    this->info.required = true;
    return *this;
  }

  // Least and most, both allowed.
  TypedField& Range(Inner least, Inner most) {
    this->info.limits = ShowLimit(least) + " to " + ShowLimit(most);
    checks_.push_back(
        [least, most](const Inner& value, const Node& node, const FieldInfo& field, Problems& problems) {
          if (value >= least && value <= most) return;
          problems.Add(node.mark, kOutOfRange,
                       {{"key", field.name},
                        {"value", node.text},
                        {"least", ShowLimit(least)},
                        {"most", ShowLimit(most)}});
        });
    return *this;
  }

  // The words of an enum.
  TypedField& Choices(std::vector<std::pair<std::string, Inner>> choices) requires std::is_enum_v<Inner> {
    std::vector<std::string> words;
    for (const auto& choice : choices) words.push_back(choice.first);
    this->info.type = "choice";
    this->info.limits = Listed(words);
    show_ = [choices](const Inner& value) {
      for (const auto& [word, meaning] : choices) {
        if (meaning == value) return word;
      }
      return std::string();
    };
    read_ = [choices](const Node& node, const FieldInfo& field, Problems& problems, Inner& into) {
      std::string given;
      if (!ReadValue(node, field, problems, given)) return false;
      for (const auto& [word, meaning] : choices) {
        if (word != given) continue;
        into = meaning;
        return true;
      }
      problems.Add(node.mark, kNotAChoice,
                   {{"key", field.name}, {"value", node.text}, {"choices", field.limits}});
      return false;
    };
    return *this;
  }

  // The URL's allowed schemes.
  TypedField& Schemes(std::vector<std::string> schemes) requires std::same_as<Inner, Url> {
    this->info.limits = Listed(schemes);
    checks_.push_back(
        [schemes](const Url& url, const Node& node, const FieldInfo& field, Problems& problems) {
          for (const std::string& scheme : schemes) {
            if (scheme == url.scheme) return;
          }
          problems.Add(node.mark, kUrlScheme,
                       {{"key", field.name}, {"scheme", url.scheme}, {"schemes", field.limits}});
        });
    return *this;
  }

  // A struct with a section of its own.
  TypedField& In(const Section<Inner>& section) {
    Nest(section, "section");
    read_ = [&section](const Node& node, const FieldInfo&, Problems& problems, Inner& into) {
      into = section.Parse(node, problems);
      return true;
    };
    return *this;
  }

  // A list of structs. With `shorthand` a plain text stands for a struct with only that member, and a text
  // instead of the list for a list of one.
  template <class Element>
  TypedField& Each(const Section<Element>& section, std::string Element::*shorthand = nullptr) {
    Nest(section, shorthand != nullptr ? "list of text or sections" : "list of sections");
    const std::string key = shorthand != nullptr ? section.NameOf(shorthand) : std::string();
    read_ = [&section, key](const Node& node, const FieldInfo& field, Problems& problems, Inner& into) {
      const bool one_text = !key.empty() && node.kind == Node::Kind::kText;
      if (node.kind != Node::Kind::kList && !one_text) {
        problems.Add(node.mark, kNotAList, {{"key", field.name}});
        return false;
      }
      into.clear();
      for (const Node& item : one_text ? std::vector<Node>{node} : node.items) {
        const bool is_text = !key.empty() && item.kind == Node::Kind::kText;
        into.push_back(section.Parse(is_text ? MapOf(key, item) : item, problems));
      }
      return true;
    };
    return *this;
  }

  // A map of named sections; the member is a Named<Element>.
  template <class Element>
  TypedField& Named(const Section<Element>& section) {
    Nest(section, "named sections");
    read_ = [&section](const Node& node, const FieldInfo& field, Problems& problems, Inner& into) {
      if (node.kind != Node::Kind::kMap) {
        problems.Add(node.mark, kNotAMap, {{"key", field.name}});
        return false;
      }
      into.clear();
      for (const NodeEntry& entry : node.entries)
        into.emplace_back(entry.key, section.Parse(entry.value, problems));
      return true;
    };
    return *this;
  }

  // One more condition on the value; the error gets file, line, column, key and, where it is no secret,
  // value.
  TypedField& Check(std::function<Status(const Inner&)> check) {
    checks_.push_back(
        [check](const Inner& value, const Node& node, const FieldInfo& field, Problems& problems) {
          Status status = check(value);
          if (status.ok()) return;
          Error error = Error(status.error()).With("key", field.name);
          constexpr bool secret = std::same_as<Inner, Secret> || std::same_as<Inner, Url>;
          if (!secret && node.kind == Node::Kind::kText) error = std::move(error).With("value", node.text);
          problems.Add(node.mark, error);
        });
    return *this;
  }

  bool IsFor(std::string T::*member) const override {
    if constexpr (std::same_as<M, std::string>) {
      return member == member_;
    } else {
      return false;
    }
  }

  void Read(T& into, const Node& node, Problems& problems) const override {
    Inner value = Initial(into.*member_);
    const bool set = read_ ? read_(node, this->info, problems, value)
                           : Plain<Inner>::Read(node, this->info, problems, value);
    if (!set) return;
    for (const auto& check : checks_) check(value, node, this->info, problems);
    into.*member_ = std::move(value);
  }

  std::string ShowDefault(const T& defaults) const override {
    if constexpr (std::same_as<M, Inner>) {
      return show_ ? show_(defaults.*member_) : Plain<Inner>::Show(defaults.*member_);
    } else {
      return {};
    }
  }

 private:
  static Inner Initial(const M& member) {
    if constexpr (std::same_as<M, Inner>) {
      return member;
    } else {
      return member.value_or(Inner{});
    }
  }
  static std::string ShowLimit(const Inner& value) { return Plain<Inner>::Show(value); }
  void Nest(const SectionInfo& section, std::string_view word) {
    this->info.type = word;
    this->info.nested = &section;
  }

  M T::*member_;
  std::function<bool(const Node&, const FieldInfo&, Problems&, Inner&)> read_;
  std::function<std::string(const Inner&)> show_;
  std::vector<std::function<void(const Inner&, const Node&, const FieldInfo&, Problems&)>> checks_;
};

}  // namespace renkei::config
