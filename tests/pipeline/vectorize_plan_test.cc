#include "pipeline/vectorize_plan.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipeline/vectorize_cases.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/output_mode.h"
#include "support/seed.h"
#include "support/targets.h"
#include "support/tries.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;
using testing::VectorizeCase;

StringTensor Strings(const std::vector<std::string>& strings) {
  StringTensorBuilder builder;
  for (const std::string& string : strings) builder.Append(string);
  return std::move(builder).Build();
}

TextVectorization Make(const TextVectorizationOptions& options,
                       const std::vector<std::string>& tokens = {"a"}) {
  GivenVocabularyOptions given{.may_have_special_tokens = false};
  if (options.output_mode == OutputMode::kTfIdf) {
    BufferBuilder<float> weights;
    for (size_t i = 0; i < tokens.size(); ++i) {
      weights.Append(0.5F + static_cast<float>(i) / 3);
    }
    given.idf_weights = std::move(weights).Build();
  }
  return *TextVectorization::FromTokens(options, Strings(tokens), given);
}

void ExpectSameRows(const TextVectorization& fused,
                    const TextVectorization& staged, StringTensorView texts,
                    int threads) {
  const ExecOptions exec{.num_threads = threads};
  if (fused.options().output_mode == OutputMode::kInt) {
    ASSERT_EQ(Tensor(*fused.VectorizeRagged(texts, exec)),
              Tensor(*staged.VectorizeRagged(texts, exec)));
    ASSERT_EQ(*fused.Vectorize(texts, exec), *staged.Vectorize(texts, exec));
    return;
  }
  const CsrMatrix one = *fused.VectorizeCsr(texts, exec);
  const CsrMatrix other = *staged.VectorizeCsr(texts, exec);
  ASSERT_TRUE(
      std::ranges::equal(one.rows.row_splits(), other.rows.row_splits()));
  ASSERT_TRUE(std::ranges::equal(one.columns, other.columns));
  ASSERT_EQ(one.values, other.values);
  ASSERT_EQ(one.num_columns, other.num_columns);
  ASSERT_EQ(*fused.Vectorize(texts, exec), *staged.Vectorize(texts, exec));
}

class VectorizePlanTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(VectorizePlanTest);

TEST_P(VectorizePlanTest, FusedEqualsStageByStage) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < testing::Tries(17'000); ++i) {
    SCOPED_TRACE(::testing::Message() << "case " << i);
    VectorizeCase one = testing::RandomVectorizeCase(random);
    if (i % 16 == 0) {
      std::vector<TextStep>& steps = one.options.steps;
      steps.insert(steps.begin() + i / 16 % (steps.size() + 1),
                   i % 32 == 0 ? TextStep(UnicodeLowerCase{})
                               : TextStep(UnicodeFoldCase{}));
    }
    const TextVectorization fused = Make(one.options, one.tokens);
    ExpectSameRows(fused, fused.StageByStage(), Strings(one.texts),
                   i % 64 == 0 ? 3 : 1);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(VectorizePlan, CountsTheSameWithAndWithoutTheFusedPass) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < 500; ++i) {
    const VectorizeCase one = testing::RandomVectorizeCase(random);
    TextVectorizationAdapter adapter(one.options);
    ASSERT_TRUE(adapter.Update(Strings(one.texts)).ok());
    std::map<std::string, int64_t> expected;
    for (const std::string& text : one.texts) {
      for (const std::string& token : one.meaning.Tokens(text)) {
        ++expected[token];
      }
    }
    std::map<std::string, int64_t> actual;
    for (const TokenCount& count : adapter.counts().MostCommon(-1)) {
      actual[std::string(count.token)] = count.count;
    }
    ASSERT_EQ(actual, expected) << "case " << i;
  }
}

TEST(VectorizePlan, ExplainsTheFusedPass) {
  EXPECT_EQ(Make({.steps = {LowerCase{}, ReplaceRegex{"[-/]", " "}},
                  .ngrams = {1, 2}})
                .Explain(),
            "fused, in blocks that stay in the cache\n"
            "  steps 1 to 2 and standardize: map bytes and drop some, vectors\n"
            "  split: ASCII white space, vectors\n"
            "  n-grams: widths 1, 2, spans of the words, none is copied\n"
            "  look up: 3 ids, 1 of unknown tokens\n"
            "  output: ids\n");
  EXPECT_THAT(
      Make({.output_mode = OutputMode::kCount}).Explain(),
      HasSubstr("  output: count, sparse rows from the ids of a block"));
}

TEST(VectorizePlan, ExplainsTheSplitAtUnicodeWhiteSpace) {
  EXPECT_EQ(
      Make({.steps = {LowerCase{}}, .split = Split::kUnicodeWhitespace})
          .Explain(),
      "stage by stage on pieces of the texts, not fused: Unicode white space "
      "may be there only when bytes between are dropped\n"
      "  step 1 and standardize: map bytes and drop some, vectors\n"
      "  split: Unicode white space becomes blanks, vectors\n"
      "fused, in blocks that stay in the cache\n"
      "  split: blanks, vectors\n"
      "  look up: 3 ids, 1 of unknown tokens\n"
      "  output: ids\n");
}

TEST(VectorizePlan, MakesOneHotRowsOfAllIds) {
  const TextVectorization layer = Make({.output_mode = OutputMode::kOneHot});
  const StringTensor texts = Strings({"a b a", "", "a"});
  ExpectSameRows(layer, layer.StageByStage(), texts, 1);
  EXPECT_EQ(layer.VectorizeCsr(texts)->rows.num_rows(), 4);
  EXPECT_THAT(layer.Explain(), HasSubstr("output: one_hot, from all ids\n"));
}

TEST(VectorizePlan, SaysWhichStepRunsByItselfAndWhy) {
  const std::string text =
      Make({.steps = {LowerCase{}, ReplaceRegex{"a+", "b"}, LowerCase{}}})
          .Explain();
  EXPECT_THAT(text, HasSubstr("not fused: step 2 must run by itself, as it is "
                              "not one class of ASCII bytes"));
  EXPECT_THAT(text, HasSubstr("  step 2: replace every match of \"a+\""));
  EXPECT_THAT(text, HasSubstr("  step 3 and standardize: map bytes"));
  EXPECT_THAT(Make({.steps = {ReplaceRegex{",", "", false}}}).Explain(),
              HasSubstr("as it replaces the first match only"));
}

TEST(VectorizePlan, SaysWhyNothingIsFused) {
  EXPECT_THAT(Make({.split = Split::kCharacter}).Explain(),
              HasSubstr("not fused: it splits into characters, and the kernel "
                        "splits at white space only\n"));
  EXPECT_THAT(Make({.split = Split::kNone}).Explain(),
              HasSubstr("not fused: nothing is split"));
  EXPECT_THAT(Make({}).StageByStage().Explain(),
              HasSubstr("not fused: as asked"));
}

TEST(VectorizePlan, ExplainsAdapting) {
  EXPECT_THAT(TextVectorizationAdapter({}).Explain(),
              HasSubstr("fused, in blocks"));
  EXPECT_THAT(
      TextVectorizationAdapter({.output_mode = OutputMode::kTfIdf}).Explain(),
      HasSubstr("count: tokens, and documents with each"));
  EXPECT_EQ(TextVectorizationAdapter({.ngrams = {0}}).Explain(), "");
}

}  // namespace
}  // namespace rowsplit
