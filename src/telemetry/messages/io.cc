// Messages 1000-1099: files and sockets.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kRows = std::to_array<Message>({
    {Code{1001}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cannot_open",
     "cannot open {path}: {reason}. Check that it exists and that this user may read and write it.",
     "{path} を開けません: {reason}。存在することと、このユーザーに読み書きの権限があることを確認してくださ"
     "い。"},
    {Code{1002}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cannot_read",
     "cannot read {path}: {reason}. Check the disk and the file's permissions.",
     "{path} を読めません: {reason}。ディスクとファイルの権限を確認してください。"},
    {Code{1003}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cannot_write",
     "cannot write {path}: {reason}. Check the disk and the file's permissions.",
     "{path} に書けません: {reason}。ディスクとファイルの権限を確認してください。"},
    {Code{1004}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cannot_sync",
     "cannot make {path} durable: {reason}. Nothing written since the last good sync is trusted; check the "
     "disk, then start again.",
     "{path} をディスクに確定できません: {reason}。最後の同期以降の書き込みは信用しません。ディスクを確認し"
     "てから再起動してください。"},
    {Code{1005}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cannot_list",
     "cannot list the folder {path}: {reason}. Check that it exists and that this user may read it.",
     "フォルダー {path} の一覧を取得できません: {reason}。存在することと、このユーザーに読む権限があること"
     "を確認してください。"},
    {Code{1006}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cannot_remove",
     "cannot remove {path}: {reason}. Check the permissions of its folder.",
     "{path} を削除できません: {reason}。フォルダーの権限を確認してください。"},
    {Code{1007}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cannot_rename",
     "cannot rename {path}: {reason}. Check the permissions of its folder.",
     "{path} の名前を変更できません: {reason}。フォルダーの権限を確認してください。"},
    {Code{1008}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cannot_create",
     "cannot create {path}: {reason}. Check that the folder above it exists and is writable.",
     "{path} を作成できません: {reason}。上位フォルダーが存在し、書き込めることを確認してください。"},
    {Code{1009}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "already_locked",
     "{path} is in use by another process. Stop the other renkei, or give this one its own data_dir.",
     "{path} は別のプロセスが使用中です。もう一方の renkei を停止するか、別の data_dir を指定してください。"},
    {Code{1010}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "disk_full",
     "the disk is full: {path} could not be written. Free some space; the work goes on by itself.",
     "ディスクが一杯で {path} に書けませんでした。空きを作ってください。処理は自動で再開します。"},
    {Code{1011}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "cannot_listen",
     "cannot listen on {address}: {reason}. Choose a free address or stop what uses it.",
     "{address} で待ち受けできません: {reason}。空いているアドレスを選ぶか、使用中のプログラムを止めてくだ"
     "さい。"},
    {Code{1012}, Severity::kError, Retry::kAfterBackoff, Exit::kOtherSideDown, "cannot_connect",
     "cannot connect to {address}: {reason}. Check that it is running and reachable from here.",
     "{address} に接続できません: {reason}。相手が起動していて、ここから到達できることを確認してください。"},
    {Code{1013}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "http_broken",
     "an HTTP message could not be read: {reason}. If it was an answer, see the server's journal.",
     "HTTP メッセージを読めませんでした: {reason}。応答の場合は、サーバーのジャーナルを確認してください。"},
    {Code{1014}, Severity::kError, Retry::kAfterBackoff, Exit::kOtherSideDown, "stream_broken",
     "the connection with {address} broke: {reason}. Check that the other side still runs, then try again.",
     "{address} との接続が切れました: {reason}。相手が稼働していることを確認して、もう一度試してください。"},
});

}  // namespace

std::span<const Message> IoMessages() { return kRows; }

}  // namespace renkei::telemetry
