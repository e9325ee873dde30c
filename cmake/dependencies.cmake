# Every dependency, found once, unless the project around this one has it. Only
# absl::status and absl::statusor are part of the public interface; the rest is
# private to the library.
find_package(Threads REQUIRED)
if(NOT TARGET absl::status)
  find_package(absl REQUIRED)
endif()
if(NOT TARGET hwy::hwy)
  find_package(hwy REQUIRED CONFIG)
endif()
if(NOT TARGET TBB::tbb)
  find_package(TBB REQUIRED CONFIG)
endif()
if(NOT TARGET CURL::libcurl)
  find_package(CURL REQUIRED)
endif()
if(NOT TARGET Eigen3::Eigen)
  find_package(Eigen3 REQUIRED NO_MODULE)
endif()
if(NOT TARGET ZLIB::ZLIB)
  find_package(ZLIB REQUIRED)
endif()
# Its package has protobuf_generate_cpp too, which a target alone does not bring.
if(NOT TARGET protobuf::libprotobuf-lite OR NOT COMMAND protobuf_generate_cpp)
  find_package(Protobuf REQUIRED)
endif()
if(NOT TARGET tomlplusplus::tomlplusplus)
  find_package(tomlplusplus REQUIRED CONFIG)
endif()
if(NOT TARGET simdjson::simdjson)
  find_package(simdjson REQUIRED CONFIG)
endif()

find_package(PkgConfig REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(icu REQUIRED IMPORTED_TARGET icu-uc icu-i18n)

# Debian's FarmHash has neither a CMake package nor a .pc file.
find_path(FARMHASH_INCLUDE_DIR farmhash.h REQUIRED)
find_library(FARMHASH_LIBRARY farmhash REQUIRED)
add_library(rowsplit_farmhash INTERFACE)
target_include_directories(rowsplit_farmhash INTERFACE
  $<BUILD_INTERFACE:${FARMHASH_INCLUDE_DIR}>)
target_link_libraries(rowsplit_farmhash INTERFACE ${FARMHASH_LIBRARY})

# Nor has its CLD2.
find_path(CLD2_INCLUDE_DIR cld2/public/compact_lang_det.h REQUIRED)
find_library(CLD2_LIBRARY cld2 REQUIRED)
add_library(rowsplit_cld2 INTERFACE)
target_include_directories(rowsplit_cld2 SYSTEM INTERFACE
  $<BUILD_INTERFACE:${CLD2_INCLUDE_DIR}>)
target_link_libraries(rowsplit_cld2 INTERFACE ${CLD2_LIBRARY})
