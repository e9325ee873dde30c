#include "pipeline/staged_plan.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/strings.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Strings;

using ::testing::ElementsAre;

using Views = std::vector<std::string_view>;

StagedPlan MakePlan(const TextVectorizationOptions& options,
                    const Views& tokens) {
  const bool is_int = options.output_mode == OutputMode::kInt;
  TokenLookupOptions lookup{.layout = IdLayout::kOovFirst,
                            .num_oov = options.num_oov_indices};
  if (is_int) lookup.mask_token = "";
  return *StagedPlan::Create(
      options,
      *TokenLookup::Create(*Vocabulary::FromTokens(Strings(tokens)), lookup),
      (is_int ? 1 : 0) + options.num_oov_indices);
}

TEST(StagedPlan, GivesIdsAndCutsRows) {
  const StagedPlan plan = MakePlan({.output_sequence_length = 2}, {"a", "b"});
  const auto ids =
      *plan.Vectorize(Strings({"a b a", "x", "", "b b b"}), {}, {});
  EXPECT_THAT(ids.view().splits, ElementsAre(0, 2, 3, 3, 5));
  EXPECT_THAT(ids.flat_values(), ElementsAre(2, 3, 1, 3, 3));
}

TEST(StagedPlan, GivesTheEmptyTokenNoColumn) {
  const TextVectorizationOptions options{.split = Split::kNone};
  EXPECT_THAT(MakePlan(options, {"a"})
                  .Vectorize(Strings({"a", "", "!"}), {}, {})
                  ->flat_values(),
              ElementsAre(2, 0, 0));
  TextVectorizationOptions count = options;
  count.output_mode = OutputMode::kCount;
  EXPECT_THAT(MakePlan(count, {"a"})
                  .Vectorize(Strings({"a", "", "!", "x"}), {}, {})
                  ->flat_values(),
              ElementsAre(1, StagedPlan::kNoColumn, StagedPlan::kNoColumn, 0));
}

TEST(StagedPlan, SpreadsUnknownTokens) {
  const StagedPlan plan = MakePlan({.num_oov_indices = 3}, {"a", "b"});
  const auto ids = *plan.Vectorize(Strings({"a b x y z w v"}), {}, {});
  const auto values = ids.flat_values();
  EXPECT_EQ(values[0], 4);
  EXPECT_EQ(values[1], 5);
  for (size_t i = 2; i < values.size(); ++i) {
    EXPECT_EQ(
        values[i],
        1 + static_cast<int64_t>(
                Fingerprint64(Views{"x", "y", "z", "w", "v"}[i - 2]) % 3));
  }
}

TEST(StagedPlan, DoesNotDependOnTheThreads) {
  const StagedPlan plan =
      MakePlan({.ngrams = {1, 2}}, {"ab", "ab ab", "q", "ab q"});
  std::string large;
  for (int i = 0; i < 100000; ++i) large += i % 7 == 0 ? "q " : "ab  x ";
  const StringTensor texts = Strings({large, "", large, "ab q", large});
  const auto one = *plan.Vectorize(texts, {}, {.num_threads = 1});
  const auto four = *plan.Vectorize(texts, {}, {.num_threads = 4});
  EXPECT_EQ(Tensor(one), Tensor(four));
}

}  // namespace
}  // namespace rowsplit::internal
