# Checks that the amalgamation is the one we tested. To move to another
# version: change the dependency, run `npm install`, then update these lines
# after reading SQLite's change log.
set(FERRITE_SQLITE_VERSION 3.54.1)
set(_sqlite_package_version 13.2.0)
set(_sqlite_package_integrity
    "sha512-Z8Q/9x/uNyKxA1v4FNodyItRVRw1TeKBrmj32JhxhR0ceNcBY+wMobt/Bv7M7TzwPAXjnZRtNaEsATnUZSKWZQ==")
set(_sqlite3_c_sha256
    75a4760a7b9727a4c4c877aec92eacf39e52a8f2921ce00bd33be6d3a8e8e254)
set(_sqlite3_h_sha256
    d6c84557261893439b341d2e6c35187ae3ea24fbfd843ad94616f72d89242b8c)

function(ferrite_verify_sqlite_lockfile)
  set(_lockfile "${CMAKE_SOURCE_DIR}/package-lock.json")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_lockfile}")
  file(READ "${_lockfile}" _lock)
  foreach(_key version integrity)
    string(JSON _value GET "${_lock}" packages node_modules/better-sqlite3 ${_key})
    if(NOT _value STREQUAL _sqlite_package_${_key})
      message(FATAL_ERROR "package-lock.json pins better-sqlite3 with ${_key} "
        "${_value}, core/sqlite/verify.cmake expects ${_sqlite_package_${_key}}")
    endif()
  endforeach()
endfunction()

function(ferrite_verify_sqlite dir)
  ferrite_verify_sqlite_lockfile()
  foreach(_file sqlite3.c sqlite3.h)
    if(NOT EXISTS "${dir}/${_file}")
      message(FATAL_ERROR "${dir}/${_file} is missing: run scripts/setup")
    endif()
    string(REPLACE "." "_" _name "${_file}")
    file(SHA256 "${dir}/${_file}" _hash)
    if(NOT _hash STREQUAL _${_name}_sha256)
      message(FATAL_ERROR "${dir}/${_file} is not SQLite ${FERRITE_SQLITE_VERSION} "
        "as tested: SHA-256 ${_hash}")
    endif()
  endforeach()
endfunction()
