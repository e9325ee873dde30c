#include "vocab/count_selection.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/counted_tokens.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using testing::CountedToken;
using testing::CountedTokens;

TEST(CountSelection, EqualsASortForAnyNumberAndBudget) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const CountedTokens all =
      testing::CountByMap(testing::RandomTokenRows(random, 6000));
  ASSERT_GT(all.size(), 3000u);
  CountedTokens shuffled = all;
  std::shuffle(shuffled.begin(), shuffled.end(), random);
  for (const int64_t max_tokens : {-1, 0, 1, 100, 1000, 3000, 1000000}) {
    for (const int64_t budget : {1, 3000, 30000, 100000, 100000000}) {
      auto file = SpillFile::Create("");
      ASSERT_TRUE(file.ok()) << file.status();
      CountSelection selection(file->get(), true, max_tokens, budget, 1000, 4);
      for (const CountedToken& token : shuffled)
        ASSERT_TRUE(selection.Add(token.view()).ok());
      CountedTokens selected;
      ASSERT_TRUE(selection
                      .Visit([&](const TokenCount& token) {
                        selected.emplace_back(token);
                        return absl::OkStatus();
                      })
                      .ok());
      ASSERT_EQ(selected, testing::MostCommonBySort(all, max_tokens, 1))
          << max_tokens << " " << budget;
      if (budget == 100000000) {
        EXPECT_EQ((*file)->written_bytes(), 0);
      }
      if (budget <= 100000 && (max_tokens < 0 || max_tokens > 2000)) {
        EXPECT_GT((*file)->written_bytes(), 0) << max_tokens << " " << budget;
      }
    }
  }
}

}  // namespace
}  // namespace rowsplit::internal
