# Finds Emscripten (EMSDK in the environment first, then PATH) and hands over
# to its own toolchain file, so that presets need no absolute path.

if(DEFINED ENV{EMSDK} AND EXISTS "$ENV{EMSDK}/upstream/emscripten/emcc")
  set(_emscripten_root "$ENV{EMSDK}/upstream/emscripten")
else()
  find_program(FERRITE_EM_CONFIG em-config NO_CACHE)
  if(NOT FERRITE_EM_CONFIG)
    message(FATAL_ERROR "Emscripten not found: install it (Debian: emscripten) "
                        "or set EMSDK")
  endif()
  execute_process(COMMAND "${FERRITE_EM_CONFIG}" EMSCRIPTEN_ROOT
                  OUTPUT_VARIABLE _emscripten_root
                  OUTPUT_STRIP_TRAILING_WHITESPACE
                  COMMAND_ERROR_IS_FATAL ANY)
endif()

# CMake keeps the compiler it first found: one tree would mix two Emscriptens.
file(STRINGS "${_emscripten_root}/emscripten-version.txt" _emscripten LIMIT_COUNT 1)
string(REPLACE "\"" "" _emscripten "${_emscripten} in ${_emscripten_root}")
if(DEFINED CACHE{FERRITE_EMSCRIPTEN} AND NOT FERRITE_EMSCRIPTEN STREQUAL _emscripten)
  message(FATAL_ERROR "This build tree was made by Emscripten ${FERRITE_EMSCRIPTEN}, "
                      "and now there is ${_emscripten}. Remove ${CMAKE_BINARY_DIR}")
endif()
set(FERRITE_EMSCRIPTEN "${_emscripten}" CACHE INTERNAL "What made this tree")

# Debian keeps the tools themselves in /usr/bin only.
find_program(CMAKE_C_COMPILER emcc HINTS "${_emscripten_root}" REQUIRED)
find_program(CMAKE_CXX_COMPILER em++ HINTS "${_emscripten_root}" REQUIRED)
find_program(CMAKE_AR emar HINTS "${_emscripten_root}" REQUIRED)
find_program(CMAKE_RANLIB emranlib HINTS "${_emscripten_root}" REQUIRED)

# Debian installs the acorn its emcc needs where Node does not look by itself.
if(EXISTS /usr/share/nodejs/acorn AND _emscripten_root MATCHES "^/usr/share/")
  set(_with_acorn "${CMAKE_COMMAND};-E;env;NODE_PATH=/usr/share/nodejs")
  set(CMAKE_C_LINKER_LAUNCHER "${_with_acorn}")
  set(CMAKE_CXX_LINKER_LAUNCHER "${_with_acorn}")
endif()

find_program(FERRITE_NODE node REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR "${FERRITE_NODE}" --require
    "${CMAKE_CURRENT_LIST_DIR}/without_fetch.cjs")

include("${_emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")
