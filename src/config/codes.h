// Messages 1100-1199: the configuration file. All but kNoFile and kFileTooLarge carry file, line, column.
#pragma once

#include "base/result.h"

namespace renkei::config {

// The document.
inline constexpr Code kNoFile{1101};        // file
inline constexpr Code kFileTooLarge{1102};  // file, limit
inline constexpr Code kNotYaml{1103};       // reason
inline constexpr Code kTab{1104};
inline constexpr Code kDuplicateKey{1105};  // key, first_line
inline constexpr Code kAnchor{1106};
inline constexpr Code kTooDeep{1107};  // limit
inline constexpr Code kSecondDocument{1108};
inline constexpr Code kNotUtf8{1109};
inline constexpr Code kKeyNotText{1110};
inline constexpr Code kUnquoted{1111};  // value

// Keys.
inline constexpr Code kUnknownKey{1120};      // key, section, known
inline constexpr Code kUnknownKeyNear{1121};  // key, section, suggestion, known
inline constexpr Code kMissingKey{1122};      // key, section, help
inline constexpr Code kNoValue{1123};         // key
inline constexpr Code kUnknownType{1124};     // section, type, known
inline constexpr Code kNothingNamed{1125};    // section
inline constexpr Code kBadName{1126};         // name, section

// Values. `value` is what the file says, with its ${...} unfilled; it is absent where it may be secret.
inline constexpr Code kNotAMap{1130};       // key
inline constexpr Code kNotAList{1131};      // key
inline constexpr Code kNotText{1132};       // key
inline constexpr Code kNotBool{1133};       // key, value
inline constexpr Code kNotInteger{1134};    // key, value
inline constexpr Code kNotBytes{1135};      // key, value
inline constexpr Code kNotDuration{1136};   // key, value
inline constexpr Code kNotPercent{1137};    // key, value
inline constexpr Code kNotAChoice{1138};    // key, value, choices
inline constexpr Code kOutOfRange{1139};    // key, value, least, most
inline constexpr Code kNotAnAddress{1140};  // key, value
inline constexpr Code kBadPattern{1141};    // key, value
inline constexpr Code kNoPatterns{1143};    // key
inline constexpr Code kBadTopic{1144};      // key, value
inline constexpr Code kNoSuchSource{1145};  // key, value, source, known

// Variables.
inline constexpr Code kNoVariable{1150};    // key, variable
inline constexpr Code kVariableForm{1151};  // key

// URLs, whose text may hold a password and is never shown.
inline constexpr Code kUrlNoScheme{1160};   // key
inline constexpr Code kUrlScheme{1161};     // key, scheme, schemes
inline constexpr Code kUrlNoHost{1162};     // key
inline constexpr Code kUrlPort{1163};       // key
inline constexpr Code kUrlEscape{1164};     // key
inline constexpr Code kUrlBracket{1165};    // key
inline constexpr Code kUrlCharacter{1166};  // key

}  // namespace renkei::config
