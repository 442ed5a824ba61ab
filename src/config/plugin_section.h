// One source, hub or sink as the file has it, before its plug-in has read it.
#pragma once

#include <memory>
#include <string>

#include "config/node.h"
#include "config/problems.h"

namespace renkei::config {

struct PluginSection {
  std::string name;  // "shop"
  std::string type;  // "mysql"
  Mark mark;
  Node node;  // without the key `type`
  std::shared_ptr<const Origin> origin;
};

}  // namespace renkei::config
