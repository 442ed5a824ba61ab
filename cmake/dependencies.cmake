# What the house stands on. tools/setup.sh installs all of it; nothing is fetched while building.
find_package(Threads REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(PkgConfig REQUIRED)
if(RENKEI_TESTS)
  find_package(GTest REQUIRED)
endif()

# DuckDB: the library and header that tools/setup.sh put under third_party/.
set(DUCKDB_ROOT ${CMAKE_SOURCE_DIR}/third_party/duckdb)
if(NOT EXISTS ${DUCKDB_ROOT}/lib/libduckdb.so)
  message(FATAL_ERROR "third_party/duckdb is missing: run tools/setup.sh (or simply `make build`)")
endif()
add_library(duckdb_library SHARED IMPORTED)
set_target_properties(duckdb_library PROPERTIES
  IMPORTED_LOCATION ${DUCKDB_ROOT}/lib/libduckdb.so
  IMPORTED_NO_SONAME ON
  INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_ROOT}/include)

pkg_check_modules(mariadb_client REQUIRED IMPORTED_TARGET libmariadb)
pkg_check_modules(yaml_cpp REQUIRED IMPORTED_TARGET yaml-cpp)
pkg_check_modules(deflate REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

# FreeTDS's db-lib, for SQL Server: Debian's package has no pkg-config file.
find_library(SYBDB_LIBRARY sybdb)
find_path(SYBDB_INCLUDE sybdb.h)
if(NOT SYBDB_LIBRARY OR NOT SYBDB_INCLUDE)
  message(FATAL_ERROR "FreeTDS's db-lib is missing: run tools/setup.sh (or simply `make build`)")
endif()
add_library(sybdb_library SHARED IMPORTED)
set_target_properties(sybdb_library PROPERTIES
  IMPORTED_LOCATION ${SYBDB_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${SYBDB_INCLUDE})
