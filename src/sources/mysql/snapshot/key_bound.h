// Bounds of chunks: a key's value as parameters of a comparison, and as the bytes that markers keep.
//
//   bound := column...          in the key's order; no bytes at all: open
//   column := tag:u8 text       text has a varint length; numbers are written in digits
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/column.h"
#include "core/schema.h"
#include "sources/mysql/client/connection.h"

namespace renkei::sources::mysql::snapshot {

// The key of a row. `columns` are the key's, in its order.
std::string EncodeBound(const core::TableSchema& schema, const std::vector<const core::Column*>& columns,
                        uint32_t row);

// One parameter a key column; nothing for damaged bytes.
std::optional<std::vector<client::Parameter>> BoundParameters(std::string_view bound);

enum class Side : uint8_t { kAbove, kUpTo };

// "(a > ? OR (a = ? AND b > ?))": the expanded form, for which the server uses a range of the index. The
// parameters it takes are those of ExpandedParameters.
std::string BoundCondition(const core::TableSchema& schema, Side side);
std::vector<client::Parameter> ExpandedParameters(const std::vector<client::Parameter>& key);

}  // namespace renkei::sources::mysql::snapshot
