# Header-only libraries from the system, for both twins.
#
# A cross-compiler must not see /usr/include as such: its libc headers would
# shadow the sysroot's. So the few headers we use are linked one by one into a
# folder of the build tree, and only that folder is searched.

set(_third_party_include "${CMAKE_BINARY_DIR}/third_party/include")
file(MAKE_DIRECTORY "${_third_party_include}")

function(ferrite_link_system_header name debian_package)
  find_path(FERRITE_${name}_ROOT NAMES ${name}
            PATHS /usr/include /usr/local/include NO_CMAKE_FIND_ROOT_PATH
            DOC "Folder that holds ${name}")
  if(NOT FERRITE_${name}_ROOT)
    message(FATAL_ERROR "${name} not found: install ${debian_package} or set "
                        "FERRITE_${name}_ROOT")
  endif()
  file(CREATE_LINK "${FERRITE_${name}_ROOT}/${name}"
       "${_third_party_include}/${name}" SYMBOLIC)
endfunction()

ferrite_link_system_header(nlohmann nlohmann-json3-dev)
ferrite_link_system_header(xxhash.h libxxhash-dev)

add_library(ferrite_third_party INTERFACE)
target_include_directories(ferrite_third_party SYSTEM INTERFACE
                           "${_third_party_include}")
