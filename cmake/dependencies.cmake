# Every dependency, found once. Only absl::status and absl::statusor are part
# of the public interface; the rest is private to the library.
find_package(Threads REQUIRED)
if(NOT TARGET absl::status)
  find_package(absl REQUIRED)
endif()
find_package(hwy REQUIRED CONFIG)
find_package(TBB REQUIRED CONFIG)
find_package(ZLIB REQUIRED)
find_package(Protobuf REQUIRED)
find_package(tomlplusplus REQUIRED CONFIG)
find_package(simdjson REQUIRED CONFIG)
find_package(Eigen3 QUIET NO_MODULE)
find_package(ICU REQUIRED COMPONENTS uc i18n)

find_package(PkgConfig REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)

# Debian's FarmHash has neither a CMake package nor a .pc file.
find_path(FARMHASH_INCLUDE_DIR farmhash.h REQUIRED)
find_library(FARMHASH_LIBRARY farmhash REQUIRED)
add_library(rowsplit_farmhash INTERFACE)
target_include_directories(rowsplit_farmhash INTERFACE
  $<BUILD_INTERFACE:${FARMHASH_INCLUDE_DIR}>)
target_link_libraries(rowsplit_farmhash INTERFACE ${FARMHASH_LIBRARY})
