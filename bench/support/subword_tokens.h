#ifndef ROWSPLIT_BENCH_SUPPORT_SUBWORD_TOKENS_H_
#define ROWSPLIT_BENCH_SUPPORT_SUBWORD_TOKENS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "rowsplit/ragged/string_tensor.h"
#include "support/text_rows.h"

namespace rowsplit::bench {

// The words of the prose, copied, and each word's count.
inline const std::map<std::string, int64_t>& WordCounts() {
  static const auto* counts = [] {
    auto* made = new std::map<std::string, int64_t>;
    const StringTensor& lines = ProseLines();
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::string word;
      for (const char byte : std::string(lines[row]) + " ") {
        const bool is_letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        if (is_letter) {
          word += byte;
        } else if (!word.empty()) {
          ++(*made)[word];
          word.clear();
        }
      }
    }
    return made;
  }();
  return *counts;
}

// Subwords that cut most of the prose: some whole words, the first four letters
// and the ends of others, all letters, marks and the unknown token.
inline const StringTensor& SubwordTokens() {
  static const auto* tokens = [] {
    std::set<std::string> chosen = {"[UNK]", ",", "."};
    for (int letter = 0; letter < 26; ++letter) {
      for (const char first : {'a', 'A'}) {
        const std::string text(1, static_cast<char>(first + letter));
        chosen.insert(text);
        chosen.insert("##" + text);
      }
    }
    size_t index = 0;
    for (const auto& [word, count] : WordCounts()) {
      if (++index % 3 == 0) chosen.insert(word);
      chosen.insert(word.substr(0, 4));
      if (word.size() > 4) chosen.insert("##" + word.substr(4));
    }
    StringTensorBuilder builder;
    for (const std::string& token : chosen) builder.Append(token);
    return new StringTensor(std::move(builder).Build());
  }();
  return *tokens;
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_SUBWORD_TOKENS_H_
