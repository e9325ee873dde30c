#ifndef ROWSPLIT_TESTS_PIPELINE_VECTORIZE_REF_H_
#define ROWSPLIT_TESTS_PIPELINE_VECTORIZE_REF_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rowsplit/core/hash.h"

// What text becomes, written from the meaning of the words alone.
namespace rowsplit::reference {

struct TextToIds {
  // Every byte of `first` becomes `second`, one pair after the other.
  std::vector<std::pair<std::string, std::string>> replacements = {};
  bool lower = true;
  bool strip_punctuation = true;
  // Widths; none: the tokens themselves.
  std::vector<int64_t> ngrams = {};
  std::unordered_map<std::string, int64_t> vocabulary = {};
  int64_t oov_begin = 1;
  int64_t num_oov = 1;
  size_t most_ids = SIZE_MAX;

  // Letters A-Z become a-z, and !"#$%&'()*+,-./:;<=>?@[\]^_`{|}~ nothing.
  std::string Standardize(std::string_view text) const {
    std::string from(text);
    for (const auto& [bytes, by] : replacements) {
      std::string to;
      for (const char c : from) {
        bytes.find(c) == std::string::npos ? to += c : to += by;
      }
      from.swap(to);
    }
    std::string to;
    for (char c : from) {
      if (lower && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      const bool punctuation = (c >= '!' && c <= '/') ||
                               (c >= ':' && c <= '@') ||
                               (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
      if (!strip_punctuation || !punctuation) to += c;
    }
    return to;
  }

  // What stands between runs of white space; or all n-grams of one width, then
  // of the next.
  std::vector<std::string> Tokens(std::string_view text) const {
    std::vector<std::string> words(1);
    for (const char c : Standardize(text)) {
      if (c != ' ' && (c < '\t' || c > '\r')) {
        words.back() += c;
      } else if (!words.back().empty()) {
        words.emplace_back();
      }
    }
    if (words.back().empty()) words.pop_back();
    if (ngrams.empty()) return words;
    std::vector<std::string> joined;
    for (const int64_t width : ngrams) {
      for (size_t i = 0; i + width <= words.size(); ++i) {
        joined.push_back(words[i]);
        for (int64_t k = 1; k < width; ++k) joined.back() += " " + words[i + k];
      }
    }
    return joined;
  }

  int64_t Id(const std::string& token) const {
    const auto found = vocabulary.find(token);
    if (found != vocabulary.end()) return found->second;
    return oov_begin + static_cast<int64_t>(Fingerprint64(token) %
                                            static_cast<uint64_t>(num_oov));
  }

  void AppendIds(std::string_view text, std::vector<int64_t>& ids) const {
    size_t count = 0;
    for (const std::string& token : Tokens(text)) {
      if (count++ == most_ids) return;
      ids.push_back(Id(token));
    }
  }

  // How often each id occurs.
  std::map<int64_t, int64_t> Counts(std::string_view text) const {
    std::map<int64_t, int64_t> counts;
    for (const std::string& token : Tokens(text)) ++counts[Id(token)];
    return counts;
  }
};

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_TESTS_PIPELINE_VECTORIZE_REF_H_
