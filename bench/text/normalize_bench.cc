#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/normalize.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Argument 1: many languages; 2: English prose; 3: letters with two marks each
// in the wrong order, the worst case; 4: one row of marks in the wrong order.
const StringTensor& Dataset(int64_t which) {
  if (which == 1) return bench::LanguageLines();
  if (which == 2) return bench::ProseLines();
  const auto repeat = [](std::string_view line, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += line;
    return new StringTensor(bench::Lines(text));
  };
  static const auto* marked = repeat(
      "a\u0301\u0323e\u0301\u0323o\u0301\u0323u\u0301\u0323i\u0301\u0323\n",
      20'000);
  static const auto* marks = repeat("\u0301\u0323\u031B", 150'000);
  return which == 3 ? *marked : *marks;
}

const icu::Normalizer2* Icu(NormalForm form) {
  UErrorCode status = U_ZERO_ERROR;
  if (form == NormalForm::kNfc) return icu::Normalizer2::getNFCInstance(status);
  if (form == NormalForm::kNfd) return icu::Normalizer2::getNFDInstance(status);
  if (form == NormalForm::kNfkc)
    return icu::Normalizer2::getNFKCInstance(status);
  if (form == NormalForm::kNfkd)
    return icu::Normalizer2::getNFKDInstance(status);
  return icu::Normalizer2::getNFKCCasefoldInstance(status);
}

// Argument 0 is the form.
NormalForm FormOf(const benchmark::State& state) {
  return static_cast<NormalForm>(state.range(0));
}

// The peer: ICU, row by row, on UTF-8.
void BM_NormalizeIcu(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(1));
  const icu::Normalizer2* normalizer = Icu(FormOf(state));
  std::string out;
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      out.clear();
      icu::StringByteSink<std::string> sink(&out);
      UErrorCode status = U_ZERO_ERROR;
      normalizer->normalizeUTF8(
          0,
          icu::StringPiece(lines[row].data(),
                           static_cast<int32_t>(lines[row].size())),
          sink, nullptr, status);
      benchmark::DoNotOptimize(out.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_Normalize(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(1));
  const NormalizeOptions options = {.form = FormOf(state),
                                    .exec = {.num_threads = 1}};
  // ICU takes the square of the time for a row of marks.
  if (state.range(1) < 4) {
    std::string expected;
    icu::StringByteSink<std::string> sink(&expected);
    UErrorCode status = U_ZERO_ERROR;
    const icu::StringPiece line(lines[0].data(),
                                static_cast<int32_t>(lines[0].size()));
    Icu(options.form)->normalizeUTF8(0, line, sink, nullptr, status);
    if ((*Normalize(lines, options))[0] != expected)
      return state.SkipWithError("wrong result");
  }
  for (auto _ : state) benchmark::DoNotOptimize(*Normalize(lines, options));
  bench::SetRowCounters(state, lines);
}

void BM_NormalizeWithOffsets(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(1));
  const NormalizeOptions options = {.form = FormOf(state),
                                    .exec = {.num_threads = 1}};
  for (auto _ : state)
    benchmark::DoNotOptimize(*NormalizeWithOffsets(lines, options));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_NormalizeIcu)->ArgsProduct({{0, 1, 2, 3, 4}, {1, 2, 3}});
BENCHMARK(BM_Normalize)->ArgsProduct({{0, 1, 2, 3, 4}, {1, 2, 3, 4}});
BENCHMARK(BM_NormalizeWithOffsets)->ArgsProduct({{2}, {1, 2, 3}});

}  // namespace
}  // namespace rowsplit
