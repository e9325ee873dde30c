#include "rowsplit/core/version.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

TEST(Version, IsThreeNumbers) {
  EXPECT_THAT(std::string(Version()),
              ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace rowsplit
