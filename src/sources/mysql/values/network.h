// MariaDB's UUID, INET4 and INET6: from the bytes of a stored row, and as the server shows them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace renkei::sources::mysql::values {

using Uuid = std::array<uint8_t, 16>;

// A row holds the parts of a UUID with time and node (versions 1 to 5) in reverse, so that they sort by node
// and time; others as they are.
Uuid UuidOfRow(std::string_view row);
// "123e4567-e89b-12d3-a456-426655440000".
std::optional<Uuid> ParseUuid(std::string_view text);
std::string ShowUuid(std::string_view uuid);

// 4 bytes, "192.0.2.1".
std::string ShowInet4(std::string_view row);
// 16 bytes, "2001:db8::1", "::ffff:192.0.2.1".
std::string ShowInet6(std::string_view row);

}  // namespace renkei::sources::mysql::values
