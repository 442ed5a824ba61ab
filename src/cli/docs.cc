#include "cli/docs.h"

#include <fmt/format.h>

#include "cli/codes.h"
#include "telemetry/message.h"
#include "telemetry/render.h"

namespace renkei::cli {

namespace {

std::string_view Word(telemetry::Severity severity) {
  constexpr std::string_view kWords[] = {"info", "warning", "error"};
  return kWords[static_cast<size_t>(severity)];
}

std::string_view Word(telemetry::Retry retry) {
  constexpr std::string_view kWords[] = {"never", "after a pause", "with a new connection",
                                         "once the other lets go"};
  return kWords[static_cast<size_t>(retry)];
}

std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

std::string MessagesPage() {
  std::string page =
      "# Messages\n\nPrinted by `renkei docs messages`. A code is permanent; `{field}` is filled in, and a "
      "log line "
      "carries the field.\n\n| code | name | severity | retried | exit | English | 日本語 "
      "|\n|---|---|---|---|---|---|---|\n";
  for (const telemetry::Message& row : telemetry::AllMessages()) {
    page += fmt::format("| {} | `{}` | {} | {} | {} | {} | {} |\n", telemetry::CodeName(row.code), row.name,
                        Word(row.severity), Word(row.retry), static_cast<int>(row.exit), Cell(row.english),
                        Cell(row.japanese));
  }
  return page;
}

}  // namespace

int Docs(Invocation& invocation, const DocsOptions& options) {
  if (options.page == "config") {
    invocation.out(config::ReferencePage(invocation.catalog));
  } else if (options.page == "messages") {
    invocation.out(MessagesPage());
  } else {
    return Fail(invocation, Error(kNoSuchPage, {{"page", options.page}, {"known", "config, messages"}}));
  }
  return 0;
}

}  // namespace renkei::cli
