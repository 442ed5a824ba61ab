// The doubles as plug-ins of a configuration file, beside the real registries (src/*/all.h): the second
// plug-in of each kind, and what one takes.
//
//   sources: {shop: {type: memory, tables: [a, b]}}
//   hub: {type: memory}
//   sinks: {warehouse: {type: memory}}
#pragma once

#include <map>
#include <memory>
#include <string>

#include "config/config.h"
#include "core/hub.h"
#include "core/sink.h"
#include "core/source.h"
#include "tests/doubles/memory_database.h"
#include "tests/doubles/memory_sink.h"

namespace renkei::doubles {

// What the plug-ins stand on, by the name of their section; made at first use, outlives them.
struct Surroundings {
  std::map<std::string, std::shared_ptr<MemoryDatabase>> databases;
  std::map<std::string, std::shared_ptr<MemoryDestination>> destinations;
};

// The kinds, each of one line in all.cc.
config::Catalog Catalog();

Result<std::unique_ptr<core::Source>> MakeSource(const config::PluginSection& section, Surroundings& with);
Result<std::unique_ptr<core::Hub>> MakeHub(const config::PluginSection& section, Surroundings& with);
Result<std::unique_ptr<core::Sink>> MakeSink(const config::PluginSection& section, Surroundings& with);

}  // namespace renkei::doubles
