#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "rowsplit/text/join.h"
#include "rowsplit/text/split.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// What one would write first.
void BM_JoinReference(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const RaggedTensor<TokenSpan> tokens = *SplitWhitespace(lines);
  for (auto _ : state) {
    std::string joined;
    for (int64_t row = 0; row < tokens.num_rows(); ++row) {
      joined.clear();
      for (const TokenSpan token : tokens.view().row(row)) {
        if (!joined.empty()) joined += ' ';
        joined.append(lines.bytes().data() + token.begin, token.size);
      }
      benchmark::DoNotOptimize(joined.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

// The peer: a vector and a string a row.
void BM_JoinAbsl(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const RaggedTensor<TokenSpan> tokens = *SplitWhitespace(lines);
  std::vector<std::vector<absl::string_view>> rows;
  for (int64_t row = 0; row < tokens.num_rows(); ++row) {
    rows.emplace_back();
    for (const TokenSpan token : tokens.view().row(row))
      rows.back().emplace_back(lines.bytes().data() + token.begin, token.size);
  }
  for (auto _ : state) {
    for (const auto& row : rows)
      benchmark::DoNotOptimize(absl::StrJoin(row, " "));
  }
  bench::SetRowCounters(state, lines);
}

void BM_Join(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const RaggedTensor<TokenSpan> tokens = *SplitWhitespace(lines);
  const JoinOptions options{.exec = {.num_threads = 1}};
  const auto bytes = lines.bytes().span();
  const auto checked = Join(tokens.view(), bytes, " ", options);
  if (!checked.ok() || checked->size() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(Join(tokens.view(), bytes, " ", options));
  bench::SetRowCounters(state, lines);
}

// The worst case: a row a token.
void BM_JoinSingleTokens(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const RaggedTensor<TokenSpan> tokens = *SplitWhitespace(lines);
  std::vector<Offset> splits;
  for (size_t token = 0; token <= tokens.flat_values().size(); ++token)
    splits.push_back(static_cast<Offset>(token));
  const RaggedView<TokenSpan> view{splits, tokens.flat_values().span()};
  const JoinOptions options{.exec = {.num_threads = 1}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(Join(view, lines.bytes().span(), " ", options));
  }
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_JoinReference);
BENCHMARK(BM_JoinAbsl);
BENCHMARK(BM_Join);
BENCHMARK(BM_JoinSingleTokens);

}  // namespace
}  // namespace rowsplit
