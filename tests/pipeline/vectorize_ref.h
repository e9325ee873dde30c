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
  // Words end at all of Unicode's white space, else at that of ASCII.
  bool unicode_space = false;
  // Widths; none: the tokens themselves.
  std::vector<int64_t> ngrams = {};
  std::unordered_map<std::string, int64_t> vocabulary = {};
  int64_t oov_begin = 1;
  int64_t num_oov = 1;
  bool oov_by_xxh3 = false;
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

  // The bytes of the white space that begins at `at`, or 0.
  size_t SpaceSize(std::string_view text, size_t at) const {
    constexpr std::string_view kSpaces[] = {
        " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085",
        "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
        "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A", "\u2028",
        "\u2029", "\u202F", "\u205F", "\u3000"};
    for (const std::string_view space : kSpaces) {
      if (space.size() > 1 && !unicode_space) break;
      if (text.substr(at, space.size()) == space) return space.size();
    }
    return 0;
  }

  // What stands between runs of white space; or all n-grams of one width, then
  // of the next.
  std::vector<std::string> Tokens(std::string_view text) const {
    std::vector<std::string> words(1);
    const std::string from = Standardize(text);
    for (size_t at = 0; at < from.size();) {
      const size_t space = SpaceSize(from, at);
      if (space == 0) {
        words.back() += from[at];
      } else if (!words.back().empty()) {
        words.emplace_back();
      }
      at += space == 0 ? 1 : space;
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
    const uint64_t hash = oov_by_xxh3 ? Xxh3_64(token) : Fingerprint64(token);
    return oov_begin +
           static_cast<int64_t>(hash % static_cast<uint64_t>(num_oov));
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
