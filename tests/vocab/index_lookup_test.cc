#include "rowsplit/vocab/index_lookup.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"
#include "support/files.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;
using Ids = std::vector<int64_t>;
using Words = std::vector<std::string>;

Tensor Strings(const Words& words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  return Tensor::Vector(StringTensor::FromStrings(views));
}

Tensor Integers(const Ids& values) {
  return Tensor::Vector(Buffer<int64_t>::Copy(values));
}

Ids IdsOf(const absl::StatusOr<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << tensor.status();
  if (!tensor.ok() || tensor->dtype() != DType::kInt64) return {};
  const auto items = tensor->items<int64_t>();
  return {items.begin(), items.end()};
}

Words WordsOf(const absl::StatusOr<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << tensor.status();
  Words words;
  for (int64_t i = 0; tensor.ok() && i < tensor->num_items(); ++i)
    words.emplace_back(tensor->strings()[i]);
  return words;
}

std::vector<float> Floats(const Buffer<float>& values) {
  return {values.begin(), values.end()};
}

StringLookup Make(const StringLookupOptions& options, const Words& words,
                  std::optional<Buffer<float>> weights = std::nullopt) {
  auto layer =
      StringLookup::Create(options, Strings(words), std::move(weights));
  EXPECT_TRUE(layer.ok()) << layer.status();
  return *std::move(layer);
}

IntegerLookup MakeIntegers(const IntegerLookupOptions& options,
                           const Ids& tokens) {
  auto layer = IntegerLookup::Create(options, Integers(tokens));
  EXPECT_TRUE(layer.ok()) << layer.status();
  return *std::move(layer);
}

std::string Error(const StringLookupOptions& options, const Words& words,
                  std::optional<Buffer<float>> weights = std::nullopt) {
  const auto made =
      StringLookup::Create(options, Strings(words), std::move(weights));
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(made.status().message());
}

TEST(StringLookup, PutsMaskAndOovBeforeTheTokens) {
  const StringLookup plain = Make(StringLookupOptions{}, {"a", "b"});
  EXPECT_EQ(IdsOf(plain.Lookup(Strings({"b", "x", "a", ""}))),
            (Ids{2, 0, 1, 0}));
  const StringLookup masked =
      Make({.num_oov_indices = 3, .mask_token = ""}, {"a", "b"});
  const auto oov = [](std::string_view token) {
    return 1 + static_cast<int64_t>(Fingerprint64(token) % 3);
  };
  EXPECT_EQ(IdsOf(masked.Lookup(Strings({"b", "x", "", "zz"}))),
            (Ids{5, oov("x"), 0, oov("zz")}));
  EXPECT_EQ(masked.size(), 6);
  EXPECT_EQ(WordsOf(masked.Tokens()),
            (Words{"", "[UNK]", "[UNK]", "[UNK]", "a", "b"}));
  EXPECT_EQ(WordsOf(masked.Tokens(false)), (Words{"a", "b"}));
}

TEST(StringLookup, KnowsSpecialTokensThatAreGiven) {
  const StringLookup layer = Make({.num_oov_indices = 2, .mask_token = ""},
                                  {"", "[UNK]", "[UNK]", "a", "[UNK]"});
  EXPECT_EQ(layer.size(), 5);
  EXPECT_EQ(IdsOf(layer.Lookup(Strings({"a", "", "[UNK]"}))), (Ids{3, 0, 4}));
  // The second one is an ordinary token.
  const StringLookup twice =
      Make(StringLookupOptions{}, {"[UNK]", "[UNK]", "a"});
  EXPECT_EQ(IdsOf(twice.Lookup(Strings({"[UNK]", "a", "x"}))), (Ids{1, 2, 0}));
}

TEST(StringLookup, KeepsTheShapeOfItsInput) {
  const StringLookup layer = Make(StringLookupOptions{}, {"a", "b"});
  const Tensor ragged =
      *Tensor::FromRowSplits(Strings({"a", "x", "b"}), {0, 2, 2, 3});
  EXPECT_EQ(*layer.Lookup(ragged),
            *Tensor::FromRowSplits(Integers({1, 0, 2}), {0, 2, 2, 3}));
  EXPECT_EQ(*layer.Lookup(Tensor::Scalar(std::string_view("b"))),
            Tensor::Scalar(int64_t{2}));
}

TEST(StringLookup, Inverts) {
  const StringLookup layer =
      Make(StringLookupOptions{.mask_token = "", .invert = true}, {"a", "b"});
  EXPECT_EQ(WordsOf(layer.Lookup(Integers({3, 0, 1, 2, 99, -1}))),
            (Words{"b", "", "[UNK]", "a", "[UNK]", "[UNK]"}));
  EXPECT_THAT(Error({.invert = true}, {"a", "[UNK]"}),
              HasSubstr("oov_token may be in the vocabulary only"));
}

TEST(StringLookup, DropsTheMaskInOtherModes) {
  const StringLookup layer =
      Make({.mask_token = "", .output_mode = OutputMode::kCount}, {"a", "b"});
  EXPECT_EQ(layer.num_columns(), 3);
  EXPECT_EQ(IdsOf(layer.Lookup(Strings({"b", "x", "", "b"}))), (Ids{1, 0, 2}));
  const auto sparse = layer.LookupCsr(Strings({"b", "x", "", "b"}));
  ASSERT_TRUE(sparse.ok());
  EXPECT_THAT(sparse->columns, ::testing::ElementsAre(0, 2));
  const StringLookup padded = Make({.max_tokens = 5,
                                    .output_mode = OutputMode::kMultiHot,
                                    .pad_to_max_tokens = true},
                                   {"a", "b"});
  EXPECT_EQ(IdsOf(padded.Lookup(Strings({"b"}))), (Ids{0, 0, 1, 0, 0}));
  EXPECT_EQ(padded.size(), 3);
}

TEST(StringLookup, WeighsCounts) {
  const StringLookupOptions options{.max_tokens = 5,
                                    .output_mode = OutputMode::kTfIdf,
                                    .pad_to_max_tokens = true};
  const StringLookup layer = Make(options, {"a", "b"}, Buffer<float>{1, 3});
  EXPECT_EQ(Floats(layer.idf_weights()), (std::vector<float>{2, 1, 3, 0, 0}));
  const auto rows = layer.Lookup(Strings({"b", "x", "b"}));
  EXPECT_EQ(rows->dtype(), DType::kFloat32);
  EXPECT_EQ(rows->items<float>()[2], 6.0f);
  // Weights of special tokens that are given are kept.
  const StringLookup given =
      Make(options, {"[UNK]", "a"}, Buffer<float>{0.5f, 3});
  EXPECT_EQ(Floats(given.idf_weights()),
            (std::vector<float>{0.5f, 3, 0, 0, 0}));
  const auto restored =
      StringLookup::Restore(options, given.Tokens(false), given.idf_weights());
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(Floats(restored->idf_weights()), Floats(given.idf_weights()));
  EXPECT_FALSE(
      StringLookup::Restore(options, given.Tokens(false), std::nullopt).ok());
}

TEST(StringLookup, RefusesWrongOptionsAndVocabularies) {
  EXPECT_THAT(Error({.max_tokens = 1}, {"a"}),
              HasSubstr("max_tokens must be -1 or above 1, got 1"));
  EXPECT_THAT(Error({.num_oov_indices = -1}, {"a"}), HasSubstr("got -1"));
  EXPECT_THAT(Error({.num_oov_indices = std::numeric_limits<int64_t>::max(),
                     .mask_token = ""},
                    {"a"}),
              HasSubstr("above 2^62"));
  EXPECT_THAT(Error({.min_count = 0}, {"a"}), HasSubstr("min_count"));
  EXPECT_THAT(Error({.pad_to_max_tokens = true}, {"a"}),
              HasSubstr("needs max_tokens"));
  EXPECT_THAT(Error({.invert = true, .output_mode = OutputMode::kCount}, {"a"}),
              HasSubstr("invert needs the output mode int"));
  EXPECT_THAT(Error({.oov_token = std::nullopt, .invert = true}, {"a"}),
              HasSubstr("invert needs an oov_token"));
  EXPECT_THAT(Error({.max_tokens = 3}, {"a", "b", "c"}),
              HasSubstr("at most max_tokens = 3 ids with the special tokens, "
                        "got 4"));
  EXPECT_THAT(Error({}, {}), HasSubstr("must not be empty"));
  EXPECT_THAT(Error({}, {"[UNK]"}), HasSubstr("must have a token"));
  EXPECT_THAT(Error({}, {"a", "b", "a"}), HasSubstr("\"a\""));
  EXPECT_THAT(Error({.mask_token = "m"}, {"a", "m"}), HasSubstr("mask token"));
  EXPECT_THAT(Error({.output_mode = OutputMode::kTfIdf}, {"a"}),
              HasSubstr("needs idf_weights"));
  EXPECT_THAT(Error({}, {"a"}, Buffer<float>{1}), HasSubstr("only tf_idf"));
  EXPECT_THAT(
      Error({.output_mode = OutputMode::kTfIdf}, {"a"}, Buffer<float>{1, 2}),
      HasSubstr("one for each of the 1 tokens given, got 2"));
  EXPECT_THAT(StringLookup::Create({}, Integers({1})).status().message(),
              HasSubstr("must be a vector of string, got int64 of rank 1"));
}

TEST(StringLookup, RefusesWrongInput) {
  const StringLookup layer = Make({.num_oov_indices = 0}, {"a"});
  EXPECT_THAT(layer.Lookup(Strings({"a", "q"})).status().message(),
              HasSubstr("tokens[1]=\"q\""));
  EXPECT_THAT(layer.Lookup(Integers({1})).status().message(),
              HasSubstr("expected strings, got int64"));
  EXPECT_THAT(layer.LookupCsr(Strings({"a"})).status().message(),
              HasSubstr("no sparse form"));
  const StringLookup empty = *StringLookup::Create({.mask_token = "m"});
  EXPECT_EQ(empty.Lookup(Strings({"a"})).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(empty.size(), 2);
  EXPECT_EQ(WordsOf(empty.Tokens()), (Words{"m", "[UNK]"}));
}

TEST(StringLookup, ReadsAFileAsKeras) {
  const testing::TempFolder folder;
  const std::string path = folder.Write("vocab.txt", "a\r\nm\n[UNK]\n");
  const auto layer =
      StringLookup::FromFile({.max_tokens = 2, .mask_token = "m"}, path);
  ASSERT_TRUE(layer.ok()) << layer.status();
  EXPECT_EQ(IdsOf(layer->Lookup(Strings({"a", "m", "[UNK]", "x"}))),
            (Ids{2, 0, 4, 1}));
  const auto inverse = StringLookup::FromFile({.invert = true}, path);
  ASSERT_TRUE(inverse.ok()) << inverse.status();
  EXPECT_EQ(*inverse->Lookup(Integers({0, 1, 3, 4})),
            Strings({"[UNK]", "a", "[UNK]", "[UNK]"}));
  EXPECT_EQ(StringLookup::FromFile({}, folder.Write("twice", "a\na\n"))
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(StringLookup::FromFile({.output_mode = OutputMode::kTfIdf}, path)
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(StringLookup, TakesAVocabularyAsItIs) {
  const Vocabulary vocabulary =
      *Vocabulary::FromTokens(Strings({"", "[UNK]", "a"}).strings());
  const auto layer = StringLookupOver({.mask_token = ""}, vocabulary);
  ASSERT_TRUE(layer.ok()) << layer.status();
  EXPECT_EQ(IdsOf(layer->Lookup(Strings({"a", "", "x"}))), (Ids{2, 0, 1}));
  // Without a mask its '' is a token.
  const auto other = StringLookupOver({}, vocabulary);
  EXPECT_EQ(IdsOf(other->Lookup(Strings({"a", "", "x"}))), (Ids{3, 1, 0}));
}

TEST(IntegerLookup, SpreadsOovByRemainderOrHash) {
  const IntegerLookup floor_mod =
      MakeIntegers({.num_oov_indices = 3, .mask_token = 0}, Ids{12, 36});
  EXPECT_EQ(IdsOf(floor_mod.Lookup(Integers({36, 0, 5, -1, -7, INT64_MIN}))),
            (Ids{5, 0, 3, 3, 3, 1 + ((INT64_MIN % 3) + 3) % 3}));
  // Recorded from Keras 3.15: StringLookup/062 and 063 of the vectors.
  const IntegerLookup farm = MakeIntegers(
      {.num_oov_indices = 4, .oov_method = OovMethod::kHash}, Ids{12, 36});
  EXPECT_EQ(IdsOf(farm.Lookup(Integers({1, 2, -1, -7, 1000, 12}))),
            (Ids{1, 3, 2, 2, 1, 4}));
  const IntegerLookup salted = MakeIntegers({.num_oov_indices = 4,
                                             .oov_method = OovMethod::kHash,
                                             .salt = SipHashKey{3, 3}},
                                            Ids{12, 36});
  EXPECT_EQ(IdsOf(salted.Lookup(Integers({1, 2, -1, -7, 1000, 12}))),
            (Ids{0, 2, 0, 1, 3, 4}));
}

TEST(IntegerLookup, CastsItsInputAndInverts) {
  const IntegerLookup layer = MakeIntegers(IntegerLookupOptions{}, Ids{1, 2});
  EXPECT_EQ(IdsOf(layer.Lookup(Tensor::Vector(Buffer<float>{1, 2.9f, -0.5f}))),
            (Ids{1, 2, 0}));
  EXPECT_EQ(IdsOf(layer.Lookup(
                Tensor::Vector(Buffer<Float16>{{0x3c00}, {0x41cc}, {0xb800}}))),
            (Ids{1, 2, 0}));
  EXPECT_EQ(IdsOf(layer.Lookup(Tensor::Vector(
                Buffer<BFloat16>{{0x3f80}, {0x403a}, {0xbf00}}))),
            (Ids{1, 2, 0}));
  EXPECT_EQ(IdsOf(layer.Lookup(Tensor::Vector(Buffer<uint8_t>{2, 7}))),
            (Ids{2, 0}));
  EXPECT_THAT(layer.Lookup(Strings({"1"})).status().message(),
              HasSubstr("expected integers or floats, got string"));
  const IntegerLookup inverse =
      MakeIntegers({.mask_token = 0, .invert = true}, Ids{12, 36});
  EXPECT_EQ(IdsOf(inverse.Lookup(Integers({0, 1, 2, 3, 50, -1}))),
            (Ids{0, -1, 12, 36, -1, -1}));
  EXPECT_EQ(IdsOf(inverse.Tokens()), (Ids{0, -1, 12, 36}));
}

TEST(IntegerLookup, HasNoMaskInOtherModes) {
  for (const int64_t num_oov : {0, 1}) {
    const IntegerLookup layer =
        MakeIntegers({.num_oov_indices = num_oov,
                      .mask_token = 0,
                      .output_mode = OutputMode::kCount},
                     Ids{12, 36});
    EXPECT_EQ(IdsOf(layer.Tokens()),
              num_oov == 0 ? (Ids{12, 36}) : (Ids{-1, 12, 36}));
    EXPECT_EQ(IdsOf(layer.Lookup(Integers({0, 36}))),
              num_oov == 0 ? (Ids{0, 1}) : (Ids{0, 0, 1}));
  }
}

TEST(IntegerLookup, RefusesWrongVocabularies) {
  const auto error = [](const IntegerLookupOptions& options,
                        const Ids& tokens) {
    return std::string(
        IntegerLookup::Create(options, Integers(tokens)).status().message());
  };
  EXPECT_THAT(error({}, {-1, 5, 7, 5}),
              HasSubstr("5 comes twice, as vocabulary[1] and vocabulary[3]"));
  EXPECT_THAT(error({.mask_token = 5}, {4, 5}), HasSubstr("vocabulary[1]=5"));
  EXPECT_THAT(error({.salt = SipHashKey{1, 1}}, {4}), HasSubstr("oov_method"));
  EXPECT_THAT(error({}, {-1}), HasSubstr("must have a token"));
  const IntegerLookup strict = MakeIntegers({.num_oov_indices = 0}, Ids{4});
  EXPECT_THAT(strict.Lookup(Integers({4, 9})).status().message(),
              HasSubstr("tokens[1]=9"));
}

TEST(IntegerLookup, ReadsAFile) {
  const testing::TempFolder folder;
  const auto layer =
      IntegerLookup::FromFile({}, folder.Write("good", "5\n-7\n 9 \n"));
  ASSERT_TRUE(layer.ok()) << layer.status();
  EXPECT_EQ(IdsOf(layer->Lookup(Integers({9, 5, -7, 1}))), (Ids{3, 1, 2, 0}));
  EXPECT_THAT(IntegerLookup::FromFile({}, folder.Write("bad", "5\nx\n"))
                  .status()
                  .message(),
              HasSubstr("no valid int64 in line 2: \"x\""));
  const absl::Status twice =
      IntegerLookup::FromFile({}, folder.Write("twice", "5\n6\n5\n")).status();
  EXPECT_EQ(twice.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(twice.message(), HasSubstr("lines 1 and 3"));
}

TEST(StringLookupAdapter, OrdersAsKeras) {
  StringLookupAdapter adapter({.max_tokens = 4, .mask_token = "m"});
  ASSERT_TRUE(adapter.Update(Strings({"a", "b", "m", "b", "[UNK]"})).ok());
  ASSERT_TRUE(adapter.Update(Strings({"m", "m", "[UNK]", "c", "d"})).ok());
  const auto layer = adapter.Finalize();
  ASSERT_TRUE(layer.ok()) << layer.status();
  EXPECT_EQ(WordsOf(layer->Tokens()), (Words{"m", "[UNK]", "b", "d"}));
}

TEST(StringLookupAdapter, CountsDocuments) {
  StringLookupAdapter adapter({.output_mode = OutputMode::kTfIdf});
  ASSERT_TRUE(adapter
                  .Update(*Tensor::FromRowSplits(Strings({"a", "a", "b", "a"}),
                                                 {0, 3, 3, 4}))
                  .ok());
  ASSERT_TRUE(adapter.Update(Strings({"b", "b", "b"})).ok());
  const auto layer = adapter.Finalize();
  ASSERT_TRUE(layer.ok()) << layer.status();
  EXPECT_EQ(WordsOf(layer->Tokens(false)), (Words{"b", "a"}));
  const auto idf = static_cast<float>(std::log(1 + 4.0 / 3));
  EXPECT_EQ(Floats(layer->idf_weights()), (std::vector<float>{idf, idf, idf}));
}

TEST(StringLookupAdapter, LeavesNoTable) {
  StringLookupAdapter adapter({});
  ASSERT_TRUE(adapter.Update(Strings({})).ok());
  const auto layer = adapter.Finalize();
  ASSERT_TRUE(layer.ok());
  EXPECT_FALSE(layer->has_vocabulary());
  ASSERT_TRUE(adapter.Update(Strings({"[UNK]"})).ok());
  EXPECT_THAT(adapter.Finalize().status().message(),
              HasSubstr("leaves no token"));
  EXPECT_FALSE(adapter.Update(Integers({1})).ok());
}

TEST(IntegerLookupAdapter, OrdersAsKeras) {
  IntegerLookupAdapter adapter({.output_mode = OutputMode::kTfIdf});
  ASSERT_TRUE(
      adapter.Update(*Tensor::Dense(Buffer<int64_t>{5, 5, -1, 0}, {2, 2}))
          .ok());
  const auto layer = adapter.Finalize();
  ASSERT_TRUE(layer.ok()) << layer.status();
  EXPECT_EQ(IdsOf(layer->Tokens()), (Ids{-1, 5, 0}));
  EXPECT_EQ(layer->idf_weights()[1], static_cast<float>(std::log(1 + 2.0 / 2)));
}

TEST(StringLookup, GivesTokensOfAnyLengthInAnyOrder) {
  Words words;
  for (size_t size = 1; size <= 100; ++size)
    words.push_back(std::string(size, static_cast<char>('a' + size % 26)));
  const StringLookup inverse =
      Make({.mask_token = "", .oov_token = "unknown", .invert = true}, words);
  Ids ids;
  Words expected;
  // The last token, whose bytes end the vocabulary's, often and at the end;
  // the mask, no id, and a token between.
  for (int64_t i = 0; i < 2000; ++i) {
    const int64_t id = i % 7 == 0 ? 101 : i * 37 % 104 - 1;
    ids.push_back(id);
    expected.push_back(id == 0 ? ""
                       : id < 2 || id > 101
                           ? "unknown"
                           : words[static_cast<size_t>(id) - 2]);
  }
  ids.push_back(101);
  expected.push_back(words.back());
  EXPECT_EQ(WordsOf(inverse.Lookup(Integers(ids))), expected);
  EXPECT_EQ(WordsOf(inverse.Lookup(Integers({}))), Words());
}

TEST(IndexLookup, DoesNotDependOnThreads) {
  Words words, query;
  Ids numbers;
  for (int i = 0; i < 100'000; ++i) {
    query.push_back("w" + std::to_string(i % 3000));
    numbers.push_back(i % 3000 * 7);
    if (i < 1500) words.push_back(query.back());
  }
  const StringLookup layer = Make({.num_oov_indices = 7}, words);
  EXPECT_EQ(*layer.Lookup(Strings(query), {.num_threads = 1}),
            *layer.Lookup(Strings(query), {.num_threads = 4}));
  const IntegerLookup integers =
      MakeIntegers({.num_oov_indices = 7}, Ids{7, 21, 70, 700, 7000});
  EXPECT_EQ(*integers.Lookup(Integers(numbers), {.num_threads = 1}),
            *integers.Lookup(Integers(numbers), {.num_threads = 4}));
  const StringLookup inverse = Make({.invert = true}, words);
  EXPECT_EQ(*inverse.Lookup(Integers(numbers), {.num_threads = 1}),
            *inverse.Lookup(Integers(numbers), {.num_threads = 4}));
}

}  // namespace
}  // namespace rowsplit
