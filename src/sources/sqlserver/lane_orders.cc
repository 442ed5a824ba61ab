// The copies that a lane is asked for.
#include <algorithm>

#include "sources/sqlserver/codes.h"
#include "sources/sqlserver/lane.h"

namespace renkei::sources::sqlserver {

std::vector<core::CopyOrder> Lane::TakeOrdersBack() {
  const std::lock_guard lock(mutex_);
  for (core::CopyOrder& order : std::exchange(given_orders_, {})) orders_.push_back(std::move(order));
  return std::exchange(orders_, {});
}

// One that fails is tried again with all behind it.
Status Lane::TakeOrders(client::Connection& connection) {
  for (size_t i = 0; i < orders_.size();) {
    core::CopyOrder order = orders_[i];
    ASSIGN_OR_RETURN(const bool done, TakeOrder(connection, order));
    if (done) {
      orders_.erase(orders_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return {};
}

// False while it must wait for a copy under way.
Result<bool> Lane::TakeOrder(client::Connection& connection, core::CopyOrder& order) {
  LaneTable* table = Find(order.table);
  if (table == nullptr) {
    parts_.observer.OnEvent(Error(kTableMissing, {{"table", order.table}}));
    return true;
  }
  if (order.renew) {
    ASSIGN_OR_RETURN(Discovery found, DiscoverTable(connection, parts_.options, order.table));
    if (found.tables.empty()) {
      parts_.observer.OnEvent(found.findings.empty() ? Error(kTableMissing, {{"table", order.table}})
                                                     : found.findings.front().message);
      return true;
    }
    RETURN_IF_ERROR(parts_.log.AbandonCopy(table->schema.table));
    table->copy.reset();
    parts_.observer.OnTableBegun(table->schema);
    RETURN_IF_ERROR(BeginCopy(*table, std::move(order.sinks)));
    return true;
  }
  if (!table->copy) {
    RETURN_IF_ERROR(BeginCopy(*table, std::move(order.sinks)));
    return true;
  }
  const auto& addressed = table->copy->begin().subscriptions;
  return std::ranges::all_of(
      order.sinks, [&](const std::string& sink) { return std::ranges::count(addressed, sink) > 0; });
}

Status Lane::BeginCopy(LaneTable& table, std::vector<std::string> sinks) {
  ASSIGN_OR_RETURN(const core::CopyBegin begin,
                   parts_.log.BeginCopy(table.schema, std::move(sinks), table.rows_estimated));
  if (parts_.options.snapshot.mode == SnapshotMode::kNone)
    return parts_.log.AppendFrame(core::CopyEnd{begin.snapshot, begin.table, false});
  parts_.observer.OnCopyProgress(table.schema.qualified_name(), 0, table.rows_estimated, false);
  table.copy = std::make_unique<TableCopy>(begin, table.rows_estimated);
  return {};
}

}  // namespace renkei::sources::sqlserver
