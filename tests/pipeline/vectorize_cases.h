#ifndef ROWSPLIT_TESTS_PIPELINE_VECTORIZE_CASES_H_
#define ROWSPLIT_TESTS_PIPELINE_VECTORIZE_CASES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/vectorize_ref.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/output_mode.h"
#include "support/seed.h"

namespace rowsplit::testing {

// A layer's options, its vocabulary and texts, with the same for the reference.
struct VectorizeCase {
  TextVectorizationOptions options;
  std::vector<std::string> tokens;
  std::vector<std::string> texts;
  reference::TextToIds meaning;
};

// Bytes that each part of a pipeline treats in its own way, many times over
// those that vectors have at their borders.
inline char HostileByte(Random& random) {
  constexpr std::string_view kAll =
      "abcABCxyzXYZ0189  "
      "\t\n\v\f\r!.,-'`{|}~@[^_/:;<?\\\x1f\x21\x7f\x00\x08\x0e"
      "\x80\xa0\xbf\xc0\xc3\xe2\xff";
  return random() % 8 == 0 ? static_cast<char>(Below(random, 256))
                           : kAll[Below(random, kAll.size())];
}

// A token of 0 to 300 bytes, mostly short and from few, so that they repeat.
inline std::string HostileToken(Random& random) {
  constexpr uint64_t kSizes[] = {1, 2, 3, 4, 5, 14, 15, 16, 17, 31, 300};
  const uint64_t kind = random() % 16;
  std::string token;
  if (kind < 10) {
    token.assign(1 + Below(random, 6), static_cast<char>('a' + random() % 4));
    if (random() % 3 == 0) token[0] = static_cast<char>(token[0] - 'a' + 'A');
    if (random() % 5 == 0) token += HostileByte(random);
  } else {
    uint64_t size = kSizes[Below(random, std::size(kSizes))];
    if (kind == 15) size = Below(random, size + 1);
    for (uint64_t i = 0; i < size; ++i) token += HostileByte(random);
  }
  return token;
}

// Tokens with one or more separators, of about `size` bytes. Those of Unicode
// may be broken, so that they are none until bytes between are dropped.
inline std::string HostileText(Random& random, size_t size,
                               bool unicode_space) {
  constexpr std::string_view kAscii[] = {" ",  " ",  " ",  " ",  " ",
                                         "\t", "\n", "\v", "\f", "\r"};
  constexpr std::string_view kUnicode[] = {
      "\u0085",   "\u00A0",   "\u1680",     "\u2000", "\u200A",
      "\u3000",   "\u2029",   "\xe2!\x80x", "\u200B", "\u00A1",
      "\xe2\x80", "\x80\x80", "\xc2.\xa0",  "\xc2",   "\xa0"};
  std::string text;
  while (text.size() < size) {
    if (random() % 8 != 0) text += HostileToken(random);
    do {
      text += unicode_space && random() % 2 == 0
                  ? kUnicode[Below(random, std::size(kUnicode))]
                  : kAscii[Below(random, std::size(kAscii))];
    } while (random() % 6 == 0);
  }
  text.resize(size);
  return text;
}

// Lengths that end before, at and behind the borders of vectors and blocks.
inline size_t HostileSize(Random& random, bool large) {
  constexpr uint64_t kSmall[] = {0, 16, 32, 64, 128, 192, 256};
  constexpr uint64_t kLarge[] = {1024, 4096, 16384, 32768, 65536, 131072};
  const uint64_t border = large ? kLarge[Below(random, std::size(kLarge))]
                                : kSmall[Below(random, std::size(kSmall))];
  const uint64_t beside = Below(random, 7);
  return border + beside < 3 ? 0 : border + beside - 3;
}

// Random steps, and what they mean.
inline void AddHostileSteps(Random& random, VectorizeCase& out) {
  struct Known {
    ReplaceRegex step;
    std::string bytes;
  };
  const Known kKnown[] = {
      {{"[-_/]", " "}, "-_/"}, {{"'", ""}, "'"},
      {{"[abc]", "."}, "abc"}, {{"\\s", "x"}, "\t\n\f\r "},
      {{"[xX]", "y z"}, "xX"}, {{"[0-4]", "<num>"}, "01234"},
      {{",", "  "}, ","},
  };
  for (uint64_t i = Below(random, 4); i > 0; --i) {
    const Known& known = kKnown[Below(random, std::size(kKnown))];
    out.options.steps.push_back(known.step);
    out.meaning.replacements.emplace_back(known.bytes, known.step.rewrite);
  }
}

inline VectorizeCase RandomVectorizeCase(Random& random) {
  VectorizeCase out;
  if (random() % 3 == 0) AddHostileSteps(random, out);
  const auto standardize = static_cast<Standardize>(Below(random, 4));
  out.options.standardize = standardize;
  out.meaning.lower = standardize == Standardize::kLower ||
                      standardize == Standardize::kLowerAndStripPunctuation;
  out.meaning.strip_punctuation =
      standardize == Standardize::kStripPunctuation ||
      standardize == Standardize::kLowerAndStripPunctuation;
  constexpr OutputMode kModes[] = {OutputMode::kInt, OutputMode::kInt,
                                   OutputMode::kMultiHot, OutputMode::kCount,
                                   OutputMode::kTfIdf};
  out.options.output_mode = kModes[Below(random, std::size(kModes))];
  const bool is_int = out.options.output_mode == OutputMode::kInt;
  if (is_int && random() % 3 == 0) {
    out.options.output_sequence_length = 1 + Below(random, 12);
    out.meaning.most_ids = *out.options.output_sequence_length;
  }
  if (random() % 3 == 0) {
    const std::vector<int64_t> kWidths[] = {
        {1, 2}, {2}, {3, 1}, {1}, {2, 5, 2}};
    out.options.ngrams = kWidths[Below(random, std::size(kWidths))];
    out.meaning.ngrams = out.options.ngrams;
  }
  if (random() % 4 == 0) {
    out.options.num_oov_indices = 2 + Below(random, 5);
    out.meaning.oov_by_xxh3 = random() % 2 == 0;
    if (out.meaning.oov_by_xxh3) out.options.oov_hash = OovHash::kXxh3;
  }
  out.meaning.num_oov = out.options.num_oov_indices;
  out.meaning.unicode_space = random() % 4 == 0;
  if (out.meaning.unicode_space) out.options.split = Split::kUnicodeWhitespace;
  out.meaning.oov_begin = is_int ? 1 : 0;

  const uint64_t num_texts = Below(random, 6);
  const bool large = random() % 4096 == 0;
  for (uint64_t i = 0; i < num_texts; ++i) {
    out.texts.push_back(HostileText(random, HostileSize(random, large),
                                    out.meaning.unicode_space));
  }
  // About half of the texts' tokens, and one that no text has.
  std::vector<std::string> seen = {"no text has this"};
  for (const std::string& text : out.texts) {
    for (std::string& token : out.meaning.Tokens(text)) {
      if (random() % 2 == 0) seen.push_back(std::move(token));
      if (seen.size() > 40) break;
    }
  }
  int64_t id = out.meaning.oov_begin + out.meaning.num_oov;
  for (std::string& token : seen) {
    if (out.meaning.vocabulary.emplace(token, id).second) {
      out.tokens.push_back(std::move(token));
      ++id;
    }
  }
  return out;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_PIPELINE_VECTORIZE_CASES_H_
