// Messages 6000-6999: verify and repair.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kRows = std::to_array<Message>({
    {Code{6001}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "columns_differ",
     "{table}: the column {column} is not the same on both sides; the rows were not compared.",
     "{table}: 列 {column} が両側で一致しないため、行は比較していません。"},
    {Code{6002}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "not_complete",
     "{table} is not complete in {sink}: it is {state}. `renkei status` tells its progress or what stopped "
     "it.",
     "{table} は {sink} でまだ揃っていません (状態: {state})。進み具合や停止理由は `renkei status` で確認で"
     "きます。"},
    {Code{6003}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "not_reached",
     "{table}: the capture of {source} did not reach {position} within {seconds} s. `renkei status` tells "
     "how far it is; try again when it has caught up.",
     "{table}: ソース {source} の取り込みが {seconds} 秒以内に {position} に達しませんでした。`renkei "
     "status` で遅れを確認し、追い付いてからもう一度実行してください。"},
    {Code{6004}, Severity::kError, Retry::kNever, Exit::kWrongInput, "no_table_matches",
     "no table matches {pattern}. Write schema.table; `renkei status` lists the tables.",
     "{pattern} に合うテーブルはありません。schema.table の形で指定してください。一覧は `renkei status` で"
     "表示できます。"},
    {Code{6005}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "nothing_to_verify",
     "there is no table to compare: no source's table reaches a sink. See `renkei check`.",
     "比較するテーブルがありません。どのソースのテーブルもシンクに届いていません。`renkei check` を確認して"
     "ください。"},
    {Code{6010}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "differences_found",
     "{differing} of {tables} tables differ or could not be compared.",
     "{tables} テーブル中 {differing} テーブルに差異があるか、比較できませんでした。"},
    {Code{6011}, Severity::kInfo, Retry::kNever, Exit::kWell, "all_equal",
     "both sides are equal: {tables} tables, {rows} rows.",
     "両側は一致しています: {tables} テーブル、{rows} 行。"},
    {Code{6012}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "differences_moved",
     "{table} in {sink} differed at each reading, but never in the same keys. Run verify again; if it "
     "stays, report it.",
     "{table} ({sink}) は読むたびに差異がありましたが、同じキーではありませんでした。もう一度実行し、続く場"
     "合は報告してください。"},
    {Code{6020}, Severity::kInfo, Retry::kNever, Exit::kWell, "repaired",
     "{table} in {sink} is equal to the source: of {rows} rows {read} were read again and {gone} removed, in "
     "{seconds} s.",
     "{sink} の {table} はソースと一致しています: {rows} 行のうち {read} 行を読み直し、{gone} 行を削除しました "
     "({seconds} 秒)。"},
    {Code{6021}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "not_mended",
     "{table} in {sink} still differs in {differing} keys after several passes. Run `renkei repair {table}` "
     "again, or `renkei repair --anew {table}` to copy it whole.",
     "{sink} の {table} は数回の修復後も {differing} 個のキーで差異があります。`renkei repair {table}` をもう一度"
     "実行するか、`renkei repair --anew {table}` で全体をコピーし直してください。"},
    {Code{6022}, Severity::kInfo, Retry::kNever, Exit::kWell, "copied_anew",
     "{table} is copied anew; queries see the old rows until the copy is whole. `renkei status --watch` shows "
     "how far it is.",
     "{table} をコピーし直しています。揃うまでは古い行が見えます。進み具合は `renkei status --watch` で確認できま"
     "す。"},
    {Code{6023}, Severity::kError, Retry::kNever, Exit::kWrongInput, "nothing_to_repair",
     "no table is named. Write `renkei repair schema.table`, or `renkei repair --all`.",
     "テーブルが指定されていません。`renkei repair schema.table` か `renkei repair --all` と入力してください。"},
});

}  // namespace

std::span<const Message> VerifyMessages() { return kRows; }

}  // namespace renkei::telemetry
