#include <unicode/ucasemap.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "kernels/utf8_case.h"
#include "kernels/utf8_case_ref.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/unicode_case.h"
#include "support/language_rows.h"
#include "support/text_rows.h"
#include "text/case_mapper.h"

namespace rowsplit {
namespace {

using Op = absl::StatusOr<StringTensor>(StringTensorView,
                                        const UnicodeCaseOptions&);

// Argument 0: many languages; 1: English prose; 2: the worst case, where every
// character changes its size; 3: capital sigmas in Greek capitals.
const StringTensor& Dataset(int64_t which) {
  if (which == 0) return bench::LanguageLines();
  if (which == 1) return bench::ProseLines();
  const auto repeat = [](std::string_view line) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += line;
    return new StringTensor(bench::Lines(text));
  };
  static const auto* dotted = repeat("İİİİİİİİİİİİİİİİİİİİİİİİİİ\n");
  static const auto* sigmas = repeat("ΟΛΟΙ ΟΙ ΑΝΘΡΩΠΟΙ ΣΤΗΝ ΑΞΙΑ ΤΗΣ ΖΩΗΣ\n");
  return which == 2 ? *dotted : *sigmas;
}

// The peer: ICU, row by row, on UTF-8.
void BM_LowerIcu(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  UErrorCode status = U_ZERO_ERROR;
  UCaseMap* map = ucasemap_open("", 0, &status);
  std::vector<char> out(1 << 20);
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      UErrorCode error = U_ZERO_ERROR;
      benchmark::DoNotOptimize(ucasemap_utf8ToLower(
          map, out.data(), static_cast<int32_t>(out.size()), lines[row].data(),
          static_cast<int32_t>(lines[row].size()), &error));
    }
  }
  ucasemap_close(map);
  bench::SetRowCounters(state, lines);
}

// One character at a time by the same tables, without what is special.
void BM_LowerReference(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const kernels::Utf8CaseMap& map = internal::CaseMapper::Lower().map();
  const std::string_view text = lines.view().text();
  const auto* src = reinterpret_cast<const uint8_t*>(text.data());
  std::vector<uint8_t> out(text.size());
  for (auto _ : state) {
    for (size_t at = 0; at < text.size();) {
      at += reference::MapUtf8Case(map, src + at, text.size() - at,
                                   out.data() + at);
      if (at < text.size()) at += src[at] < 0xE0 ? 2 : 3;
    }
    benchmark::DoNotOptimize(out.data());
  }
  bench::SetRowCounters(state, lines);
}

void Run(benchmark::State& state, Op* op) {
  const StringTensor& lines = Dataset(state.range(0));
  const UnicodeCaseOptions options{.exec = {.num_threads = 1}};
  const auto checked = op(lines, options);
  if (!checked.ok() || checked->size() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(op(lines, options));
  bench::SetRowCounters(state, lines);
}

void BM_LowerUnicode(benchmark::State& state) { Run(state, LowerUnicode); }
void BM_UpperUnicode(benchmark::State& state) { Run(state, UpperUnicode); }
void BM_FoldCase(benchmark::State& state) { Run(state, FoldCase); }

// Argument: the dataset.
BENCHMARK(BM_LowerReference)->DenseRange(0, 3);
BENCHMARK(BM_LowerIcu)->DenseRange(0, 3);
BENCHMARK(BM_LowerUnicode)->DenseRange(0, 3);
BENCHMARK(BM_UpperUnicode)->DenseRange(0, 3);
BENCHMARK(BM_FoldCase)->DenseRange(0, 3);

}  // namespace
}  // namespace rowsplit
