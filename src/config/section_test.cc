#include "config/section.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/testing.h"

namespace renkei::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

enum class Mode { kAll, kNone };
struct Table {
  std::string name;
  Duration interval = std::chrono::seconds(1);
};
struct Tls {
  bool verify = true;
  Path ca;
};
struct Options {
  Url url;
  Secret password;
  TablePatterns tables;
  Mode mode = Mode::kAll;
  int workers = 4;
  uint16_t small = 1;
  Percent share{25};
  Bytes memory = GiB(1);
  Address listen;
  std::optional<Duration> aim;
  Tls tls;
  std::vector<Table> list;
  Named<Table> named;
  std::vector<std::string> from;
};

const Section<Table>& TableSection() {
  static const Section<Table> section("table", "A table.", [](auto& table) {
    table.Field("name", &Table::name, "Its name.").Required().Check([](const std::string& name) -> Status {
      if (name == "bad") return Error(Code{9001});
      return {};
    });
    table.Field("interval", &Table::interval, "How often.")
        .Range(std::chrono::seconds(1), std::chrono::hours(1));
  });
  return section;
}

const Section<Tls>& TlsSection() {
  static const Section<Tls> section("tls", "Encryption.", [](auto& tls) {
    tls.Field("verify", &Tls::verify, "Whether.");
    tls.Field("ca", &Tls::ca, "The file.");
    tls.Check([](const Tls& given) -> Status {
      if (!given.verify && !given.ca.text.empty()) return Error(Code{9000}, {{"what", "ca without verify"}});
      return {};
    });
  });
  return section;
}

const Section<Options>& OptionsSection() {
  static const Section<Options> section("mysql", "A database.", [](auto& mysql) {
    mysql.Field("url", &Options::url, "Where it is.").Schemes({"mysql", "mariadb"});
    mysql.Field("password", &Options::password, "Its password.");
    mysql.Field("tables", &Options::tables, "Which tables.");
    mysql.Field("mode", &Options::mode, "How.").Choices({{"all", Mode::kAll}, {"none", Mode::kNone}});
    mysql.Field("workers", &Options::workers, "How many.").Range(1, 64);
    mysql.Field("small", &Options::small, "A small number.");
    mysql.Field("share", &Options::share, "A share.");
    mysql.Field("memory", &Options::memory, "Memory.").Range(MiB(1), GiB(64));
    mysql.Field("listen", &Options::listen, "An address.");
    mysql.Field("aim", &Options::aim, "An aim.");
    mysql.Field("tls", &Options::tls, "TLS.").In(TlsSection());
    mysql.Field("list", &Options::list, "Tables.").Each(TableSection(), &Table::name);
    mysql.Field("named", &Options::named, "Tables by name.").Named(TableSection());
    mysql.Field("from", &Options::from, "Names.");
  });
  return section;
}

Options Good(std::string_view yaml, std::map<std::string, std::string> environment = {}) {
  Result<Options> options = OptionsSection().Read(SectionFromText(yaml, std::move(environment)));
  EXPECT_TRUE(options.ok()) << options.error().Debug();
  return options.ok() ? std::move(options).value() : Options{};
}

// All problems as "code line:column key".
std::vector<std::string> ProblemsOf(std::string_view yaml) {
  const PluginSection plugin = SectionFromText(yaml);
  Problems problems(plugin.origin);
  OptionsSection().Parse(plugin.node, problems);
  std::vector<std::string> shown;
  for (const Error& error : problems.Sorted()) {
    shown.push_back(std::to_string(error.code().number) + " " + std::string(error.field("line")) + ":" +
                    std::string(error.field("column")) + " " + std::string(error.field("key")));
  }
  return shown;
}

std::string Is(Code code, std::string_view rest) {
  return std::to_string(code.number) + " " + std::string(rest);
}

TEST(Section, DefaultsAreTheMembersOwn) {
  const Options options = Good("{}");
  EXPECT_EQ(options.workers, 4);
  EXPECT_EQ(options.memory, GiB(1));
  EXPECT_EQ(options.aim, std::nullopt);
  EXPECT_TRUE(options.tls.verify);
}

TEST(Section, ReadsEveryKind) {
  const Options options = Good(
      "{url: \"mysql://u:p@h:1/d\", password: secret, tables: [\"a.*\", \"!a.b\"], mode: none, workers: 64, "
      "share: 50%, memory: 2 GiB, listen: \"[::1]:80\", aim: 200ms, tls: {verify: true, ca: ca.pem}, "
      "list: [a.b, {name: c.d, interval: 10s}], named: {x: {name: y}}, from: [a, b]}");
  EXPECT_EQ(options.url.Show(), "mysql://u@h:1/d");
  EXPECT_EQ(options.password.Reveal(), "secret");
  EXPECT_TRUE(options.tables.Matches("a.c"));
  EXPECT_EQ(options.mode, Mode::kNone);
  EXPECT_EQ(options.workers, 64);
  EXPECT_EQ(options.share.fraction(), 0.5);
  EXPECT_EQ(options.memory, GiB(2));
  EXPECT_EQ(options.listen.host, "::1");
  EXPECT_EQ(options.aim, Duration(200));
  EXPECT_EQ(options.tls.ca.text, "/folder/ca.pem");
  ASSERT_EQ(options.list.size(), 2u);
  EXPECT_EQ(options.list[0].name, "a.b");
  EXPECT_EQ(options.list[1].interval, Duration(10'000));
  ASSERT_EQ(options.named.size(), 1u);
  EXPECT_EQ(options.named[0].second.name, "y");
  EXPECT_THAT(options.from, ElementsAre("a", "b"));
}

TEST(Section, AllProblemsInOnePassByLine) {
  EXPECT_THAT(
      ProblemsOf("workers: 65\n"
                 "mode: some\n"
                 "share: 25\n"
                 "aim: 5\n"
                 "memory: lots\n"
                 "tls: {verify: yes, cb: x}\n"
                 "list: [{interval: 1s}]\n"
                 "small: 70000\n"
                 "from: a\n"
                 "url:\n"
                 "tables: [\"!a.b\"]\n"
                 "listen: here\n"),
      ElementsAre(Is(kOutOfRange, "1:10 workers"), Is(kNotAChoice, "2:7 mode"), Is(kNotPercent, "3:8 share"),
                  Is(kNotDuration, "4:6 aim"), Is(kNotBytes, "5:9 memory"), Is(kNotBool, "6:15 verify"),
                  Is(kUnknownKeyNear, "6:20 cb"), Is(kMissingKey, "7:8 name"), Is(kOutOfRange, "8:8 small"),
                  Is(kNotAList, "9:7 from"), Is(kNoValue, "10:1 url"), Is(kNoPatterns, "11:9 tables"),
                  Is(kNotAnAddress, "12:9 listen")));
}

TEST(Section, ProblemsAreBounded) {
  std::string yaml;
  for (int i = 0; i < 500; ++i) yaml += "key" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(ProblemsOf(yaml).size(), Problems::kMost);
}

TEST(Section, UnknownKeyNamesTheNearest) {
  Result<Options> options = OptionsSection().Read(SectionFromText("{pasword: x}"));
  ASSERT_FALSE(options.ok());
  EXPECT_EQ(options.error().code(), kUnknownKeyNear);
  EXPECT_EQ(options.error().field("suggestion"), "password");
  options = OptionsSection().Read(SectionFromText("{zzzzzz: x}"));
  EXPECT_EQ(options.error().code(), kUnknownKey);
  EXPECT_THAT(std::string(options.error().field("known")), HasSubstr("url, password, tables"));
}

TEST(Section, AShorthandIsCheckedLikeTheLongForm) {
  EXPECT_EQ(Good("{list: a.b}").list.at(0).name, "a.b");
  EXPECT_THAT(ProblemsOf("list: [good, bad, {name: bad}]\nnamed: {x: {name: bad}}"),
              ElementsAre("9001 1:14 name", "9001 1:26 name", "9001 2:19 name"));
  EXPECT_THAT(ProblemsOf("list: [[a]]"), ElementsAre(Is(kNotAMap, "1:8 table")));
}

TEST(Section, ASectionsOwnCheckGetsItsPlace) {
  Result<Options> options = OptionsSection().Read(SectionFromText("tls:\n  verify: false\n  ca: x\n"));
  ASSERT_FALSE(options.ok());
  EXPECT_EQ(options.error().Debug(), "RK9000 file=test.yaml line=2 column=3 what=ca without verify");
}

TEST(Section, VariablesAreFilledInAndNeverShown) {
  EXPECT_EQ(Good("{password: \"a${X}b$${X}\"}", {{"X", "}: \"[${Y}"}}).password.Reveal(), "a}: \"[${Y}b${X}");
  EXPECT_EQ(Good("{workers: \"${N}\"}", {{"N", "7"}}).workers, 7);
  EXPECT_THAT(ProblemsOf("password: ${NOT_SET}\nworkers: ${9}\nfrom: [\"${A\"]"),
              ElementsAre(Is(kNoVariable, "1:11 password"), Is(kVariableForm, "2:10 workers"),
                          Is(kVariableForm, "3:8 from")));
  const PluginSection plugin = SectionFromText("{workers: \"${N}\"}", {{"N", "hunter2"}});
  EXPECT_EQ(OptionsSection().Read(plugin).error().field("value"), "${N}");
}

TEST(Section, FieldsTellTheReference) {
  const std::vector<const FieldInfo*> fields = OptionsSection().fields();
  const auto find = [&](std::string_view name) {
    return **std::find_if(fields.begin(), fields.end(),
                          [&](const FieldInfo* field) { return field->name == name; });
  };
  EXPECT_EQ(find("workers").limits, "1 to 64");
  EXPECT_EQ(find("memory").default_text, "1 GiB");
  EXPECT_EQ(find("mode").default_text, "all");
  EXPECT_EQ(find("mode").limits, "all, none");
  EXPECT_EQ(find("tls").nested, &TlsSection());
  EXPECT_EQ(find("password").default_text, "");
}

TEST(Nearest, FindsTypingErrors) {
  EXPECT_EQ(Nearest("tabels", {"url", "tables"}), "tables");
  EXPECT_EQ(Nearest("ulr", {"url", "tables"}), "url");
  EXPECT_EQ(Nearest("x", {"url", "tables"}), "");
  EXPECT_EQ(Nearest(std::string(100'000, 'x'), {"url"}), "");
}

}  // namespace
}  // namespace renkei::config
