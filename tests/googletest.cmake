# GoogleTest from the distribution's sources, compiled with our compiler and
# flags: a prebuilt library fits neither WebAssembly nor the sanitizers.
set(FERRITE_GOOGLETEST_DIR /usr/src/googletest CACHE PATH "GoogleTest's sources")
if(NOT EXISTS "${FERRITE_GOOGLETEST_DIR}/CMakeLists.txt")
  message(FATAL_ERROR "GoogleTest not found: install libgmock-dev or set "
                      "FERRITE_GOOGLETEST_DIR")
endif()

set(INSTALL_GTEST OFF)
if(EMSCRIPTEN)
  set(gtest_disable_pthreads ON)
endif()
add_subdirectory("${FERRITE_GOOGLETEST_DIR}" "${CMAKE_BINARY_DIR}/googletest"
                 EXCLUDE_FROM_ALL SYSTEM)
