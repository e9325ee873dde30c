#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "kernels/byte_map.h"
#include "kernels/token_ids.h"
#include "rowsplit/vocab/token_counter.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "support/counted_tokens.h"
#include "support/seed.h"
#include "vocab/count_access.h"

namespace rowsplit::internal {
namespace {

using testing::CountedTokens;

// Rows of words and of blanks between them, as text.
struct RandomText {
  explicit RandomText(testing::Random& random, size_t num_rows) {
    for (size_t row = 0; row < num_rows; ++row) {
      rows.emplace_back();
      const bool is_huge = testing::Below(random, 200) == 0;
      const uint64_t size = testing::Below(random, is_huge ? 30000 : 12);
      for (uint64_t i = 0; i < size; ++i) {
        const uint64_t type =
            testing::Below(random, testing::Below(random, 2) == 0 ? 40 : 60000);
        rows.back().push_back((type % 9 == 0 ? "a_word_that_is_long_" : "w") +
                              std::to_string(type));
        bytes += std::string(testing::Below(random, 3), ' ');
        bytes += rows.back().back();
        bytes += testing::Below(random, 50) == 0 ? "\t\n" : " ";
      }
      if (!rows.back().empty() && testing::Below(random, 2) == 0)
        bytes.pop_back();
      offsets.push_back(static_cast<Offset>(bytes.size()));
    }
  }
  kernels::TextRowsView view() const {
    return {reinterpret_cast<const uint8_t*>(bytes.data()), offsets.data(),
            rows.size()};
  }

  testing::TokenRows rows;
  std::string bytes;
  std::vector<Offset> offsets = {0};
};

CountedTokens Expected(const testing::TokenRows& rows, bool by_rows) {
  CountedTokens tokens =
      testing::MostCommonBySort(testing::CountByMap(rows), -1, 1);
  for (auto& token : tokens) token.documents *= by_rows;
  return tokens;
}

CountedTokens Copy(const std::vector<TokenCount>& counts) {
  CountedTokens tokens;
  for (const TokenCount& count : counts) tokens.emplace_back(count);
  return tokens;
}

TEST(CountText, EqualsCountingTheTokens) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const kernels::CompiledByteMap map(kernels::ByteMap::Identity());
  for (const size_t num_rows : {0, 1, 30, 3000}) {
    const RandomText text(random, num_rows);
    for (const bool by_rows : {false, true}) {
      VocabularyBuilder builder;
      CountTextScratch scratch;
      CountAccess::AddText(builder, map, text.view(), by_rows, scratch);
      const CountedTokens expected = Expected(text.rows, by_rows);
      ASSERT_EQ(Copy(builder.MostCommon(-1)), expected);
      EXPECT_EQ(builder.num_documents(),
                by_rows ? static_cast<int64_t>(num_rows) : 0);
      for (const int64_t limit :
           {int64_t{-1}, TokenCounter::kMinMemoryLimit, int64_t{1} << 24}) {
        auto counter = *TokenCounter::Create(
            {.documents = by_rows, .memory_limit = limit});
        ASSERT_TRUE(
            CountAccess::AddText(counter, map, text.view(), by_rows, scratch)
                .ok());
        EXPECT_EQ(counter.num_tokens(), builder.num_tokens());
        EXPECT_EQ(counter.num_documents(), builder.num_documents());
        CountedTokens counted;
        ASSERT_TRUE(counter
                        .VisitMostCommon(-1, 1,
                                         [&](const TokenCount& token) {
                                           counted.emplace_back(token);
                                           return absl::OkStatus();
                                         })
                        .ok());
        ASSERT_EQ(counted, expected) << limit;
      }
    }
  }
}

TEST(CountText, MapsBytesAndGoesOnWithKnownTokens) {
  const kernels::CompiledByteMap map(kernels::ByteMap::AsciiLower());
  const std::string bytes = "B a bA b A";
  const std::vector<Offset> offsets = {0, 4, 4, 10};
  const kernels::TextRowsView rows{
      reinterpret_cast<const uint8_t*>(bytes.data()), offsets.data(), 3};
  VocabularyBuilder builder;
  CountTextScratch scratch;
  for (int pass = 0; pass < 2; ++pass)
    CountAccess::AddText(builder, map, rows, true, scratch);
  EXPECT_EQ(builder.num_documents(), 6);
  EXPECT_EQ(Copy(builder.MostCommon(-1)),
            (CountedTokens{{"b", 4, 4}, {"a", 4, 4}, {"ba", 2, 2}}));
}

TEST(CountText, RefusesWhatMayNotFit) {
  const kernels::CompiledByteMap map(kernels::ByteMap::Identity());
  auto counter = *TokenCounter::Create();
  ASSERT_TRUE(counter.Add("a", INT64_MAX).ok());
  const std::vector<Offset> offsets = {0, 3};
  const std::string bytes = "a b";
  CountTextScratch scratch;
  EXPECT_EQ(
      CountAccess::AddText(
          counter, map,
          {reinterpret_cast<const uint8_t*>(bytes.data()), offsets.data(), 1},
          false, scratch)
          .code(),
      absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace rowsplit::internal
