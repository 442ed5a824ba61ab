// Which of our messages an error number of libmariadb or the server is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace renkei::sources::mysql::client {

// While connecting.
Error ConnectError(uint32_t number, const std::string& reason, const std::string& address,
                   const std::string& user);
// Of a session that stood.
Error SessionError(uint32_t number, const std::string& reason, const std::string& address,
                   std::string_view statement);

}  // namespace renkei::sources::mysql::client
