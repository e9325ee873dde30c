#include "rowsplit/text/hash_bucket.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::testing::ElementsAre;

TEST(HashBuckets, GivesTensorFlowsBuckets) {
  const StringTensor strings = Strings({"Hello", "TensorFlow", "2.x"});
  EXPECT_THAT(HashBuckets(strings, {.num_buckets = 3})->span(),
              ElementsAre(0, 2, 2));
  EXPECT_THAT(
      HashBuckets(strings, {.num_buckets = 3, .hash = BucketHash::kPlain})
          ->span(),
      ElementsAre(2, 0, 1));
  EXPECT_THAT(
      HashBuckets(
          Strings({"Hello", "TF"}),
          {.num_buckets = 3, .hash = BucketHash::kStrong, .key = {1, 2}})
          ->span(),
      ElementsAre(2, 0));
}

TEST(HashBuckets, IsTheHashModuloTheBuckets) {
  constexpr int64_t kMost = 0x7FFFFFFFFFFFFFFF;
  for (const StringCase& strings : StringCases(Seed(), "ab\xFF", 500)) {
    const auto fast = HashBuckets(
        strings.view(), {.num_buckets = kMost, .exec = {.num_threads = 4}});
    const auto strong = HashBuckets(
        strings.view(),
        {.num_buckets = 7, .hash = BucketHash::kStrong, .key = {~0ull, 5}});
    for (int64_t i = 0; i < strings.view().size(); ++i) {
      const std::string_view text = strings.view()[i];
      ASSERT_EQ((*fast)[i],
                static_cast<int64_t>(Fingerprint64(text) % uint64_t{kMost}));
      ASSERT_EQ((*strong)[i],
                static_cast<int64_t>(SipHash24(text, {~0ull, 5}) % 7));
    }
  }
}

TEST(HashBuckets, RefusesNoBuckets) {
  for (const int64_t num_buckets : {0, -3}) {
    EXPECT_THAT(
        HashBuckets(Strings({"a"}), {.num_buckets = num_buckets}),
        FailsWith(absl::StatusCode::kInvalidArgument, "must be positive, got"));
  }
  CancellationToken cancelled;
  cancelled.Cancel();
  EXPECT_THAT(
      HashBuckets(Strings({"a"}),
                  {.num_buckets = 1, .exec = {.cancellation = &cancelled}}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

std::string LittleEndian(uint64_t hash) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(hash >> 8 * i & 0xFF);
  return bytes;
}

std::string RowsOf(const Tensor& fingerprints) {
  const auto bytes = fingerprints.items<uint8_t>();
  return {bytes.begin(), bytes.end()};
}

TEST(Fingerprints, HashesRows) {
  const Tensor column = *Tensor::Dense(Strings({"a", "bc"}), {2, 1});
  const Tensor rows = *Fingerprints(column);
  EXPECT_THAT(rows.flat_shape(), ElementsAre(2, 8));
  EXPECT_EQ(RowsOf(rows), LittleEndian(Fingerprint64("a")) +
                              LittleEndian(Fingerprint64("bc")));
  EXPECT_EQ(RowsOf(*Fingerprints(Strings({"a", "bc"}))), RowsOf(rows));
  const Tensor row = *Tensor::Dense(Strings({"a", "bc"}), {1, 2});
  EXPECT_EQ(RowsOf(*Fingerprints(row)),
            LittleEndian(Fingerprint64(RowsOf(rows))));
  const std::vector<int32_t> numbers = {7, -1};
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), numbers.data(), 8);
  EXPECT_EQ(RowsOf(*Fingerprints(
                *Tensor::Dense(Buffer<int32_t>::Copy(numbers), {1, 2}))),
            LittleEndian(Fingerprint64(bytes)));
}

TEST(Fingerprints, RefusesScalarsAndRaggedRows) {
  EXPECT_THAT(
      Fingerprints(Tensor::Scalar(std::string_view("a"))),
      FailsWith(absl::StatusCode::kInvalidArgument, "of rank 1 or more"));
}

}  // namespace
}  // namespace rowsplit
