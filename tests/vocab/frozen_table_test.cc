#include "vocab/frozen_table.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/token_table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/frozen_check.h"

namespace rowsplit::internal {
namespace {

StringTensor NumberedTokens(int64_t size, const std::string& prefix) {
  StringTensorBuilder tokens;
  for (int64_t i = 0; i < size; ++i) tokens.Append(prefix + std::to_string(i));
  return std::move(tokens).Build();
}

TEST(MakeFrozenTable, FindsEachTokenAndNothingElse) {
  for (const char* prefix : {"", "w", "a_long_prefix_of_"}) {
    const StringTensor tokens = NumberedTokens(20'000, prefix);
    const auto table = MakeFrozenTable(tokens);
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_FALSE(table->twice.has_value());
    EXPECT_EQ(table->view.num_tokens, 20'000u);
    EXPECT_EQ(table->view.buckets, table->buckets.data());
    EXPECT_EQ(table->view.long_slots, table->long_slots.data());
    const absl::Status status = CheckFrozenTable(table->view, {}, "test", {});
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(kernels::FindId(table->view, "absent"), -1);
  }
}

TEST(MakeFrozenTable, IsTheSameForTheSameTokens) {
  const auto a = MakeFrozenTable(NumberedTokens(3000, "w"));
  const auto b = MakeFrozenTable(NumberedTokens(3000, "w"));
  ASSERT_TRUE(a.ok() && b.ok());
  ASSERT_EQ(a->buckets.size(), b->buckets.size());
  EXPECT_EQ(std::memcmp(a->buckets.data(), b->buckets.data(),
                        a->buckets.span().size_bytes()),
            0);
  EXPECT_EQ(a->view.max_probe, b->view.max_probe);
  const auto other = MakeFrozenTable(NumberedTokens(3000, "v"));
  EXPECT_NE(a->view.seed.words[0], other->view.seed.words[0]);
}

TEST(MakeFrozenTable, KeepsSearchesShort) {
  for (const int64_t size : {1000, 30'000, 300'000}) {
    const auto table = MakeFrozenTable(NumberedTokens(size, "x"));
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_LE(table->view.max_probe, kFrozenProbes);
    const auto long_table =
        MakeFrozenTable(NumberedTokens(size, std::string(16, 'x')));
    EXPECT_LE(long_table->view.max_long_probe, kFrozenLongProbes);
  }
}

TEST(MakeFrozenTable, NamesTheFirstTokenThatComesTwice) {
  const std::vector<std::string_view> tokens = {"a", "b", "c", "b", "a"};
  const auto table = MakeFrozenTable(StringTensor::FromStrings(tokens));
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_TRUE(table->twice.has_value());
  EXPECT_EQ(table->twice->first, 1);
  EXPECT_EQ(table->twice->second, 3);
}

TEST(MakeFrozenTable, OfNothingFindsNothing) {
  const StringTensor none;
  const auto table = MakeFrozenTable(none);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(kernels::FindId(table->view, ""), -1);
  EXPECT_EQ(kernels::FindId(table->view, std::string(99, 'x')), -1);
  EXPECT_TRUE(CheckFrozenTable(table->view, {}, "test", {}).ok());
}

TEST(FrozenSeed, DiffersForEachAttempt) {
  for (const uint64_t digest : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}}) {
    for (uint64_t attempt = 0; attempt < 50; ++attempt) {
      const kernels::HashSeed seed = FrozenSeed(digest, attempt);
      const kernels::HashSeed next = FrozenSeed(digest, attempt + 1);
      EXPECT_NE(seed.words[0], seed.words[1]);
      EXPECT_NE(seed.words[0], next.words[0]);
      EXPECT_NE(seed.words[1], next.words[0]);
    }
  }
}

}  // namespace
}  // namespace rowsplit::internal
