// Schema changes in the stream: a table goes on with the columns that the statement gives it, or begins anew.
#include <algorithm>

#include "sources/mysql/codes.h"
#include "sources/mysql/new_columns.h"
#include "sources/mysql/stream.h"

namespace renkei::sources::mysql {

Status Stream::OnSchema(const StatementEffect& effect, const binlog::Query& query) {
  tables_may_be_new_ = true;
  const auto meant = [&](const CapturedTable& table) {
    NameMatch match = NameMatch::kNo;
    for (const TableReference& reference : effect.tables) match = std::max(match, Match(reference, table));
    return match;
  };
  // Another table that is named is brought in, or takes the place.
  if (effect.verb == "ALTER TABLE" && effect.tables.size() == 1) {
    for (size_t i = 0; i < parts_.tables.all().size(); ++i) {
      CapturedTable& table = *parts_.tables.all()[i];
      if (table.stopped || table.from || meant(table) != NameMatch::kYes) continue;
      if (!parts_.patterns.Matches(table.schema.qualified_name())) continue;
      ASSIGN_OR_RETURN(const bool followed, FollowAlter(table, query));
      if (followed) return {};
    }
  }
  return StopWhere(Error(kSchemaStatement, {{"statement", effect.verb}}), [&](const CapturedTable& table) {
    if (effect.unique_keys_only && table.schema.key_kind != core::KeyKind::kUnique) return false;
    return meant(table) != NameMatch::kNo;
  });
}

Result<bool> Stream::FollowAlter(CapturedTable& table, const binlog::Query& query) {
  if (!builder_.is_open() || builder_.has_open_rows() || has_parts_) return false;
  StatementContext context = parts_.statements;
  context.sql_mode = query.sql_mode;
  context.is_utf8 = parts_.charset_of(query.client_collation).starts_with("utf8");
  Derivation derivation = DeriveSchema(table.schema, query.statement, context);
  if (!derivation.schema) return false;
  if (*derivation.schema == table.schema) return true;
  // Every column is part of the key.
  if (table.schema.key_kind == core::KeyKind::kWholeRow) return false;
  const NewColumns policy = parts_.new_columns_of ? parts_.new_columns_of(table.schema) : NewColumns::kPass;
  const auto kept = KeepBack(table.schema, policy, SameBy::kNumber, *derivation.schema);
  DropFills(*derivation.schema, derivation.fills);
  RETURN_IF_ERROR(Append());
  if (IsPrepared(table)) return false;
  const CapturedTable& evolved = parts_.tables.Evolve(table, *std::move(derivation.schema));
  builder_.ChangeSchema(evolved.schema, "ALTER TABLE", std::move(derivation.fills));
  parts_.context.observer.OnEvent(
      Error(kSchemaFollowed, {{"table", evolved.schema.qualified_name()}, {"place", ShowPlace()}}));
  if (!kept.empty())
    parts_.context.observer.OnEvent(Error(kColumnsKeptBack, {{"table", evolved.schema.qualified_name()},
                                                             {"columns", ShowKeptBack(evolved.schema)}}));
  return true;
}

// Rows with the columns before may still come to count.
bool Stream::IsPrepared(const CapturedTable& table) const {
  return std::ranges::any_of(parts_.log.writer().state().prepared, [&](const auto& prepared) {
    const auto memo = PreparedMemo::Decode(prepared.second.memo);
    return !memo || memo->tables.contains(table.schema.qualified_name());
  });
}

}  // namespace renkei::sources::mysql
