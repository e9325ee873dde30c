#ifndef ROWSPLIT_BENCH_SUPPORT_TEXT_ROWS_H_
#define ROWSPLIT_BENCH_SUPPORT_TEXT_ROWS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/datasets.h"

namespace rowsplit::bench {

// The lines of a text, without their '\n'.
inline StringTensor Lines(std::string_view text) {
  StringTensorBuilder lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.Append(text.substr(0, end));
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return std::move(lines).Build();
}

// Prose in lines, with a mark behind every fifth word, as in books.
inline const StringTensor& ProseLines() {
  static const auto* lines = [] {
    std::string text = ProseText();
    int blanks = 0;
    for (size_t i = 1; i < text.size(); ++i) {
      if (text[i] == ' ' && ++blanks % 5 == 0) text[i - 1] = ',';
      if (text[i] == '\n' || blanks % 7 == 0) text[i - 1] &= 0xDF;
    }
    return new StringTensor(Lines(text));
  }();
  return *lines;
}

inline void SetRowCounters(benchmark::State& state, StringTensorView rows) {
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(rows.text().size()));
  state.SetItemsProcessed(state.iterations() * rows.size());
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_TEXT_ROWS_H_
