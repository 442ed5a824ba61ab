// Messages 4100-4999: sinks.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kRows = std::to_array<Message>({
    {Code{4101}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_fenced",
     "another renkei has taken over the warehouse {path}; this one writes no more. Let only one run "
     "against it.",
     "別の renkei がウェアハウス {path} を引き継いだため、こちらは書き込みを止めました。同時に動かすのは 1 "
     "つだけにしてください。"},
    {Code{4102}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_other_log",
     "the warehouse follows another log of the source {source}: it knows {expected}, the hub has {found}. "
     "Was data_dir removed or changed? Give the warehouse a new path to copy everything anew, or bring "
     "data_dir back.",
     "ウェアハウスはソース {source} の別のログに従っています (記録: {expected}、ハブ: {found})。data_dir を"
     "消したか変えたのではありませんか。新しい path を指定してコピーし直すか、data_dir を元に戻してくださ"
     "い。"},
    {Code{4103}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_wrong_place",
     "the source {source} was to go on at {expected} of its log, but {found} came. Nothing was written; "
     "please report it.",
     "ソース {source} のログの {expected} から続くはずが {found} が来ました。何も書き込んでいません。報告し"
     "てください。"},
    {Code{4104}, Severity::kError, Retry::kNever, Exit::kWrongInput, "sink_reserved_schema",
     "the table {table} cannot be kept: DuckDB has a catalog or schema of its own named {schema}. Leave it "
     "out of `tables` or of the sink's `from`.",
     "テーブル {table} は保持できません。DuckDB 自身に {schema} という名前のカタログかスキーマがあります。"
     "`tables` かシンクの `from` から外してください。"},
    {Code{4105}, Severity::kError, Retry::kNever, Exit::kWrongInput, "sink_name_taken",
     "the table {table} would be {destination}, which a table of the source {other} is already. Give one "
     "of the sinks a `from` that leaves one of them out.",
     "テーブル {table} の行き先 {destination} は、すでにソース {other} のテーブルが使っています。シンクの "
     "`from` でどちらかを外してください。"},
    {Code{4106}, Severity::kWarning, Retry::kNever, Exit::kWell, "sink_renamed",
     "the table {table} is {destination} in the warehouse: another name differs from its own by case only, "
     "which DuckDB does not tell apart.",
     "テーブル {table} はウェアハウスでは {destination} になります。大文字と小文字だけが違う名前がすでにあ"
     "り、DuckDB は区別できません。"},
    {Code{4107}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_schema_differs",
     "the table {table} has changed at the source ({what}) and the warehouse cannot follow in place. Run "
     "`renkei repair {table}` to copy it anew.",
     "テーブル {table} の定義がソースで変わり ({what})、ウェアハウスはそのまま追従できません。`renkei "
     "repair {table}` を実行するとコピーし直します。"},
    {Code{4108}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_no_key",
     "the table {table} has no key, so its changes cannot be applied. Give it a primary key or leave it "
     "out of `tables`.",
     "テーブル {table} にキーがないため変更を反映できません。主キーを付けるか `tables` から外してください。"},
    {Code{4109}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_no_key_image",
     "a change of the table {table} came without the key of its row. Let the source send full row images.",
     "テーブル {table} の変更に行のキーがありません。ソースが行の全列を送るように設定してください。"},
    {Code{4110}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_chunk_differs",
     "a chunk of the copy of {table} holds {found} rows instead of {expected}. The hub's backfill log is "
     "damaged: check the disk, then run `renkei repair {table}` to copy the table anew.",
     "{table} のコピーの一部が {expected} 行ではなく {found} 行でした。ハブのバックフィルログが壊れていま"
     "す。ディスクを確認し、`renkei repair {table}` を実行してコピーし直してください。"},
    {Code{4118}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_schema_stops",
     "the table {table} changed at the source ({change}) and has stopped here, as `schema_change: stop` says; "
     "its rows stay as they were before. Set `schema_change: evolve` and start renkei again: it copies the table "
     "anew.",
     "テーブル {table} の定義がソースで変わり ({change})、`schema_change: stop` の指定どおりここで止まりました。"
     "行は変更前のままです。`schema_change: evolve` にして renkei を起動し直すと、コピーし直します。"},
    {Code{4111}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_part_alone",
     "a part of the transaction {transaction} of the source {source} came without its end. Nothing was "
     "written; please report it.",
     "ソース {source} のトランザクション {transaction} の一部が、終わりなしに届きました。何も書き込んでいま"
     "せん。報告してください。"},
    {Code{4112}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "warehouse_newer_format",
     "the warehouse {path} is of format {format}, this renkei knows up to {known}. Use a newer renkei.",
     "ウェアハウス {path} の形式は {format} ですが、この renkei は {known} までしか扱えません。新しい "
     "renkei を使ってください。"},
    {Code{4113}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "warehouse_damaged_state",
     "what renkei keeps about itself in the warehouse {path} is damaged ({what}). Give the sink a new path "
     "to copy everything anew, and keep the old file.",
     "ウェアハウス {path} にある renkei 自身の記録が壊れています ({what})。新しい path を指定してコピーし直"
     "し、古いファイルは保管してください。"},
    {Code{4114}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_table_not_visible",
     "the table {table} is not visible in the warehouse. It is still being copied, stopped or not routed "
     "there; `renkei status` tells.",
     "テーブル {table} はウェアハウスでまだ見えません。コピー中か、停止したか、配信対象ではありません。"
     "`renkei status` で確認できます。"},
    {Code{4115}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_schema_unknown",
     "rows of the table {table} name a schema that the log does not hold ({schema_id}). The log is "
     "damaged; please report it.",
     "テーブル {table} の行が、ログにないスキーマ ({schema_id}) を指しています。ログが壊れています。報告し"
     "てください。"},
    {Code{4116}, Severity::kError, Retry::kReconnect, Exit::kFoundWrong, "warehouse_not_open",
     "the warehouse {path} is not open (yet). It is tried again; if this stays, `renkei status` says what "
     "keeps the sink from opening it.",
     "ウェアハウス {path} は(まだ)開かれていません。再試行します。続く場合は、開けない理由を `renkei "
     "status` で確認できます。"},
    {Code{4117}, Severity::kWarning, Retry::kNever, Exit::kWell, "sink_column_renamed",
     "the column {column} of {table} is {destination} in the warehouse: another column differs from it by "
     "case only, which DuckDB does not tell apart.",
     "{table} の列 {column} はウェアハウスでは {destination} になります。大文字と小文字だけが違う列があり、"
     "DuckDB は区別できません。"},
    {Code{4140}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_row_not_there",
     "the table {table} has no key, and a row that the source changed or deleted is not in the warehouse as "
     "it was: the two differ already. Run `renkei repair {table}` to copy it anew.",
     "キーのないテーブル {table} で、ソースが変更または削除した行が元の内容ではウェアハウスにありません。すで"
     "に差異があります。`renkei repair {table}` を実行してコピーし直してください。"},
    {Code{4141}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_no_count",
     "a change of the table {table}, which has no key, does not say how many rows it adds or takes away. "
     "Please report it.",
     "キーのないテーブル {table} の変更から、増減する行数がわかりません。報告してください。"},
});

}  // namespace

std::span<const Message> SinksMessages() { return kRows; }

}  // namespace renkei::telemetry
