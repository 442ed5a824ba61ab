// Messages 8000-8999: what a running server answers.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kRows = std::to_array<Message>({
    {Code{8001}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "not_running",
     "no renkei is running here (nothing listens on {socket}). Start it with `renkei run`.",
     "renkei は稼働していません ({socket} に応答がありません)。`renkei run` で起動してください。"},
    {Code{8002}, Severity::kError, Retry::kNever, Exit::kWrongInput, "no_such_path",
     "there is nothing at {path}; known here: {known}.", "{path} はありません。使えるもの: {known}。"},
    {Code{8003}, Severity::kError, Retry::kNever, Exit::kWrongInput, "wrong_method",
     "{path} is asked by {method}.", "{path} は {method} で呼び出してください。"},
    {Code{8004}, Severity::kError, Retry::kNever, Exit::kWrongInput, "wrong_parameter",
     "the parameter {name} can not be {value}; it may be: {known}.",
     "パラメーター {name} に {value} は指定できません。指定できる値: {known}。"},
    {Code{8005}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "no_sql_here",
     "no sink of this configuration answers SQL. A sink of type duckdb does.",
     "この設定には SQL に応答するシンクがありません。duckdb 型のシンクが必要です。"},
    {Code{8006}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "odd_answer",
     "the running server answered in a form this program does not know ({what}). Use the same version for "
     "both.",
     "稼働中のサーバーの応答を解釈できません ({what})。同じバージョンの renkei を使ってください。"},
    {Code{8007}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "too_many_at_once",
     "{most} requests of the kind {path} are running already, which is the most at once. Ask again when one "
     "has ended.",
     "{path} の要求が同時に実行できる上限 ({most} 件) に達しています。終わるのを待って、もう一度試してくださ"
     "い。"},
    {Code{8008}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "server_gone",
     "the renkei that listened on {socket} ended before it had answered. Ask again; if it does not run any "
     "more, its journal tells why.",
     "{socket} で待ち受けていた renkei が応答の途中で終了しました。もう一度試してください。稼働していなけれ"
     "ば、理由はジャーナルで確認できます。"},
    {Code{8009}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "not_open_yet",
     "the warehouse of the sink {sink} is not open: {state}. Ask again in a moment; `renkei status` tells "
     "more.",
     "シンク {sink} のウェアハウスは開かれていません ({state})。少し待って、もう一度試してください。詳細は "
     "`renkei status` で確認できます。"},
    {Code{8010}, Severity::kInfo, Retry::kNever, Exit::kWell, "serving",
     "metrics and health at http://{address}/.", "メトリクスとヘルスチェック: http://{address}/"},
    {Code{8011}, Severity::kWarning, Retry::kNever, Exit::kWell, "not_serving",
     "metrics and health are not served: cannot listen on {address}: {reason}. Choose another `http:` "
     "address, or `http: off`; the rest goes on.",
     "メトリクスとヘルスチェックは提供しません: {address} で待ち受けできません: {reason}。`http:` に別のア"
     "ドレスか off を指定してください。他の処理は続行します。"},
    {Code{8012}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "not_known_yet",
     "there is no table {table} in the warehouse yet, and the source {source} ({state}) has not told its "
     "tables since the start. Ask again in a moment; `renkei status` tells more.",
     "テーブル {table} はまだウェアハウスにありません。ソース {source} ({state}) のテーブル一覧は起動後まだ"
     "得られていません。少し待って、もう一度試してください。詳細は `renkei status` で確認できます。"},
});

}  // namespace

std::span<const Message> ServeMessages() { return kRows; }

}  // namespace renkei::telemetry
