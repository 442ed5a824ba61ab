#include "duckdb/handles.h"

#include <duckdb.h>

namespace renkei::duckdb {

void CloseHandle::operator()(_duckdb_database* database) const { duckdb_close(&database); }
void CloseHandle::operator()(_duckdb_connection* connection) const { duckdb_disconnect(&connection); }
void CloseHandle::operator()(_duckdb_prepared_statement* statement) const {
  duckdb_destroy_prepare(&statement);
}
void CloseHandle::operator()(_duckdb_data_chunk* chunk) const { duckdb_destroy_data_chunk(&chunk); }
void CloseHandle::operator()(_duckdb_logical_type* type) const { duckdb_destroy_logical_type(&type); }
void CloseHandle::operator()(_duckdb_appender* appender) const { duckdb_appender_destroy(&appender); }

}  // namespace renkei::duckdb
