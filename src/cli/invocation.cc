#include "cli/invocation.h"

#include <fmt/format.h>

#include "telemetry/render.h"

namespace renkei::cli {

std::optional<config::Config> LoadConfig(Invocation& invocation) {
  config::Loaded loaded =
      config::Load(invocation.files, invocation.config_path, invocation.environment, invocation.catalog);
  if (!loaded.config) {
    Fail(invocation, loaded.errors);
    return std::nullopt;
  }
  if (!invocation.language_chosen && loaded.config->lang) invocation.language = *loaded.config->lang;
  return std::move(loaded.config);
}

void Print(const Invocation& invocation, const Error& message) {
  if (invocation.log_format == telemetry::LogFormat::kJson) {
    telemetry::Journal(invocation.clock, invocation.err, JournalOptionsOf(invocation, nullptr)).Log(message);
    return;
  }
  const telemetry::Severity severity = telemetry::SeverityOf(message);
  const bool error = severity == telemetry::Severity::kError;
  const std::string_view word = error                                       ? "error"
                                : severity == telemetry::Severity::kWarning ? "warning"
                                                                            : "info";
  const std::string_view colour = error                                       ? "\x1b[31m"
                                  : severity == telemetry::Severity::kWarning ? "\x1b[33m"
                                                                              : "\x1b[32m";
  const std::string shown =
      invocation.err_is_terminal ? fmt::format("{}{}\x1b[0m", colour, word) : std::string(word);
  invocation.err(fmt::format("{} {}\n", shown, telemetry::RenderWithCode(message, invocation.language)));
}

int Fail(const Invocation& invocation, const Error& error) {
  Print(invocation, error);
  return static_cast<int>(telemetry::ExitOf(error));
}

int Fail(const Invocation& invocation, const std::vector<Error>& errors) {
  for (const Error& error : errors) Print(invocation, error);
  return errors.empty() ? static_cast<int>(telemetry::Exit::kWrongInput)
                        : static_cast<int>(telemetry::ExitOf(errors.front()));
}

telemetry::JournalOptions JournalOptionsOf(const Invocation& invocation, telemetry::Metrics* metrics) {
  return {.language = invocation.language,
          .format = invocation.log_format,
          .colour = invocation.err_is_terminal,
          .utc_offset_seconds = invocation.utc_offset_seconds,
          .metrics = metrics};
}

}  // namespace renkei::cli
