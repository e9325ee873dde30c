#include "text/ngram_spans.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Ngrams(std::string_view text,
                                const std::vector<TokenSpan>& tokens,
                                const std::vector<int64_t>& widths,
                                size_t* num_copied = nullptr) {
  BufferBuilder<char> bytes;
  bytes.Append(std::span<const char>(text.data(), text.size()));
  BufferBuilder<TokenSpan> spans;
  EXPECT_TRUE(AppendNgramSpans(tokens, widths, bytes, spans));
  std::vector<std::string> ngrams;
  for (const TokenSpan span : spans.span()) {
    ngrams.emplace_back(bytes.data() + span.begin, span.size);
  }
  if (num_copied != nullptr) *num_copied = bytes.size() - text.size();
  return ngrams;
}

TEST(AppendNgramSpans, GivesOneWidthAfterAnother) {
  const std::vector<TokenSpan> tokens = {{0, 1}, {2, 2}, {6, 1}};
  EXPECT_THAT(Ngrams("a bb  c", tokens, {1, 2}),
              ElementsAre("a", "bb", "c", "a bb", "bb c"));
  EXPECT_THAT(Ngrams("a bb  c", tokens, {3, 1}),
              ElementsAre("a bb c", "a", "bb", "c"));
  EXPECT_THAT(Ngrams("a bb  c", tokens, {4}), ElementsAre());
  EXPECT_THAT(Ngrams("a bb  c", tokens, {INT64_MAX}), ElementsAre());
  EXPECT_THAT(Ngrams("", {}, {1, 2}), ElementsAre());
}

TEST(AppendNgramSpans, CopiesOnlyWhatIsNotJoinedYet) {
  size_t num_copied = 0;
  const std::vector<TokenSpan> tokens = {{0, 1}, {2, 2}, {6, 1}};
  Ngrams("a bb  c", tokens, {1, 2, 2}, &num_copied);
  EXPECT_EQ(num_copied, 2 * std::string_view("bb c").size());
  // A tab is not a space.
  Ngrams("a\tb", {{0, 1}, {2, 1}}, {2}, &num_copied);
  EXPECT_EQ(num_copied, 3U);
}

// Any spans: out of order, overlapping, empty.
TEST(AppendNgramSpans, EqualsAPlainJoin) {
  std::mt19937 random(11);
  for (int repeat = 0; repeat < 2000; ++repeat) {
    std::string text;
    for (size_t i = random() % 30; i > 0; --i) text += "a b\t"[random() % 4];
    std::vector<TokenSpan> tokens(random() % 7);
    uint32_t next = 0;
    for (TokenSpan& token : tokens) {
      if (random() % 4 == 0) next = 0;
      token.begin = std::min<uint32_t>(next, text.size());
      token.size = random() % 4 % (text.size() - token.begin + 1);
      next = token.end() + 1;
    }
    std::vector<int64_t> widths(random() % 3);
    for (int64_t& width : widths) width = 1 + random() % 4;
    std::vector<std::string> expected;
    for (const int64_t width : widths) {
      for (size_t first = 0; first + width <= tokens.size(); ++first) {
        std::string joined;
        for (int64_t i = 0; i < width; ++i) {
          const TokenSpan token = tokens[first + i];
          joined += (i > 0 ? " " : "") + text.substr(token.begin, token.size);
        }
        expected.push_back(joined);
      }
    }
    EXPECT_EQ(Ngrams(text, tokens, widths), expected) << text;
  }
}

}  // namespace
}  // namespace rowsplit::internal
