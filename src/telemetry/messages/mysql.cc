// Messages 2100-2199: MySQL and MariaDB.
#include <array>

#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

constexpr auto kConnectionRows = std::to_array<Message>({
    {Code{2101}, Severity::kError, Retry::kReconnect, Exit::kOtherSideDown, "mysql_cannot_connect",
     "cannot connect to the database at {address}: {reason}. Check that it is running, and host and port "
     "in the url.",
     "{address} のデータベースに接続できません: {reason}。サーバーが起動していることと、url のホスト・ポー"
     "トを確認してください。"},
    {Code{2102}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_access_denied",
     "{address} does not let in the user {user}: {reason}. Check user and password in the configuration.",
     "{address} がユーザー {user} を拒否しました: {reason}。設定のユーザー名とパスワードを確認してくださ"
     "い。"},
    {Code{2103}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_tls_failed",
     "the encrypted connection to {address} failed: {reason}. Check the server's certificate and `tls:` "
     "(mode, ca).",
     "{address} との暗号化接続に失敗しました: {reason}。サーバー証明書と `tls:`（mode, ca）を確認してくださ"
     "い。"},
    {Code{2104}, Severity::kError, Retry::kReconnect, Exit::kOtherSideDown, "mysql_connection_lost",
     "the connection to the database at {address} is lost: {reason}. It is connected anew by itself.",
     "{address} のデータベースとの接続が切れました: {reason}。自動で再接続します。"},
    {Code{2105}, Severity::kError, Retry::kAfterBackoff, Exit::kOtherSideDown, "mysql_statement_failed",
     "the database at {address} refused a statement (error {number}): {reason}. It is tried again; if this "
     "stays, run `renkei check --connect` for missing settings and grants. The statement: {statement}",
     "{address} のデータベースが文を拒否しました（エラー {number}）: {reason}。再試行します。続く場合は "
     "`renkei check --connect` で足りない設定と権限を確認してください。文: {statement}"},
    {Code{2107}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_server_too_old",
     "the server is version {version}, at least {least} is needed: earlier ones do not name columns in their "
     "binary log. Upgrade the server.",
     "サーバーのバージョンは {version} です。それより前のバージョンはバイナリログに列名を書かないため、"
     "{least} 以上が必要です。サーバーを更新してください。"},
    {Code{2108}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_not_encrypted",
     "the connection to {address} is not encrypted: data crosses the network in clear. Set `tls: "
     "{{mode: verify-full}}` once the server has a certificate.",
     "{address} との接続は暗号化されていません。データは平文でネットワークを流れます。サーバーに証明書を設"
     "定し、`tls: {{mode: verify-full}}` を指定してください。"},
    {Code{2109}, Severity::kError, Retry::kReconnect, Exit::kOtherSideDown, "mysql_other_server_answered",
     "{address} leads to several servers: one session is at {expected}, the next at {found}. It is tried "
     "again; if this stays, name the server itself in the url, not a proxy that spreads connections.",
     "{address} は複数のサーバーにつながります: あるセッションは {expected}、次は {found} でした。再試行しま"
     "す。続く場合は、接続を分散するプロキシではなくサーバーそのものを url に指定してください。"},
});

constexpr auto kSettingRows = std::to_array<Message>({
    {Code{2110}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_binary_log_off",
     "the server writes no binary log. Add `log_bin = binlog`, `binlog_format = ROW`, `binlog_row_image = "
     "FULL` and `binlog_row_metadata = FULL` to [mariadbd] in its my.cnf and restart it.",
     "サーバーがバイナリログを出力していません。my.cnf の [mariadbd] に `log_bin = binlog`、`binlog_format "
     "= ROW`、`binlog_row_image = FULL`、`binlog_row_metadata = FULL` を加えて再起動してください。"},
    {Code{2111}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_wrong_setting",
     "the server's {setting} is {value}, it must be {expected}. Run `{statement}` (and set it in my.cnf); "
     "sessions that are connected keep the old value until they connect anew.",
     "サーバーの {setting} が {value} です。{expected} が必要です。`{statement}` を実行し、my.cnf にも設定"
     "してください。接続中のセッションは再接続するまで古い値のままです。"},
    {Code{2112}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_binlog_filter",
     "the server filters its binary log ({setting} = {value}), so changes can be missing from it. Remove "
     "{setting} from my.cnf and restart the server.",
     "サーバーがバイナリログを絞り込んでいるため（{setting} = {value}）、変更が欠ける恐れがあります。"
     "my.cnf から {setting} を除いて再起動してください。"},
    {Code{2113}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_no_log_slave_updates",
     "the server is a replica that does not log what it applies. Add `log_slave_updates = ON` to "
     "[mariadbd] in its my.cnf and restart it, or capture from its primary.",
     "このサーバーは、適用した変更を自身のログに書かないレプリカです。my.cnf の [mariadbd] に "
     "`log_slave_updates = ON` を加えて再起動するか、プライマリから取り込んでください。"},
    {Code{2114}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_missing_grant",
     "the user {user} lacks {grant}. Run `{statement}`.",
     "ユーザー {user} に {grant} の権限がありません。`{statement}` を実行してください。"},
    {Code{2115}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_gtid_strict_mode_off",
     "the server's gtid_strict_mode is OFF: transaction numbers may go back, and the capture then stops. "
     "Run `SET GLOBAL gtid_strict_mode = ON` (and set it in my.cnf).",
     "サーバーの gtid_strict_mode が OFF です。トランザクション番号が後戻りすると取り込みは停止します。"
     "`SET GLOBAL gtid_strict_mode = ON` を実行し、my.cnf にも設定してください。"},
    {Code{2116}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_short_retention",
     "the server keeps its binary log for {seconds} s only; a capture that stands still longer than that "
     "must copy its tables anew. Run `SET GLOBAL binlog_expire_logs_seconds = 604800` (7 days).",
     "サーバーのバイナリログの保持期間は {seconds} 秒だけです。それより長く取り込みが止まると表の再コピーが"
     "必要です。`SET GLOBAL binlog_expire_logs_seconds = 604800`（7 日）を実行してください。"},
    {Code{2117}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_gtid_mode_off",
     "the server's gtid_mode is {mode}: positions are places in its binary log, which another server does not "
     "share, so a failover means `renkei repair`. Set gtid_mode = ON and enforce_gtid_consistency = ON.",
     "サーバーの gtid_mode が {mode} です。位置はバイナリログ内の場所になり、他のサーバーとは共有できないため、"
     "フェイルオーバー後は `renkei repair` が必要です。gtid_mode = ON と enforce_gtid_consistency = ON を設定"
     "してください。"},
    {Code{2118}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_password_expired",
     "the password of the user {user} at {address} has expired. Run `ALTER USER ... IDENTIFIED BY '...'` and "
     "put the new one into the configuration; `PASSWORD EXPIRE NEVER` spares the next time.",
     "{address} のユーザー {user} のパスワードは期限切れです。`ALTER USER ... IDENTIFIED BY '...'` で変更"
     "し、新しいパスワードを設定に書いてください。`PASSWORD EXPIRE NEVER` で次回から不要になります。"},
    {Code{2119}, Severity::kError, Retry::kReconnect, Exit::kOtherSideDown, "mysql_too_many_connections",
     "{address} has no connection free: {reason}. It is tried again; if this stays, raise max_connections "
     "(or the user's MAX_USER_CONNECTIONS), or lower `snapshot.workers`.",
     "{address} に空き接続がありません: {reason}。再試行します。続く場合は max_connections（またはユーザーの "
     "MAX_USER_CONNECTIONS）を増やすか、`snapshot.workers` を減らしてください。"},
});

constexpr auto kTableRows = std::to_array<Message>({
    {Code{2120}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_table_missing",
     "the table {table} is not there, or the user may not see it. Check its name (case counts), or run "
     "`GRANT SELECT` on it.",
     "表 {table} が見つからないか、参照する権限がありません。名前（大文字と小文字は区別されます）を確認する"
     "か、`GRANT SELECT` を実行してください。"},
    {Code{2121}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_no_tables",
     "no table matches {patterns}. Check `tables:`, and that the user has SELECT on them.",
     "{patterns} に一致する表がありません。`tables:` と、ユーザーの SELECT 権限を確認してください。"},
    {Code{2122}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_no_key",
     "the table {table} has neither a primary key nor a unique key without NULL, and a foreign key changes its "
     "rows unseen. Run `ALTER TABLE ... ADD PRIMARY KEY (...)`, or leave it out with \"!{table}\".",
     "表 {table} には主キーも NULL を許さない一意キーもなく、外部キーによって行がログなしに変わります。`ALTER "
     "TABLE ... ADD PRIMARY KEY (...)` を実行するか、\"!{table}\" で除外してください。"},
    {Code{2123}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_not_transactional",
     "the table {table} is stored in {engine}, which has no transactions. Run `ALTER TABLE ... ENGINE = "
     "InnoDB`, or leave it out with \"!{table}\".",
     "表 {table} のエンジン {engine} にはトランザクションがありません。`ALTER TABLE ... ENGINE = InnoDB` を"
     "実行するか、\"!{table}\" で除外してください。"},
    {Code{2124}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_not_a_base_table",
     "{table} is a {kind}, not a table. Leave it out, and name the tables it reads.",
     "{table} は表ではなく {kind} です。除外し、その元の表を指定してください。"},
    {Code{2125}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_unsupported_column",
     "the column {column} of {table} is {type}, which is not carried. Leave the table out with "
     "\"!{table}\", or change the column.",
     "表 {table} の列 {column} の型 {type} には対応していません。\"!{table}\" で除外するか、列を変更してく"
     "ださい。"},
    {Code{2126}, Severity::kInfo, Retry::kNever, Exit::kWell, "mysql_foreign_key_actions",
     "rows of {table} are changed by the foreign key {constraint} to {parent} ({action}), and the server "
     "does not log such changes. They are read again by themselves once the parent's change is seen; until "
     "then, mostly within a second, queries see the child rows as they were.",
     "表 {table} の行は {parent} への外部キー {constraint}（{action}）によって変わりますが、サーバーはその"
     "変更をログに書きません。親の変更が見えると自動で読み直します。それまで（通常 1 秒以内）は以前の子の行が見え"
     "ます。"},
    {Code{2127}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_charset_differs",
     "`charset:` says that {column} is declared as {declared}, but the server has it as {found}. Correct "
     "`declared`, or take the entry away if the column was converted.",
     "`charset:` では {column} の宣言は {declared} ですが、サーバーでは {found} です。`declared` を直すか、列を変"
     "換済みなら設定を消してください。"},
    {Code{2128}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_not_for_keys",
     "{column} is part of its table's key, whose values must stay as they are: `charset:` and `columns:` cannot "
     "name it. Convert the column at the server instead.",
     "{column} は表のキーの一部で、値をそのまま保つ必要があるため `charset:` と `columns:` では指定できません。サ"
     "ーバー側で列を変換してください。"},
    {Code{2129}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_reading_does_not_fit",
     "what the configuration says of {column} ({reading}) does not fit its type {type}. `zero_dates` is for "
     "DATE, DATETIME and TIMESTAMP, `charset` and `invalid_text` for CHAR, VARCHAR and TEXT.",
     "{column} の設定（{reading}）は型 {type} に合いません。`zero_dates` は DATE・DATETIME・TIMESTAMP、`charset` "
     "と `invalid_text` は CHAR・VARCHAR・TEXT の設定です。"},
    {Code{2130}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_suspect_text",
     "{column} is declared as {charset}, but rows looked at hold UTF-8 there. If so, set `charset: {{{column}: "
     "{{declared: {charset}, actual: utf8mb4}}}}`; otherwise its text arrives garbled, as the server shows it.",
     "{column} は {charset} と宣言されていますが、調べた行の中身は UTF-8 です。その場合は `charset: {{{column}: "
     "{{declared: {charset}, actual: utf8mb4}}}}` を設定してください。設定しないとサーバーの表示どおり文字化けします。"},
    {Code{2131}, Severity::kInfo, Retry::kNever, Exit::kWell, "mysql_special_form",
     "columns of {table} that have a form of their own in the warehouse: {columns}. docs/sources/mysql.md "
     "describes each.",
     "表 {table} の次の列はウェアハウスで独自の形になります: {columns}。詳しくは docs/sources/mysql.md を見てください。"},
    {Code{2132}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_ambiguous_key",
     "the key column {column} of {table} is an ENUM with a member '', which cannot be told from its invalid "
     "value. Rename the member, or leave the table out with \"!{table}\".",
     "表 {table} のキー列 {column} は空文字列のメンバーを持つ ENUM で、無効値と区別できません。メンバー名を変えるか、"
     "\"!{table}\" で除外してください。"},
    {Code{2133}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_table_awaited",
     "the table {table} is not there yet, as `expect: later` says. It is captured from its first row.",
     "表 {table} はまだありません（`expect: later` の指定どおりです）。作成されると最初の行から取り込みます。"},
    {Code{2134}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_whole_rows",
     "the table {table} has neither a primary key nor a unique key without NULL: its rows are told apart by all "
     "of their cells, and copied in one read, during which ALTER and TRUNCATE of it wait; on a busy MySQL its "
     "writers wait a moment (LOCK TABLES). `ALTER TABLE ... ADD PRIMARY KEY (...)` makes it cheaper.",
     "表 {table} には主キーも NULL を許さない一意キーもないため、行を全列で区別し、1 回の読み取りでコピーします。その"
     "間この表の ALTER と TRUNCATE は待たされ、混雑した MySQL では書き込みも一瞬待ちます（LOCK TABLES）。`ALTER "
     "TABLE ... ADD PRIMARY KEY (...)` を実行すると軽くなります。"},
    {Code{2135}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_foreign_key_unseen",
     "rows of {table} are changed by the foreign key {constraint} to {parent} ({action}), which is not "
     "captured, and the server does not log such changes: nothing tells when. Capture {parent} too, or use "
     "RESTRICT and change the rows yourself; `renkei repair {table}` mends what has been missed.",
     "表 {table} の行は {parent} への外部キー {constraint}（{action}）によって変わりますが、{parent} は取り込み対象"
     "ではなく、サーバーもその変更をログに書かないため、いつ変わったかがわかりません。{parent} も取り込むか、RESTRICT "
     "にして自分で行を変更してください。見逃した差異は `renkei repair {table}` で修復できます。"},
});

constexpr auto kStreamRows = std::to_array<Message>({
    {Code{2140}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_position_purged",
     "the server no longer has its binary log from {position} on: {reason}. Changes since then cannot be read; nothing is skipped. Run `renkei repair --source NAME`: the capture goes on from the server's present, and what differs in its tables is read again.",
     "サーバーには {position} 以降のバイナリログが残っていません: {reason}。それ以降の変更は読めず、黙って飛ばすことはしません。`renkei repair --source NAME` を実行すると、サーバーの現在位置から取り込みを続け、テーブルの差異だけを読み直します。"},
    {Code{2141}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_other_history",
     "the server's history is not the one captured so far: at {transaction} expected {expected}, found {found}. It was restored, reset or lost commits. Run `renkei repair --source NAME`: the capture goes on from the server's present, and what differs in its tables is read again.",
     "サーバーの履歴がこれまで取り込んだものと異なります: {transaction} で {expected} のはずが {found} でした。復元、リセット、またはコミットの喪失が考えられます。`renkei repair --source NAME` を実行すると、サーバーの現在位置から取り込みを続け、テーブルの差異だけを読み直します。"},
    {Code{2142}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_other_server",
     "this is another server: it is {found}, so far it was {expected}, and without GTIDs the place in its binary log cannot be found. Check the url. If the move is meant: run `renkei repair --source NAME`: the capture goes on from the server's present, and what differs in its tables is read again.",
     "別のサーバーです: これまでは {expected} でしたが、これは {found} です。GTID がないため、バイナリログの続きの場所がわかりません。url を確認してください。意図した移行の場合は、`renkei repair --source NAME` を実行すると、サーバーの現在位置から取り込みを続け、テーブルの差異だけを読み直します。"},
    {Code{2143}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_history_unproven",
     "that the server's history is the one captured so far could not be proven by its transaction "
     "{transaction}: {reason}. The capture goes on by its number.",
     "サーバーの履歴がこれまでと同じであることを、トランザクション {transaction} では確かめられませんでし"
     "た: {reason}。番号に基づいて取り込みを続けます。"},
    {Code{2144}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_sequence_not_rising",
     "transaction {found} at {place} comes after {last}, which has it already: its number does not rise, so an "
     "order cannot be kept. On MariaDB set gtid_strict_mode = ON. Then run `renkei repair --source NAME`.",
     "{place} のトランザクション {found} は、それをすでに含む {last} の後に現れました。番号が増えないため順序"
     "を保てません。MariaDB では gtid_strict_mode = ON にしてください。その後 `renkei repair --source NAME` を実行してくだ"
     "さい。"},
    {Code{2145}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_unknown_event",
     "the binary log has an event of the unknown type {type} at {place}, which may not be skipped. Upgrade "
     "renkei.",
     "バイナリログの {place} に未知の種類 {type} のイベントがあり、飛ばせません。renkei を更新してくださ"
     "い。"},
    {Code{2146}, Severity::kError, Retry::kReconnect, Exit::kFoundWrong, "mysql_bad_event",
     "the event of type {type} before {place} of the binary log cannot be read: {reason}. It is read "
     "again; if this stays, check the server's binary log with `mariadb-binlog --verify-binlog-checksum`.",
     "バイナリログの {place} の手前にある種類 {type} のイベントを読めません: {reason}。読み直します。続く場"
     "合は `mariadb-binlog --verify-binlog-checksum` でサーバーのバイナリログを調べてください。"},
    {Code{2147}, Severity::kError, Retry::kReconnect, Exit::kFoundWrong, "mysql_bad_checksum",
     "the event of type {type} after {place} of the binary log has a wrong checksum. It is read again; if "
     "this stays, check the server's disk.",
     "バイナリログの {place} の後にある種類 {type} のイベントのチェックサムが合いません。読み直します。続く"
     "場合はサーバーのディスクを調べてください。"},
    {Code{2148}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_incident",
     "the server notes in its binary log at {place} that changes are missing from it: {reason}. Run "
     "`renkei repair --source NAME`: the capture goes on from the server's present, and what differs in its "
     "tables is read again.",
     "サーバーがバイナリログの {place} に、変更が欠けていると記録しました: {reason}。`renkei repair "
     "--source NAME` を実行すると、サーバーの現在位置から取り込みを続け、テーブルの差異だけを読み直します。"},
    {Code{2149}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_prepared_transaction",
     "the table {table} stopped: the XA transaction {transaction}, committed at {place}, was prepared before "
     "the table was captured as it is now, so rows of it may be missing. Run `renkei repair {table}` to copy "
     "the table anew.",
     "表 {table} を停止しました: {place} でコミットされた XA トランザクション {transaction} は、この表の取り込"
     "みが今の形で始まる前に準備されたもので、その行が欠けている恐れがあります。`renkei repair {table}` を実"
     "行してコピーし直してください。"},
    {Code{2150}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_rolled_back_to_savepoint",
     "the table {table} stopped: a large transaction rolled back to a savepoint inside the binary log at "
     "{place}, as happens when it also changes tables without transactions (MyISAM). Run `renkei repair "
     "{table}` to copy the table anew, and keep such tables out of large transactions.",
     "表 {table} を停止しました: 大きなトランザクションが {place} で、バイナリログの中のセーブポイントまで戻"
     "っています（トランザクションのない MyISAM などの表も変更した場合に起きます）。`renkei repair {table}` "
     "を実行してコピーし直し、そのような表を大きなトランザクションから外してください。"},
    {Code{2151}, Severity::kError, Retry::kReconnect, Exit::kOtherSideDown, "mysql_server_id_taken",
     "another reader of the binary log uses the same server id: {reason}. Give this source a `server_id` "
     "of its own, or take it out of the configuration to have one derived.",
     "バイナリログの別の読み手が同じ server id を使っています: {reason}。このソースに固有の `server_id` を"
     "指定するか、指定を外して自動で決めさせてください。"},
    {Code{2152}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_dump_refused",
     "the server does not send its binary log (error {number}): {reason}. Run `renkei check --connect`; it "
     "names the setting or grant that is missing. Then start again.",
     "サーバーがバイナリログを送りません（エラー {number}）: {reason}。`renkei check --connect` で足りない"
     "設定や権限を確認し、起動し直してください。"},
    {Code{2153}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_head_conflict",
     "the log's head is {head}, which does not go with the position {expected} of this capture: another "
     "capture wrote another history. Run one of them only.",
     "ログの先端は {head} で、この取り込みの位置 {expected} と両立しません。別の取り込みが別の履歴を書いて"
     "います。片方だけを動かしてください。"},
    {Code{2154}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_encrypted_log",
     "the server sent an encrypted binary log at {place}. Read it from a server that decrypts it on sending.",
     "{place} でサーバーが暗号化されたままのバイナリログを送りました。復号して送るサーバーから読んでくださ"
     "い。"},
    {Code{2155}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_foreign_position",
     "the position {position} is none of this kind of server. The log belongs to a source of another kind; "
     "give this one a name or data_dir of its own.",
     "位置 {position} はこの種類のサーバーのものではありません。ログは別の種類のソースのものです。このソースに"
     "は別の名前か data_dir を指定してください。"},
    {Code{2156}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_gtid_mode_changed",
     "the transaction {found} at {place} does not continue the position {position}: the server's gtid_mode was "
     "changed. Set gtid_mode = ON again and run `renkei repair --source NAME`.",
     "{place} のトランザクション {found} は位置 {position} の続きではありません。サーバーの gtid_mode が変更さ"
     "れました。gtid_mode = ON に戻し、`renkei repair --source NAME` を実行してください。"},
    {Code{2157}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_behind_position",
     "the server {address} has come to {found} and lacks transactions that are captured already, up to "
     "{position}. If it is a replica that is still applying them, start again later. If they are lost (a "
     "failover to a server that had not received them), run `renkei repair --source NAME`.",
     "サーバー {address} は {found} までしか進んでおらず、取り込み済みの {position} までのトランザクションが"
     "ありません。適用中のレプリカなら、後で起動し直してください。失われた場合（受け取っていないサーバーへの"
     "フェイルオーバー）は `renkei repair --source NAME` を実行してください。"},
    {Code{2158}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "mysql_no_exact_view",
     "{table} cannot be read at an exact position: the server commits without a pause, and writers could not be "
     "held for a moment: {reason}. Run `GRANT LOCK TABLES` for the user, or try again at a quieter time.",
     "{table} を正確な位置で読めません。サーバーは絶え間なくコミットしており、書き込みを一瞬止めることもできま"
     "せんでした: {reason}。ユーザーに `GRANT LOCK TABLES` を与えるか、空いている時間に再試行してください。"},
});

constexpr auto kTableStopRows = std::to_array<Message>({
    {Code{2160}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_schema_differs",
     "the columns of {table} are others at {place} ({difference}): it is copied anew by itself. Until then "
     "its rows at the destinations stay as they were.",
     "{place} で表 {table} の列が変わりました（{difference}）。自動でコピーし直します。それまで宛先の行はそ"
     "のまま残ります。"},
    {Code{2161}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_schema_statement",
     "{statement} at {place} makes {table} another table: it is copied anew by itself. Until then its rows "
     "at the destinations stay as they were.",
     "{place} の {statement} により表 {table} は別の表になりました。自動でコピーし直します。それまで宛先の行"
     "はそのまま残ります。"},
    {Code{2162}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_statement_logged",
     "the table {table} stopped: {statement} was logged as a statement at {place}, not as rows. A session "
     "set binlog_format to something else than ROW. Keep it at ROW, then run `renkei repair {table}` to "
     "copy the table anew.",
     "表 {table} を停止しました: {place} に {statement} が行ではなく文として記録されています。セッションが "
     "binlog_format を ROW 以外に変えました。ROW のままにし、`renkei repair {table}` を実行してコピーし直し"
     "てください。"},
    {Code{2163}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_partial_image",
     "the table {table} stopped: rows at {place} lack columns. A session set binlog_row_image to something "
     "else than FULL. Keep it at FULL, then run `renkei repair {table}` to copy the table anew.",
     "表 {table} を停止しました: {place} の行に欠けた列があります。セッションが binlog_row_image を FULL 以"
     "外に変えました。FULL のままにし、`renkei repair {table}` を実行してコピーし直してください。"},
    {Code{2164}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_no_metadata",
     "the table {table} stopped: the log at {place} does not name its columns. Run `SET GLOBAL "
     "binlog_row_metadata = 'FULL'`, then `renkei repair {table}` to copy the table anew.",
     "表 {table} を停止しました: {place} のログに列名がありません。`SET GLOBAL binlog_row_metadata = "
     "'FULL'`、次に `renkei repair {table}` を実行してコピーし直してください。"},
    {Code{2165}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_unreadable_cell",
     "the table {table} stopped: a value of the column {column} ({type}) is none that its type can have, "
     "such as a zero date or bytes outside its character set. Correct the row at the source, or say what shall "
     "become of such values (`zero_dates`, `invalid_text`, `charset` of the source); then run `renkei repair "
     "{table}` to copy the table anew.",
     "表 {table} を停止しました: 列 {column}（{type}）に型として正しくない値があります（ゼロ日付や文字セッ"
     "ト外のバイトなど）。元の行を修正するか、その扱いをソースの `zero_dates`・`invalid_text`・`charset` で指定"
     "し、`renkei repair {table}` を実行してコピーし直してください。"},
    {Code{2166}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_copy_failed",
     "the table {table} stopped: it could not be copied: {reason}. Mend that, then run `renkei repair "
     "{table}` to copy it anew.",
     "表 {table} を停止しました: コピーできません: {reason}。原因を取り除き、`renkei repair {table}` を実行"
     "してコピーし直してください。"},
    {Code{2167}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_table_left_out",
     "`tables:` selects {table} no more: it is no longer captured, and what the warehouse holds of it stays as it "
     "is. Selected again, it is copied anew.",
     "`tables:` が {table} を選択しなくなったため、取り込みを終えました。ウェアハウスの内容はそのまま残りま"
     "す。再び選択すると、コピーし直します。"},
    {Code{2168}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_table_gone",
     "the table {table} is no longer at the source: it was dropped or renamed. What the destinations hold of "
     "it stays as it is. A table of that name that appears later is copied anew.",
     "表 {table} はソースにありません（削除または名前変更）。宛先の内容はそのまま残ります。後で同じ名前の表が"
     "現れたら、コピーし直します。"},
    {Code{2169}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_schema_unclear",
     "the table {table} stopped: its columns in the binary log at {place} are not those that the server "
     "describes ({difference}). Its rows at the destinations stay as they were. Run `ALTER TABLE {table} "
     "FORCE`, then `renkei repair {table}`.",
     "表 {table} を停止しました: {place} のバイナリログの列がサーバーの説明と異なります（{difference}）。宛先"
     "の行はそのまま残ります。`ALTER TABLE {table} FORCE` の後、`renkei repair {table}` を実行してください。"},
    {Code{2170}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_new_column_in_key",
     "the table {table} stopped: its key has the new column {column}, which `new_columns` keeps back. Its rows "
     "at the destinations stay as they were. Set `new_columns: pass` for the table and start again.",
     "表 {table} は止まりました。新しい列 {column} がキーに含まれていますが、`new_columns` により外に出せませ"
     "ん。宛先の行は変わりません。この表に `new_columns: pass` を設定して起動し直してください。"},
    {Code{2171}, Severity::kInfo, Retry::kNever, Exit::kWell, "mysql_columns_released",
     "{columns} of the table {table} is no longer kept back; the table is copied anew.",
     "表 {table} の {columns} は保留されなくなりました。表をコピーし直します。"},
    {Code{2172}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_columns_kept_back",
     "{columns} of the table {table} came later and is NULL at the destinations, as `new_columns` says. Set "
     "`new_columns: pass` for the table and start again to have it copied with its values.",
     "表 {table} に後から加わった {columns} は、`new_columns` の指定により宛先では NULL です。値も送るには、この"
     "表に `new_columns: pass` を設定して起動し直してください。"},
    {Code{2175}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_partial_json",
     "the table {table} stopped: an update at {place} logged only the changed part of a JSON value. Run `SET "
     "GLOBAL binlog_row_value_options = ''` (and set it in my.cnf), then `renkei repair {table}` to copy the "
     "table anew.",
     "表 {table} を停止しました: {place} の更新が JSON 値の変更部分だけを記録しています。`SET GLOBAL "
     "binlog_row_value_options = ''` を実行して my.cnf にも設定し、`renkei repair {table}` を実行してコピーし"
     "直してください。"},
    {Code{2176}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_value_too_large",
     "the table {table} stopped: a value of the column {column} has {bytes} bytes, more than `max_value` "
     "({max_value}). Raise `max_value` of the source (memory must hold three such rows), then run `renkei "
     "repair {table}` to copy the table anew.",
     "表 {table} を停止しました: 列 {column} の値が {bytes} バイトあり、`max_value`（{max_value}）を超えてい"
     "ます。ソースの `max_value` を上げ（その大きさの行 3 つ分のメモリーが必要です）、`renkei repair {table}` "
     "を実行してコピーし直してください。"},
    {Code{2178}, Severity::kInfo, Retry::kNever, Exit::kWell, "mysql_schema_followed",
     "the table {table} changed its columns at {place} so that every stored value stays; it goes on without a "
     "new copy.",
     "表 {table} の列が {place} で変わりました。保存済みの値はすべてそのままなので、コピーし直さずに続けます。"},
    {Code{2177}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_statement_elsewhere",
     "{statement} was logged as a statement at {place}, not as rows, by a session in the schema {schema}. It "
     "names no captured table; if a view, trigger or function there changes one, that is missing. Keep "
     "binlog_format at ROW, and compare with `renkei verify`.",
     "{place} に、スキーマ {schema} のセッションによる {statement} が行ではなく文として記録されています。取"
     "り込む表は名指しされていませんが、ビュー・トリガー・関数がそれを変更する場合、その変更は失われます。"
     "binlog_format を ROW に保ち、`renkei verify` で比べてください。"},
    {Code{2180}, Severity::kError, Retry::kNever, Exit::kWrongInput, "mysql_no_user",
     "{file}:{line}:{column}: the url names no user. Write mysql://user:password@host/schema.",
     "{file}:{line}:{column}: url にユーザー名がありません。mysql://user:password@host/schema のように書い"
     "てください。"},
    {Code{2181}, Severity::kError, Retry::kNever, Exit::kWrongInput, "mysql_tls_without_ca",
     "{file}:{line}:{column}: tls mode {mode} needs `ca`, the certificate authority's file.",
     "{file}:{line}:{column}: tls の mode {mode} には認証局のファイル `ca` が必要です。"},
    {Code{2182}, Severity::kError, Retry::kNever, Exit::kWrongInput, "mysql_tls_half_pair",
     "{file}:{line}:{column}: `tls` names only one of `cert` and `key`. Name both, or none.",
     "{file}:{line}:{column}: `tls` に `cert` と `key` の一方しかありません。両方を指定するか、どちらも外してください。"},
    {Code{2183}, Severity::kError, Retry::kNever, Exit::kWrongInput, "mysql_bad_host",
     "{file}:{line}:{column}: the hosts {host} cannot be read. Write host1:port,host2:port; an IPv6 address in [brackets].",
     "{file}:{line}:{column}: ホスト {host} を読み取れません。host1:port,host2:port の形で、IPv6 アドレスは [ ] で囲んでください。"},
    {Code{2190}, Severity::kError, Retry::kNever, Exit::kWrongInput, "mysql_unknown_charset",
     "{file}:{line}:{column}: {charset} is no character set of MySQL or MariaDB. `SHOW CHARACTER SET` lists them.",
     "{file}:{line}:{column}: {charset} は MySQL・MariaDB の文字セットではありません。`SHOW CHARACTER SET` で確認でき"
     "ます。"},
    {Code{2191}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_reader_without_gtids",
     "copies cannot be read at {address} ({version}) while changes come from another server: both must be of "
     "one kind and have GTIDs. Set gtid_mode = ON on both, or take `read_url` out.",
     "変更を別のサーバーから取り込む間は、{address}（{version}）からコピーを読めません。両方が同じ種類で GTID "
     "を持つ必要があります。両方で gtid_mode = ON にするか、`read_url` を外してください。"},
    {Code{2192}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_server_changed",
     "the capture goes on at another server, {found}; so far it was {expected}.",
     "取り込みを別のサーバー {found} で続けます。これまでは {expected} でした。"},
    {Code{2193}, Severity::kError, Retry::kReconnect, Exit::kOtherSideDown, "mysql_server_uuid_taken",
     "another reader of the binary log uses the same server uuid or id: {reason}. Give this source a "
     "`server_id` of its own; its uuid follows from it.",
     "バイナリログの別の読み手が同じ server uuid または id を使っています: {reason}。このソースに固有の "
     "`server_id` を指定してください。uuid はそこから決まります。"},
    {Code{2194}, Severity::kError, Retry::kNever, Exit::kOtherSideDown, "mysql_server_id_is_the_servers",
     "the `server_id` {server_id} is the server's own. Give this source another one, or take it out of the "
     "configuration to have one derived.",
     "`server_id` {server_id} はサーバー自身のものです。別の値を指定するか、指定を外して自動で決めさせてくだ"
     "さい。"},
    {Code{2195}, Severity::kError, Retry::kAfterBackoff, Exit::kFoundWrong, "mysql_repair_refused",
     "{table}: its rows could not be read again: {reason}. Run `renkei repair {table}` again.",
     "{table}: 行を読み直せませんでした: {reason}。`renkei repair {table}` をもう一度実行してください。"},
    {Code{2196}, Severity::kWarning, Retry::kNever, Exit::kWell, "mysql_position_lost",
     "what the server committed between {from} and {to} is not in the log: the capture goes on from {to}, and "
     "until every table has been compared with the server and mended, queries may see rows of different times.",
     "{from} から {to} までのコミットはログにありません。{to} から取り込みを続けます。全テーブルをサーバーと照合して"
     "修復し終えるまで、時点の異なる行が見えることがあります。"},
    {Code{2197}, Severity::kError, Retry::kNever, Exit::kFoundWrong, "mysql_gtids_switched_on",
     "the server {address} counts GTIDs now (gtid_mode = ON), while the capture's position is the place "
     "{position}, which other servers do not know. Run `renkei repair --source NAME`: the capture goes on by "
     "GTIDs from the server's present, and what differs in its tables is read again.",
     "サーバー {address} は GTID を使うようになりました（gtid_mode = ON）が、取り込みの位置は {position} という"
     "このサーバーだけの場所です。`renkei repair --source NAME` を実行すると、サーバーの現在位置から GTID で取り込"
     "みを続け、テーブルの差異だけを読み直します。"},
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

constexpr auto kRows = Join(kConnectionRows, kSettingRows, kTableRows, kStreamRows, kTableStopRows);

}  // namespace

std::span<const Message> MysqlMessages() { return kRows; }

}  // namespace renkei::telemetry
