#ifndef ROWSPLIT_TESTS_SUPPORT_TARGETS_H_
#define ROWSPLIT_TESTS_SUPPORT_TARGETS_H_

// As the kernels that have this target; the others run their baseline.
#ifndef HWY_WANT_AVX3_DL
#define HWY_WANT_AVX3_DL
#endif

#include "gtest/gtest.h"
#include "hwy/tests/hwy_gtest.h"  // IWYU pragma: export

// Highway's macros say `testing::`, which inside namespace rowsplit is ours.
namespace rowsplit::testing {
using ::testing::ValuesIn;
}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_TARGETS_H_
