#include <algorithm>
#include <vector>

#include "telemetry/message.h"
#include "telemetry/messages/sections.h"

namespace renkei::telemetry {

namespace {

std::vector<Message> JoinSections() {
  std::vector<Message> rows;
  for (const std::span<const Message> section : {
           IoMessages(),
           ConfigMessages(),
           CliMessages(),
           SourceMessages(),
           MysqlMessages(),
           SqlServerMessages(),
           HubMessages(),
           DuckdbMessages(),
           SinksMessages(),
           PipelineMessages(),
           VerifyMessages(),
           WarehouseMessages(),
           ServeMessages(),
       }) {
    rows.insert(rows.end(), section.begin(), section.end());
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Message& left, const Message& right) { return left.code < right.code; });
  return rows;
}

}  // namespace

std::span<const Message> AllMessages() {
  static const std::vector<Message> rows = JoinSections();
  return rows;
}

const Message* FindMessage(Code code) {
  const std::span<const Message> rows = AllMessages();
  const auto found = std::lower_bound(rows.begin(), rows.end(), code,
                                      [](const Message& row, Code wanted) { return row.code < wanted; });
  return found != rows.end() && found->code == code ? &*found : nullptr;
}

}  // namespace renkei::telemetry
