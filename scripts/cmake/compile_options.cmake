# Flags every translation unit must share, and the stricter ones for our own
# code, which targets take by linking ferrite_warnings.

if(EMSCRIPTEN)
  # Objects with and without wasm exceptions do not mix in one module, so C
  # code gets the flag too. JavaScript-based -fexceptions halves the speed of
  # the JSON parser.
  add_compile_options(-fwasm-exceptions)
  add_link_options(-fwasm-exceptions)
  # Every browser with synchronous OPFS handles has these. A run lasts about a
  # second, most of it in unoptimised code, where a copy loop is dear and
  # memory.copy is one call.
  add_compile_options(-mbulk-memory -msign-ext -mnontrapping-fptoint)
  # Nested records and plans are walked on the stack, as deep as core/ allows:
  # from 3.1.27 on the default is 64 KB instead of these 5 MB.
  if(EMSCRIPTEN_VERSION VERSION_GREATER_EQUAL 3.1.27)
    add_link_options(-sSTACK_SIZE=5242880)
  endif()
endif()

if(FERRITE_SANITIZE)
  add_compile_options(-fsanitize=${FERRITE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=${FERRITE_SANITIZE})
endif()

add_library(ferrite_warnings INTERFACE)
target_compile_options(ferrite_warnings INTERFACE
  -Wall -Wextra -Wpedantic $<$<BOOL:${FERRITE_WERROR}>:-Werror>)
if(EMSCRIPTEN)
  # EM_JS and EM_ASM are built on the GNU forms of string literals and varargs.
  target_compile_options(ferrite_warnings INTERFACE
    -Wno-dollar-in-identifier-extension
    -Wno-gnu-zero-variadic-macro-arguments)
endif()
