// The DuckDB sink against the suite that every sink passes.
#include <stdlib.h>

#include <filesystem>

#include "sinks/duckdb/sink.h"
#include "tests/conformance/sink_conformance.h"

namespace renkei::sinks::duckdb {
namespace {

class Harness final : public conformance::SinkHarness {
 public:
  Harness() {
    std::string pattern = (std::filesystem::temp_directory_path() / "renkei-sink-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~Harness() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<core::Sink> Make() override {
    Options options;
    options.path.text = folder_ + "/w.duckdb";
    options.threads = 2;
    return std::make_unique<DuckdbSink>(conformance::kSinkName, options, std::set<std::string>{"shop"});
  }
  std::unique_ptr<conformance::SinkHarness> Another() override { return std::make_unique<Harness>(); }

 private:
  std::string folder_;
};

INSTANTIATE_SINK_CONFORMANCE(Duckdb, std::make_unique<Harness>());

}  // namespace
}  // namespace renkei::sinks::duckdb
