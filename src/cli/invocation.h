// What every command is given: the options they share and the machine around them. Results go to `out`,
// everything else to `err`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/io/file.h"
#include "base/result.h"
#include "config/config.h"
#include "telemetry/journal.h"
#include "telemetry/language.h"
#include "telemetry/message.h"

namespace renkei::cli {

struct Invocation {
  const base::Clock& clock;
  base::io::FileSystem& files;
  const config::Catalog& catalog;  // the plug-ins there are
  config::Environment environment;
  std::function<void(std::string_view text)> out;
  std::function<void(std::string_view text)> err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int64_t utc_offset_seconds = 0;
  std::string version;

  // The options of every command.
  std::string config_path;  // ./renkei.yaml, $RENKEI_CONFIG or -c
  telemetry::LogFormat log_format = telemetry::LogFormat::kTerminal;
  telemetry::Language language = telemetry::Language::kEnglish;  // --lang, `lang:` of the file, LANG
  bool language_chosen = false;                                  // by --lang: stands above the file's
};

// Reads the configuration with every plug-in there is, and takes its language. On problems they are on `err`
// and the answer is empty: the command ends with kWrongInput.
std::optional<config::Config> LoadConfig(Invocation& invocation);

// Puts the error on `err`; the answer is the exit code that belongs to it.
int Fail(const Invocation& invocation, const Error& error);
// The same for several; the exit code of the first.
int Fail(const Invocation& invocation, const std::vector<Error>& errors);

// "error RK1042 text", coloured on a terminal, or a JSON line with --log-format json.
void Print(const Invocation& invocation, const Error& message);

// A journal that writes to `err` in the invocation's language and form. Both outlive it.
telemetry::JournalOptions JournalOptionsOf(const Invocation& invocation, telemetry::Metrics* metrics);

}  // namespace renkei::cli
