// What `renkei init` writes and says, in both languages.
#pragma once

#include <string>

#include "telemetry/language.h"

namespace renkei::cli {

struct InitFacts {
  std::string file;
  std::string name;  // of the source
  std::string type;
  std::string url;  // with ${variable} for the password
  std::string variable;
  std::string pattern;  // of the tables
  bool needs_password = false;
  bool password_given = false;  // on the command line
};

// The configuration file.
std::string InitFile(const InitFacts& facts, telemetry::Language language);
// What to do next.
std::string InitAdvice(const InitFacts& facts, telemetry::Language language);

}  // namespace renkei::cli
