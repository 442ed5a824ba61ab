// The plug-ins of this program, as the configuration knows them.
#pragma once

#include "config/config.h"

namespace renkei::cli {

const config::Catalog& PluginCatalog();

}  // namespace renkei::cli
