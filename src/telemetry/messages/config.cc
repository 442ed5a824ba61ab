// Messages 1100-1199: the configuration file.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

// Every one of them ends the command with the same exit code: the file must be mended first.
constexpr Message Row(uint16_t number, std::string_view name, std::string_view english,
                      std::string_view japanese) {
  return {Code{number}, Severity::kError, Retry::kNever, Exit::kWrongInput, name, english, japanese};
}

#define AT "{file}:{line}:{column}: "

constexpr auto kRows = std::to_array<Message>({
    Row(1101, "no_config_file",
        "there is no configuration file {file}. Write one with `renkei init URL`, or name yours with -c or "
        "$RENKEI_CONFIG.",
        "設定ファイル {file} がありません。`renkei init URL` で作成するか、-c または $RENKEI_CONFIG で指定"
        "してください。"),
    Row(1102, "config_file_too_large",
        "the configuration file {file} is larger than {limit}. Check that it is the right file.",
        "設定ファイル {file} が {limit} を超えています。正しいファイルか確認してください。"),
    Row(1103, "not_yaml",
        AT "this is not YAML: {reason}. Check indentation, colons and closing brackets here.",
        AT "YAML として読めません: {reason}。この位置のインデント、コロン、括弧の閉じを確認してください。"),
    Row(1104, "tab", AT "a tab in the indentation. YAML allows spaces only; replace it by spaces.",
        AT "インデントにタブがあります。YAML ではスペースだけが使えます。スペースに置き換えてください。"),
    Row(1105, "duplicate_key",
        AT "the key '{key}' is given twice; the first is on line {first_line}. Remove one.",
        AT "キー '{key}' が二度書かれています(最初は {first_line} 行目)。どちらかを削除してください。"),
    Row(1106, "anchor",
        AT "YAML anchors and aliases (&x, *x) are not supported. Write the value out; a text that begins "
           "with * or & needs quotes.",
        AT "YAML のアンカーとエイリアス(&x, *x)には対応していません。値をそのまま書いてください。* や & で"
           "始まる文字列は引用符で囲んでください。"),
    Row(1107, "too_deep", AT "nested deeper than {limit} levels. Check brackets and indentation.",
        AT "入れ子が {limit} 段を超えています。括弧とインデントを確認してください。"),
    Row(1108, "second_document",
        AT "a second YAML document begins here (---). A configuration is one document.",
        AT "ここから二つ目の YAML ドキュメント(---)が始まっています。設定は一つのドキュメントで書いてくださ"
           "い。"),
    Row(1109, "not_utf8", AT "a byte that is not UTF-8 text. Save the file as UTF-8.",
        AT "UTF-8 ではないバイトがあります。ファイルを UTF-8 で保存してください。"),
    Row(1110, "key_not_text", AT "a key must be plain text. Check the colons and brackets before this place.",
        AT "キーは文字列でなければなりません。この位置より前のコロンと括弧を確認してください。"),
    Row(1111, "unquoted", AT "{value} needs quotes: YAML takes an unquoted ! for a tag. Write \"{value}\".",
        AT "{value} には引用符が必要です。YAML では引用符のない ! はタグになります。\"{value}\" と書いてく"
           "ださい。"),

    Row(1120, "unknown_key", AT "unknown key '{key}' in {section}. Known are: {known}.",
        AT "{section} に未知のキー '{key}' があります。使えるキー: {known}。"),
    Row(1121, "unknown_key_near",
        AT "unknown key '{key}' in {section}; did you mean '{suggestion}'? Known are: {known}.",
        AT "{section} に未知のキー '{key}' があります。'{suggestion}' のことですか? 使えるキー: {known}。"),
    Row(1122, "missing_key", AT "{section} needs the key '{key}'. {help}",
        AT "{section} にはキー '{key}' が必要です。{help}"),
    Row(1123, "no_value",
        AT "'{key}' has no value. Write one after the colon, or remove the key for its default.",
        AT "'{key}' に値がありません。コロンの後に値を書くか、既定値でよければキーを削除してください。"),
    Row(1124, "unknown_type", AT "{section}: there is no type '{type}'. Types are: {known}.",
        AT "{section}: '{type}' という type はありません。使える type: {known}。"),
    Row(1125, "nothing_named",
        AT "'{section}' is empty. Name at least one, as in the file that `renkei init` writes.",
        AT "'{section}' が空です。少なくとも一つ書いてください(`renkei init` が作るファイルを参考に)。"),
    Row(1126, "bad_name",
        AT "'{name}' cannot be a name in {section}: use 1 to 64 of A-Z, a-z, 0-9, _ and - (it names files "
           "and metrics).",
        AT "'{name}' は {section} の名前に使えません。A-Z a-z 0-9 _ - の 1〜64 文字にしてください(ファイル"
           "名やメトリクスに使われます)。"),

    Row(1130, "not_a_map", AT "'{key}' must be a mapping of keys to values, as {{key: value}}.",
        AT "'{key}' はキーと値の組({{key: value}} の形)でなければなりません。"),
    Row(1131, "not_a_list", AT "'{key}' must be a list, as [a, b].",
        AT "'{key}' は [a, b] のようなリストでなければなりません。"),
    Row(1132, "not_text",
        AT "'{key}' must be one plain value, not a list or mapping. A text with brackets needs quotes.",
        AT "'{key}' はリストやマッピングではなく一つの値でなければなりません。括弧を含む文字列は引用符で囲"
           "んでください。"),
    Row(1133, "not_bool", AT "'{key}' must be true or false, not '{value}'.",
        AT "'{key}' は true か false です('{value}' は使えません)。"),
    Row(1134, "not_integer", AT "'{key}' must be a whole number, not '{value}'.",
        AT "'{key}' は整数です('{value}' は使えません)。"),
    Row(1135, "not_bytes", AT "'{key}' must be an amount of bytes such as 256MB or 1 GiB, not '{value}'.",
        AT "'{key}' は 256MB や 1 GiB のようなバイト数です('{value}' は使えません)。"),
    Row(1136, "not_duration",
        AT "'{key}' must be a duration with its unit, such as 200ms, 1s or 7d, not '{value}'.",
        AT "'{key}' は 200ms、1s、7d のような単位つきの時間です('{value}' は使えません)。"),
    Row(1137, "not_percent", AT "'{key}' must be a share between 0% and 100%, such as 25%, not '{value}'.",
        AT "'{key}' は 25% のような 0%〜100% の割合です('{value}' は使えません)。"),
    Row(1138, "not_a_choice", AT "'{key}' must be one of: {choices}; not '{value}'.",
        AT "'{key}' は次のどれかです: {choices}('{value}' は使えません)。"),
    Row(1139, "out_of_range", AT "'{key}' must be between {least} and {most}, not {value}.",
        AT "'{key}' は {least} から {most} までです({value} は使えません)。"),
    Row(1140, "not_an_address", AT "'{key}' must be host:port such as 127.0.0.1:9464, or off; not '{value}'.",
        AT "'{key}' は 127.0.0.1:9464 のような ホスト:ポート、または off です('{value}' は使えません)。"),
    Row(1141, "bad_pattern",
        AT "'{value}' is no table pattern. Write schema.table, with * for any run of characters and ! in "
           "front to leave out, such as \"shop.*\" or \"!shop.tmp_*\".",
        AT "'{value}' はテーブルのパターンではありません。スキーマ.テーブル の形で、任意の文字列は *、除外"
           "は先頭に ! を書きます(例: \"shop.*\"、\"!shop.tmp_*\")。"),
    Row(1143, "no_patterns", AT "'{key}' selects no table: add a pattern without !, such as \"shop.*\".",
        AT "'{key}' はどのテーブルも選びません。\"shop.*\" のような ! のないパターンを加えてください。"),

    Row(1144, "bad_topic",
        AT "'{value}' matches nothing: a topic is source.schema.table, and a table is schema.table. Write "
           "the source in front, such as \"shop.shop.orders\" or \"shop.*\".",
        AT "'{value}' は何にも一致しません。トピックは ソース.スキーマ.テーブル です。\"shop.shop.orders\" "
           "や \"shop.*\" のようにソース名を先頭に書いてください。"),
    Row(1145, "no_such_source",
        AT "'{value}' begins with {source}, but there is no such source. Sources are: {known}.",
        AT "'{value}' の先頭の {source} というソースはありません。ソース: {known}。"),

    Row(1150, "no_variable",
        AT "'{key}' needs the environment variable {variable}, which is not set. Set it and start again.",
        AT "'{key}' に必要な環境変数 {variable} が設定されていません。設定してからもう一度実行してくださ"
           "い。"),
    Row(1151, "variable_form",
        AT "a malformed ${{...}} in '{key}'. Write ${{NAME}} with letters, digits and _; $${{ is a literal "
           "${{.",
        AT "'{key}' の ${{...}} の書き方が正しくありません。英数字と _ で ${{NAME}} と書きます。文字として"
           "の ${{ は $${{ と書きます。"),

    Row(1160, "url_no_scheme", AT "'{key}' must be a URL such as mysql://user@host:3306/shop.",
        AT "'{key}' は mysql://user@host:3306/shop のような URL です。"),
    Row(1161, "url_scheme", AT "'{key}' has the scheme '{scheme}'; here it must be one of: {schemes}.",
        AT "'{key}' のスキームが '{scheme}' です。ここで使えるもの: {schemes}。"),
    Row(1162, "url_no_host",
        AT "the URL of '{key}' names no host. Write scheme://user@host:port/name, or ?socket=/path for a "
           "local socket.",
        AT "'{key}' の URL にホストがありません。scheme://user@host:port/name と書くか、ローカルソケットな"
           "ら ?socket=/path を付けてください。"),
    Row(1163, "url_port",
        AT "the URL of '{key}' has no valid port (1 to 65535). If the password holds : / ? or @, write it "
           "as ${{VARIABLE}} or under `password:`.",
        AT "'{key}' の URL のポートが正しくありません(1〜65535)。パスワードに : / ? @ が含まれるなら "
           "${{VARIABLE}} か `password:` に書いてください。"),
    Row(1164, "url_escape",
        AT "the URL of '{key}' has a % without two hexadecimal digits. Write %25 for a percent sign, or "
           "put the password as ${{VARIABLE}} or under `password:`.",
        AT "'{key}' の URL に 16 進数 2 桁を伴わない % があります。% そのものは %25 と書くか、パスワードを "
           "${{VARIABLE}} か `password:` に書いてください。"),
    Row(1165, "url_bracket",
        AT "the URL of '{key}' has a [ without its ]. An IPv6 host is written [::1]:3306.",
        AT "'{key}' の URL の [ が閉じていません。IPv6 のホストは [::1]:3306 のように書きます。"),
    Row(1166, "url_character",
        AT "the URL of '{key}' holds a space or control character. Write it as %20 or remove it.",
        AT "'{key}' の URL に空白か制御文字があります。%20 のように書くか、取り除いてください。"),
});

#undef AT

}  // namespace

std::span<const Message> ConfigMessages() { return kRows; }

}  // namespace renkei::telemetry
