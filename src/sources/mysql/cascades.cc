#include "sources/mysql/cascades.h"

#include <algorithm>

#include "core/canonical.h"

namespace renkei::sources::mysql {

namespace {

constexpr size_t kValuesMax = 10'000;

// Equal for the server only if the bytes are equal.
bool ComparesByBytes(const core::ColumnSchema& column) {
  switch (column.type.kind) {
    case core::Kind::kFloat32:
    case core::Kind::kFloat64:
    case core::Kind::kJson:
      return false;
    case core::Kind::kText:
      // Other collations named _bin are blind to blanks at the end.
      return column.collation.ends_with("_nopad_bin") || column.collation.ends_with("_0900_bin") ||
             column.collation == "binary";
    default:
      return true;
  }
}

}  // namespace

Cascades::Link Cascades::LinkOf(const CapturedTable& child, const CapturedTable& parent,
                                const ForeignKeyAction& key) const {
  Link link{.child = child.schema.table,
            .columns = key.columns,
            .on_delete = key.on_delete,
            .on_update = key.on_update,
            .by_value = !key.columns.empty() && key.columns.size() == key.parent_columns.size()};
  for (size_t i = 0; i < key.columns.size() && link.by_value; ++i) {
    const auto ours = child.schema.FindColumn(key.columns[i]);
    const auto theirs = parent.schema.FindColumn(key.parent_columns[i]);
    link.by_value = ours && theirs && std::ranges::count(parent.schema.key, *theirs) > 0 &&
                    child.schema.columns[*ours].type == parent.schema.columns[*theirs].type &&
                    ComparesByBytes(child.schema.columns[*ours]) &&
                    ComparesByBytes(parent.schema.columns[*theirs]);
    if (!link.by_value) break;
    link.parent_columns.push_back(*theirs);
    link.moves_child_key |= std::ranges::count(child.schema.key, *ours) > 0;
  }
  return link;
}

// What began to count just now may have changed unseen before.
void Cascades::Refresh() {
  if (version_ == tables_.version()) return;
  version_ = tables_.version();
  links_.clear();
  for (const auto& child : tables_.all()) {
    if (!child->foreign_keys || child->stopped) continue;
    for (const ForeignKeyAction& key : *child->foreign_keys) {
      CapturedTable* parent = tables_.FindQualified(key.parent_schema + "." + key.parent);
      if (parent == nullptr) continue;
      links_[parent->schema.table].push_back(LinkOf(*child, *parent, key));
      child->rekeyed |= parent->from.has_value();
    }
    if (std::exchange(child->rekeyed, false)) pending_[{child->schema.table, {}}].all = true;
  }
}

void Cascades::CollectRow(const core::Batch& rows, uint32_t row, const Link& link, Owed& owed) {
  if (!link.by_value) {
    owed.all = true;
    return;
  }
  std::vector<std::string> values;
  for (const uint16_t place : link.parent_columns) {
    const auto at = std::ranges::find(rows.before_columns, place);
    if (at == rows.before_columns.end()) {
      owed.all = true;
      return;
    }
    const core::Column& column = rows.before[static_cast<size_t>(at - rows.before_columns.begin())];
    // An update that kept the key has no cells before.
    if (!column.is_value(row)) return;
    core::AppendCanonical(column, row, values.emplace_back());
  }
  owed.values.insert(std::move(values));
  const bool update = rows.operation(row) == core::Operation::kUpdate;
  if ((update && link.moves_child_key) || owed.values.size() > kValuesMax) owed.all = true;
}

void Cascades::Collect(const core::Batch& rows, bool repaired, OwedRows& into) {
  const auto links = links_.find(rows.table);
  if (links == links_.end()) return;
  for (const Link& link : links->second) {
    Owed found;
    for (uint32_t row = 0; row < rows.rows && !found.all; ++row) {
      const core::Operation operation = rows.operation(row);
      const bool deleted = operation == core::Operation::kDelete;
      // A repair does not say what became of a key: deleted, or another by now.
      if (repaired
              ? !deleted && !(link.on_update && !link.by_value)
              : !(deleted && link.on_delete) && !(operation == core::Operation::kUpdate && link.on_update))
        continue;
      CollectRow(rows, row, link, found);
    }
    if (!found.all && found.values.empty()) continue;
    Owed& owed = into[{link.child, found.all ? std::vector<std::string>() : link.columns}];
    owed.all |= found.all;
    owed.values.merge(found.values);
  }
}

Status Cascades::Mark(const OwedRows& owed) {
  for (const auto& [key, rows] : owed) {
    CapturedTable* child = tables_.Find(key.first);
    if (child == nullptr || child->stopped || child->owed) continue;
    auto marked =
        writer_.AppendFrame(core::RepairMark{child->schema.table, child->schema.generation, true, 0, 0});
    if (!marked.ok()) return marked.error();
    child->owed = true;
  }
  return {};
}

Status Cascades::Look() {
  if (version_ == tables_.version()) return {};
  Refresh();
  RETURN_IF_ERROR(Mark(pending_));
  Tell();
  return {};
}

Status Cascades::Before(const core::ChangeSet& set) {
  Refresh();
  for (const core::Item& item : set.items) {
    if (const auto* batch = std::get_if<core::Batch>(&item)) Collect(*batch, false, pending_);
  }
  return Mark(pending_);
}

Status Cascades::Before(const core::Repair& repair) {
  Refresh();
  Collect(*repair.rows, true, pending_);
  return Mark(pending_);
}

void Cascades::RecordPart(const core::ChangeSet& part) {
  Refresh();
  for (const core::Item& item : part.items) {
    if (const auto* batch = std::get_if<core::Batch>(&item)) Collect(*batch, false, open_);
  }
}

void Cascades::EndParts() {
  for (auto& [key, rows] : open_) {
    Owed& owed = pending_[key];
    owed.all |= rows.all;
    owed.values.merge(rows.values);
  }
  open_.clear();
}

Status Cascades::ParentChanged(core::TableId parent) {
  Refresh();
  const auto links = links_.find(parent);
  if (links == links_.end()) return {};
  for (const Link& link : links->second) pending_[{link.child, {}}].all = true;
  return Mark(pending_);
}

Status Cascades::ParentUnseen(core::TableId parent) {
  RETURN_IF_ERROR(ParentChanged(parent));
  Tell();
  return {};
}

void Cascades::Tell() {
  for (auto& [key, rows] : pending_) {
    CapturedTable* child = tables_.Find(key.first);
    if (child == nullptr || child->stopped) continue;
    // Rises over captures too, as long as the clock does.
    number_ = std::max(number_ + 1, static_cast<uint64_t>(clock_.wall().value));
    child->unlogged = number_;
    core::UnloggedChange change{.table = child->schema.table,
                                .generation = child->schema.generation,
                                .number = number_,
                                .after = writer_.state().end,
                                .columns = key.second,
                                .all = rows.all || rows.values.size() > kValuesMax};
    if (!change.all) change.values.assign(rows.values.begin(), rows.values.end());
    observer_.OnUnlogged(change);
  }
  pending_.clear();
}

}  // namespace renkei::sources::mysql
