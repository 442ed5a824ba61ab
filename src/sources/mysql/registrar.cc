#include "sources/mysql/registrar.h"

#include "sources/mysql/codes.h"

namespace renkei::sources::mysql {

Status Registrar::StopLeftOut() {
  for (const auto& table : parts_.tables.all()) {
    const std::string name = table->schema.qualified_name();
    if (table->stopped || parts_.patterns.Matches(name)) continue;
    core::Gap gap{table->schema.table, table->schema.generation, kLeftOut.number, {{"table", name}}};
    if (auto appended = parts_.writer.AppendFrame(gap); !appended.ok()) return appended.error();
    table->stopped = true;
    parts_.context.observer.OnEvent(Error(kLeftOut, {{"table", name}}));
  }
  return {};
}

// What happened since it was left out is unknown.
bool Registrar::ComesBack(const CapturedTable& table) const {
  const auto found = parts_.writer.state().tables.find(table.schema.table);
  return table.stopped && found != parts_.writer.state().tables.end() &&
         found->second.gap.code == kLeftOut.number;
}

Status Registrar::FindAndRegister() {
  ASSIGN_OR_RETURN(Discovery discovery, DiscoverTables(parts_.control, parts_.patterns, parts_.readings));
  return Register(std::move(discovery));
}

Status Registrar::Register(Discovery discovery) {
  for (DiscoveredTable& found : discovery.tables) {
    CapturedTable* known = parts_.tables.FindQualified(found.schema.qualified_name());
    if (known != nullptr && !ComesBack(*known)) {
      known->rows_estimated = found.rows_estimated;
      known->changed_by_foreign_keys = found.changed_by_foreign_keys;
      continue;
    }
    ASSIGN_OR_RETURN(const CapturedTable* begun, Begin(known, std::move(found)));
    parts_.context.observer.OnTableBegun(begun->schema);
  }
  for (const core::Finding& finding : discovery.findings) {
    if (reported_.insert(finding.message.Debug()).second) parts_.context.observer.OnEvent(finding.message);
  }
  return {};
}

Result<CapturedTable*> Registrar::Begin(CapturedTable* table, DiscoveredTable found) {
  CapturedTable* begun = nullptr;
  if (table == nullptr) {
    begun = &parts_.tables.Add(std::move(found.schema), found.rows_estimated);
  } else {
    found.schema.table = table->schema.table;
    found.schema.id = table->schema.id;
    found.schema.generation = table->schema.generation;
    if (!table->stopped && found.schema == table->schema) {
      table->rows_estimated = found.rows_estimated;
      return table;
    }
    begun = &parts_.tables.Renew(*table, std::move(found.schema), found.rows_estimated);
  }
  begun->changed_by_foreign_keys = found.changed_by_foreign_keys;
  parts_.tables.ForgetMaps();
  if (auto appended = parts_.writer.AppendFrame(core::SchemaFrame{begun->schema}); !appended.ok())
    return appended.error();
  return begun;
}

bool Registrar::Follows(const CapturedTable* table) const {
  return table != nullptr && !table->stopped && parts_.patterns.Matches(table->schema.qualified_name());
}

}  // namespace renkei::sources::mysql
