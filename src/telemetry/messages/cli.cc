// Messages 1200-1299: the command line.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr Message Row(uint16_t number, std::string_view name, std::string_view english,
                      std::string_view japanese) {
  return {Code{number}, Severity::kError, Retry::kNever, Exit::kWrongInput, name, english, japanese};
}

constexpr auto kRows = std::to_array<Message>({
    Row(1201, "usage", "{reason}. `{command} --help` shows how it is used.",
        "コマンドの使い方が正しくありません: {reason}。`{command} --help` で使い方を表示します。"),
    Row(1202, "unknown_command", "there is no command '{command}'. Commands are: {known}.",
        "'{command}' というコマンドはありません。使えるコマンド: {known}。"),
    Row(1203, "unknown_command_near",
        "there is no command '{command}'; did you mean '{suggestion}'? Commands are: {known}.",
        "'{command}' というコマンドはありません。'{suggestion}' のことですか? 使えるコマンド: {known}。"),
    Row(1210, "file_exists",
        "{file} exists already and is left as it is. Name another file with -c, or remove it first.",
        "{file} は既に存在するため、変更していません。-c で別のファイルを指定するか、先に削除してください。"),
    Row(1211, "init_url", "init cannot tell the kind of database from this URL. Schemes are: {schemes}.",
        "この URL からはデータベースの種類がわかりません。使えるスキーム: {schemes}。"),
    Row(1220, "no_such_page", "there is no page '{page}'. Pages are: {known}.",
        "'{page}' というページはありません。表示できるページ: {known}。"),
    {Code{1230}, Severity::kInfo, Retry::kNever, Exit::kWell, "well_written",
     "{file} is well written. `renkei check --connect` asks the databases too.",
     "{file} の書き方に問題はありません。`renkei check --connect` でデータベースも確認できます。"},
    {Code{1231}, Severity::kInfo, Retry::kNever, Exit::kWell, "ready",
     "everything is ready: {tables} tables of {file} can be captured. `renkei run` starts.",
     "準備ができています。{file} の {tables} 個のテーブルを取り込めます。`renkei run` で開始します。"},
    {Code{1240}, Severity::kInfo, Retry::kNever, Exit::kWell, "copy_progress",
     "copying {table}{others}: {rows} of about {estimate} rows, {rate} rows/s, {left} left",
     "{table}{others} をコピー中: 約 {estimate} 行のうち {rows} 行、毎秒 {rate} 行、残り {left}"},
    {Code{1241}, Severity::kInfo, Retry::kNever, Exit::kWell, "live_progress",
     "{tables} tables live, freshness p50 {p50}, p99 {p99}, {rate} rows/s",
     "{tables} テーブルが追従中、鮮度 p50 {p50}、p99 {p99}、毎秒 {rate} 行"},
    {Code{1242}, Severity::kInfo, Retry::kNever, Exit::kWell, "waiting",
     "waiting for the {part} {name}: {state}", "{part} {name} を待っています: {state}"},
    {Code{1243}, Severity::kInfo, Retry::kNever, Exit::kWell, "compared", "{tables} compared, last {table}",
     "{tables} テーブルを比較済み (直前: {table})"},
    {Code{1244}, Severity::kInfo, Retry::kNever, Exit::kWell, "copy_begun",
     "copying {table}: {rows} of about {estimate} rows{others}",
     "{table} をコピー中: {rows} / 約 {estimate} 行{others}"},
});

}  // namespace

std::span<const Message> CliMessages() { return kRows; }

}  // namespace renkei::telemetry
