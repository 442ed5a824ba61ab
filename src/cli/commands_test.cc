#include "cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "config/section.h"

namespace renkei::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct SourceOptions {
  config::Url url;
  config::Secret password;
  config::TablePatterns tables;
};
struct SinkOptions {
  config::Path path;
};
struct HubOptions {
  config::Duration retention = std::chrono::hours(168);
};

const config::Catalog& TestCatalog() {
  static const config::Section<SourceOptions> source("mysql", "A database.", [](auto& section) {
    section.Field("url", &SourceOptions::url, "Where it is.").Required().Schemes({"mysql", "mariadb"});
    section.Field("password", &SourceOptions::password, "Its password.");
    section.Field("tables", &SourceOptions::tables, "Which tables.").Required();
  });
  static const config::Section<SinkOptions> sink("duckdb", "A warehouse.", [](auto& section) {
    section.Field("path", &SinkOptions::path, "Its file.").Required();
  });
  static const config::Section<HubOptions> hub("embedded", "The log.", [](auto& section) {
    section.Field("retention", &HubOptions::retention, "How long.");
  });
  static const config::Catalog catalog{{{"mysql", &source}}, {{"embedded", &hub}}, {{"duckdb", &sink}}};
  return catalog;
}

// One command in an empty folder.
class CommandsTest : public testing::Test {
 protected:
  CommandsTest()
      : folder_(testing::TempDir() + "commands_test_" +
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    EXPECT_TRUE(files_.CreateFolders(folder_).ok());
    RemoveAll();
  }
  ~CommandsTest() override { RemoveAll(); }

  void RemoveAll() {
    for (const std::string& name : *files_.List(folder_))
      EXPECT_TRUE(files_.Remove(folder_ + "/" + name).ok());
  }

  int Call(std::vector<std::string> arguments) {
    out_.clear();
    err_.clear();
    Invocation invocation{.clock = clock_,
                          .files = files_,
                          .catalog = TestCatalog(),
                          .environment =
                              [this](const std::string& name) {
                                const auto found = environment_.find(name);
                                return found == environment_.end() ? std::nullopt
                                                                   : std::optional(found->second);
                              },
                          .out = [this](std::string_view text) { out_ += text; },
                          .err = [this](std::string_view text) { err_ += text; },
                          .version = "1.2.3",
                          .config_path = {}};
    return Dispatch(invocation, std::move(arguments));
  }

  std::string Path(const std::string& name) { return folder_ + "/" + name; }
  void Write(const std::string& name, std::string_view content) {
    ASSERT_TRUE(base::io::ReplaceFile(files_, Path(name), content).ok());
  }
  std::string Read(const std::string& name) { return *base::io::ReadWholeFile(files_, Path(name)); }

  base::io::DiskFileSystem files_;
  base::ManualClock clock_;
  const std::string folder_;
  std::map<std::string, std::string> environment_;
  std::string out_;
  std::string err_;
};

TEST_F(CommandsTest, HelpAndVersionAreResults) {
  EXPECT_EQ(Call({"--version"}), 0);
  EXPECT_EQ(out_, "renkei 1.2.3\n");
  EXPECT_EQ(Call({"--help"}), 0);
  EXPECT_THAT(out_, HasSubstr("verify"));
  for (const char* command : {"init", "check", "run", "status", "sql", "verify", "docs"}) {
    EXPECT_EQ(Call({command, "--help"}), 0) << command;
    EXPECT_THAT(out_, HasSubstr("Examples:")) << command;
    EXPECT_EQ(err_, "") << command;
  }
}

TEST_F(CommandsTest, WrongUseIsTwo) {
  EXPECT_EQ(Call({}), 2);
  EXPECT_EQ(out_, "");
  EXPECT_THAT(err_, HasSubstr("Usage"));
  EXPECT_EQ(Call({"verfy"}), 2);
  EXPECT_THAT(err_, HasSubstr("did you mean 'verify'?"));
  EXPECT_EQ(Call({"frobnicate"}), 2);
  EXPECT_THAT(err_, StartsWith("error RK1202 "));
  EXPECT_EQ(Call({"check", "--no-such-option"}), 2);
  EXPECT_THAT(err_, HasSubstr("--no-such-option"));
  EXPECT_EQ(Call({"init"}), 2);
  EXPECT_EQ(Call({"sql", "--format", "xml", "SELECT 1"}), 2);
  EXPECT_EQ(Call({"sql", "--timeout", "soon", "SELECT 1"}), 2);
  EXPECT_THAT(err_, HasSubstr("soon is no duration"));
  EXPECT_EQ(Call({"status", "--json", "--watch"}), 2);
  EXPECT_EQ(Call({"docs", "nothing"}), 2);
}

TEST_F(CommandsTest, WrongUseNeverShowsAPassword) {
  EXPECT_EQ(Call({"init", "mysql://h/a", "mysql://u:hunter2@h/b"}), 2);
  EXPECT_THAT(err_ + out_, Not(HasSubstr("hunter2")));
  EXPECT_EQ(Call({"init", "mysql://h/a", "--password=hunter2"}), 2);
  EXPECT_THAT(err_ + out_, Not(HasSubstr("hunter2")));
  EXPECT_EQ(Call({"init", "-c", Path("r.yaml"), "mysql://u:hunter2@h:port/b"}), 2);
  EXPECT_THAT(err_ + out_, Not(HasSubstr("hunter2")));
}

TEST_F(CommandsTest, InitWritesAFileThatChecks) {
  EXPECT_EQ(Call({"init", "-c", Path("r.yaml"), "mysql://renkei:hunter2@127.0.0.1:3306/shop?ssl=1"}), 0)
      << err_;
  EXPECT_THAT(out_, HasSubstr("export SHOP_PASSWORD=..."));
  const std::string written = Read("r.yaml");
  EXPECT_THAT(written, HasSubstr("url: \"mysql://renkei:${SHOP_PASSWORD}@127.0.0.1:3306/shop?ssl=1\""));
  EXPECT_THAT(written, HasSubstr("tables: [\"shop.*\"]"));
  EXPECT_THAT(written + out_ + err_, Not(HasSubstr("hunter2")));
  EXPECT_EQ(Call({"check", "-c", Path("r.yaml")}), 2) << "the variable is not set";
  EXPECT_THAT(err_, HasSubstr("SHOP_PASSWORD"));
  environment_["SHOP_PASSWORD"] = "hunter2";
  EXPECT_EQ(Call({"check", "-c", Path("r.yaml")}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("shop.*"));
  EXPECT_THAT(out_, HasSubstr("warehouse"));
}

TEST_F(CommandsTest, InitInEveryShapeOfUrlAndLanguage) {
  environment_ = {{"SHOP_PASSWORD", "x"}, {"DB_PASSWORD", "x"}, {"_1_A_B_PASSWORD", "x"}};
  for (const char* url :
       {"mysql://h", "mysql://u@[::1]:3307/", "mariadb://u:p@/shop?socket=/run/my.sock",
        "mysql://a%40b:p%25@h/shop", "mysql://u@h/1-a%20b", "mysql://u@h/%E5%BA%97%22%5C"}) {
    for (const char* language : {"en", "ja"}) {
      EXPECT_EQ(Call({"init", "--lang", language, "-c", Path("r.yaml"), url}), 0) << url << err_;
      EXPECT_EQ(Call({"check", "-c", Path("r.yaml")}),
                std::string(url).find("%E5") != std::string::npos ? 2 : 0)
          << url << "\n"
          << err_ << Read("r.yaml");
      EXPECT_TRUE(files_.Remove(Path("r.yaml")).ok());
    }
  }
}

TEST_F(CommandsTest, InitNeverOverwrites) {
  Write("r.yaml", "mine");
  EXPECT_EQ(Call({"init", "-c", Path("r.yaml"), "mysql://u@h/shop"}), 2);
  EXPECT_EQ(Read("r.yaml"), "mine");
  EXPECT_THAT(err_, HasSubstr("RK1210"));
}

TEST_F(CommandsTest, InitRefusesAnotherScheme) {
  EXPECT_EQ(Call({"init", "-c", Path("r.yaml"), "oracle://u@h/shop"}), 2);
  EXPECT_THAT(err_, HasSubstr("mysql, mariadb"));
  EXPECT_FALSE(files_.Exists(Path("r.yaml")));
}

TEST_F(CommandsTest, TheFileIsNamedByOptionThenEnvironment) {
  environment_["RENKEI_CONFIG"] = Path("env.yaml");
  EXPECT_EQ(Call({"check"}), 2);
  EXPECT_THAT(err_, HasSubstr("env.yaml"));
  EXPECT_EQ(Call({"check", "-c", Path("option.yaml")}), 2);
  EXPECT_THAT(err_, HasSubstr("option.yaml"));
  EXPECT_EQ(Call({"-c", Path("before.yaml"), "check"}), 2);
  EXPECT_THAT(err_, HasSubstr("before.yaml"));
}

TEST_F(CommandsTest, TheLanguageIsTheOptionsThenTheFilesThenTheLocales) {
  Write("ja.yaml",
        "lang: ja\nsources: {a: {type: mysql, url: \"mysql://h\", tables: [\"a.b\"]}}\nsinks: {}\n");
  EXPECT_EQ(Call({"check", "-c", Path("none.yaml")}), 2);
  EXPECT_THAT(err_, HasSubstr("there is no configuration file"));
  environment_["LANG"] = "ja_JP.UTF-8";
  EXPECT_EQ(Call({"check", "-c", Path("none.yaml")}), 2);
  EXPECT_THAT(err_, HasSubstr("がありません"));
  environment_["LC_ALL"] = "C";
  EXPECT_EQ(Call({"check", "-c", Path("none.yaml")}), 2);
  EXPECT_THAT(err_, HasSubstr("there is no"));
  EXPECT_EQ(Call({"check", "--lang", "ja", "-c", Path("none.yaml")}), 2);
  EXPECT_THAT(err_, HasSubstr("がありません"));
}

TEST_F(CommandsTest, ProblemsAreLinesOfJsonWhenAsked) {
  Write("r.yaml", "sources: {a: {type: mysql, ulr: x, tables: [\"a.b\"]}}\nsinks: {}\n");
  EXPECT_EQ(Call({"check", "--log-format", "json", "-c", Path("r.yaml")}), 2);
  EXPECT_THAT(err_, StartsWith("{\"severity\":\"ERROR\""));
  EXPECT_EQ(std::count(err_.begin(), err_.end(), '\n'), 1) << "a misspelt key is not missing too: " << err_;
  EXPECT_THAT(err_, HasSubstr("\"line\":\"1\",\"column\":\"28\""));
}

TEST_F(CommandsTest, DocsPrintsThePages) {
  EXPECT_EQ(Call({"docs", "config"}), 0);
  EXPECT_THAT(out_, HasSubstr("| `data_dir` |"));
  EXPECT_EQ(Call({"docs", "messages"}), 0);
  EXPECT_THAT(out_, HasSubstr("| RK1101 | `no_config_file` |"));
}

}  // namespace
}  // namespace renkei::cli
