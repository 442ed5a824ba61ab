// The server that the tests of this program share; each test has a schema of its own.
#pragma once

#include "tests/integration/mysql/server.h"

namespace renkei::sources::mysql {

inline testing::MariadbServer& SharedServer() {
  static testing::MariadbServer server;
  return server;
}

}  // namespace renkei::sources::mysql
