#include "sources/mysql/registrar.h"

#include <algorithm>

#include "sources/mysql/codes.h"
#include "sources/mysql/new_columns.h"
#include "sources/mysql/settled_tables.h"
#include "sources/mysql/table_extras.h"

namespace renkei::sources::mysql {

Status Registrar::StopLeftOut() {
  for (const auto& table : parts_.tables.all()) {
    const std::string name = table->schema.qualified_name();
    if (table->stopped || parts_.patterns.Matches(name)) continue;
    core::Gap gap{table->schema.table, table->schema.generation, kLeftOut.number, {{"table", name}}};
    if (auto appended = parts_.writer.AppendFrame(gap); !appended.ok()) return appended.error();
    table->stopped = true;
    parts_.context.observer.OnTableStopped(name, Error(kLeftOut, {{"table", name}}));
  }
  return {};
}

Status Registrar::StopNoLongerKeptBack() {
  for (const auto& table : parts_.tables.all()) {
    const std::string columns = ShowKeptBack(table->schema);
    if (table->stopped || columns.empty()) continue;
    const std::string name = table->schema.qualified_name();
    const NewColumns policy = parts_.new_columns_of(table->schema);
    if (policy == NewColumns::kHold)
      parts_.context.observer.OnEvent(Error(kColumnsKeptBack, {{"table", name}, {"columns", columns}}));
    if (policy != NewColumns::kPass) continue;
    const Error why(kNoLongerKeptBack, {{"table", name}, {"columns", columns}});
    core::Gap gap{table->schema.table, table->schema.generation, kNoLongerKeptBack.number, why.fields()};
    if (auto appended = parts_.writer.AppendFrame(gap); !appended.ok()) return appended.error();
    table->stopped = table->outdated = true;
    parts_.context.observer.OnEvent(why);
  }
  return {};
}

// A key has no NULL to stand for what is kept back.
bool Registrar::KeepsBackAKey(const core::TableSchema& schema) const {
  for (const uint16_t place : schema.key) {
    if (schema.columns[place].mask_version == 0) continue;
    const std::string name = schema.qualified_name();
    parts_.context.observer.OnTableStopped(
        name, Error(kNewColumnInKey, {{"table", name}, {"column", schema.columns[place].name}}));
    return true;
  }
  return false;
}

// What happened since it ended is unknown, or it became another table.
bool Registrar::ComesBack(const CapturedTable& table) const {
  const auto found = parts_.writer.state().tables.find(table.schema.table);
  return table.stopped && found != parts_.writer.state().tables.end() && BeginsAnew(found->second.gap.code);
}

Result<bool> Registrar::FindAndRegister() {
  ASSIGN_OR_RETURN(auto settled, SettleTables(parts_.control, parts_.server, [this] {
                     return DiscoverTables(parts_.control, parts_.patterns, parts_.readings,
                                           parts_.expected_later);
                   }));
  if (!settled) return false;
  RETURN_IF_ERROR(Register(std::move(settled->discovery), settled->place));
  return true;
}

Status Registrar::BeginOutdated() {
  for (size_t i = 0; i < parts_.tables.all().size(); ++i) {
    CapturedTable* table = parts_.tables.all()[i].get();
    if (!table->outdated) continue;
    const core::TableSchema& schema = table->schema;
    ASSIGN_OR_RETURN(auto settled, SettleTables(parts_.control, parts_.server, [&] {
                       return DiscoverTable(parts_.control, schema.schema, schema.name, parts_.readings);
                     }));
    if (!settled) continue;
    table->outdated = false;
    if (settled->discovery.tables.empty()) {
      RETURN_IF_ERROR(TellGone(*table, settled->discovery.findings));
      continue;
    }
    ASSIGN_OR_RETURN(const CapturedTable* begun,
                     Begin(table, std::move(settled->discovery.tables.front()), settled->place));
    if (begun == nullptr) continue;
    parts_.context.observer.OnTableBegun(begun->schema);
  }
  return {};
}

// It is not there any more, or cannot be captured as it is now. Whenever that changes it begins anew.
Status Registrar::TellGone(CapturedTable& table, const core::Findings& findings) {
  const std::string name = table.schema.qualified_name();
  if (!findings.empty()) {
    parts_.context.observer.OnTableStopped(name, findings.front().message);
    return {};
  }
  core::Gap gap{table.schema.table, table.schema.generation, kTableGone.number, {{"table", name}}};
  if (auto appended = parts_.writer.AppendFrame(gap); !appended.ok()) return appended.error();
  parts_.context.observer.OnTableStopped(name, Error(kTableGone, {{"table", name}}));
  return {};
}

Status Registrar::RegisterPresent(Discovery discovery) {
  for (size_t i = 0; i < parts_.tables.all().size(); ++i) {
    CapturedTable* table = parts_.tables.all()[i].get();
    if (table->stopped) continue;
    const std::string name = table->schema.qualified_name();
    const auto found = std::ranges::find_if(
        discovery.tables, [&](const DiscoveredTable& each) { return each.schema.qualified_name() == name; });
    if (found != discovery.tables.end()) {
      const core::Generation before = table->schema.generation;
      ASSIGN_OR_RETURN(const CapturedTable* begun, Begin(table, *found, std::nullopt));
      if (begun->schema.generation != before) parts_.context.observer.OnTableBegun(begun->schema);
      continue;
    }
    const auto why = std::ranges::find(discovery.findings, name, &core::Finding::table);
    RETURN_IF_ERROR(
        TellGone(*table, why == discovery.findings.end() ? core::Findings() : core::Findings{*why}));
    table->stopped = true;
  }
  return Register(std::move(discovery), std::nullopt);
}

Status Registrar::Register(Discovery discovery, const std::optional<LogPosition>& from) {
  for (DiscoveredTable& found : discovery.tables) {
    CapturedTable* known = parts_.tables.FindQualified(found.schema.qualified_name());
    if (known != nullptr && !ComesBack(*known)) {
      known->rows_estimated = found.rows_estimated;
      parts_.tables.SetForeignKeys(*known, std::move(found.foreign_keys));
      continue;
    }
    ASSIGN_OR_RETURN(const CapturedTable* begun, Begin(known, std::move(found), from));
    if (begun == nullptr) continue;
    parts_.context.observer.OnTableBegun(begun->schema);
  }
  for (const core::Finding& finding : discovery.findings) {
    if (reported_.insert(finding.message.Debug()).second) parts_.context.observer.OnEvent(finding.message);
  }
  return {};
}

Result<CapturedTable*> Registrar::Begin(CapturedTable* table, DiscoveredTable found,
                                        std::optional<LogPosition> from) {
  CapturedTable* begun = nullptr;
  if (table == nullptr) {
    begun = &parts_.tables.Add(std::move(found.schema), found.rows_estimated);
  } else {
    KeepBack(table->schema, parts_.new_columns_of(table->schema), SameBy::kName, found.schema);
    if (KeepsBackAKey(found.schema)) return nullptr;
    if (const std::string columns = ShowKeptBack(found.schema); !columns.empty()) {
      parts_.context.observer.OnEvent(
          Error(kColumnsKeptBack, {{"table", found.schema.qualified_name()}, {"columns", columns}}));
    }
    found.schema.table = table->schema.table;
    found.schema.id = table->schema.id;
    found.schema.generation = table->schema.generation;
    if (!table->stopped && SameColumns(found.schema, table->schema)) {
      table->rows_estimated = found.rows_estimated;
      return table;
    }
    begun = &parts_.tables.Renew(*table, std::move(found.schema), found.rows_estimated);
  }
  parts_.tables.SetForeignKeys(*begun, std::move(found.foreign_keys));
  if (from) {
    begun->copy_whole = true;
    parts_.tables.CountFrom(*begun, *std::move(from));
  }
  parts_.tables.ForgetMaps();
  if (auto appended = parts_.writer.AppendFrame(core::SchemaFrame{begun->schema}); !appended.ok())
    return appended.error();
  return begun;
}

bool Registrar::Follows(const CapturedTable* table) const {
  return table != nullptr && !table->stopped && parts_.patterns.Matches(table->schema.qualified_name());
}

}  // namespace renkei::sources::mysql
