// Messages 7000-7999: the warehouse.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kRows = std::to_array<Message>({
    {Code{7001}, Severity::kError, Retry::kNever, Exit::kWrongInput, "not_one_statement",
     "one statement at a time: {count} were given.",
     "一度に実行できるのは 1 文だけです ({count} 文あります)。"},
    {Code{7002}, Severity::kError, Retry::kNever, Exit::kWrongInput, "not_read_only",
     "SQL here is read-only: SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE and EXPLAIN. The tables "
     "follow their source; change rows there.",
     "ここで実行できるのは読み取りの文だけです: SELECT、FROM、WITH、VALUES、DESCRIBE、SHOW、SUMMARIZE、"
     "EXPLAIN。テーブルはソースに従います。変更はソースで行ってください。"},
    {Code{7003}, Severity::kError, Retry::kNever, Exit::kWrongInput, "hidden_schema",
     "the schema _renkei is renkei's own and cannot be queried. Use the tables' own names; `renkei status` "
     "shows their state.",
     "スキーマ _renkei は renkei 自身のもので、検索できません。テーブルは元の名前で検索してください。状態"
     "は `renkei status` で確認できます。"},
    {Code{7004}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "being_copied",
     "the table {table} is still being copied: {rows} of about {estimate} rows are in. It appears when all "
     "are there; ask again later.",
     "テーブル {table} はコピー中です (約 {estimate} 行のうち {rows} 行)。すべて揃うと見えるようになりま"
     "す。後でもう一度試してください。"},
    {Code{7005}, Severity::kError, Retry::kNever, Exit::kWrongInput, "unknown_table",
     "there is no table {table} in the warehouse. SHOW ALL TABLES lists those there are.",
     "ウェアハウスにテーブル {table} はありません。SHOW ALL TABLES で一覧を確認できます。"},
    {Code{7006}, Severity::kError, Retry::kNever, Exit::kWrongInput, "unknown_table_near",
     "there is no table {table} in the warehouse. Did you mean {suggestion}?",
     "ウェアハウスにテーブル {table} はありません。{suggestion} ではありませんか。"},
    {Code{7007}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "query_timed_out",
     "the statement took longer than {timeout_ms} ms and was stopped. Ask for less, or allow more time: "
     "`renkei sql --timeout 10m`, `timeout_ms` over HTTP.",
     "文の実行が {timeout_ms} ミリ秒を超えたため止めました。範囲を絞るか、制限時間を延ばしてください"
     "(`renkei sql --timeout 10m`、HTTP では `timeout_ms`)。"},
    {Code{7008}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "never_complete",
     "the table {table} stopped before its copy was complete, so there is nothing to show. `renkei status` "
     "tells why.",
     "テーブル {table} はコピーが終わる前に停止したため、検索できません。理由は `renkei status` で確認でき"
     "ます。"},
    {Code{7009}, Severity::kInfo, Retry::kNever, Exit::kFoundWrong, "query_reader_gone",
     "the reader of the answer went away before its end.", "結果の受け取り側が途中でいなくなりました。"},
});

}  // namespace

std::span<const Message> WarehouseMessages() { return kRows; }

}  // namespace renkei::telemetry
