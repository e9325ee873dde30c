#include "rowsplit/embedding/subwords.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::FailsWith;

SubwordRows Rows(int64_t num_buckets, int64_t width, int64_t min_chars,
                 int64_t max_chars) {
  return *SubwordRows::Create(
      *EmbeddingTable::Uniform(num_buckets, width, {.limit = 1}),
      {.min_chars = min_chars, .max_chars = max_chars});
}

std::vector<int64_t> BucketsOf(const SubwordRows& rows, std::string_view word) {
  std::vector<int64_t> buckets;
  rows.FindBuckets(word, buckets);
  return buckets;
}

// Recorded from gensim 4.4's ft_ngram_hashes, which gives those of fastText.
TEST(SubwordRows, FindsTheBucketsOfFastText) {
  struct Recorded {
    std::string_view word;
    int64_t min_chars, max_chars, num_buckets;
    std::vector<int64_t> buckets;
  };
  const Recorded recorded[] = {
      {"cat",
       3,
       6,
       2000000,
       {916747, 1988973, 1428137, 289031, 1127995, 351106}},
      {"a", 1, 2, 100, {50, 20, 6}},
      {"", 1, 3, 100, {67}},
      {"straße",
       3,
       4,
       1000,
       {652, 706, 752, 627, 910, 376, 342, 329, 809, 141, 512}},
      {"日本語", 2, 3, 5000, {2687, 3587, 2409, 559, 575, 4355, 2255}},
      {"naïveté",
       5,
       6,
       2000000,
       {878190, 933201, 832043, 733197, 1513905, 1733517, 29918, 626336,
        1717658}},
      {"ab", 2, 2, 7, {4, 2, 0}},
      {"x", 3, 6, 2000000, {1414917}},
      {"<>", 1, 2, 50, {5, 39, 17, 27, 43}},
  };
  for (const Recorded& r : recorded) {
    EXPECT_THAT(
        BucketsOf(Rows(r.num_buckets, 1, r.min_chars, r.max_chars), r.word),
        ElementsAreArray(r.buckets))
        << r.word;
  }
}

// The n-grams as strings, and their hash over the whole of each.
std::vector<int64_t> PlainBuckets(std::string_view word, int64_t min_chars,
                                  int64_t max_chars, int64_t num_buckets) {
  const std::string marked = "<" + std::string(word) + ">";
  std::vector<std::string> chars;
  for (const char byte : marked) {
    const bool first = (static_cast<uint8_t>(byte) & 0xC0) != 0x80;
    if (first || chars.empty()) chars.emplace_back();
    chars.back() += byte;
  }
  std::vector<int64_t> buckets;
  for (size_t begin = 0; begin < chars.size(); ++begin) {
    std::string ngram;
    for (size_t end = begin; end < chars.size(); ++end) {
      ngram += chars[end];
      const auto length = static_cast<int64_t>(end - begin + 1);
      if (length < min_chars || length > max_chars) continue;
      if (length == 1 && (begin == 0 || end + 1 == chars.size())) continue;
      uint32_t hash = 2166136261;
      for (const char byte : ngram) {
        hash ^= static_cast<uint32_t>(static_cast<signed char>(byte));
        hash *= 16777619;
      }
      buckets.push_back(hash % num_buckets);
    }
  }
  return buckets;
}

TEST(SubwordRows, HashesEveryNgramOfAnyBytes) {
  const std::string_view words[] = {"",
                                    "word",
                                    "ﬁ",
                                    "Ωmega",
                                    "日本語テキスト",
                                    "a b",
                                    ">",
                                    "\x80",
                                    "\x80\xBFz",
                                    "e\xCC",
                                    "\xFF<",
                                    "👩‍👩‍👧",
                                    std::string_view("\0x\0", 3),
                                    "supercalifragilistic"};
  for (const std::string_view word : words) {
    for (int64_t least = 0; least <= 4; ++least) {
      for (int64_t most = least; most <= 7; ++most) {
        EXPECT_EQ(BucketsOf(Rows(997, 1, least, most), word),
                  PlainBuckets(word, least, most, 997))
            << word;
      }
    }
  }
}

TEST(SubwordRows, TakesTheMeanOfTheRows) {
  const SubwordRows rows = Rows(50, 20, 2, 3);
  std::vector<float> own(20, 0.25f);
  for (const std::string_view word : {"cat", "a", "letters"}) {
    const std::vector<int64_t> buckets = BucketsOf(rows, word);
    std::vector<float> sum(20);
    for (const int64_t bucket : buckets) {
      for (int i = 0; i < 20; ++i)
        sum[i] += rows.buckets().view().row(bucket)[i];
    }
    std::vector<float> vector(20);
    ASSERT_TRUE(rows.ReadVector(word, vector));
    for (int i = 0; i < 20; ++i) {
      EXPECT_NEAR(vector[i], sum[i] / static_cast<float>(buckets.size()), 1e-6);
    }
    ASSERT_TRUE(rows.ReadVector(word, own, vector));
    for (int i = 0; i < 20; ++i) {
      EXPECT_NEAR(vector[i],
                  (sum[i] + 0.25f) / static_cast<float>(buckets.size() + 1),
                  1e-6);
    }
  }
}

TEST(SubwordRows, GivesZerosWhereThereIsNoNgram) {
  std::vector<float> vector(4, 7.0f);
  EXPECT_FALSE(Rows(9, 4, 3, 6).ReadVector("</s>", vector));
  EXPECT_THAT(vector, Each(0.0f));
  vector.assign(4, 7.0f);
  EXPECT_FALSE(Rows(9, 4, 0, 0).ReadVector("word", vector));
  EXPECT_THAT(vector, Each(0.0f));
  EXPECT_FALSE(Rows(9, 4, 4, 6).ReadVector("a", vector));  // <a> is too short
  // With a row of its own it is that row.
  const std::vector<float> own = {1, 2, 3, 4};
  EXPECT_TRUE(Rows(9, 4, 4, 6).ReadVector("a", own, vector));
  EXPECT_EQ(vector, own);
  EXPECT_TRUE(BucketsOf(SubwordRows(), "word").empty());
}

TEST(SubwordRows, ReadsManyWordsOnThreadsAndFromAnyTable) {
  std::vector<std::string> words(301, "</s>");
  for (int i = 0; i < 300; ++i) words[i] = "word" + std::to_string(i * i);
  const auto strings = StringTensor::FromStrings(
      std::vector<std::string_view>(words.begin(), words.end()));
  const auto dense = *EmbeddingTable::Uniform(200, 24, {.limit = 1});
  const auto factorized = *EmbeddingTable::Factorized(
      *EmbeddingTable::Uniform(200, 8, {.limit = 1}),
      EmbeddingTable::Uniform(8, 24, {.limit = 1})->values(), 24);
  for (const EmbeddingTable& table :
       {dense, *dense.ConvertTo(RowFormat::kInt4), factorized}) {
    const auto rows = *SubwordRows::Create(table);
    const auto plain = *SubwordRows::Create(*table.ToDense());
    const Tensor one = *rows.ReadVectors(strings, {.num_threads = 1});
    EXPECT_EQ(one, *rows.ReadVectors(strings, {.num_threads = 3}));
    EXPECT_THAT(one.flat_shape(), ElementsAre(301, 24));
    const Tensor expected = *plain.ReadVectors(strings);
    for (int64_t i = 0; i < one.num_items(); ++i) {
      ASSERT_NEAR(one.items<float>()[i], expected.items<float>()[i], 1e-5);
    }
    EXPECT_THAT(one.items<float>().subspan(size_t{300} * 24), Each(0.0f));
  }
}

TEST(SubwordRows, ChecksItsArguments) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const auto table = *EmbeddingTable::FromValues({1, 2}, 2, 1);
  EXPECT_THAT(SubwordRows::Create(EmbeddingTable()),
              FailsWith(kInvalid, "buckets, got 0"));
  EXPECT_THAT(
      SubwordRows::Create(*EmbeddingTable::FromValues({}, int64_t{1} << 32, 0)),
      FailsWith(kInvalid, "got 4294967296"));
  EXPECT_THAT(SubwordRows::Create(table, {.min_chars = -1}),
              FailsWith(kInvalid, "min_chars=-1"));
  EXPECT_THAT(SubwordRows::Create(table, {.min_chars = 3, .max_chars = 2}),
              FailsWith(kInvalid, "min_chars=3, max_chars=2"));
  EXPECT_THAT(SubwordRows::Create(table, {.max_chars = 257}),
              FailsWith(kInvalid, "max_chars=257"));
  CancellationToken token;
  token.Cancel();
  const auto words =
      StringTensor::FromStrings(std::vector<std::string_view>{"a"});
  EXPECT_THAT(
      SubwordRows::Create(table)->ReadVectors(words, {.cancellation = &token}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
