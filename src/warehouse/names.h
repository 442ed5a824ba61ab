// Why a statement that names tables could not be bound: what people need to hear instead of DuckDB's text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "duckdb/connection.h"

namespace renkei::warehouse {

// `"shop"."orders"` or `warehouse.shop.orders AS o` as the name's parts, without quotes and alias.
std::vector<std::string> SplitName(std::string_view name);

// The better error, if one of the statement's tables explains it; else `error` itself.
Error ExplainFailure(renkei::duckdb::Connection& connection, const std::string& sql, const Error& error);

}  // namespace renkei::warehouse
