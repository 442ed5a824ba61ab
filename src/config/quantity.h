// Amounts with units, as the configuration writes them; nullopt for what is none.
//
//   bytes    := number [unit]            B kB MB GB TB KiB MiB GiB TiB, any case; no unit: bytes
//   duration := number unit {number unit} | "0"     ms s m h d w; largest first
//   percent  := number "%"                       0 to 100
//
// A number may have a fraction (1.5GB) and a space before its unit.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/values.h"

namespace renkei::config {

std::optional<Bytes> ParseBytes(std::string_view text);
std::optional<Duration> ParseDuration(std::string_view text);
std::optional<Percent> ParsePercent(std::string_view text);

// The shortest exact form.
std::string ShowBytes(Bytes value);
std::string ShowDuration(Duration value);

}  // namespace renkei::config
