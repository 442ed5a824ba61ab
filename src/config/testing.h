// A plug-in section out of YAML text, for tests:
//
//   PluginSection plugin = config::SectionFromText("{url: \"mysql://u@h/shop\", tables: [\"shop.*\"]}");
//   Result<Options> options = OptionsSection().Read(plugin);
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "config/plugin_section.h"

namespace renkei::config {

// The keys stand at the text's top level; `type`, if there, is taken out. Malformed YAML fails a CHECK. Lines
// count from the text's start, the file is "test.yaml", relative paths start at /folder.
PluginSection SectionFromText(std::string_view yaml, std::map<std::string, std::string> environment = {});

}  // namespace renkei::config
