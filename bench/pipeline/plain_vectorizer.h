#ifndef ROWSPLIT_BENCH_PIPELINE_PLAIN_VECTORIZER_H_
#define ROWSPLIT_BENCH_PIPELINE_PLAIN_VECTORIZER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::bench {

// Rows of ids, or of columns with their values.
struct PlainRows {
  std::vector<int64_t> row_splits;
  std::vector<int64_t> ids;
  std::vector<float> values;

  void Clear() {
    row_splits.assign(1, 0);
    ids.clear();
    values.clear();
  }
  void EndRow() { row_splits.push_back(static_cast<int64_t>(ids.size())); }
};

using PlainCounts = std::unordered_map<std::string, int64_t>;
// How often a word occurs, in how many lines, and in which last.
struct PlainDocumentCount {
  int64_t count = 0;
  int64_t documents = 0;
  int64_t last_line = -1;
};
using PlainDocumentCounts = std::unordered_map<std::string, PlainDocumentCount>;

// What one would write first: a loop over the bytes that lowers letters, strips
// punctuation and looks each word up in an unordered_map.
struct PlainVectorizer {
  std::unordered_map<std::string, int64_t> ids_of;
  int64_t unknown_id = 1;

  // Calls `emit(const std::string&)` for each word; `word` is scratch.
  template <typename Emit>
  static void ForEachWord(std::string_view text, std::string& word,
                          const Emit& emit) {
    word.clear();
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
        if (!word.empty()) emit(std::as_const(word));
        word.clear();
      } else if (byte >= 'A' && byte <= 'Z') {
        word += static_cast<char>(byte + ('a' - 'A'));
      } else if (byte >= 128 || (byte >= 'a' && byte <= 'z') ||
                 (byte >= '0' && byte <= '9') || byte < '!' || byte > '~') {
        word += c;
      }
    }
    if (!word.empty()) emit(std::as_const(word));
  }

  int64_t Id(const std::string& word) const {
    const auto found = ids_of.find(word);
    return found == ids_of.end() ? unknown_id : found->second;
  }

  void Ids(StringTensorView lines, PlainRows& out) const {
    out.Clear();
    std::string word;
    for (int64_t line = 0; line < lines.size(); ++line) {
      ForEachWord(lines[line], word,
                  [&](const std::string& w) { out.ids.push_back(Id(w)); });
      out.EndRow();
    }
  }

  // All words, then all pairs of neighbours.
  void WordsAndPairs(StringTensorView lines, PlainRows& out) const {
    out.Clear();
    std::string word;
    std::vector<std::string> words;
    for (int64_t line = 0; line < lines.size(); ++line) {
      words.clear();
      ForEachWord(lines[line], word,
                  [&](const std::string& w) { words.push_back(w); });
      for (const std::string& w : words) out.ids.push_back(Id(w));
      for (size_t i = 1; i < words.size(); ++i) {
        word.assign(words[i - 1]).append(1, ' ').append(words[i]);
        out.ids.push_back(Id(word));
      }
      out.EndRow();
    }
  }

  // Rows of `length`, padded with 0.
  void Dense(StringTensorView lines, int64_t length, PlainRows& out) const {
    out.Clear();
    std::string word;
    for (int64_t line = 0; line < lines.size(); ++line) {
      const size_t begin = out.ids.size();
      ForEachWord(lines[line], word,
                  [&](const std::string& w) { out.ids.push_back(Id(w)); });
      out.ids.resize(begin + length, 0);
      out.EndRow();
    }
  }

  enum class Value { kOne, kCount, kTfIdf };

  // The columns of each line in order; `weights` for kTfIdf.
  void Columns(StringTensorView lines, Value value, const float* weights,
               PlainRows& out) const {
    out.Clear();
    std::string word;
    std::vector<int64_t> row;
    for (int64_t line = 0; line < lines.size(); ++line) {
      row.clear();
      ForEachWord(lines[line], word,
                  [&](const std::string& w) { row.push_back(Id(w)); });
      std::sort(row.begin(), row.end());
      for (size_t i = 0; i < row.size();) {
        const size_t begin = i;
        while (i < row.size() && row[i] == row[begin]) ++i;
        const auto count = static_cast<float>(i - begin);
        out.ids.push_back(row[begin]);
        out.values.push_back(value == Value::kOne ? 1.0F
                             : value == Value::kCount
                                 ? count
                                 : count * weights[row[begin]]);
      }
      out.EndRow();
    }
  }

  static void Count(StringTensorView lines, PlainCounts& counts) {
    counts.clear();
    std::string word;
    for (int64_t line = 0; line < lines.size(); ++line) {
      ForEachWord(lines[line], word,
                  [&](const std::string& w) { ++counts[w]; });
    }
  }

  // The words' counts, and in how many lines each is.
  static void CountDocuments(StringTensorView lines,
                             PlainDocumentCounts& counts) {
    counts.clear();
    std::string word;
    for (int64_t line = 0; line < lines.size(); ++line) {
      ForEachWord(lines[line], word, [&](const std::string& w) {
        PlainDocumentCount& of = counts[w];
        ++of.count;
        of.documents += of.last_line != line;
        of.last_line = line;
      });
    }
  }
};

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_PIPELINE_PLAIN_VECTORIZER_H_
