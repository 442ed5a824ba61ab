// Messages 2200-2299: SQL Server.
#pragma once

#include "base/result.h"

namespace renkei::sources::sqlserver {

// Connections.
inline constexpr Code kCannotConnect{2201};    // address, reason
inline constexpr Code kAccessDenied{2202};     // address, user, reason
inline constexpr Code kTlsFailed{2203};        // address, reason
inline constexpr Code kConnectionLost{2204};   // address, reason
inline constexpr Code kStatementFailed{2205};  // address, statement, number, reason
inline constexpr Code kNotEncrypted{2206};     // address
inline constexpr Code kOldTls{2207};           // version
inline constexpr Code kBusy{2208};             // number, reason: a lock, a deadlock, a changing schema

// Settings and rights.
inline constexpr Code kTrackingOff{2210};          // database
inline constexpr Code kReadOnlyDatabase{2211};     // database
inline constexpr Code kNoSnapshotIsolation{2212};  // database: a warning, what is not guaranteed
inline constexpr Code kSnapshotRefused{2213};      // database
inline constexpr Code kShortRetention{2214};       // database, retention
inline constexpr Code kNoCleanup{2215};            // database
inline constexpr Code kNoRecoveryFork{2216};       // database
inline constexpr Code kWhatTrackingLacks{2217};    // nothing: what Change Tracking cannot give
inline constexpr Code kGroups{2218};               // groups

// Tables.
inline constexpr Code kTableMissing{2220};       // table
inline constexpr Code kNoTables{2221};           // patterns
inline constexpr Code kNoKey{2222};              // table
inline constexpr Code kTableNotTracked{2223};    // table
inline constexpr Code kNoTrackingRight{2224};    // table, user
inline constexpr Code kNoSelectRight{2225};      // table, user
inline constexpr Code kUnsupportedColumn{2226};  // table, column, type
inline constexpr Code kNoSuchColumn{2227};       // table, column
inline constexpr Code kKeyColumnLeftOut{2228};   // table, column
inline constexpr Code kLooseKey{2229};           // table, column, collation

// The stream stops.
inline constexpr Code kOtherHistory{2240};     // expected, found
inline constexpr Code kVersionWentBack{2241};  // expected, found
inline constexpr Code kForeignPosition{2242};  // position
inline constexpr Code kHeadConflict{2243};     // head, expected
inline constexpr Code kNoExactView{2244};      // table, reason

// One table stops, or begins anew.
inline constexpr Code kLeftOut{2260};               // table
inline constexpr Code kTableGone{2261};             // table
inline constexpr Code kTrackingEnded{2262};         // table
inline constexpr Code kHistoryExpired{2263};        // table, version, min_valid
inline constexpr Code kTableTruncated{2264};        // table, version
inline constexpr Code kTrackingEnabledAgain{2265};  // table
inline constexpr Code kTableReplaced{2266};         // table
inline constexpr Code kSchemaChanged{2267};         // table, difference
inline constexpr Code kUnreadableCell{2268};        // table, column, type
inline constexpr Code kValueTooLarge{2269};         // table, column, bytes, max_value

// Options.
inline constexpr Code kNoUser{2280};
inline constexpr Code kNoDatabase{2281};
inline constexpr Code kTlsWithoutCa{2282};  // mode

}  // namespace renkei::sources::sqlserver
