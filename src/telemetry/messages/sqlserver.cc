// Messages 2200-2299: SQL Server.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kConnectionRows = std::to_array<Message>({
    {Code{2201}, Severity::kError, Retry::kReconnect, Exit::kOtherSideDown, "sqlserver_cannot_connect",
     "cannot connect to the SQL Server at {address}: {reason}. Check that it is running, and host, "
     "port and database in the url.",
     "{address} の SQL Server に接続できません: {reason}。サーバーが起動していることと、url のホス"
     "ト・ポート・データベースを確認してください。"},
    {Code{2202}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_access_denied",
     "{address} does not let in the login {user}: {reason}. Check user and password in the configuratio"
     "n, and that the login has a user in the database.",
     "{address} がログイン {user} を拒否しました: {reason}。設定のユーザー名とパスワード、データベ"
     "ースにそのログインのユーザーがあることを確認してください。"},
    {Code{2203}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_tls_failed",
     "no encrypted session with {address}: {reason}. Check the server's certificate and `tls:` (mode, "
     "ca); a server that offers only old TLS needs `tls: {{min_version: \"1.0\"}}`.",
     "{address} と暗号化セッションを確立できません: {reason}。サーバー証明書と `tls:`（mode, ca）"
     "を確認してください。古い TLS しか提供しないサーバーには `tls: {{min_version: \"1.0\"}}` が必"
     "要です。"},
    {Code{2204}, Severity::kError, Retry::kReconnect, Exit::kOtherSideDown, "sqlserver_connection_lost",
     "the connection to the SQL Server at {address} is lost: {reason}. It is connected anew by itself.",
     "{address} の SQL Server との接続が切れました: {reason}。自動で再接続します。"},
    {Code{2205}, Severity::kError, Retry::kAfterBackoff, Exit::kOtherSideDown, "sqlserver_statement_failed",
     "the SQL Server at {address} refused a statement (error {number}): {reason}. It is tried again; "
     "if this stays, run `renkei check --connect` for missing settings and grants. The statement: {stat"
     "ement}",
     "{address} の SQL Server が文を拒否しました（エラー {number}）: {reason}。再試行します。続く"
     "場合は `renkei check --connect` で足りない設定と権限を確認してください。文: {statement}"},
    {Code{2206}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_not_encrypted",
     "the connection to {address} is not encrypted: password and data cross the network in clear. Set "
     "`tls: {{mode: verify-full}}` once the server has a certificate.",
     "{address} との接続は暗号化されていません。パスワードもデータも平文でネットワークを流れます。"
     "サーバーに証明書を設定し、`tls: {{mode: verify-full}}` を指定してください。"},
    {Code{2207}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_old_tls",
     "TLS {version} is accepted: who reads along can break it. Remove `tls: min_version` once the serve"
     "r offers TLS 1.2.",
     "TLS {version} を受け入れています。盗聴者に解読される恐れがあります。サーバーが TLS 1.2 を提"
     "供したら `tls: min_version` を外してください。"},
    {Code{2208}, Severity::kError, Retry::kAfterBackoff, Exit::kOtherSideDown, "sqlserver_busy",
     "the database was busy again and again (error {number}): {reason}. It is tried again; if this "
     "stays, look for long transactions that hold locks on the captured tables.",
     "データベースが繰り返し使用中でした（エラー {number}）: {reason}。再試行します。続く場合は、"
     "取り込むテーブルをロックしている長いトランザクションを調べてください。"},
});

constexpr auto kSettingRows = std::to_array<Message>({
    {Code{2210}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_tracking_off",
     "Change Tracking is off in the database {database}. Run `ALTER DATABASE [{database}] SET CHANGE_TR"
     "ACKING = ON (CHANGE_RETENTION = 3 DAYS, AUTO_CLEANUP = ON)`.",
     "データベース {database} の変更追跡が無効です。`ALTER DATABASE [{database}] SET CHANGE_TRACKING "
     "= ON (CHANGE_RETENTION = 3 DAYS, AUTO_CLEANUP = ON)` を実行してください。"},
    {Code{2211}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_read_only_database",
     "the database {database} is read-only here: Change Tracking works on the primary only. Name the "
     "primary in the url, or the availability group's listener.",
     "データベース {database} はここでは読み取り専用です。変更追跡はプライマリでのみ使えます。url "
     "にプライマリか可用性グループのリスナーを指定してください。"},
    {Code{2212}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_no_snapshot_isolation",
     "the database {database} is read without snapshot isolation: for a moment a destination may show "
     "tables at different states, and `verify` cannot compare. Everything arrives. For whole states "
     "run `ALTER DATABASE [{database}] SET ALLOW_SNAPSHOT_ISOLATION ON` and set `isolation: snapshot`.",
     "データベース {database} をスナップショット分離なしで読みます。配信先ではテーブルごとに一時的"
     "に異なる時点が見えることがあり、`verify` では比較できません。変更はすべて届きます。整合した"
     "状態が必要なら `ALTER DATABASE [{database}] SET ALLOW_SNAPSHOT_ISOLATION ON` を実行し、`isolation"
     ": snapshot` を指定してください。"},
    {Code{2213}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_snapshot_refused",
     "the database {database} does not allow snapshot isolation. Run `ALTER DATABASE [{database}] SET "
     "ALLOW_SNAPSHOT_ISOLATION ON`; if its load on tempdb is not wanted, set `isolation: read-committed"
     "`.",
     "データベース {database} ではスナップショット分離が許可されていません。`ALTER DATABASE [{database}"
     "] SET ALLOW_SNAPSHOT_ISOLATION ON` を実行してください。tempdb への負荷を避けたい場合は `isolation"
     ": read-committed` を指定してください。"},
    {Code{2214}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_short_retention",
     "the database {database} keeps changes for {retention} only: after a longer stop every table is "
     "copied anew. Run `ALTER DATABASE [{database}] SET CHANGE_TRACKING (CHANGE_RETENTION = 3 DAYS)`.",
     "データベース {database} の変更の保持期間は {retention} だけです。それより長く停止すると全テ"
     "ーブルのコピーをやり直します。`ALTER DATABASE [{database}] SET CHANGE_TRACKING (CHANGE_RETENTION "
     "= 3 DAYS)` を実行してください。"},
    {Code{2215}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_no_cleanup",
     "the database {database} never cleans up its tracked changes: they grow, and polls become slow. "
     "Run `ALTER DATABASE [{database}] SET CHANGE_TRACKING (AUTO_CLEANUP = ON)`.",
     "データベース {database} は追跡した変更を消去しません。増え続け、ポーリングが遅くなります。`ALTER "
     "DATABASE [{database}] SET CHANGE_TRACKING (AUTO_CLEANUP = ON)` を実行してください。"},
    {Code{2216}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_no_recovery_fork",
     "the recovery fork of the database {database} cannot be seen, so that some restores would not "
     "be noticed. Run `GRANT VIEW ANY DEFINITION TO <the login>` on the server.",
     "データベース {database} の復旧分岐を参照できないため、一部の復元に気付けません。サーバーで `GRANT "
     "VIEW ANY DEFINITION TO <ログイン>` を実行してください。"},
    {Code{2217}, Severity::kInfo, Retry::kNever, Exit::kWell, "sqlserver_what_tracking_lacks",
     "Change Tracking tells which rows changed, not how: states between two polls and the borders of "
     "transactions are not seen; rows of one poll arrive together.",
     "変更追跡が示すのは変更された行だけで、経過は示しません。二回のポーリングの間の状態やトランザ"
     "クションの境界は見えず、一回のポーリングの行はまとめて届きます。"},
    {Code{2218}, Severity::kInfo, Retry::kNever, Exit::kWell, "sqlserver_groups",
     "polled together, as one transaction each time: {groups}.",
     "まとめてポーリングし、毎回一つのトランザクションとして届くグループ: {groups}。"},
});

constexpr auto kTableRows = std::to_array<Message>({
    {Code{2220}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_table_missing",
     "the table {table} is not in the database, or may not be seen. Check its name in `tables:` and "
     "run `GRANT SELECT` on it.",
     "テーブル {table} がデータベースにないか、参照を許可されていません。`tables:` の名前を確認し"
     "、`GRANT SELECT` を実行してください。"},
    {Code{2221}, Severity::kError, Retry::kNever, Exit::kWrongInput, "sqlserver_no_tables",
     "no table matches {patterns}. Name tables as schema.table, for example dbo.orders; without `tables"
     ":` those that are tracked are taken.",
     "{patterns} に当てはまるテーブルがありません。dbo.orders のように schema.table の形で指定して"
     "ください。`tables:` がなければ追跡中のテーブルを取り込みます。"},
    {Code{2222}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_no_key",
     "the table {table} has no primary key, which Change Tracking needs. Run `ALTER TABLE {table} ADD "
     "PRIMARY KEY (...)`, then enable tracking, or take it out of `tables:`.",
     "テーブル {table} に主キーがありません。変更追跡には主キーが必要です。`ALTER TABLE {table} ADD "
     "PRIMARY KEY (...)` の後に追跡を有効にするか、`tables:` から外してください。"},
    {Code{2223}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_table_not_tracked",
     "the table {table} is not tracked. Run `ALTER TABLE {table} ENABLE CHANGE_TRACKING`.",
     "テーブル {table} は追跡されていません。`ALTER TABLE {table} ENABLE CHANGE_TRACKING` を実行し"
     "てください。"},
    {Code{2224}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_no_tracking_right",
     "the login {user} may not see the changes of {table}. Run `GRANT VIEW CHANGE TRACKING ON {table} "
     "TO [{user}]`.",
     "ログイン {user} は {table} の変更を参照できません。`GRANT VIEW CHANGE TRACKING ON {table} TO "
     "[{user}]` を実行してください。"},
    {Code{2225}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_no_select_right",
     "the table {table} may not be read. Run `GRANT SELECT ON {table} TO` the login's user.",
     "テーブル {table} を読み取れません。ログインのユーザーに対して `GRANT SELECT ON {table}` を実"
     "行してください。"},
    {Code{2226}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_unsupported_column",
     "the column {column} of {table} has the type {type}, which is not carried. Leave it out: `tables: "
     "[{{name: {table}, columns: [...]}}]`.",
     "{table} の列 {column} の型 {type} には対応していません。`tables: [{{name: {table}, columns: [...]"
     "}}]` で外してください。"},
    {Code{2227}, Severity::kError, Retry::kNever, Exit::kWrongInput, "sqlserver_no_such_column",
     "the table {table} has no column {column}. Check `columns:` of the table.",
     "テーブル {table} に列 {column} はありません。テーブルの `columns:` を確認してください。"},
    {Code{2228}, Severity::kError, Retry::kNever, Exit::kWrongInput, "sqlserver_key_column_left_out",
     "`columns:` of {table} leaves out {column}, which is part of the key. Add it.",
     "{table} の `columns:` にキーの列 {column} がありません。追加してください。"},
    {Code{2229}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_loose_key",
     "the key column {column} of {table} has the collation {collation}, for which differently written keys "
     "can be equal: an UPDATE that only changes how a key is written leaves the former writing at the "
     "destination. `renkei verify` finds it, `renkei repair {table}` mends it.",
     "{table} のキー列 {column} の照合順序 {collation} では、表記の異なるキーが等しいとみなされることがあり"
     "ます。キーの表記だけを変える UPDATE では、配信先に以前の表記が残ります。`renkei verify` で見つけ、"
     "`renkei repair {table}` で直せます。"},
});

constexpr auto kStreamRows = std::to_array<Message>({
    {Code{2240}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_other_history",
     "the database is another history than what was captured ({expected} before, {found} now): it was "
     "restored, or made anew, and its versions count differently. The destinations keep what they have. "
     "Point the source to the former database, or give it another name in the configuration, so that "
     "it is captured anew.",
     "データベースの履歴が取り込み済みのものと異なります（以前 {expected}、現在 {found}）。復元ま"
     "たは再作成され、バージョンの数え方が変わりました。配信先は今の内容を保ちます。元のデータベー"
     "スに接続し直すか、設定でソースに別の名前を付けて新しく取り込んでください。"},
    {Code{2241}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_version_went_back",
     "the database is at version {found}, although {expected} was captured: it was restored, or a failo"
     "ver lost commits. The destinations keep what they have. Give the source another name in the confi"
     "guration, so that it is captured anew.",
     "データベースはバージョン {found} ですが、取り込み済みは {expected} です。復元されたか、フェ"
     "イルオーバーでコミットが失われました。配信先は今の内容を保ちます。設定でソースに別の名前を付"
     "けて新しく取り込んでください。"},
    {Code{2242}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_foreign_position",
     "the log's position {position} is none of a SQL Server: the source of this name was another kind "
     "of database before. Give it another name.",
     "ログの位置 {position} は SQL Server のものではありません。この名前のソースは以前は別の種類の"
     "データベースでした。別の名前を付けてください。"},
    {Code{2243}, Severity::kError, Retry::kReconnect, Exit::kOtherSideDown, "sqlserver_head_conflict",
     "the log is at {head}, not at {expected}: another capture of the same database was faster. It "
     "is read anew from there.",
     "ログは {expected} ではなく {head} にあります。同じデータベースの別の取り込みが先に進みました"
     "。そこから読み直します。"},
    {Code{2244}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_no_exact_view",
     "the table {table} cannot be compared at one instant: that needs snapshot isolation. Run `ALTER "
     "DATABASE [{database}] SET ALLOW_SNAPSHOT_ISOLATION ON`.",
     "テーブル {table} を一つの時点で比較できません。スナップショット分離が必要です。`ALTER DATABASE "
     "[{database}] SET ALLOW_SNAPSHOT_ISOLATION ON` を実行してください。"},
});

constexpr auto kOneTableRows = std::to_array<Message>({
    {Code{2260}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_left_out",
     "the table {table} is no longer among `tables:`; it is captured until here.",
     "テーブル {table} は `tables:` から外れました。ここまで取り込みました。"},
    {Code{2261}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_table_gone",
     "the table {table} was dropped or renamed. If a table of this name comes again, it is copied anew.",
     "テーブル {table} は削除または改名されました。同じ名前のテーブルが再び現れたら、新しくコピー"
     "します。"},
    {Code{2262}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "sqlserver_tracking_ended",
     "the table {table} is not tracked any more, or its changes may not be seen. Run `ALTER TABLE {tabl"
     "e} ENABLE CHANGE_TRACKING` and `GRANT VIEW CHANGE TRACKING ON {table}`; it is then copied anew "
     "by itself.",
     "テーブル {table} の追跡が終わったか、変更を参照できなくなりました。`ALTER TABLE {table} ENABLE "
     "CHANGE_TRACKING` と `GRANT VIEW CHANGE TRACKING ON {table}` を実行してください。その後は自動"
     "で新しくコピーします。"},
    {Code{2263}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_history_expired",
     "the changes of {table} after version {version} are gone: the server keeps them only since {min_va"
     "lid}. The table is copied anew beside what is there. Raise CHANGE_RETENTION if stops can be this "
     "long.",
     "{table} のバージョン {version} より後の変更は失われました。サーバーに残っているのは {min_valid} "
     "以降です。今の内容の横に新しくコピーします。この長さの停止がありうるなら CHANGE_RETENTION を"
     "延ばしてください。"},
    {Code{2264}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_table_truncated",
     "the table {table} was truncated, which Change Tracking does not tell row by row (valid since "
     "version {version}). It is copied anew beside what is there.",
     "テーブル {table} は切り捨てられました。変更追跡は行ごとには示しません（バージョン {version} "
     "から有効）。今の内容の横に新しくコピーします。"},
    {Code{2265}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_tracking_enabled_again",
     "tracking of {table} was off for a while, so that changes are missing. It is copied anew beside "
     "what is there.",
     "{table} の追跡が一時無効だったため、変更が欠けています。今の内容の横に新しくコピーします。"},
    {Code{2266}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_table_replaced",
     "the table {table} is another one than before: it was dropped and made again, or another was renam"
     "ed to its name. It is copied anew beside what is there.",
     "テーブル {table} は以前とは別のテーブルです。作り直されたか、別のテーブルがこの名前になりま"
     "した。今の内容の横に新しくコピーします。"},
    {Code{2267}, Severity::kWarning, Retry::kNever, Exit::kWell, "sqlserver_schema_changed",
     "the table {table} was changed: {difference}. It is copied anew beside what is there.",
     "テーブル {table} の定義が変わりました: {difference}。今の内容の横に新しくコピーします。"},
    {Code{2268}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sqlserver_unreadable_cell",
     "the table {table} stops: a value of {column} ({type}) is not what the column was said to hold. "
     "Run `renkei repair {table}` once that is understood.",
     "テーブル {table} を停止しました。列 {column}（{type}）の値が列の型と合いません。原因が分かっ"
     "たら `renkei repair {table}` を実行してください。"},
    {Code{2269}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "sqlserver_value_too_large",
     "the table {table} stops: a value of {column} has {bytes} bytes, more than `max_value` allows "
     "({max_value}). Raise it, then run `renkei repair {table}`.",
     "テーブル {table} を停止しました。列 {column} の値が {bytes} バイトあり、`max_value`（{max_value}"
     "）を超えます。値を増やしてから `renkei repair {table}` を実行してください。"},
});

constexpr auto kOptionRows = std::to_array<Message>({
    {Code{2280}, Severity::kError, Retry::kNever, Exit::kWrongInput, "sqlserver_no_user",
     "the url names no user. Write it as sqlserver://user@host:port/database, the password as `password"
     ": ${{VARIABLE}}`.",
     "url にユーザーがありません。sqlserver://user@host:port/database の形で書き、パスワードは `passwor"
     "d: ${{VARIABLE}}` で指定してください。"},
    {Code{2281}, Severity::kError, Retry::kNever, Exit::kWrongInput, "sqlserver_no_database",
     "the url names no database. Write it as sqlserver://user@host:port/database.",
     "url にデータベースがありません。sqlserver://user@host:port/database の形で書いてください。"},
    {Code{2282}, Severity::kError, Retry::kNever, Exit::kWrongInput, "sqlserver_tls_without_ca",
     "`tls: {{mode: {mode}}}` needs `ca`, the certificate authority's file.",
     "`tls: {{mode: {mode}}}` には認証局のファイル `ca` が必要です。"},
});

template <size_t... kSizes>
constexpr auto Join(const std::array<Message, kSizes>&... parts) {
  std::array<Message, (kSizes + ...)> rows{};
  size_t place = 0;
  const auto add = [&](const auto& part) {
    for (const Message& row : part) rows[place++] = row;
  };
  (add(parts), ...);
  return rows;
}

constexpr auto kRows =
    Join(kConnectionRows, kSettingRows, kTableRows, kStreamRows, kOneTableRows, kOptionRows);

}  // namespace

std::span<const Message> SqlServerMessages() { return kRows; }

}  // namespace renkei::telemetry
