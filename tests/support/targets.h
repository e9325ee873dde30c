#ifndef ROWSPLIT_TESTS_SUPPORT_TARGETS_H_
#define ROWSPLIT_TESTS_SUPPORT_TARGETS_H_

#include "gtest/gtest.h"
#include "hwy/tests/hwy_gtest.h"  // IWYU pragma: export

// Highway's macros say `testing::`, which inside namespace rowsplit is ours.
namespace rowsplit::testing {
using ::testing::ValuesIn;
}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_TARGETS_H_
