# Registers the parts of the library. Each function takes an area (a folder) and
# a stem (a concept), adds its source to the library and its test and bench to
# the area's programs, and stops the configure when a file is missing.
#
#   rowsplit_op(text case)        public header, source, test, bench, doc page
#   rowsplit_unit(ragged shape)   public header, source, test
#   rowsplit_private(core json)   private header, source, test
#   rowsplit_kernel(to_lower)     header, source, scalar reference, test
#   rowsplit_add_test(data corpus_reader_records)   a second test of a unit
#   rowsplit_together(src text case join …)         sources that are compiled as one

# A source distribution has no tests, benchmarks and docs.
function(rowsplit_require area stem)
  foreach(file IN LISTS ARGN)
    string(REGEX MATCH "^[^/]+" tree ${file})
    if(EXISTS ${PROJECT_SOURCE_DIR}/${tree} AND NOT EXISTS ${PROJECT_SOURCE_DIR}/${file})
      message(FATAL_ERROR "${area}/${stem} is registered, but ${file} is missing")
    endif()
  endforeach()
endfunction()

function(rowsplit_add_public_header area stem)
  target_sources(rowsplit PUBLIC FILE_SET HEADERS FILES
    ${PROJECT_SOURCE_DIR}/include/rowsplit/${area}/${stem}.h)
endfunction()

function(rowsplit_add_source area stem)
  target_sources(rowsplit PRIVATE ${PROJECT_SOURCE_DIR}/src/${area}/${stem}.cc)
endfunction()

function(rowsplit_add_test area stem)
  set_property(GLOBAL APPEND PROPERTY ROWSPLIT_TEST_AREAS ${area})
  set_property(GLOBAL APPEND PROPERTY ROWSPLIT_TESTS_${area}
    ${PROJECT_SOURCE_DIR}/tests/${area}/${stem}_test.cc)
endfunction()

function(rowsplit_add_bench area stem)
  set_property(GLOBAL APPEND PROPERTY ROWSPLIT_BENCH_AREAS ${area})
  set_property(GLOBAL APPEND PROPERTY ROWSPLIT_BENCHES_${area}
    ${PROJECT_SOURCE_DIR}/bench/${area}/${stem}_bench.cc)
endfunction()

function(rowsplit_unit area stem)
  rowsplit_require(${area} ${stem} include/rowsplit/${area}/${stem}.h
    src/${area}/${stem}.cc tests/${area}/${stem}_test.cc)
  rowsplit_add_public_header(${area} ${stem})
  rowsplit_add_source(${area} ${stem})
  rowsplit_add_test(${area} ${stem})
endfunction()

# A public header with no source file of its own.
function(rowsplit_header area stem)
  rowsplit_require(${area} ${stem} include/rowsplit/${area}/${stem}.h)
  rowsplit_add_public_header(${area} ${stem})
endfunction()

function(rowsplit_private area stem)
  rowsplit_require(${area} ${stem} src/${area}/${stem}.h src/${area}/${stem}.cc
    tests/${area}/${stem}_test.cc)
  rowsplit_add_source(${area} ${stem})
  rowsplit_add_test(${area} ${stem})
endfunction()

function(rowsplit_op area stem)
  rowsplit_require(${area} ${stem} bench/${area}/${stem}_bench.cc docs/ops/${stem}.md)
  rowsplit_unit(${area} ${stem})
  rowsplit_add_bench(${area} ${stem})
endfunction()

function(rowsplit_kernel stem)
  rowsplit_require(kernels ${stem} src/kernels/${stem}.h src/kernels/${stem}.cc
    src/kernels/${stem}_ref.h tests/kernels/${stem}_test.cc)
  rowsplit_add_source(kernels ${stem})
  rowsplit_add_test(kernels ${stem})
endfunction()

# Compiles sources of one area of src, tests or bench as one, for the headers that
# they share take half the time of each: they become headers of a source that
# includes them. No two of a line may have one name for different things, in an
# anonymous namespace or as a macro: most of them stop the compiler, but overloads
# may not. One of the two goes to another line, or takes a better name. What is on
# no line is compiled alone: kernels, which include themselves once for each target,
# and sources with properties of their own.
function(rowsplit_together tree area)
  set(ending_src .cc)
  set(ending_tests _test.cc)
  set(ending_bench _bench.cc)
  set(target_src rowsplit)
  set(target_tests rowsplit_${area}_test)
  set(target_bench rowsplit_${area}_bench)
  list(TRANSFORM ARGN PREPEND ${area}/ OUTPUT_VARIABLE sources)
  list(TRANSFORM sources APPEND ${ending_${tree}})
  rowsplit_compile_as_one(${target_${tree}} ${PROJECT_SOURCE_DIR}/${tree} ${sources})
endfunction()

# Sources below a folder that is searched for includes: not CMake's UNITY_BUILD, which
# includes them by their absolute paths, as a compiler cache of another checkout
# would not have them.
function(rowsplit_compile_as_one target folder first)
  if(NOT ROWSPLIT_UNITY_BUILD)
    return()
  endif()
  # The warning that is turned off is right of headers only.
  set(content [[
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wsubobject-linkage"
#endif
]])
  foreach(source IN LISTS first ARGN)
    foreach(property COMPILE_OPTIONS COMPILE_DEFINITIONS INCLUDE_DIRECTORIES HEADER_FILE_ONLY)
      get_source_file_property(value ${folder}/${source} TARGET_DIRECTORY ${target} ${property})
      if(value OR NOT EXISTS ${folder}/${source})
        message(FATAL_ERROR "${folder}/${source} can't be compiled with others: "
          "it is missing, or on another line, or has properties of its own (${property})")
      endif()
    endforeach()
    string(APPEND content "#include \"${source}\"\n")
    set_source_files_properties(${folder}/${source} TARGET_DIRECTORY ${target}
      PROPERTIES HEADER_FILE_ONLY ON)
  endforeach()
  set(all ${PROJECT_BINARY_DIR}/together/${target}/${first})
  file(CONFIGURE OUTPUT ${all} CONTENT "${content}" @ONLY)
  target_sources(${target} PRIVATE ${all})
endfunction()
