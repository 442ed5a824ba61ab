#include "cli/init_text.h"

#include <string_view>
#include <utility>

namespace renkei::cli {

namespace {

constexpr std::string_view kFileEnglish = R"(# Renkei: what goes where. Every key: `renkei docs config`.

# The log, offsets and state; relative to this file.
# data_dir: renkei-data

sources:
  @NAME@:
    type: @TYPE@
    # ${...} is taken from the environment; no password belongs in this file.
    url: "@URL@"
    # schema.table with * for any run of characters; ! leaves out; the last match decides.
    tables: ["@PATTERN@"]

sinks:
  warehouse:
    type: duckdb
    path: warehouse.duckdb   # one file, relative to this one
    # memory: 1 GiB          # of DuckDB
    # freshness_aim: 1s      # commit to queryable; shorter costs more CPU

# hub: {type: embedded, retention: 7d}   # how long changes are kept for replay
# http: 127.0.0.1:9464                   # /metrics and /healthz, or off
# lang: en                               # of messages: en, ja
)";

constexpr std::string_view kFileJapanese = R"(# Renkei: 何をどこへ運ぶか。すべてのキー: `renkei docs config`

# ログ、オフセット、状態の置き場所(このファイルからの相対パス)
# data_dir: renkei-data

sources:
  @NAME@:
    type: @TYPE@
    # ${...} は環境変数の値になります。パスワードをこのファイルに書かないでください。
    url: "@URL@"
    # スキーマ.テーブル。* は任意の文字列、! は除外、最後に一致したものが有効です。
    tables: ["@PATTERN@"]

sinks:
  warehouse:
    type: duckdb
    path: warehouse.duckdb   # 一つのファイル(このファイルからの相対パス)
    # memory: 1 GiB          # DuckDB のメモリー
    # freshness_aim: 1s      # コミットから検索可能になるまでの目標。短いほど CPU を使います

# hub: {type: embedded, retention: 7d}   # 再生のために変更を残す期間
# http: 127.0.0.1:9464                   # /metrics と /healthz。off で無効
# lang: ja                               # メッセージの言語: en, ja
)";

constexpr std::string_view kAdviceEnglish = R"(wrote @FILE@
@PASSWORD@next:
  renkei check --connect   # is the database ready? what is missing is named with the statement that mends it
  renkei run               # copies the tables, then follows every change
  renkei sql "SELECT ..."  # asks the warehouse
)";

constexpr std::string_view kAdviceJapanese = R"(@FILE@ を作成しました
@PASSWORD@次に:
  renkei check --connect   # データベースの準備を確認します。足りない設定は、直すための文とともに表示します
  renkei run               # テーブルをコピーし、その後の変更をすべて追いかけます
  renkei sql "SELECT ..."  # ウェアハウスに問い合わせます
)";

std::string PasswordAdvice(const InitFacts& facts, telemetry::Language language) {
  if (!facts.needs_password) return {};
  const bool japanese = language == telemetry::Language::kJapanese;
  std::string advice;
  if (facts.password_given) {
    advice = japanese ? "パスワードは書き込んでいません。シェルの履歴には残っているかもしれません。\n"
                      : "the password was not written; your shell's history may still hold it\n";
  }
  advice += japanese ? "パスワードの設定:\n" : "set the password:\n";
  return advice + "  export " + facts.variable + "=...\n";
}

// One pass, so that no value is taken for a placeholder.
std::string Filled(std::string_view text, const std::pair<std::string_view, std::string> (&values)[6]) {
  std::string filled;
  while (!text.empty()) {
    const size_t at = text.find('@');
    filled += text.substr(0, at);
    if (at == std::string_view::npos) break;
    const size_t end = text.find('@', at + 1);
    const std::string_view name = text.substr(at + 1, end - at - 1);
    for (const auto& [key, value] : values) {
      if (key == name) filled += value;
    }
    text.remove_prefix(end + 1);
  }
  return filled;
}

// A text inside double quotes in YAML.
std::string QuotedInside(const std::string& text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

std::string FilledWith(std::string_view text, const InitFacts& facts, telemetry::Language language) {
  return Filled(text, {{"FILE", facts.file},
                       {"NAME", facts.name},
                       {"TYPE", facts.type},
                       {"URL", QuotedInside(facts.url)},
                       {"PATTERN", QuotedInside(facts.pattern)},
                       {"PASSWORD", PasswordAdvice(facts, language)}});
}

}  // namespace

std::string InitFile(const InitFacts& facts, telemetry::Language language) {
  return FilledWith(language == telemetry::Language::kJapanese ? kFileJapanese : kFileEnglish, facts,
                    language);
}

std::string InitAdvice(const InitFacts& facts, telemetry::Language language) {
  return FilledWith(language == telemetry::Language::kJapanese ? kAdviceJapanese : kAdviceEnglish, facts,
                    language);
}

}  // namespace renkei::cli
