#include <cstdint>
#include <string>

#include "benchmark/benchmark.h"
#include "rowsplit/text/bert_tokenizer.h"
#include "rowsplit/text/fast_wordpiece.h"
#include "rowsplit/text/wordpiece.h"
#include "support/subword_tokens.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// The same in two steps: words, then their subwords.
void BM_FastWordpieceReference(benchmark::State& state) {
  const BertTokenizer tokenizer(
      *WordpieceTokenizer::Create(bench::SubwordTokens()));
  const StringTensor& lines = bench::ProseLines();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        tokenizer.Tokenize(lines, SubwordKind::kIds, {.num_threads = 1}));
  }
  bench::SetRowCounters(state, lines);
}

void BM_FastWordpiece(benchmark::State& state) {
  const auto tokenizer = FastWordpieceTokenizer::Create(bench::SubwordTokens());
  const StringTensor& lines = bench::ProseLines();
  if (!tokenizer.ok()) {
    state.SkipWithError("wrong result");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        tokenizer->Tokenize(lines, SubwordKind::kIds, {.num_threads = 1}));
  }
  bench::SetRowCounters(state, lines);
}

// The worst case: each letter falls back from a token that is never ended.
void BM_FastWordpieceFallsBack(benchmark::State& state) {
  const std::string longest(200, 'a');
  StringTensorBuilder tokens;
  for (const std::string& token :
       {std::string("a"), std::string("##a"), longest + "b",
        "##" + longest + "b", std::string("[UNK]")}) {
    tokens.Append(token);
  }
  const auto tokenizer = FastWordpieceTokenizer::Create(
      std::move(tokens).Build(), {.max_bytes_per_word = int64_t{1} << 40});
  StringTensorBuilder builder;
  builder.Append(std::string(size_t{1} << 18, 'a'));
  const StringTensor text = std::move(builder).Build();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        tokenizer->Tokenize(text, SubwordKind::kIds, {.num_threads = 1}));
  }
  bench::SetRowCounters(state, text);
}

BENCHMARK(BM_FastWordpieceReference);
BENCHMARK(BM_FastWordpiece);
BENCHMARK(BM_FastWordpieceFallsBack);

}  // namespace
}  // namespace rowsplit
