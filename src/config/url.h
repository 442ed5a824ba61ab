// A connection URL, split before its ${...} are filled in, so that any password works unescaped:
//
//   url := scheme "://" [user [":" password] "@"] host [":" port] ["/" path] ["?" name "=" value {"&" ...}]
//
// Literal parts are percent-decoded, filled-in values are not. A url that is nothing but one ${X} is filled
// in first and split then. A socket is given as ?socket=/path, then the host may be empty. [::1] is an IPv6
// host. A host with a comma is a list, ports included, which the plug-in reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/values.h"

namespace renkei::config {

struct Url {
  std::string scheme;
  std::string user;
  Secret password;
  std::string host;   // without brackets
  uint16_t port = 0;  // 0: not given
  std::string path;   // without the leading slash
  std::vector<std::pair<std::string, std::string>> query;

  // The value of the query's name, "" when absent.
  std::string_view Query(std::string_view name) const;
  // For people: without password and query.
  std::string Show() const;
};

// Errors (never with the text): kUrl*, kNoVariable, kVariableForm.
bool ReadValue(const Node& node, const FieldInfo& field, Problems& problems, Url& into);
std::string ShowValue(const Url& value);

}  // namespace renkei::config
