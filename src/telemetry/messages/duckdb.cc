// Messages 4000-4099: DuckDB.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kRows = std::to_array<Message>({
    {Code{4001}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "warehouse_cannot_open",
     "cannot open the warehouse {path}: {reason}. Check that it is a DuckDB file and that this user may "
     "read and write it and its folder.",
     "ウェアハウス {path} を開けません: {reason}。DuckDB のファイルであること、このユーザーにファイルとフォ"
     "ルダーの読み書きの権限があることを確認してください。"},
    {Code{4002}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "warehouse_in_use",
     "the warehouse {path} is in use by another process ({holder}). Stop it, or ask it: one process at a "
     "time can hold the file.",
     "ウェアハウス {path} は別のプロセス ({holder}) が使用中です。そのプロセスを止めるか、そちらに問い合わ"
     "せてください。ファイルを開けるのは同時に 1 プロセスだけです。"},
    {Code{4003}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "warehouse_missing",
     "there is no warehouse {path} yet. `renkei run` creates it.",
     "ウェアハウス {path} はまだありません。`renkei run` が作成します。"},
    {Code{4004}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "warehouse_out_of_memory",
     "DuckDB ran out of its memory: {reason}. Raise `memory` of the sink, or ask for less at once.",
     "DuckDB のメモリーが足りません: {reason}。シンクの `memory` を増やすか、一度に扱う量を減らしてくださ"
     "い。"},
    {Code{4005}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "statement_interrupted",
     "the statement was stopped before its end.", "文の実行が途中で止められました。"},
    {Code{4006}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "warehouse_disk",
     "DuckDB cannot use its files: {reason}. Check the disk and its free space; the work goes on by itself.",
     "DuckDB がファイルを扱えません: {reason}。ディスクと空き容量を確認してください。処理は自動で再開しま"
     "す。"},
    {Code{4007}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "warehouse_conflict",
     "another writer changed the same rows of the warehouse: {reason}. The step is done again.",
     "別の書き手がウェアハウスの同じ行を変更しました: {reason}。この処理はやり直されます。"},
    {Code{4008}, Severity::kError, Retry::kReconnect, Exit::kFoundWrong, "warehouse_unusable",
     "DuckDB has shut the warehouse after an error: {reason}. It is opened again.",
     "DuckDB がエラーのためウェアハウスを閉じました: {reason}。開き直します。"},
    {Code{4009}, Severity::kError, Retry::kNever, Exit::kWrongInput, "statement_refused",
     "not allowed here: {reason}. SQL against the warehouse reaches its tables only, no files, network, "
     "extensions or settings.",
     "ここでは許可されていません: {reason}。ウェアハウスへの SQL が使えるのは表だけで、ファイル、ネットワー"
     "ク、拡張、設定は使えません。"},
    {Code{4010}, Severity::kError, Retry::kNever, Exit::kWrongInput, "statement_wrong",
     "the statement cannot be run: {reason}", "文を実行できません: {reason}"},
    {Code{4011}, Severity::kError, Retry::kNever, Exit::kWrongInput, "value_wrong",
     "a value does not fit: {reason}", "値が型に合いません: {reason}"},
    {Code{4012}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "text_not_utf8",
     "the column {column} holds a text that is not UTF-8, so the warehouse cannot take it unchanged.",
     "列 {column} に UTF-8 でない文字列があり、ウェアハウスにそのまま入れられません。"},
    {Code{4013}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "column_type_unknown",
     "the column {column} is not of the expected type {type}. The warehouse was changed by another "
     "program; run `renkei repair TABLE` for its table to copy it anew.",
     "列 {column} の型が {type} ではありません。別のプログラムがウェアハウスを変更しています。そのテーブル"
     "を `renkei repair TABLE` でコピーし直してください。"},
    {Code{4014}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "warehouse_internal",
     "DuckDB reports a fault of its own: {reason}. Please report it with the statement.",
     "DuckDB の内部エラーです: {reason}。文を添えて報告してください。"},
    {Code{4015}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cell_without_value",
     "a changed row has no value for the column {column}; the warehouse takes whole rows only. Let the "
     "source send full row images.",
     "変更された行に列 {column} の値がありません。ウェアハウスは行全体を必要とします。ソースが行の全列を送"
     "るように設定してください。"},
    {Code{4016}, Severity::kWarning, Retry::kAwaitOther, Exit::kFoundWrong, "warehouse_being_read",
     "the warehouse {path} is being read by another process ({holder}), most likely `renkei sql` without a "
     "server. Waiting until it ends; nothing is lost meanwhile.",
     "ウェアハウス {path} は別のプロセス ({holder}) が読み取り中です (サーバーなしの `renkei sql` など)。終わ"
     "るまで待ちます。その間に失われるものはありません。"},
});

}  // namespace

std::span<const Message> DuckdbMessages() { return kRows; }

}  // namespace renkei::telemetry
