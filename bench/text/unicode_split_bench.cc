#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/unicode_split.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Argument 0: many languages; 1: English prose.
const StringTensor& Dataset(int64_t prose) {
  return prose == 0 ? bench::LanguageLines() : bench::ProseLines();
}

// What one would write first: a string for each character.
void BM_SplitCharactersReference(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::vector<std::string> characters;
      for (const char byte : lines[row]) {
        if (static_cast<int8_t>(byte) >= -64) characters.emplace_back();
        characters.back() += byte;
      }
      benchmark::DoNotOptimize(characters.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_SplitCharacters(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const UnicodeSplitOptions options{.exec = {.num_threads = 1}};
  const auto checked = SplitCharacters(lines, options);
  if (!checked.ok() ||
      checked->flat_values().view().text() != lines.view().text())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(SplitCharacters(lines, options));
  bench::SetRowCounters(state, lines);
}

void BM_SplitUnicodeWhitespace(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const UnicodeSplitOptions options{.exec = {.num_threads = 1}};
  const auto checked = SplitUnicodeWhitespace(lines, options);
  if (!checked.ok() || checked->num_rows() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(SplitUnicodeWhitespace(lines, options));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 many languages, 1 English prose.
BENCHMARK(BM_SplitCharactersReference)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitCharacters)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitUnicodeWhitespace)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
