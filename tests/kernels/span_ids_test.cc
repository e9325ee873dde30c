#include "kernels/span_ids.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/span_ids_ref.h"
#include "support/hostile_tokens.h"
#include "support/seed.h"
#include "support/table.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::OwnedTable;

constexpr int64_t kGuard = -77;

// Every second token, each once.
OwnedTable LearnHalf(const std::vector<std::string>& tokens) {
  std::vector<std::string> known;
  for (size_t i = 0; i < tokens.size(); i += 2) known.push_back(tokens[i]);
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return OwnedTable(known);
}

void ExpectReferenceIds(const OwnedTable& table, std::string_view bytes,
                        std::span<const TokenSpan> spans) {
  std::vector<int64_t> expected(spans.size() + 1, kGuard);
  std::vector<int64_t> got(spans.size() + 1, kGuard);
  reference::FindIds(table.view(), bytes.data(), spans.data(), spans.size(), 7,
                     -5, expected.data());
  FindIds(table.view(), bytes.data(), bytes.size(), spans.data(), spans.size(),
          7, -5, got.data());
  ASSERT_EQ(got, expected) << spans.size();
}

class SpanIdsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(SpanIdsTest);

TEST_P(SpanIdsTest, EqualsTheReferenceForAnyNumberOfTokens) {
  for (const auto& tokens :
       {testing::HostileTokens(5), testing::Counters(9000)}) {
    const OwnedTable table = LearnHalf(tokens);
    const testing::Text text(tokens);
    const std::span<const TokenSpan> spans = text.spans();
    for (size_t count = 0; count <= 140; ++count)
      ExpectReferenceIds(table, text.bytes(), spans.subspan(3, count));
    ExpectReferenceIds(table, text.bytes(), spans);
  }
}

// In a block of exactly their size, for the address sanitizer; every token is
// known, so a wrong byte in a key shows.
TEST_P(SpanIdsTest, FindsATokenAtAnyPlaceOfTheBytes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (uint32_t total = 0; total <= 40; ++total) {
    const auto block = std::make_unique<char[]>(total);
    for (uint32_t i = 0; i < total; ++i)
      block[i] = static_cast<char>(~(i % 11));
    const std::string_view bytes(block.get(), total);
    std::vector<TokenSpan> spans;
    std::vector<std::string> tokens;
    for (uint32_t begin = 0; begin <= total; ++begin) {
      for (uint32_t size = 0; begin + size <= total; ++size)
        spans.push_back({begin, size});
    }
    std::shuffle(spans.begin(), spans.end(), random);
    for (const TokenSpan span : spans)
      tokens.emplace_back(bytes.substr(span.begin, span.size));
    ExpectReferenceIds(LearnHalf(tokens), bytes, spans);
    std::sort(tokens.begin(), tokens.end());
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    ExpectReferenceIds(OwnedTable(tokens), bytes, spans);
  }
}

TEST_P(SpanIdsTest, AnswersFromADamagedTable) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const auto tokens = testing::Counters(300);
  const testing::Text text(tokens);
  constexpr int32_t kIds[] = {kGoOn, kAbsent, 300, INT32_MAX, INT32_MIN};
  for (int repeat = 0; repeat < 50; ++repeat) {
    OwnedTable table(tokens);
    for (TokenBucket& bucket : table.buckets()) {
      if (repeat % 2 == 0) bucket.ids[3] = kGoOn;
      bucket.ids[Below(random, 4)] = kIds[Below(random, 5)];
    }
    ExpectReferenceIds(table, text.bytes(), text.spans());
  }
}

}  // namespace
}  // namespace rowsplit::kernels
