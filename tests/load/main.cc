// renkei_load MODE [--flag value]…: writes to a MariaDB server in a chosen shape and prints what it did as
// one JSON line. SIGTERM and SIGINT end it between two transactions.
#include <fmt/core.h>
#include <mysql.h>

#include <array>
#include <csignal>
#include <string>
#include <string_view>

#include "load/mode.h"

namespace renkei::load {
namespace {

struct ModeEntry {
  std::string_view name;
  void (*run)(const Options&, Run&, Summary&);
  std::string_view help;
};

constexpr std::array kModes = {
    ModeEntry{"shop", Shop, "a web shop with Japanese text; --rate transactions/s (100)"},
    ModeEntry{"bank", Bank, "transfers whose sum stays constant; --rate transactions/s (200), --threads (4)"},
    ModeEntry{"paced", Paced, "--rate rows/s (1000) over --tables (10), --batch rows a transaction (10)"},
    ModeEntry{"manytables", ManyTables, "paced over 500 tables, 2 rows a second each"},
    ModeEntry{"bulk", Bulk, "--rows (5000000) inserted by statements of --batch (1000)"},
    ModeEntry{"small", Small, "--rows (2000000) one-row changes in transactions of --batch (10)"},
};

void PrintHelp() {
  fmt::print(
      "usage: renkei_load MODE --socket PATH | --host H --port N, --database D [--prepare] …\n\nmodes:\n");
  for (const ModeEntry& mode : kModes) fmt::print("  {:<11} {}\n", mode.name, mode.help);
  fmt::print(
      "\n  --prepare        only create the tables and their first rows (--rows of them)\n"
      "  --seed N         the same seed gives the same choices\n"
      "  --seconds S      stop after so long\n"
      "  --preload N      paced, small: rows of the first table before the start\n"
      "  --recent N       paced: update only the last N keys\n"
      "  --journal FILE   paced: one line `sequence,table,rows,written_us` for each committed transaction\n"
      "  --big-every S    bank: a 64 MB transaction every S seconds (--big-rows of 64 KiB each)\n"
      "  --user --password\n");
}

// False when the flag is unknown.
bool Set(Options& options, std::string_view flag, const std::string& value) {
  if (flag == "--socket")
    options.address.socket = value;
  else if (flag == "--host")
    options.address.host = value;
  else if (flag == "--port")
    options.address.port = static_cast<uint16_t>(std::stoul(value));
  else if (flag == "--user")
    options.address.user = value;
  else if (flag == "--password")
    options.address.password = value;
  else if (flag == "--database")
    options.address.database = value;
  else if (flag == "--seed")
    options.seed = std::stoull(value);
  else if (flag == "--seconds")
    options.seconds = std::stod(value);
  else if (flag == "--rows")
    options.rows = std::stoull(value);
  else if (flag == "--rate")
    options.rate = std::stod(value);
  else if (flag == "--threads")
    options.threads = static_cast<unsigned>(std::stoul(value));
  else if (flag == "--tables")
    options.tables = static_cast<unsigned>(std::stoul(value));
  else if (flag == "--batch")
    options.batch = std::stoull(value);
  else if (flag == "--preload")
    options.preload = std::stoull(value);
  else if (flag == "--recent")
    options.recent = std::stoull(value);
  else if (flag == "--big-every")
    options.big_every = std::stod(value);
  else if (flag == "--big-rows")
    options.big_rows = std::stoull(value);
  else if (flag == "--journal")
    options.journal = value;
  else
    return false;
  return true;
}

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 2; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--prepare") {
      options.prepare = true;
    } else if (i + 1 >= argc || !Set(options, flag, argv[i + 1])) {
      fmt::print(stderr, "renkei_load: {} is unknown or lacks its value; see --help\n", flag);
      return false;
    } else {
      ++i;
    }
  }
  return true;
}

void Print(std::string_view mode, const Summary& summary, double seconds) {
  fmt::print(
      R"({{"mode":"{}","seconds":{:.2f},"transactions":{},"rows":{},"rolled_back":{},"refused":{},"unknown":{},)"
      R"("reconnects":{},"big":{}}})"
      "\n",
      mode, seconds, summary.transactions.load(), summary.rows.load(), summary.rolled_back.load(),
      summary.refused.load(), summary.unknown.load(), summary.reconnects.load(), summary.big.load());
}

int Main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "--help";
  Options options;
  for (const ModeEntry& mode : kModes) {
    if (mode.name != name) continue;
    if (!Parse(argc, argv, options)) return 2;
    std::signal(SIGTERM, [](int) { g_stop_asked = true; });
    std::signal(SIGINT, [](int) { g_stop_asked = true; });
    std::signal(SIGPIPE, SIG_IGN);
    mysql_library_init(0, nullptr, nullptr);
    Summary summary;
    Run run(options, summary);
    mode.run(options, run, summary);
    Print(name, summary, run.elapsed_s());
    return run.failed() ? 1 : 0;
  }
  PrintHelp();
  return name == "--help" ? 0 : 2;
}

}  // namespace
}  // namespace renkei::load

int main(int argc, char** argv) { return renkei::load::Main(argc, argv); }
