// Names and texts inside statements.
#pragma once

#include <string>
#include <string_view>

#include "core/schema.h"

namespace renkei::sources::mysql::client {

// `name`, in backquotes.
std::string QuoteName(std::string_view name);
// `schema`.`table`.
std::string QuoteTable(const core::TableSchema& table);
// 'text'. For statements in a session without NO_BACKSLASH_ESCAPES, as ours are.
std::string QuoteText(std::string_view text);

}  // namespace renkei::sources::mysql::client
