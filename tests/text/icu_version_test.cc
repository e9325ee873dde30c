#include "rowsplit/text/icu_version.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "unicode/uchar.h"
#include "unicode/uvernum.h"

namespace rowsplit {
namespace {

using ::testing::StartsWith;

TEST(IcuVersion, IsThatOfTheHeadersHere) {
  EXPECT_THAT(IcuVersion(),
              StartsWith(std::to_string(U_ICU_VERSION_MAJOR_NUM) + "."));
  EXPECT_THAT(std::string(U_UNICODE_VERSION), StartsWith(UnicodeVersion()));
}

}  // namespace
}  // namespace rowsplit
