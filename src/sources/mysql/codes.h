// Messages 2100-2199: MySQL and MariaDB.
#pragma once

#include "base/result.h"

namespace renkei::sources::mysql {

// Connections.
inline constexpr Code kCannotConnect{2101};        // address, reason
inline constexpr Code kAccessDenied{2102};         // address, user, reason
inline constexpr Code kTlsFailed{2103};            // address, reason
inline constexpr Code kConnectionLost{2104};       // address, reason
inline constexpr Code kStatementFailed{2105};      // address, statement, number, reason
inline constexpr Code kServerTooOld{2107};         // version, least
inline constexpr Code kNotEncrypted{2108};         // address
inline constexpr Code kOtherServerAnswered{2109};  // address, expected, found
inline constexpr Code kPasswordExpired{2118};      // address, user
inline constexpr Code kTooManyConnections{2119};   // address, reason

// Settings and rights that `check` and a starting capture look at.
inline constexpr Code kBinaryLogOff{2110};
inline constexpr Code kWrongSetting{2111};  // setting, value, expected, statement
inline constexpr Code kBinlogFilter{2112};  // setting, value
inline constexpr Code kNoLogSlaveUpdates{2113};
inline constexpr Code kMissingGrant{2114};  // grant, user, statement
inline constexpr Code kGtidStrictModeOff{2115};
inline constexpr Code kShortRetention{2116};  // seconds
inline constexpr Code kGtidModeOff{2117};     // mode

// Tables.
inline constexpr Code kTableMissing{2120};       // table
inline constexpr Code kNoTables{2121};           // patterns
inline constexpr Code kNoKey{2122};              // table
inline constexpr Code kNotTransactional{2123};   // table, engine
inline constexpr Code kNotABaseTable{2124};      // table, kind
inline constexpr Code kUnsupportedColumn{2125};  // table, column, type
inline constexpr Code kTableAwaited{2133};       // table
inline constexpr Code kForeignKeyActions{2126};  // table, parent, constraint, action
inline constexpr Code kForeignKeyUnseen{2135};   // table, parent, constraint, action
inline constexpr Code kCharsetDiffers{2127};     // column, declared, found
inline constexpr Code kNotForKeys{2128};         // column
inline constexpr Code kReadingDoesNotFit{2129};  // column, type, reading
inline constexpr Code kSuspectText{2130};        // column, charset
inline constexpr Code kSpecialForm{2131};        // table, columns
inline constexpr Code kAmbiguousKey{2132};       // table, column
inline constexpr Code kWholeRows{2134};          // table

// The stream stops.
inline constexpr Code kPositionPurged{2140};         // position, reason
inline constexpr Code kOtherHistory{2141};           // transaction, expected, found
inline constexpr Code kOtherServer{2142};            // expected, found
inline constexpr Code kHistoryUnproven{2143};        // transaction, reason
inline constexpr Code kSequenceNotRising{2144};      // last, found, place
inline constexpr Code kUnknownEvent{2145};           // type, place
inline constexpr Code kBadEvent{2146};               // type, place, reason
inline constexpr Code kBadChecksum{2147};            // type, place
inline constexpr Code kIncident{2148};               // place, reason
inline constexpr Code kPreparedTransaction{2149};    // table, transaction, place; only the table stops
inline constexpr Code kRolledBackToSavepoint{2150};  // table, place; only the table stops
inline constexpr Code kServerIdTaken{2151};          // server_id, reason
inline constexpr Code kDumpRefused{2152};            // number, reason
inline constexpr Code kHeadConflict{2153};           // head, expected
inline constexpr Code kEncryptedLog{2154};           // place
inline constexpr Code kForeignPosition{2155};        // position
inline constexpr Code kGtidModeChanged{2156};        // position, found, place
inline constexpr Code kBehindPosition{2157};         // address, position, found
inline constexpr Code kNoExactView{2158};            // table, reason

// One table stops.
inline constexpr Code kSchemaDiffers{2160};       // table, difference
inline constexpr Code kSchemaStatement{2161};     // table, statement
inline constexpr Code kStatementLogged{2162};     // table, statement
inline constexpr Code kPartialImage{2163};        // table
inline constexpr Code kNoMetadata{2164};          // table
inline constexpr Code kUnreadableCell{2165};      // table, column, type
inline constexpr Code kCopyFailed{2166};          // table, reason
inline constexpr Code kLeftOut{2167};             // table
inline constexpr Code kTableGone{2168};           // table
inline constexpr Code kSchemaUnclear{2169};       // table, difference
inline constexpr Code kNewColumnInKey{2170};      // table, column
inline constexpr Code kNoLongerKeptBack{2171};    // table, columns: it begins anew
inline constexpr Code kColumnsKeptBack{2172};     // table, columns: a warning
inline constexpr Code kPartialJson{2175};         // table, place
inline constexpr Code kValueTooLarge{2176};       // table, column, bytes, max_value
inline constexpr Code kSchemaFollowed{2178};      // table, place: to know
inline constexpr Code kStatementElsewhere{2177};  // schema, statement, place: a warning

// Several servers.
inline constexpr Code kServerIdIsTheServers{2194};  // server_id
inline constexpr Code kReaderWithoutGtids{2191};    // address, version
inline constexpr Code kServerChanged{2192};         // expected, found
inline constexpr Code kServerUuidTaken{2193};       // reason

// Options.
inline constexpr Code kNoUser{2180};
inline constexpr Code kTlsWithoutCa{2181};  // mode
inline constexpr Code kTlsHalfPair{2182};
inline constexpr Code kBadHost{2183};         // host
inline constexpr Code kUnknownCharset{2190};  // charset

// Repairs.
inline constexpr Code kRepairRefused{2195};    // table, reason
inline constexpr Code kPositionLost{2196};     // from, to
inline constexpr Code kGtidsSwitchedOn{2197};  // address, position

}  // namespace renkei::sources::mysql
