// Messages 3000-3999: the hub.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kRows = std::to_array<Message>({
    {Code{3000}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "malformed_body",
     "a stored {what} is not one: it breaks off or contradicts itself at byte {byte}. Its checksum is "
     "right, so a program wrote it so; please report this with the release you run.",
     "保存されている {what} の内容が不正です(バイト {byte})。チェックサムは正しいため、書き込んだプログラム"
     "の不具合です。使用中のリリースを添えて報告してください。"},
    {Code{3001}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "unknown_form",
     "a stored {what} has form {form}, which this release does not know. Run the release that wrote it, or "
     "a newer one.",
     "保存されている {what} の形式 {form} はこのリリースでは読めません。書き込んだリリースか、より新しいリ"
     "リースを使ってください。"},
    {Code{3010}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "log_damaged",
     "{path} is damaged at byte {byte}: {reason}. Nothing was changed. Check the disk; then restore the "
     "file from a copy. Without one: stop renkei, remove this source's folder under <data_dir>/hub, give "
     "its sinks a new `path`, and start: all is copied anew.",
     "{path} のバイト {byte} が壊れています: {reason}。何も変更していません。ディスクを確認し、ファイルを複"
     "製から戻してください。複製がない場合: renkei を止め、<data_dir>/hub にあるこのソースのフォルダーを削"
     "除し、そのシンクに新しい `path` を指定して起動すると、すべてコピーし直します。"},
    {Code{3011}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "unknown_format",
     "{path} has format {version} with required features {bits}, which this release can not read. Run the "
     "release that wrote it, or a newer one.",
     "{path} の形式 {version}(必須機能 {bits})はこのリリースでは読めません。書き込んだリリースか、より新し"
     "いリリースを使ってください。"},
    {Code{3012}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "log_writer_busy",
     "the log of {log} is already being written. Wait for the other capture to end.",
     "{log} のログはすでに書き込み中です。もう一方の取り込みが終わるのを待ってください。"},
    {Code{3013}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "log_address_gone",
     "the log of {log} no longer reaches back to {address}; it begins at {begin}. What stood before went "
     "by retention or max_bytes. Run `renkei repair` on the tables of this source to copy them anew.",
     "{log} のログに {address} はもうありません(先頭は {begin})。保持期間または max_bytes により削除されま"
     "した。このソースのテーブルに `renkei repair` を実行してコピーし直してください。"},
    {Code{3014}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "log_address_beyond_end",
     "{address} is beyond the end of the log of {log}, {end}. A destination that is ahead of its log "
     "belongs to another log: use the data_dir it was filled from, or a new destination.",
     "{address} は {log} のログの末尾 {end} より先です。ログより進んだ転送先は別のログのものです。元の "
     "data_dir を使うか、新しい転送先を指定してください。"},
    {Code{3015}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "log_other_history",
     "{address} in epoch {epoch} is not in the history of the log of {log}: the log was recovered without "
     "it. Run `renkei repair` on the tables of this source to copy them anew.",
     "エポック {epoch} の {address} は {log} のログの履歴にありません。ログはそれを含まない状態で復旧されて"
     "います。このソースのテーブルに `renkei repair` を実行してコピーし直してください。"},
    {Code{3016}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "log_segment_missing",
     "{path} continues segment {previous}, which is not there. Put the missing file back. If it is lost: "
     "stop renkei, remove this source's folder under <data_dir>/hub, give its sinks a new `path`, and "
     "start: all is copied anew.",
     "{path} の前のセグメント {previous} がありません。ファイルを元に戻してください。失われている場合: "
     "renkei を止め、<data_dir>/hub にあるこのソースのフォルダーを削除し、そのシンクに新しい `path` を指定"
     "して起動すると、すべてコピーし直します。"},
    {Code{3017}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "log_unknown_part",
     "a transaction for the log of {log} names a part at byte {byte} of segment {segment} that this "
     "capture did not write. Please report this.",
     "{log} のログへのトランザクションが、この取り込みの書いていない部分(セグメント {segment} のバイト "
     "{byte})を参照しています。報告してください。"},
    {Code{3018}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "log_chunk_gone",
     "the copied rows at byte {byte} of {path} are no longer there. Run `renkei repair` on the table that "
     "was being copied; `renkei status` names it.",
     "{path} のバイト {byte} にあったコピー済みの行はもうありません。コピー中だったテーブル(`renkei "
     "status` で確認できます)に `renkei repair` を実行してください。"},
    {Code{3019}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "log_frame_too_large",
     "a change set of {bytes} bytes does not fit the log of {log}, whose frames hold 1 GiB. A single row "
     "is too large; leave its column out.",
     "{bytes} バイトの変更セットは {log} のログに入りません(フレームの上限は 1 GiB)。1 行が大きすぎます。そ"
     "の列を除外してください。"},
    {Code{3020}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cursors_damaged",
     "{path} is damaged. It only says what the subscriptions have read: remove it, and retention waits for "
     "nobody until they have acknowledged again.",
     "{path} が壊れています。購読の既読位置だけのファイルです。削除すると、購読が再び確認応答するまで保持期"
     "間は誰も待ちません。"},
    {Code{3021}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "unknown_log",
     "no log of {log} is in use: the configuration has no such source, or its log could not be opened. "
     "Check the name under `sources`; `renkei status` says what stopped.",
     "{log} のログは使われていません。設定にそのソースがないか、ログを開けませんでした。`sources` の名前を"
     "確認してください。停止の理由は `renkei status` で確認できます。"},
    {Code{3022}, Severity::kInfo, Retry::kNever, Exit::kWell, "log_tail_cut",
     "{bytes} bytes at the end of {path} (from byte {byte}) had not become durable before the last stop "
     "and were cut; the source sends them again.",
     "{path} の末尾 {bytes} バイト(バイト {byte} から)は前回の停止までに確定していなかったため切り捨てまし"
     "た。ソースから再送されます。"},
    {Code{3023}, Severity::kWarning, Retry::kNever, Exit::kWell, "subscription_lost",
     "the hub reached max_bytes: subscription {subscription} had read the log of {log} only up to "
     "{address}, and it now begins at {begin}. Run `renkei repair` on its tables to copy them anew; raise "
     "max_bytes if this comes again.",
     "ハブが max_bytes に達しました。購読 {subscription} は {log} のログを {address} までしか読んでおらず、"
     "先頭は {begin} になりました。テーブルに `renkei repair` を実行してコピーし直してください。繰り返す場"
     "合は max_bytes を増やしてください。"},
    {Code{3024}, Severity::kWarning, Retry::kNever, Exit::kWell, "clock_stepped",
     "the machine's clock is {seconds} s away from the hub's time. Nothing is deleted because of it; if "
     "the clock is right, start once with --accept-clock so that retention follows it.",
     "マシンの時計がハブの時刻から {seconds} 秒ずれています。これにより削除されるものはありません。時計が正"
     "しければ一度 --accept-clock を付けて起動すると、保持期間が時計に従います。"},
    {Code{3025}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "other_log_there",
     "the log in {path} was {expected} when it was opened; on disk stands {found} now. Somebody moved or "
     "removed its files under the running process: put them back and start again.",
     "{path} のログは開いたときは {expected} でしたが、今ディスクにあるのは {found} です。稼働中にファイル"
     "が移動または削除されています。元に戻してから再起動してください。"},
});

}  // namespace

std::span<const Message> HubMessages() { return kRows; }

}  // namespace renkei::telemetry
