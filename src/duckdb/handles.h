// The C library's objects, by name only: its header is included in this folder's .cc files and nowhere else.
#pragma once

#include <memory>

struct _duckdb_database;
struct _duckdb_connection;
struct _duckdb_prepared_statement;
struct _duckdb_data_chunk;
struct _duckdb_logical_type;
struct _duckdb_vector;
struct _duckdb_appender;

namespace renkei::duckdb {

struct CloseHandle {
  void operator()(_duckdb_database* database) const;
  void operator()(_duckdb_connection* connection) const;
  void operator()(_duckdb_prepared_statement* statement) const;
  void operator()(_duckdb_data_chunk* chunk) const;
  void operator()(_duckdb_logical_type* type) const;
  void operator()(_duckdb_appender* appender) const;
};

using DatabaseHandle = std::unique_ptr<_duckdb_database, CloseHandle>;
using ConnectionHandle = std::unique_ptr<_duckdb_connection, CloseHandle>;
using StatementHandle = std::unique_ptr<_duckdb_prepared_statement, CloseHandle>;
using ChunkHandle = std::unique_ptr<_duckdb_data_chunk, CloseHandle>;
using TypeHandle = std::unique_ptr<_duckdb_logical_type, CloseHandle>;
using AppenderHandle = std::unique_ptr<_duckdb_appender, CloseHandle>;

}  // namespace renkei::duckdb
