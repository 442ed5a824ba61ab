#include "cli/commands.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "cli/check.h"
#include "cli/codes.h"
#include "cli/docs.h"
#include "cli/init.h"
#include "cli/repair.h"
#include "cli/run.h"
#include "cli/sql.h"
#include "cli/status.h"
#include "cli/verify.h"
#include "config/field.h"
#include "config/quantity.h"

namespace renkei::cli {

namespace {

using telemetry::Language;
using telemetry::LogFormat;

// The options of every command as they are parsed.
struct Shared {
  std::string config_path;
  std::string log_format = "text";
  std::string language;
};

struct Commands {
  Shared shared;
  InitOptions init;
  CheckOptions check;
  RunOptions run;
  StatusOptions status;
  SqlOptions sql;
  VerifyOptions verify;
  RepairOptions repair;
  DocsOptions docs;
  std::function<int()> chosen;
};

constexpr char kFooter[] =
    R"(Exit codes: 0 well, 1 it ran and found something wrong, 2 the command or the configuration is wrong,
3 the other side cannot be used.

Start here:
  renkei init "mysql://renkei@127.0.0.1:3306/shop"   writes ./renkei.yaml
  renkei check --connect                             is the database ready?
  renkei run                                         copy, then follow every change
  renkei sql "SELECT count(*) FROM shop.orders"      ask the warehouse)";

void AddShared(CLI::App& command, Shared& shared) {
  command
      .add_option("-c,--config", shared.config_path,
                  "The configuration file (default $RENKEI_CONFIG or ./renkei.yaml)")
      ->type_name("FILE");
  command.add_option("--log-format", shared.log_format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command.add_option("--lang", shared.language, "The language of messages: en or ja")
      ->type_name("LANG")
      ->check(CLI::IsMember({"en", "ja"}));
}

// A command with the shared options; `run` gives the exit code.
CLI::App& AddCommand(CLI::App& app, Commands& commands, const std::string& name, const std::string& help,
                     const std::string& examples, std::function<int()> run) {
  CLI::App& command = *app.add_subcommand(name, help);
  AddShared(command, commands.shared);
  command.footer("Examples:\n" + examples);
  command.callback([&commands, run] { commands.chosen = run; });
  return command;
}

void AddFileCommands(CLI::App& app, Commands& commands, Invocation& invocation) {
  CLI::App& init =
      AddCommand(app, commands, "init", "Write a commented configuration for a database",
                 "  renkei init \"mysql://renkei@127.0.0.1:3306/shop\"\n"
                 "  renkei init -c shop.yaml \"mysql://renkei@/shop?socket=/run/mysqld/mysqld.sock\"",
                 [&] { return Init(invocation, commands.init); });
  init.add_option("URL", commands.init.url, "Where the database is; a password in it is not written")
      ->required();

  CLI::App& check = AddCommand(app, commands, "check", "Is the configuration well? And the databases?",
                               "  renkei check\n  renkei check --connect -c shop.yaml",
                               [&] { return Check(invocation, commands.check); });
  check.add_flag("--connect", commands.check.connect, "Connect, and check settings, grants and tables too");

  CLI::App& docs = AddCommand(app, commands, "docs", "Print a reference page",
                              "  renkei docs config\n  renkei docs messages",
                              [&] { return Docs(invocation, commands.docs); });
  docs.add_option("PAGE", commands.docs.page, "config or messages")->required();
}

void AddServerCommands(CLI::App& app, Commands& commands, Invocation& invocation) {
  CLI::App& run = AddCommand(app, commands, "run", "Capture and deliver until stopped",
                             "  renkei run\n  renkei run --until-caught-up --log-format json",
                             [&] { return Run(invocation, commands.run); });
  run.add_flag("--until-caught-up", commands.run.until_caught_up,
               "End when every table shows what was committed before the start");
  run.add_flag("--accept-clock", commands.run.accept_clock,
               "The clock is right although it is far ahead of the last run: retention follows it");

  CLI::App& status =
      AddCommand(app, commands, "status", "What the running server does",
                 "  renkei status\n  renkei status --watch\n  renkei status --json | jq .tables",
                 [&] { return ShowStatus(invocation, commands.status); });
  CLI::Option* json = status.add_flag("--json", commands.status.json, "As JSON");
  status.add_flag("--watch", commands.status.watch, "Again and again until stopped")->excludes(json);

  CLI::App& sql = AddCommand(app, commands, "sql", "One read-only statement against the warehouse",
                             "  renkei sql \"SELECT count(*) FROM shop.orders\"\n"
                             "  renkei sql --format csv \"FROM shop.orders\" > orders.csv",
                             [&] { return Sql(invocation, commands.sql); });
  sql.add_option("STATEMENT", commands.sql.statement, "The statement")->required();
  static const std::map<std::string, SqlFormat> formats = {
      {"table", SqlFormat::kTable}, {"csv", SqlFormat::kCsv}, {"json", SqlFormat::kJson}};
  sql.add_option("--format", commands.sql.format, "table, csv or json")
      ->type_name("FORMAT")
      ->transform(CLI::CheckedTransformer(formats));
  sql.add_option_function<std::string>(
         "--timeout",
         [&](const std::string& text) {
           const std::optional<config::Duration> timeout = config::ParseDuration(text);
           if (!timeout) throw CLI::ValidationError("--timeout", text + " is no duration such as 30s or 10m");
           commands.sql.timeout = *timeout;
         },
         "Stop the statement after so long, such as 30s (default: never)")
      ->type_name("DURATION");

  CLI::App& verify = AddCommand(app, commands, "verify", "Compare source and destination, row by row",
                                "  renkei verify\n  renkei verify shop.orders \"shop.stock_*\"",
                                [&] { return Verify(invocation, commands.verify); });
  verify.add_option("TABLE", commands.verify.tables, "schema.table or patterns; without one, every table");

  CLI::App& repair =
      AddCommand(app, commands, "repair", "Mend tables that differ or stopped, while the server runs",
                 "  renkei repair shop.orders\n  renkei repair \"shop.stock_*\"\n  renkei repair --all",
                 [&] { return Repair(invocation, commands.repair); });
  repair.add_option("TABLE", commands.repair.tables, "schema.table or patterns");
  repair.add_flag("--all", commands.repair.all, "Every table");
  repair.add_option(
      "--source", commands.repair.source,
      "A source whose position is lost: go on from its present, then compare and mend its tables");
  repair.add_flag("--anew", commands.repair.anew, "Copy them whole instead of reading what differs");
}

// --lang, then LC_ALL, LC_MESSAGES, LANG; the file's `lang:` comes between them when it is read.
void ChooseLanguage(const Shared& shared, Invocation& invocation) {
  invocation.language_chosen = !shared.language.empty();
  if (invocation.language_chosen) {
    invocation.language = shared.language == "ja" ? Language::kJapanese : Language::kEnglish;
    return;
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::optional<std::string> locale = invocation.environment(name);
    if (!locale || locale->empty()) continue;
    invocation.language = telemetry::LanguageOfLocale(*locale);
    return;
  }
}

void ApplyShared(const Shared& shared, Invocation& invocation) {
  ChooseLanguage(shared, invocation);
  invocation.log_format = shared.log_format == "json" ? LogFormat::kJson : LogFormat::kTerminal;
  invocation.config_path = shared.config_path;
  if (invocation.config_path.empty()) {
    const std::optional<std::string> named = invocation.environment("RENKEI_CONFIG");
    invocation.config_path = named && !named->empty() ? *named : "renkei.yaml";
  }
}

// A first word that is no command: the parser's own text would not say which one was meant.
std::optional<Error> UnknownCommand(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return std::nullopt;
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  const std::string& word = arguments.front();
  if (std::find(known.begin(), known.end(), word) != known.end()) return std::nullopt;
  const std::string nearest = config::Nearest(word, known);
  return Error(nearest.empty() ? kUnknownCommand : kUnknownCommandNear,
               {{"command", word}, {"known", config::Listed(known)}, {"suggestion", nearest}});
}

// What the parser says; of surplus arguments only the options are named, since a URL may hold a password.
std::string ReasonOf(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return error.what();
  std::vector<std::string> options;
  for (const std::string& surplus : app.remaining(true)) {
    if (surplus.starts_with('-')) options.push_back(surplus.substr(0, surplus.find('=')));
  }
  return options.empty() ? "there is an argument too many" : "unknown option: " + config::Listed(options);
}

// Help and version go to `out`; anything else is wrong use.
int FailedParse(const CLI::App& app, const CLI::ParseError& error, const Shared& shared,
                Invocation& invocation) {
  if (error.get_exit_code() == 0) {
    std::ostringstream text;
    app.exit(error, text, text);
    invocation.out(text.str());
    return 0;
  }
  std::string command = "renkei";
  for (const CLI::App* chosen : app.get_subcommands()) command += " " + chosen->get_name();
  ApplyShared(shared, invocation);
  return Fail(invocation, Error(kUsage, {{"reason", ReasonOf(app, error)}, {"command", command}}));
}

}  // namespace

int Dispatch(Invocation& invocation, std::vector<std::string> arguments) {
  CLI::App app(
      "Renkei: a change committed in a database is queryable in the warehouse within a second, exactly once.",
      "renkei");
  Commands commands;
  app.set_version_flag("--version", "renkei " + invocation.version);
  app.require_subcommand(1);
  app.footer(kFooter);
  AddShared(app, commands.shared);
  AddFileCommands(app, commands, invocation);
  AddServerCommands(app, commands, invocation);
  if (const std::optional<Error> unknown = UnknownCommand(app, arguments)) {
    ApplyShared(commands.shared, invocation);
    return Fail(invocation, *unknown);
  }
  if (arguments.empty()) {
    invocation.err(app.help());
    return static_cast<int>(telemetry::Exit::kWrongInput);
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes a vector
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return FailedParse(app, error, commands.shared, invocation);
  }
  ApplyShared(commands.shared, invocation);
  return commands.chosen();
}

}  // namespace renkei::cli
