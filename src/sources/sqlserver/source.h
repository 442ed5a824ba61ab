// The SQL Server source: polls a database by Change Tracking.
#pragma once

#include <memory>

#include "base/clock.h"
#include "core/source.h"
#include "sources/sqlserver/config.h"
#include "sources/sqlserver/view_desk.h"

namespace renkei::sources::sqlserver {

// Holds no connection of its own: each call opens what it needs.
class SqlServerSource final : public core::Source {
 public:
  SqlServerSource(Options options, const base::Clock& clock) : options_(std::move(options)), clock_(clock) {}

  core::SourceCapabilities capabilities() const override;
  Result<core::Findings> Check() override;
  Result<std::vector<core::TableSchema>> Discover() override;
  Status Capture(core::CaptureContext& context, std::stop_token stop) override;
  Result<core::Position> CurrentPosition() override;
  core::PositionOrder Compare(const core::Position& a, const core::Position& b) const override;
  bool Contains(const core::Position& position, const std::string& transaction_id) const override;
  std::string Show(const core::Position& position) const override;
  Result<std::unique_ptr<core::TableReader>> OpenTableReader(const core::TableSchema& table) override;

 private:
  const Options options_;
  const base::Clock& clock_;
  ViewDesk views_;
};

}  // namespace renkei::sources::sqlserver
