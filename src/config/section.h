// A section of the configuration, declared once: parsing, checks with file:line:column, nearest-name
// suggestions and the reference page all come from the declaration. How a plug-in declares its own:
//
//   // sources/mysql/config.h
//   enum class TlsMode { kOff, kRequired, kVerifyFull };
//   struct Tls { TlsMode mode = TlsMode::kOff; config::Path ca; };
//   struct Options {
//     config::Url url;
//     config::Secret password;
//     config::TablePatterns tables;
//     Tls tls;
//     int workers = 4;                         // the member's initialiser IS the default
//     config::Duration heartbeat = std::chrono::seconds(10);
//     std::optional<config::Bytes> max_value;  // absent stays absent
//   };
//   const config::Section<Options>& OptionsSection();
//
//   // sources/mysql/config.cc
//   const config::Section<Tls>& TlsSection() {
//     static const config::Section<Tls> section("tls", "How the connection is encrypted.", [](auto& tls) {
//       tls.Field("mode", &Tls::mode, "What is demanded of the server.")
//           .Choices({{"off", TlsMode::kOff}, {"required", TlsMode::kRequired}});
//       tls.Field("ca", &Tls::ca, "The certificate authority's file.");
//     });
//     return section;
//   }
//   const config::Section<Options>& OptionsSection() {
//     static const config::Section<Options> section("mysql", "A MySQL or MariaDB database.", [](auto& mysql)
//     {
//       mysql.Field("url", &Options::url, "Where the database is.").Required().Schemes({"mysql", "mariadb"});
//       mysql.Field("password", &Options::password, "The password; stands above the url's.");
//       mysql.Field("tables", &Options::tables, "Which tables are captured.").Required();
//       mysql.Field("tls", &Options::tls, "Encryption.").In(TlsSection());
//       mysql.Field("workers", &Options::workers, "Readers of a copy.").Range(1, 64);
//       mysql.Check([](const Options& options) -> Status { ... an error of a room's own codes ... });
//     });
//     return section;
//   }
//
//   // where the plug-in is made; `plugin` is a config::PluginSection out of config::Config
//   ASSIGN_OR_RETURN(Options options, OptionsSection().Read(plugin));
//
// Members may be: bool, any integer type, std::string, Secret, Bytes, Duration, Percent, Path, Address
// (values.h), Url (url.h), TablePatterns (patterns.h), std::vector<std::string>; an enum with .Choices; a
// struct with .In(section); std::vector<Struct> with .Each(section, &Struct::name) (a plain text is then a
// struct with only that name); Named<Struct> with .Named(section) (a map of named sections); std::optional of
// any of these. The key `type` belongs to the registry and is not declared. In a test: config/testing.h.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/result.h"
#include "config/field.h"
#include "config/plugin_section.h"
#include "config/typed_field.h"

namespace renkei::config {

template <class T>
class Section final : public SectionInfo {
 public:
  template <class Declare>
  Section(std::string name, std::string help, Declare&& declare)
      : SectionInfo(std::move(name), std::move(help)) {
    declare(*this);
    const T defaults{};
    for (const auto& field : fields_) field->info.default_text = field->ShowDefault(defaults);
  }

  // Declares a field; names differ. The reference lives as long as the section.
  template <class M>
  TypedField<T, M>& Field(std::string name, M T::*member, std::string help) {
    for (const auto& other : fields_) CHECK(other->info.name != name);
    auto field = std::make_unique<TypedField<T, M>>(std::move(name), member, std::move(help));
    auto& declared = *field;
    fields_.push_back(std::move(field));
    return declared;
  }

  // A condition over several fields; asked only when each field alone is well.
  void Check(std::function<Status(const T&)> check) { checks_.push_back(std::move(check)); }

  // The key of the member, which must be declared.
  std::string NameOf(std::string T::*member) const {
    for (const auto& field : fields_) {
      if (field->IsFor(member)) return field->info.name;
    }
    base::CheckFailed(__FILE__, __LINE__, "a declared member", name());
  }

  // Reads the node; what is wrong goes to problems, and the answer is only good when none were added.
  T Parse(const Node& node, Problems& problems) const {
    T value{};
    if (node.kind != Node::Kind::kMap && node.kind != Node::Kind::kNothing) {
      problems.Add(node.mark, kNotAMap, {{"key", name()}});
      return value;
    }
    const size_t before = problems.size();
    std::set<std::string> misspelt;
    for (const NodeEntry& entry : node.entries) {
      if (FindField(entry.key) == nullptr) misspelt.insert(ReportUnknownKey(entry, *this, problems));
    }
    for (const auto& field : fields_) {
      if (const Node* given = node.Find(field->info.name); given != nullptr) {
        field->Read(value, *given, problems);
      } else if (field->info.required && !misspelt.contains(field->info.name)) {
        problems.Add(node.mark, kMissingKey,
                     {{"key", field->info.name}, {"section", name()}, {"help", field->info.help}});
      }
    }
    if (problems.size() != before) return value;
    for (const auto& check : checks_) {
      if (Status status = check(value); !status.ok()) problems.Add(node.mark, status.error());
    }
    return value;
  }

  // Parse for a plug-in: the first problem is the error.
  Result<T> Read(const PluginSection& plugin) const {
    Problems problems(plugin.origin);
    T value = Parse(plugin.node, problems);
    if (!problems.empty()) return problems.Sorted().front();
    return value;
  }

  // SectionInfo
  std::vector<const FieldInfo*> fields() const override {
    std::vector<const FieldInfo*> infos;
    for (const auto& field : fields_) infos.push_back(&field->info);
    return infos;
  }
  void Check(const Node& node, Problems& problems) const override { Parse(node, problems); }

 private:
  const FieldOf<T>* FindField(const std::string& name) const {
    for (const auto& field : fields_) {
      if (field->info.name == name) return field.get();
    }
    return nullptr;
  }

  std::vector<std::unique_ptr<FieldOf<T>>> fields_;
  std::vector<std::function<Status(const T&)>> checks_;
};

}  // namespace renkei::config
