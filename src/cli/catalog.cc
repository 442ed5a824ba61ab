#include "cli/catalog.h"

namespace renkei::cli {

const config::Catalog& PluginCatalog() {
  static const config::Catalog catalog;
  return catalog;
}

}  // namespace renkei::cli
