#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "rowsplit/text/strip.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Prose, or lines of blanks.
const StringTensor& StripDataset(int64_t worst) {
  if (worst == 0) return bench::ProseLines();
  static const auto* blanks = [] {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += std::string(99, ' ') + "\n";
    return new StringTensor(bench::Lines(text));
  }();
  return *blanks;
}

// The peer: a string a row.
void BM_StripAbsl(benchmark::State& state) {
  const StringTensor& lines = StripDataset(state.range(0));
  for (auto _ : state) {
    StringTensorBuilder out;
    for (int64_t row = 0; row < lines.size(); ++row) {
      const absl::string_view text = absl::StripAsciiWhitespace(
          absl::string_view(lines[row].data(), lines[row].size()));
      out.Append({text.data(), text.size()});
    }
    benchmark::DoNotOptimize(std::move(out).Build());
  }
  bench::SetRowCounters(state, lines);
}

void BM_Strip(benchmark::State& state) {
  const StringTensor& lines = StripDataset(state.range(0));
  const StripOptions options{.exec = {.num_threads = 1}};
  const auto checked = Strip(lines, options);
  if (!checked.ok() || checked->size() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(Strip(lines, options));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 prose, 1 blanks.
BENCHMARK(BM_StripAbsl)->Arg(0)->Arg(1);
BENCHMARK(BM_Strip)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
