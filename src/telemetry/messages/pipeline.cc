// Messages 5000-5999: the pipeline.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kRows = std::to_array<Message>({
    {Code{5001}, Severity::kError, Retry::kNever, Exit::kWrongInput, "table_collision",
     "the sink {sink} would get the table {table} from two sources, {first} and {second}; only {first}'s "
     "is delivered. Give the sink a `from` that names one of them, such as `from: [\"{first}.*\"]`.",
     "シンク {sink} に同じ名前のテーブル {table} が 2 つのソース {first} と {second} から届きます。{first} "
     "のものだけを配信します。シンクの `from` でどちらか一方を指定してください (例: `from: "
     "[\"{first}.*\"]`)。"},
    {Code{5002}, Severity::kError, Retry::kNever, Exit::kWrongInput, "unknown_source_in_from",
     "the sink {sink} takes its tables from {pattern}, but no source has that name. A pattern is "
     "source.schema.table; the sources are: {known}.",
     "シンク {sink} の from に {pattern} とありますが、その名前のソースはありません。パターンは "
     "source.schema.table の形です。ソース: {known}。"},
    {Code{5010}, Severity::kWarning, Retry::kNever, Exit::kWell, "retrying",
     "{part} {name}: trying again in {delay_ms} ms (attempt {attempt}).",
     "{part} {name}: {delay_ms} ミリ秒後に再試行します ({attempt} 回目)。"},
    {Code{5011}, Severity::kInfo, Retry::kNever, Exit::kWell, "source_connected",
     "source {source}: connected to {server}.", "ソース {source}: {server} に接続しました。"},
    {Code{5012}, Severity::kInfo, Retry::kNever, Exit::kWell, "copy_started",
     "source {source}: copying {table}, about {rows} rows.",
     "ソース {source}: {table} のコピーを始めました (約 {rows} 行)。"},
    {Code{5014}, Severity::kInfo, Retry::kNever, Exit::kWell, "table_live",
     "sink {sink}: {table} is complete and can be queried.",
     "シンク {sink}: {table} が揃い、検索できるようになりました。"},
    {Code{5015}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "part_stopped",
     "{part} {name} has stopped for the reason before this line; the others go on. Mend it, then start "
     "again.",
     "{part} {name} は直前に示した理由で停止しました。他は続行します。原因を直してから再起動してください。"},
    {Code{5016}, Severity::kInfo, Retry::kNever, Exit::kWell, "started",
     "running: sources {sources}, sinks {sinks}.", "稼働中: ソース {sources}、シンク {sinks}。"},
    {Code{5017}, Severity::kInfo, Retry::kNever, Exit::kWell, "stopped", "stopped cleanly in {seconds} s.",
     "{seconds} 秒で正常に停止しました。"},
    {Code{5018}, Severity::kWarning, Retry::kNever, Exit::kFoundWrong, "stop_slow",
     "{part} {name} did not stop within {seconds} s; the process ends without it. Nothing is lost: the "
     "next start goes on from what is stored.",
     "{part} {name} が {seconds} 秒以内に停止しないため、待たずに終了します。失われるものはなく、次回は保存"
     "済みの位置から続けます。"},
    {Code{5030}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "other_log",
     "the destination was filled from another log of source {source} ({stored}, here is {found}). Use the "
     "data_dir it was filled from, or give the sink a new destination.",
     "この宛先はソース {source} の別のログから作られています (宛先 {stored}、ここ {found})。作成時の "
     "data_dir を使うか、シンクに新しい宛先を指定してください。"},
    {Code{5031}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sink_not_running",
     "the sink {sink} is not running. `renkei status` says why.",
     "シンク {sink} は稼働していません。理由は `renkei status` で確認できます。"},
    {Code{5033}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "no_such_feed",
     "the sink {sink} does not read the source {source}, or has stopped reading it. `renkei status` says "
     "why.",
     "シンク {sink} はソース {source} を読んでいないか、読むのを停止しました。理由は `renkei status` で確認"
     "できます。"},
    {Code{5034}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "hold_timed_out",
     "the sink {sink} was not at offset {offset} within {seconds} s. Try again when it has caught up.",
     "シンク {sink} が {seconds} 秒以内にオフセット {offset} に達しませんでした。追い付いてからもう一度実行"
     "してください。"},
    {Code{5035}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "held_elsewhere",
     "the sink {sink} is being verified already. Wait until that has ended.",
     "シンク {sink} は別の verify が使用中です。終わるまで待ってください。"},
    {Code{5036}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "passed_already",
     "the sink {sink} is at offset {at} already, past {offset}. Try again.",
     "シンク {sink} はすでにオフセット {at} にあり、{offset} を過ぎています。もう一度実行してください。"},
    {Code{5037}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "stop_asked",
     "ended early, because the process is stopping.", "プロセスが停止中のため、途中で終わりました。"},
    {Code{5038}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "source_not_running",
     "the source {source} is not running. `renkei status` says why.",
     "ソース {source} は稼働していません。理由は `renkei status` で確認できます。"},
    {Code{5039}, Severity::kError, Retry::kNever, Exit::kWrongInput, "no_table_to_repair",
     "no table that is delivered matches {pattern}. Write schema.table; `renkei status` lists the tables.",
     "{pattern} に合う配信中のテーブルはありません。schema.table の形で指定してください。一覧は `renkei status` "
     "で表示できます。"},
    {Code{5040}, Severity::kWarning, Retry::kNever, Exit::kWell, "fell_off_log",
     "sink {sink}: the log of source {source} begins at {begin}, and the sink had read it only up to {stored}. "
     "All its tables of that source are copied anew; until each copy is whole, queries see the old rows, which "
     "do not change. If this comes again, raise hub.max_bytes.",
     "シンク {sink}: ソース {source} のログの先頭は {begin} ですが、{stored} までしか読んでいませんでした。"
     "このソースの全テーブルをコピーし直します。コピーが揃うまでは古い行がそのまま見えます。繰り返す場合は "
     "hub.max_bytes を増やしてください。"},
    {Code{5041}, Severity::kError, Retry::kNever, Exit::kWrongInput, "source_runs",
     "the source {source} runs: its position is not lost. To mend tables: `renkei repair TABLE`, or `renkei repair "
     "--all`.",
     "ソース {source} は稼働中で、位置は失われていません。テーブルの修復は `renkei repair TABLE` または `renkei repair "
     "--all` です。"},
    {Code{5042}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "hold_refused",
     "the sink {sink} was busy for {seconds} s and could not be stopped between two cycles to be compared. Try "
     "again when it has less to do.",
     "シンク {sink} が {seconds} 秒間処理中で、照合のために一時停止できませんでした。負荷が下がってからもう一度実行してく"
     "ださい。"},
    {Code{5050}, Severity::kInfo, Retry::kNever, Exit::kWell, "caught_up",
     "caught up: every table is complete ({tables}), after {seconds} s.",
     "追い付きました: すべてのテーブル ({tables}) が揃いました。{seconds} 秒かかりました。"},
    {Code{5051}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "ended_behind",
     "{part} {name} stopped before it had caught up. The lines above say why.",
     "{part} {name} は追い付く前に停止しました。理由は上の行にあります。"},
});

}  // namespace

std::span<const Message> PipelineMessages() { return kRows; }

}  // namespace renkei::telemetry
