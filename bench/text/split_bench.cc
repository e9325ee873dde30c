#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "kernels/token_spans.h"
#include "kernels/token_spans_ref.h"
#include "rowsplit/text/split.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

const uint8_t* Bytes(const StringTensor& lines) {
  return reinterpret_cast<const uint8_t*>(lines.bytes().data());
}

// Prose, or the worst case: every second byte a token.
const StringTensor& Dataset(int64_t worst) {
  if (worst == 0) return bench::ProseLines();
  static const auto* dense = [] {
    std::string text;
    for (int i = 0; i < 500'000; ++i) text += i % 40 == 39 ? "\n" : "a ";
    return new StringTensor(bench::Lines(text));
  }();
  return *dense;
}

void BM_SplitWhitespaceReference(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  std::vector<TokenSpan> spans(lines.bytes().size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(reference::FindRowTokenSpans(
        Bytes(lines), lines.offsets().row_splits().data(),
        static_cast<size_t>(lines.size()), spans.data()));
  }
  bench::SetRowCounters(state, lines);
}

// The peer: a vector a row.
void BM_SplitWhitespaceAbsl(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      const absl::string_view line(lines[row].data(), lines[row].size());
      const std::vector<absl::string_view> tokens = absl::StrSplit(
          line, absl::ByAnyChar(" \t\n\v\f\r"), absl::SkipEmpty());
      benchmark::DoNotOptimize(tokens.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_SplitWhitespace(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const SplitWhitespaceOptions options{.exec = {.num_threads = 1}};
  const auto checked = SplitWhitespace(lines, options);
  if (!checked.ok() || checked->num_rows() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(SplitWhitespace(lines, options));
  bench::SetRowCounters(state, lines);
}

// The kernel alone, on bytes without rows.
void BM_FindTokenSpans(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  std::vector<TokenSpan> spans(lines.bytes().size() / 2 + 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernels::FindTokenSpans(
        Bytes(lines), lines.bytes().size(), 0, spans.data()));
  }
  bench::SetRowCounters(state, lines);
}

void BM_FindLineSpans(benchmark::State& state) {
  const std::string text = bench::ProseText();
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  std::vector<TokenSpan> spans(kernels::CountByte(bytes, text.size(), '\n') +
                               1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        kernels::FindLineSpans(bytes, text.size(), 0, spans.data()));
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(text.size()));
}

// Argument: 0 prose, 1 the worst case.
BENCHMARK(BM_SplitWhitespaceReference)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitWhitespaceAbsl)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitWhitespace)->Arg(0)->Arg(1);
BENCHMARK(BM_FindTokenSpans)->Arg(0)->Arg(1);
BENCHMARK(BM_FindLineSpans);

}  // namespace
}  // namespace rowsplit
