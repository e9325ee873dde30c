// TextVectorization of every mode and of texts of any rank; the values are what
// Keras gives.
#include <cmath>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Strings;

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Views = std::vector<std::string_view>;

// Of the vocabulary "the", "cat".
TextVectorization Make(const TextVectorizationOptions& options) {
  GivenVocabularyOptions given;
  if (options.output_mode == OutputMode::kTfIdf) {
    given.idf_weights = Buffer<float>{0.5F, 2.0F};
  }
  return *TextVectorization::FromTokens(options, Strings({"the", "cat"}),
                                        given);
}

std::string MessageOf(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(TextVectorizationModes, GiveRowsOfColumns) {
  const StringTensor texts = Strings({"the the dog", "", "cat"});
  const Tensor count =
      *Make({.output_mode = OutputMode::kCount}).Vectorize(texts);
  EXPECT_THAT(count.flat_shape(), ElementsAre(3, 3));
  EXPECT_THAT(count.items<int64_t>(), ElementsAre(1, 2, 0, 0, 0, 0, 0, 0, 1));
  const Tensor multi_hot =
      *Make({.output_mode = OutputMode::kMultiHot}).Vectorize(texts);
  EXPECT_THAT(multi_hot.items<int64_t>(),
              ElementsAre(1, 1, 0, 0, 0, 0, 0, 0, 1));
  const Tensor tf_idf =
      *Make({.output_mode = OutputMode::kTfIdf}).Vectorize(texts);
  EXPECT_THAT(tf_idf.items<float>(),
              ElementsAre(1.25F, 1, 0, 0, 0, 0, 0, 0, 2));
  const Tensor one_hot =
      *Make({.output_mode = OutputMode::kOneHot}).Vectorize(texts);
  EXPECT_EQ(one_hot.ragged_rank(), 1);
  EXPECT_THAT(one_hot.flat_shape(), ElementsAre(4, 3));
}

TEST(TextVectorizationModes, GiveSparseRowsWithoutZeros) {
  const CsrMatrix csr = *Make({.output_mode = OutputMode::kTfIdf})
                             .VectorizeCsr(Strings({"the the dog", "", "cat"}));
  EXPECT_EQ(csr.num_columns, 3);
  EXPECT_THAT(csr.rows.row_splits(), ElementsAre(0, 2, 2, 3));
  EXPECT_THAT(csr.columns, ElementsAre(0, 1, 2));
  EXPECT_THAT(csr.values.items<float>(), ElementsAre(1.25F, 1, 2));
  EXPECT_THAT(MessageOf(Make({}).VectorizeCsr(Strings({"a"})).status()),
              HasSubstr("not for the output mode int"));
  EXPECT_THAT(MessageOf(Make({.output_mode = OutputMode::kCount})
                            .VectorizeRagged(Strings({"a"}))
                            .status()),
              HasSubstr("for the output mode int only"));
}

TEST(TextVectorizationModes, PadColumnsToMaxTokens) {
  const TextVectorization layer = Make({.max_tokens = 5,
                                        .output_mode = OutputMode::kTfIdf,
                                        .pad_to_max_tokens = true});
  EXPECT_EQ(layer.num_ids(), 3);
  EXPECT_EQ(layer.num_columns(), 5);
  EXPECT_THAT(layer.idf_weights(), ElementsAre(1.25F, 0.5F, 2, 0, 0));
  EXPECT_THAT(layer.Vectorize(Strings({"cat"}))->items<float>(),
              ElementsAre(0, 0, 2, 0, 0));
}

TEST(TextVectorizationCall, FollowsTheRankOfSplitTexts) {
  const TextVectorization layer = Make({.output_sequence_length = 2});
  const Tensor texts = Strings({"the cat the", "dog"});
  EXPECT_THAT(layer.Call(texts)->items<int64_t>(), ElementsAre(2, 3, 1, 0));
  EXPECT_EQ(*layer.Call(*Tensor::Dense(texts.strings(), {2, 1})),
            *layer.Call(texts));
  EXPECT_THAT(
      layer.Call(*Tensor::Dense(texts.strings(), {1, 2, 1}))->flat_shape(),
      ElementsAre(1, 2, 2));
  const Tensor one = *layer.Call(Tensor::Scalar(std::string_view("dog")));
  EXPECT_THAT(one.flat_shape(), ElementsAre(2));
  EXPECT_THAT(one.items<int64_t>(), ElementsAre(1, 0));
  EXPECT_THAT(layer.Call(Tensor::Scalar(std::string_view("dog")), true)
                  ->items<int64_t>(),
              ElementsAre(1));
  const Tensor ragged = *layer.Call(texts, true);
  EXPECT_THAT(ragged.partition(0).row_splits(), ElementsAre(0, 2, 3));
  EXPECT_THAT(
      MessageOf(layer.Call(*Tensor::Dense(texts.strings(), {1, 2})).status()),
      HasSubstr("a last dimension of 1, got shape [1, 2]"));
}

TEST(TextVectorizationCall, TakesWholeTextsOfAnyShape) {
  const TextVectorization layer = Make({.split = Split::kNone});
  const StringTensor texts = Strings({"the", "", "dog", "cat"});
  EXPECT_EQ(*layer.Call(*Tensor::Dense(texts, {2, 2})),
            *Tensor::Dense(Buffer<int64_t>{2, 0, 1, 3}, {2, 2}));
  EXPECT_EQ(*layer.Call(Tensor::Scalar(std::string_view("cat"))),
            Tensor::Scalar(int64_t{3}));
  const Tensor rows = *Tensor::FromRowSplits(texts, {0, 1, 4});
  EXPECT_THAT(layer.Call(rows)->items<int64_t>(),
              ElementsAre(2, 0, 0, 0, 1, 3));
  EXPECT_THAT(layer.Call(rows, true)->items<int64_t>(),
              ElementsAre(2, 0, 1, 3));
  // Texts of rank 1 are one sample, and the empty token has no column.
  const TextVectorization count =
      Make({.split = Split::kNone, .output_mode = OutputMode::kCount});
  EXPECT_EQ(*count.Call(texts), Tensor::Vector(Buffer<int64_t>{1, 1, 1}));
}

TEST(TextVectorizationCall, CutsAndPadsWholeTexts) {
  const TextVectorization layer =
      Make({.split = Split::kNone, .output_sequence_length = 3});
  const StringTensor texts = Strings({"the", "", "dog", "cat"});
  EXPECT_EQ(*layer.Call(*Tensor::Dense(texts, {2, 2})),
            *Tensor::Dense(Buffer<int64_t>{2, 0, 0, 1, 3, 0}, {2, 3}));
  EXPECT_EQ(*layer.Call(*Tensor::Dense(texts, {2, 2}), true),
            *Tensor::Dense(Buffer<int64_t>{2, 0, 1, 3}, {2, 2}));
  EXPECT_EQ(*layer.Call(texts), Tensor::Vector(Buffer<int64_t>{2, 0, 1}));
  EXPECT_THAT(
      MessageOf(layer.Call(Tensor::Scalar(std::string_view("a"))).status()),
      HasSubstr("output_sequence_length needs texts of rank 1"));
}

TEST(TextVectorizationCall, MakesNgramsAlongTheInnermostRows) {
  const TextVectorization layer = *TextVectorization::FromTokens(
      {.split = Split::kNone, .ngrams = {2}}, Strings({"a b", "c d"}));
  const StringTensor texts = Strings({"a", "b", "c", "d"});
  EXPECT_EQ(*layer.Call(texts), Tensor::Vector(Buffer<int64_t>{2, 1, 3}));
  EXPECT_EQ(*layer.Call(*Tensor::Dense(texts, {2, 2})),
            *Tensor::Dense(Buffer<int64_t>{2, 3}, {2, 1}));
  EXPECT_THAT(
      layer.Call(*Tensor::FromRowSplits(texts, {0, 3, 4}))->items<int64_t>(),
      ElementsAre(2, 1, 0, 0));
  EXPECT_THAT(
      MessageOf(layer.Call(Tensor::Scalar(std::string_view("a"))).status()),
      HasSubstr("n-grams need texts of rank 1 or more"));
}

TEST(TextVectorizationCall, TakesChunksAsOneTensor) {
  const Views all = {"the cat", "", "dog the the", "cat"};
  const std::vector<Tensor> chunks = {Strings({all[0]}), Strings({}),
                                      Strings({all[1], all[2]}),
                                      Strings({all[3]})};
  for (const OutputMode mode :
       {OutputMode::kInt, OutputMode::kCount, OutputMode::kOneHot}) {
    const TextVectorization layer = Make({.output_mode = mode});
    EXPECT_EQ(*layer.Call(chunks, false), *layer.Call(Strings(all)));
  }
  EXPECT_EQ(*Make({}).Call(chunks, true), *Make({}).Call(Strings(all), true));
  const TextVectorization cut = Make({.output_sequence_length = 2});
  EXPECT_EQ(*cut.Call(chunks, false), *cut.Call(Strings(all)));
  for (const OutputMode mode :
       {OutputMode::kCount, OutputMode::kTfIdf, OutputMode::kOneHot}) {
    const TextVectorization layer = Make({.output_mode = mode});
    const CsrMatrix whole = *layer.VectorizeCsr(Strings(all));
    for (const TextVectorization& each : {layer, layer.StageByStage()}) {
      const CsrMatrix csr = *each.CallCsr(chunks);
      EXPECT_THAT(csr.rows.row_splits(),
                  ElementsAreArray(whole.rows.row_splits()));
      EXPECT_THAT(csr.columns, ElementsAreArray(whole.columns.span()));
      EXPECT_EQ(csr.values, whole.values);
    }
  }
  EXPECT_THAT(MessageOf(Make({}).Call(Tensor()).status()),
              HasSubstr("expected texts, got float32"));
}

TEST(TextVectorizationVocabulary, MayBeginWithItsSpecialTokens) {
  const auto tokens = [](const TextVectorizationOptions& options,
                         const Views& given) {
    return TextVectorization::FromTokens(options, Strings(given))->Tokens();
  };
  const TextVectorizationOptions count{.output_mode = OutputMode::kCount};
  EXPECT_EQ(tokens({}, {"", "[UNK]", "a"}), Strings({"", "[UNK]", "a"}));
  EXPECT_EQ(tokens({}, {"[UNK]", "a"}), Strings({"", "[UNK]", "[UNK]", "a"}));
  EXPECT_EQ(tokens(count, {"[UNK]", "a"}), Strings({"[UNK]", "a"}));
  EXPECT_EQ(tokens({.num_oov_indices = 2}, {"", "[UNK]", "[UNK]", "a"}),
            Strings({"", "[UNK]", "[UNK]", "a"}));
  const auto error = [](const TextVectorizationOptions& options,
                        const Views& given) {
    return MessageOf(
        TextVectorization::FromTokens(options, Strings(given)).status());
  };
  EXPECT_THAT(error({}, {"", "[UNK]"}), HasSubstr("must have a token beside"));
  EXPECT_THAT(error(count, {"[UNK]", "a", ""}), HasSubstr("''"));
  EXPECT_THAT(error({}, {"", "a"}), HasSubstr("''"));
  EXPECT_THAT(error({}, {"a", "a"}), HasSubstr("must differ"));
}

TEST(TextVectorizationVocabulary, OfAFileHasNoSpecialTokens) {
  const Vocabulary vocabulary =
      *Vocabulary::FromTokens(Strings({"[UNK]", "a"}));
  const TextVectorization layer = *TextVectorization::Create(
      {.max_tokens = 2, .output_mode = OutputMode::kCount}, vocabulary,
      {.may_have_special_tokens = false, .check_max_tokens = false});
  EXPECT_EQ(layer.Tokens(), Strings({"[UNK]", "[UNK]", "a"}));
  EXPECT_EQ(layer.Tokens(false), Strings({"[UNK]", "a"}));
}

TEST(TextVectorizationVocabulary, NeedsAWeightForEachToken) {
  const TextVectorizationOptions options{.output_mode = OutputMode::kTfIdf};
  const auto error = [](const TextVectorizationOptions& given_options,
                        const GivenVocabularyOptions& given) {
    return MessageOf(
        TextVectorization::FromTokens(given_options, Strings({"a", "b"}), given)
            .status());
  };
  EXPECT_THAT(error(options, {}), HasSubstr("needs idf_weights"));
  EXPECT_THAT(error(options, {.idf_weights = Buffer<float>{1}}),
              HasSubstr("expected 2, got 1"));
  EXPECT_THAT(error({}, {.idf_weights = Buffer<float>{1, 2}}),
              HasSubstr("for the output mode tf_idf only"));
  EXPECT_THAT(error(options, {.idf_weights = Buffer<float>{1, 2},
                              .has_column_weights = true}),
              HasSubstr("columns: expected 3, got 2"));
  // With the special token among them each has its own.
  const auto layer = TextVectorization::FromTokens(
      options, Strings({"[UNK]", "a"}), {.idf_weights = Buffer<float>{7, 2}});
  EXPECT_THAT(layer->idf_weights(), ElementsAre(7, 2));
}

TEST(TextVectorizationOptions, AreChecked) {
  const auto error = [](const TextVectorizationOptions& options) {
    return MessageOf(TextVectorization::CheckOptions(options));
  };
  EXPECT_THAT(error({.pad_to_max_tokens = true}),
              HasSubstr("needs max_tokens"));
  EXPECT_THAT(
      error({.output_mode = OutputMode::kCount, .output_sequence_length = 3}),
      HasSubstr("for the output mode int only"));
  EXPECT_THAT(error({.ngrams = {1, 0}}), HasSubstr("must be positive: 0"));
  EXPECT_THAT(error({.num_oov_indices = 0}), HasSubstr("num_oov_indices"));
  EXPECT_THAT(error({.min_count = 0}), HasSubstr("min_count"));
  EXPECT_THAT(error({.steps = {LowerCase{}, DropFullMatch{"a"}}}),
              HasSubstr("step 2: rows of a layer can't be dropped"));
}

TEST(TextVectorizationAdapter, LearnsWeightsFromDocuments) {
  TextVectorizationAdapter adapter({.output_mode = OutputMode::kTfIdf});
  ASSERT_TRUE(adapter.Update(Strings({"a a b", "", "a"})).ok());
  const TextVectorization layer = *adapter.Finalize();
  EXPECT_EQ(layer.Tokens(), Strings({"[UNK]", "a", "b"}));
  const auto a = static_cast<float>(std::log(1 + 3.0 / 3));
  const auto b = static_cast<float>(std::log(1 + 3.0 / 2));
  EXPECT_THAT(layer.idf_weights(),
              ElementsAre(FloatNear((a + b) / 2, 1e-6), a, b));
}

TEST(TextVectorizationAdapter, TakesBatchesOfAnyRank) {
  const TextVectorizationOptions options{.split = Split::kNone,
                                         .output_mode = OutputMode::kTfIdf};
  // Of rank 1 the whole batch is one document, of rank 2 each row.
  const StringTensor texts = Strings({"a", "a", "b", "a"});
  TextVectorizationAdapter one(options);
  ASSERT_TRUE(one.UpdateBatch(texts).ok());
  EXPECT_EQ(one.counts().num_documents(), 1);
  TextVectorizationAdapter rows(options);
  ASSERT_TRUE(rows.UpdateBatch(*Tensor::Dense(texts, {2, 2})).ok());
  EXPECT_EQ(rows.counts().num_documents(), 2);
  EXPECT_THAT(MessageOf(rows.UpdateBatch(*Tensor::Dense(texts, {2, 2, 1}))),
              HasSubstr("got rank 3"));
  TextVectorizationAdapter split({});
  EXPECT_THAT(MessageOf(split.UpdateBatch(*Tensor::Dense(texts, {2, 2}))),
              HasSubstr("got shape [2, 2]"));
  ASSERT_TRUE(split.UpdateBatch(*Tensor::Dense(texts, {4, 1})).ok());
  EXPECT_EQ(split.counts().num_tokens(), 4);
}

TEST(TextVectorizationAdapter, FailsWhereTheOptionsLeaveNothing) {
  const auto error = [](const TextVectorizationOptions& options) {
    TextVectorizationAdapter adapter(options);
    EXPECT_TRUE(adapter.Update(Strings({"a b b", "[UNK]"})).ok());
    return MessageOf(adapter.Finalize().status());
  };
  EXPECT_THAT(error({.max_tokens = 2}), HasSubstr("max_tokens=2"));
  EXPECT_THAT(error({.min_count = 3}), HasSubstr("min_count is 3"));
  EXPECT_THAT(error({.max_tokens = 4, .num_oov_indices = 5}),
              HasSubstr("room for 0"));
}

// The same counts for any number of threads.
TEST(TextVectorizationAdapter, DoesNotDependOnTheThreads) {
  std::mt19937 random(5);
  std::string large;
  for (int i = 0; i < 400000; ++i) {
    large += static_cast<char>('a' + random() % 20);
    large += random() % 3 == 0 ? " " : "";
    large += static_cast<char>('a' + random() % 20);
    large += "  ";
  }
  Views texts;
  for (size_t begin = 0; begin + 1000 < large.size(); begin += 1000) {
    texts.push_back(std::string_view(large).substr(begin, 1000));
  }
  const StringTensor strings = Strings(texts);
  const auto learn = [&](int threads, std::vector<int64_t> ngrams,
                         OutputMode mode) {
    TextVectorizationAdapter adapter(
        {.ngrams = std::move(ngrams), .output_mode = mode});
    EXPECT_TRUE(adapter.Update(strings, {.num_threads = threads}).ok());
    EXPECT_TRUE(adapter.Update(strings, {.num_threads = threads}).ok());
    EXPECT_TRUE(adapter.Update(strings, {.num_threads = threads}).ok());
    EXPECT_TRUE(adapter.Update(strings, {.num_threads = threads}).ok());
    return *adapter.Finalize();
  };
  for (const OutputMode mode : {OutputMode::kInt, OutputMode::kTfIdf}) {
    const TextVectorization one = learn(1, {1, 2}, mode);
    const TextVectorization four = learn(4, {1, 2}, mode);
    EXPECT_EQ(one.Tokens(), four.Tokens());
    EXPECT_THAT(four.idf_weights(), ElementsAreArray(one.idf_weights().span()));
  }
}

}  // namespace
}  // namespace rowsplit
