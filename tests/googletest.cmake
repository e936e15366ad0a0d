# GoogleTest from the distribution's sources, compiled with our compiler and
# flags: a prebuilt library fits neither WebAssembly nor the sanitizers.
set(FERRITE_GOOGLETEST_DIR /usr/src/googletest CACHE PATH "GoogleTest's sources")
if(NOT EXISTS "${FERRITE_GOOGLETEST_DIR}/CMakeLists.txt")
  message(FATAL_ERROR "GoogleTest not found: install libgmock-dev or set "
                      "FERRITE_GOOGLETEST_DIR")
endif()

# Its own minimum CMake version would have it overwrite the choices below.
set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
set(INSTALL_GTEST OFF)
if(EMSCRIPTEN)
  set(gtest_disable_pthreads ON)
endif()
add_subdirectory("${FERRITE_GOOGLETEST_DIR}" "${CMAKE_BINARY_DIR}/googletest"
                 EXCLUDE_FROM_ALL SYSTEM)
