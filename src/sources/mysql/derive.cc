#include "sources/mysql/derive.h"

#include <fmt/format.h>

#include <algorithm>

#include "sources/mysql/alter.h"
#include "sources/mysql/defined_column.h"
#include "sources/mysql/statement.h"
#include "sources/mysql/table_extras.h"
#include "sources/mysql/values/column_type.h"
#include "sources/mysql/widening.h"

namespace renkei::sources::mysql {

namespace {

// Bits of sql_mode.
constexpr uint64_t kAnsiQuotes = 4;
constexpr uint64_t kOracle = 512;
constexpr uint64_t kNoBackslashEscapes = 1 << 20;
constexpr uint64_t kStrict = (1 << 21) | (1 << 22);
constexpr int kEmptyStringIsNull = 32;

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
}

// The table while its clauses are taken, one by one. Each step is false where it is not proven.
class Deriver {
 public:
  Deriver(const core::TableSchema& table, const StatementContext& context)
      : context_(context), table_(table), extras_(TableExtras::Of(table)) {
    for (const uint16_t place : table.key) key_.push_back(table.columns[place].id);
  }

  bool Apply(const std::vector<AlterClause>& clauses) {
    for (const AlterClause& clause : clauses) NoteRename(clause);
    return std::ranges::all_of(clauses, [this](const AlterClause& clause) {
      return std::visit([this](const auto& one) { return Take(one); }, clause);
    });
  }

  core::TableSchema TakeSchema() {
    table_.key.clear();
    for (const uint32_t id : key_) {
      const auto found = std::ranges::find(table_.columns, id, &core::ColumnSchema::id);
      table_.key.push_back(static_cast<uint16_t>(found - table_.columns.begin()));
    }
    // What the table says of itself changes without a change of its columns, too.
    table_.open = extras_.Encode();
    return std::move(table_);
  }
  std::vector<core::ColumnFill> TakeFills() { return std::move(fills_); }
  const std::string& refusal() const { return refusal_; }

 private:
  bool Refuse(std::string why) {
    refusal_ = std::move(why);
    return false;
  }

  void NoteRename(const AlterClause& clause) {
    const auto note = [this](const std::string& from, const std::string& to) {
      if (from == to) return;
      renamed_.push_back(from);
      renamed_.push_back(to);
    };
    if (const auto* rename = std::get_if<RenameColumn>(&clause)) note(rename->name, rename->to);
    if (const auto* change = std::get_if<ChangeColumn>(&clause)) note(change->name, change->to);
  }

  // The place of a column; -1 if there is none, -2 where only the server knows how names compare.
  static constexpr int kMissing = -1;
  static constexpr int kUnclear = -2;
  int Find(const std::string& name) const {
    bool other_than_ascii = false;
    for (size_t i = 0; i < table_.columns.size(); ++i) {
      if (SameName(table_.columns[i].name, name)) return static_cast<int>(i);
      other_than_ascii |= !IsAscii(table_.columns[i].name);
    }
    return IsAscii(name) && !other_than_ascii ? kMissing : kUnclear;
  }

  // Where a new or moved column goes; -1 if that is not clear.
  int PlaceOf(const ColumnPlace& place, size_t otherwise) {
    if (place.first) return 0;
    if (place.after.empty()) return static_cast<int>(otherwise);
    const bool renamed =
        std::ranges::any_of(renamed_, [&](const std::string& name) { return SameName(name, place.after); });
    const int after = renamed ? kUnclear : Find(place.after);
    return after < 0 ? -1 : after + 1;
  }

  bool Settle(core::ColumnSchema& column, const DefinedColumn& defined, bool in_key) {
    column.native_type = defined.native_type;
    column.charset = defined.charset;
    column.collation = defined.collation;
    column.nullable = defined.nullable;
    values::Reading reading;
    if (!defined.json && context_.readings != nullptr) {
      auto found = context_.readings->For(
          {table_.qualified_name(), column.name, column.native_type, column.charset, in_key});
      if (!found.ok()) return false;
      reading = *found;
    }
    const auto type = values::ParseColumnType(column.native_type, column.charset, defined.json, reading);
    if (!type) return false;
    column.type = type->type;
    column.reading = values::EncodeReading(reading);
    if (reading.zero_dates == values::ZeroDates::kNull) column.nullable = true;
    return true;
  }

  bool Take(const AddColumn& add) {
    const int there = Find(add.name);
    if (add.if_not_exists && there >= 0) return true;
    if (there >= 0 || (add.if_not_exists && there == kUnclear)) return Refuse("ADD " + add.name);
    const auto defined = Define(add.definition, extras_, context_);
    if (!defined || add.definition.auto_increment) return Refuse("the type of " + add.name);
    core::ColumnSchema column;
    column.id = extras_.next_column;
    column.name = add.name;
    if (!Settle(column, *defined, false)) return Refuse("the type of " + add.name);
    const Fill fill = FillOf(add.definition, values::ColumnTypeOf(column), defined->nullable);
    if (!fill.known || (fill.value && !column.reading.empty())) return Refuse("the default of " + add.name);
    const int place = PlaceOf(add.place, table_.columns.size());
    if (place < 0) return Refuse("the place of " + add.name);
    if (fill.value) fills_.push_back({column.id, *fill.value});
    table_.columns.insert(table_.columns.begin() + place, std::move(column));
    ++extras_.next_column;
    return true;
  }

  bool Take(const DropColumn& drop) {
    const int place = Find(drop.name);
    if (place == kMissing && drop.if_exists) return true;
    if (place < 0) return Refuse("DROP " + drop.name);
    const uint32_t id = table_.columns[static_cast<size_t>(place)].id;
    if (IsKey(id)) return Refuse("the key column " + drop.name);
    std::erase_if(fills_, [&](const core::ColumnFill& fill) { return fill.column == id; });
    table_.columns.erase(table_.columns.begin() + place);
    return true;
  }

  bool Take(const RenameColumn& rename) {
    const int place = Find(rename.name);
    if (place < 0 || !CanBeCalled(rename.to, place)) return Refuse("RENAME COLUMN " + rename.name);
    return Rename(table_.columns[static_cast<size_t>(place)], rename.to);
  }

  bool CanBeCalled(const std::string& name, int place) const {
    const int taken = Find(name);
    return taken < 0 || taken == place;
  }

  // The configuration may read a column of the new name otherwise.
  bool Rename(core::ColumnSchema& column, const std::string& name) {
    if (column.name == name) return true;
    column.name = name;
    if (column.type.kind == core::Kind::kJson || context_.readings == nullptr) return true;
    const auto reading = context_.readings->For(
        {table_.qualified_name(), name, column.native_type, column.charset, IsKey(column.id)});
    if (!reading.ok() || values::EncodeReading(*reading) != column.reading)
      return Refuse("how " + name + " is read");
    return true;
  }

  bool Take(const ChangeColumn& change) {
    const int place = Find(change.name);
    if (place == kMissing && change.if_exists) return true;
    if (place < 0 || !CanBeCalled(change.to, place)) return Refuse("CHANGE " + change.name);
    core::ColumnSchema column = table_.columns[static_cast<size_t>(place)];
    const core::ColumnSchema before = column;
    const bool in_key = IsKey(column.id);
    const auto defined = Define(change.definition, extras_, context_);
    // A column that begins to be counted gets numbers where it has 0.
    const bool begins_counting = change.definition.auto_increment && extras_.counted != column.id;
    if (!defined || column.generated || begins_counting) return Refuse("the type of " + change.name);
    if (!change.definition.auto_increment && extras_.counted == column.id) extras_.counted = 0;
    if (!Rename(column, change.to)) return false;
    if (!Settle(column, *defined, in_key)) return Refuse("the type of " + change.name);
    if (in_key && table_.key_kind == core::KeyKind::kUnique && column.nullable)
      return Refuse("NULL in the key column " + change.name);
    if (in_key || column.mask_version != 0) column.nullable = before.nullable;
    if (!KeepsValues(before, column, in_key)) return Refuse("the type of " + change.name);
    if (before.nullable && !column.nullable && !IsStrict()) return Refuse("NOT NULL of " + change.name);
    table_.columns.erase(table_.columns.begin() + place);
    const int to = PlaceOf(change.place, static_cast<size_t>(place));
    if (to < 0) return Refuse("the place of " + change.name);
    table_.columns.insert(table_.columns.begin() + to, std::move(column));
    return true;
  }

  bool Take(const ChangeCharset& change) {
    ColumnDefinition text;
    text.type = "text";
    text.charset = change.charset;
    text.collation = change.collation;
    const auto defined = Define(text, extras_, context_);
    if (!defined) return Refuse("the character set");
    extras_.charset = defined->charset;
    extras_.collation = defined->collation;
    return true;
  }

  bool IsKey(uint32_t id) const { return std::ranges::count(key_, id) > 0; }
  bool IsStrict() const { return context_.sql_mode && (*context_.sql_mode & kStrict) != 0; }

  const StatementContext& context_;
  core::TableSchema table_;
  TableExtras extras_;
  std::vector<uint32_t> key_;  // ids
  std::vector<std::string> renamed_;
  std::vector<core::ColumnFill> fills_;
  std::string refusal_;
};

bool IsPlainMode(const StatementContext& context) {
  if (!context.sql_mode) return false;
  const uint64_t mode = *context.sql_mode;
  return (mode & (kAnsiQuotes | kOracle | kNoBackslashEscapes)) == 0 && mode >> kEmptyStringIsNull == 0;
}

}  // namespace

Derivation DeriveSchema(const core::TableSchema& table, std::string_view statement,
                        const StatementContext& context) {
  Derivation derivation;
  // Its rows are told apart by all of their columns.
  if (table.key_kind == core::KeyKind::kNone || table.key_kind == core::KeyKind::kWholeRow) {
    derivation.refusal = "the table has no key";
    return derivation;
  }
  if (!IsPlainMode(context)) {
    derivation.refusal = "the sql_mode";
    return derivation;
  }
  if (!context.is_utf8 && !IsAscii(statement)) {
    derivation.refusal = "the character set of the statement";
    return derivation;
  }
  const auto clauses = ReadAlter(statement, table.key_kind == core::KeyKind::kUnique);
  if (!clauses) {
    derivation.refusal = "a clause";
    return derivation;
  }
  Deriver deriver(table, context);
  if (!deriver.Apply(*clauses)) {
    derivation.refusal = deriver.refusal();
    return derivation;
  }
  derivation.schema = deriver.TakeSchema();
  derivation.fills = deriver.TakeFills();
  return derivation;
}

}  // namespace renkei::sources::mysql
