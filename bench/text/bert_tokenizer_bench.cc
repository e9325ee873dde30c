#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/text/bert_tokenizer.h"
#include "support/language_rows.h"
#include "support/subword_tokens.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Argument 0: many languages; 1: English prose.
const StringTensor& Texts(int64_t prose) {
  return prose == 0 ? bench::LanguageLines() : bench::ProseLines();
}

// What one would write first, for ASCII alone.
void BM_BasicTokenizeReference(benchmark::State& state) {
  const StringTensor& lines = Texts(state.range(0));
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::vector<std::string> tokens(1);
      for (const char byte : lines[row]) {
        const bool is_mark = std::string_view(",.;:!?'\"-()").find(byte) !=
                             std::string_view::npos;
        if (byte != ' ' && !is_mark) {
          tokens.back() += byte;
          continue;
        }
        if (is_mark) tokens.emplace_back(1, byte);
        tokens.emplace_back();
      }
      benchmark::DoNotOptimize(tokens.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_BasicTokenize(benchmark::State& state) {
  const StringTensor& lines = Texts(state.range(0));
  BasicTokenizeOptions options{.exec = {.num_threads = 1}};
  if (state.range(1) != 0) options.lower_case = BertLowerCase::kStripAccents;
  if (!BasicTokenize(lines, options).ok()) state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(BasicTokenize(lines, options));
  bench::SetRowCounters(state, lines);
}

void BM_FastBertTokenizer(benchmark::State& state) {
  const StringTensor& lines = Texts(state.range(0));
  const FastBertTokenizer tokenizer(
      *FastWordpieceTokenizer::Create(bench::SubwordTokens()), true);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        tokenizer.Tokenize(lines, SubwordKind::kIds, {.num_threads = 1}));
  }
  bench::SetRowCounters(state, lines);
}

// Arguments: 0 many languages, 1 English prose; then 1 for lower case.
BENCHMARK(BM_BasicTokenizeReference)->Arg(0)->Arg(1);
BENCHMARK(BM_BasicTokenize)->ArgsProduct({{0, 1}, {0, 1}});
BENCHMARK(BM_FastBertTokenizer)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
