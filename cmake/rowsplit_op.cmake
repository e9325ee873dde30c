# Registers the parts of the library. Each function takes an area (a folder) and
# a stem (a concept), adds its source to the library and its test and bench to
# the area's programs, and stops the configure when a file is missing.
#
#   rowsplit_op(text case)        public header, source, test, bench, doc page
#   rowsplit_unit(ragged shape)   public header, source, test
#   rowsplit_private(core json)   private header, source, test
#   rowsplit_kernel(to_lower)     header, source, scalar reference, test
#   rowsplit_add_test(data corpus_reader_records)   a second test of a unit

function(rowsplit_require area stem)
  foreach(file IN LISTS ARGN)
    if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${file})
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
