# A room is a folder under src/: one namespace, one static library, its tests beside the code.
#
#   renkei_room(hub/embedded DEPS renkei_core LIBS lz4)
#
# makes renkei_hub_embedded from every *.cc but the tests, and renkei_hub_embedded_test from every
# *_test.cc. A new file needs no line anywhere.
add_library(renkei_flags INTERFACE)
target_compile_options(renkei_flags INTERFACE -Wall -Wextra $<$<CXX_COMPILER_ID:GNU>:-Werror>
  -Wno-missing-field-initializers)  # designated initialisers leave the rest at its default
target_include_directories(renkei_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
target_link_libraries(renkei_flags INTERFACE fmt::fmt Threads::Threads)
if(RENKEI_SANITIZE)
  target_compile_options(renkei_flags INTERFACE
    -fsanitize=${RENKEI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(renkei_flags INTERFACE -fsanitize=${RENKEI_SANITIZE})
endif()

function(renkei_room path)
  cmake_parse_arguments(ROOM "" "" "DEPS;LIBS;TEST_DEPS" ${ARGN})
  string(REPLACE "/" "_" name ${path})
  set(folder ${CMAKE_SOURCE_DIR}/src/${path})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cc)
  file(GLOB tests CONFIGURE_DEPENDS ${folder}/*_test.cc)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()
  add_library(renkei_${name} STATIC ${sources})
  target_link_libraries(renkei_${name} PUBLIC renkei_flags ${ROOM_DEPS} PRIVATE ${ROOM_LIBS})
  if(RENKEI_TESTS AND tests)
    renkei_test(renkei_${name}_test SOURCES ${tests} DEPS renkei_${name} ${ROOM_TEST_DEPS} ${ROOM_LIBS})
  endif()
endfunction()

# A test program in GoogleTest; `LABELS integration` for those that start a server.
function(renkei_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ${TEST_DEPS} renkei_flags GTest::gmock GTest::gtest_main)
  # GCC 12 takes the unused alternatives of a moved std::variant for uninitialised once all is inlined.
  target_compile_options(${name} PRIVATE -Wno-maybe-uninitialized)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}")
endfunction()
