#ifndef ROWSPLIT_TESTS_SUPPORT_SOURCE_DIR_H_
#define ROWSPLIT_TESTS_SUPPORT_SOURCE_DIR_H_

namespace rowsplit::testing {

// The root of the sources that the tests were built from.
const char* SourceDir();

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_SOURCE_DIR_H_
