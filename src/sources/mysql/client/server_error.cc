#include "sources/mysql/client/server_error.h"

#include "sources/mysql/codes.h"

namespace renkei::sources::mysql::client {

namespace {

constexpr uint32_t kClientNumbersBegin = 2000;
constexpr uint32_t kClientNumbersEnd = 3000;
constexpr uint32_t kTlsError = 2026;
constexpr size_t kShownStatementBytes = 120;

bool IsDenied(uint32_t number) {
  return number == 1044 || number == 1045 || number == 1698 || number == 1251 || number == 1049 ||
         number == 4151 || number == 2059 || number == 1275 || number == 1130;
}

// While connecting, or by the first statement of a session that may only change it.
bool IsExpired(uint32_t number) { return number == 1862 || number == 1820; }

// Of the server, or of the user.
bool IsFull(uint32_t number) { return number == 1040 || number == 1203 || number == 1226; }

// The server is going down, ended the session, or the network did.
bool IsLost(uint32_t number) {
  if (number >= kClientNumbersBegin && number < kClientNumbersEnd) return true;
  switch (number) {
    case 1053:  // shutdown
    case 1077:
    case 1079:
    case 1080:
    case 1152:
    case 1158:
    case 1159:
    case 1160:
    case 1161:
    case 1184:
    case 1927:  // killed
    case 4031:
      return true;
    default:
      return false;
  }
}

}  // namespace

Error ConnectError(uint32_t number, const std::string& reason, const std::string& address,
                   const std::string& user) {
  if (number == kTlsError) return Error(kTlsFailed, {{"address", address}, {"reason", reason}});
  if (IsExpired(number)) return Error(kPasswordExpired, {{"address", address}, {"user", user}});
  if (IsFull(number)) return Error(kTooManyConnections, {{"address", address}, {"reason", reason}});
  if (IsDenied(number))
    return Error(kAccessDenied, {{"address", address}, {"user", user}, {"reason", reason}});
  return Error(kCannotConnect, {{"address", address}, {"reason", reason}});
}

Error SessionError(uint32_t number, const std::string& reason, const std::string& address,
                   std::string_view statement) {
  if (IsLost(number)) return Error(kConnectionLost, {{"address", address}, {"reason", reason}});
  return Error(kStatementFailed, {{"address", address},
                                  {"statement", std::string(statement.substr(0, kShownStatementBytes))},
                                  {"number", std::to_string(number)},
                                  {"reason", reason}});
}

}  // namespace renkei::sources::mysql::client
