#include "rowsplit/embedding/hashed_rows.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;

std::vector<int64_t> BucketsOf(const HashedRows& rows, std::string_view word) {
  std::vector<int64_t> buckets;
  rows.FindBuckets(word, buckets);
  return buckets;
}

TEST(HashedRows, StartsWithTensorFlowsBucket) {
  const auto table = *EmbeddingTable::Uniform(1000, 1);
  // tf.strings.to_hash_bucket_fast(words, 1000).
  for (const auto& [word, bucket] : {std::pair("cat", 96),
                                     {"", 263},
                                     {"naïveté", 430},
                                     {"unheardof", 220}}) {
    EXPECT_THAT(BucketsOf(*HashedRows::Create(table), word),
                ElementsAre(bucket));
    const auto buckets =
        BucketsOf(*HashedRows::Create(table, {.num_hashes = 4}), word);
    EXPECT_EQ(buckets.size(), 4);
    EXPECT_EQ(buckets[0], bucket);
  }
  EXPECT_THAT(
      BucketsOf(*HashedRows::Create(table, {.hash = RowHash::kXxh3}), "cat"),
      ElementsAre(Xxh3_64("cat") % 1000));
}

// Of words that share their first bucket, the others are spread like random
// ones.
TEST(HashedRows, OtherBucketsTellWordsOfOneBucketApart) {
  const auto rows =
      *HashedRows::Create(*EmbeddingTable::Uniform(16, 1), {.num_hashes = 3});
  std::set<std::vector<int64_t>> seen;
  int counts[2][16] = {};
  int num_words = 0;
  for (int i = 0; num_words < 1600; ++i) {
    const auto buckets = BucketsOf(rows, "word" + std::to_string(i));
    if (buckets[0] != 3) continue;
    ++num_words;
    ++counts[0][buckets[1]];
    ++counts[1][buckets[2]];
    seen.insert(buckets);
  }
  // 100 expected in each, the deviation is about 10.
  for (const auto& of_hash : counts) {
    for (const int count : of_hash) {
      EXPECT_GT(count, 50);
      EXPECT_LT(count, 150);
    }
  }
  EXPECT_GT(seen.size(), 240u);  // of 256
}

TEST(HashedRows, AddsOrAveragesItsRows) {
  const auto table = *EmbeddingTable::Uniform(30, 20, {.limit = 1});
  for (const RowFormat format : {RowFormat::kFloat32, RowFormat::kInt8}) {
    for (const int64_t num_hashes : {1, 2, 3, 16}) {
      const auto stored = *table.ConvertTo(format);
      const auto dense = *stored.ToDense();
      const auto sum = *HashedRows::Create(
          stored, {.num_hashes = num_hashes, .mean = false});
      const auto mean = *HashedRows::Create(stored, {.num_hashes = num_hashes});
      std::vector<float> expected(20);
      for (const int64_t bucket : BucketsOf(sum, "word")) {
        for (int i = 0; i < 20; ++i) expected[i] += dense.view().row(bucket)[i];
      }
      std::vector<float> vector(20);
      sum.ReadVector("word", vector);
      EXPECT_EQ(vector, expected);
      mean.ReadVector("word", vector);
      for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(vector[i], expected[i] / static_cast<float>(num_hashes));
      }
    }
  }
}

TEST(HashedRows, ReadsManyWordsOnThreads) {
  std::vector<std::string> words(300);
  for (int i = 0; i < 300; ++i) words[i] = std::to_string(i * i);
  const auto strings = StringTensor::FromStrings(
      std::vector<std::string_view>(words.begin(), words.end()));
  const auto rows =
      *HashedRows::Create(*EmbeddingTable::Uniform(40, 7), {.num_hashes = 2});
  const Tensor one = *rows.ReadVectors(strings, {.num_threads = 1});
  EXPECT_EQ(one, *rows.ReadVectors(strings, {.num_threads = 3}));
  EXPECT_THAT(one.flat_shape(), ElementsAre(300, 7));
  std::vector<float> vector(7);
  rows.ReadVector(words[77], vector);
  EXPECT_TRUE(std::equal(vector.begin(), vector.end(),
                         one.items<float>().begin() + ptrdiff_t{77} * 7));
  EXPECT_EQ(rows.ReadVectors(StringTensor())->num_rows(), 0);
}

TEST(HashedRows, ChecksItsArguments) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const auto table = *EmbeddingTable::FromValues({1, 2}, 2, 1);
  EXPECT_THAT(HashedRows::Create(EmbeddingTable()),
              FailsWith(kInvalid, "expected buckets"));
  EXPECT_THAT(HashedRows::Create(table, {.num_hashes = 0}),
              FailsWith(kInvalid, "num_hashes must be 1 to 16: 0"));
  EXPECT_THAT(HashedRows::Create(table, {.num_hashes = 17}),
              FailsWith(kInvalid, "17"));
  CancellationToken token;
  token.Cancel();
  const auto words =
      StringTensor::FromStrings(std::vector<std::string_view>{"a"});
  EXPECT_THAT(
      HashedRows::Create(table)->ReadVectors(words, {.cancellation = &token}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
