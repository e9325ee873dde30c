#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "kernels/row_fields_ref.h"
#include "rowsplit/text/split_fields.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Fields of a few bytes, with a separator of one or of two.
const StringTensor& Table(int64_t wide) {
  const auto make = [](std::string_view separator) {
    std::string text;
    for (int row = 0; row < 20'000; ++row) {
      for (int field = 0; field < 10; ++field)
        text += std::to_string(row * 7919 % 100'003 >> field) +
                std::string(separator);
      text += '\n';
    }
    return new StringTensor(bench::Lines(text));
  };
  static const auto* narrow_table = make(",");
  static const auto* wide_table = make("; ");
  return wide == 0 ? *narrow_table : *wide_table;
}
std::string_view SeparatorOf(int64_t wide) { return wide == 0 ? "," : "; "; }

void BM_SplitFieldsReference(benchmark::State& state) {
  const StringTensor& lines = Table(state.range(0));
  const std::string_view text = SeparatorOf(state.range(0));
  const kernels::Separator separator{
      reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  std::vector<TokenSpan> spans(lines.bytes().size() + 20'000);
  for (auto _ : state) {
    benchmark::DoNotOptimize(reference::FindRowFields(
        reinterpret_cast<const uint8_t*>(lines.bytes().data()),
        lines.offsets().row_splits().data(), static_cast<size_t>(lines.size()),
        separator, spans.data()));
  }
  bench::SetRowCounters(state, lines);
}

// The peer: a vector a row.
void BM_SplitFieldsAbsl(benchmark::State& state) {
  const StringTensor& lines = Table(state.range(0));
  const std::string separator(SeparatorOf(state.range(0)));
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      const std::vector<absl::string_view> fields = absl::StrSplit(
          absl::string_view(lines[row].data(), lines[row].size()), separator);
      benchmark::DoNotOptimize(fields.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_SplitFields(benchmark::State& state) {
  const StringTensor& lines = Table(state.range(0));
  const std::string_view separator = SeparatorOf(state.range(0));
  const SplitFieldsOptions options{.exec = {.num_threads = 1}};
  const auto checked = SplitFields(lines, separator, options);
  if (!checked.ok() || static_cast<int64_t>(checked->flat_values().size()) !=
                           11 * lines.size()) {
    state.SkipWithError("wrong result");
  }
  for (auto _ : state)
    benchmark::DoNotOptimize(SplitFields(lines, separator, options));
  bench::SetRowCounters(state, lines);
}

void BM_SplitBytes(benchmark::State& state) {
  const StringTensor& lines = Table(0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(SplitBytes(lines, {.exec = {.num_threads = 1}}));
  }
  bench::SetRowCounters(state, lines);
}

// Argument: 0 a separator of one byte, 1 of two.
BENCHMARK(BM_SplitFieldsReference)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitFieldsAbsl)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitFields)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitBytes);

}  // namespace
}  // namespace rowsplit
