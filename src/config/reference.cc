#include <fmt/format.h>

#include <cctype>
#include <set>

#include "config/config.h"

namespace renkei::config {

namespace {

// Markdown's table cell may not hold a bar.
std::string Cell(const std::string& text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

std::string Code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }

std::string TypeCell(const FieldInfo& field) {
  return field.limits.empty() ? field.type : fmt::format("{}: {}", field.type, field.limits);
}

std::string Lowered(std::string title) {
  title.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(title.front())));
  return title;
}

// The section's own table, then those inside it.
void Print(const std::string& title, const SectionInfo& section, int level, std::string& page) {
  page += fmt::format("{} {}\n\n{}\n\n", std::string(static_cast<size_t>(level), '#'), title, section.help());
  page += "| key | type | default | what it says |\n|---|---|---|---|\n";
  for (const FieldInfo* field : section.fields()) {
    const std::string standard = field->required ? "required" : Code(field->default_text);
    page += fmt::format("| `{}` | {} | {} | {} |\n", field->name, Cell(TypeCell(*field)), Cell(standard),
                        Cell(field->help));
  }
  page += "\n";
  for (const FieldInfo* field : section.fields()) {
    if (field->nested != nullptr)
      Print(fmt::format("`{}` of {}", field->name, Lowered(title)), *field->nested, level + 1, page);
  }
}

// Each section once, under all the types that share it.
void PrintKinds(std::string_view word, const std::vector<PluginKind>& kinds, std::string& page) {
  std::set<const SectionInfo*> printed;
  for (const PluginKind& kind : kinds) {
    if (!printed.insert(kind.section).second) continue;
    std::string types;
    for (const PluginKind& other : kinds) {
      if (other.section == kind.section)
        types += (types.empty() ? "`type: " : " or `type: ") + other.type + "`";
    }
    Print(fmt::format("{} of {}", word, types), *kind.section, 2, page);
  }
}

constexpr std::string_view kIntroduction = R"(# The configuration file

Printed by `renkei docs config` from the declarations in the code; do not edit.

One YAML file, by default `./renkei.yaml`, or what `-c` or `$RENKEI_CONFIG` names. Unknown keys are errors. The least:

```yaml
sources:
  shop: {type: mysql, url: "mysql://renkei:${SHOP_PASSWORD}@127.0.0.1:3306/shop", tables: ["shop.*"]}
sinks:
  warehouse: {type: duckdb, path: warehouse.duckdb}
```


- `${NAME}` is the environment variable NAME, filled in after YAML is parsed and after a URL is split, so that
  any value works unescaped. `$${` is a literal `${`. A variable that is not set is an error.
- A duration is a number with a unit: `200ms`, `1s`, `10m`, `1h30m`, `7d`.
- Bytes are a number with or without a unit: `4096`, `256MB` (1000s), `1 GiB` (1024s).
- A path is relative to the file's folder.
- Table patterns are a list like `["shop.*", "!shop.tmp_*"]`: `schema.table`, `*` for any run of characters,
  `!` takes away, the last pattern that matches decides. A pattern with `*` or `!` in front needs quotes.
- A URL is `scheme://user:password@host:port/path?name=value`; `[::1]` is an IPv6 host, `?socket=/path` a local
  socket. `password:`, where there is one, stands above the URL's.
- Anchors and aliases (`&x`, `*x`), tabs and keys given twice are refused.

)";

constexpr std::string_view kTypes =
    "Each source and sink has a name of 1 to 64 of `A-Z a-z 0-9 _ -` and the key `type`; its other keys "
    "belong to the "
    "type. A hub without `type` is `embedded`.\n\n";

}  // namespace

std::string ReferencePage(const Catalog& catalog) {
  std::string page(kIntroduction);
  Print("Top of the file", GeneralSection(), 2, page);
  page += kTypes;
  PrintKinds("A source", catalog.sources, page);
  PrintKinds("A hub", catalog.hubs, page);
  PrintKinds("A sink", catalog.sinks, page);
  while (page.ends_with("\n\n")) page.pop_back();
  return page;
}

}  // namespace renkei::config
