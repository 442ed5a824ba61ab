#include "cli/catalog.h"

#include "hub/all.h"
#include "sinks/all.h"
#include "sources/all.h"

namespace renkei::cli {

namespace {

config::Catalog MakeCatalog() {
  config::Catalog catalog;
  catalog.sources = sources::SourceKinds();
  catalog.hubs = hub::HubKinds();
  for (const sinks::SinkKind& kind : sinks::AllSinks()) catalog.sinks.push_back({kind.type, kind.section});
  return catalog;
}

}  // namespace

const config::Catalog& PluginCatalog() {
  static const config::Catalog catalog = MakeCatalog();
  return catalog;
}

}  // namespace renkei::cli
