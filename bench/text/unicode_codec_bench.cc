#include <unicode/ucnv.h>

#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/unicode_codec.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Argument 0: many languages; 1: English prose.
const StringTensor& Dataset(int64_t prose) {
  return prose == 0 ? bench::LanguageLines() : bench::ProseLines();
}

const UnicodeCodecOptions kOneThread{.exec = {.num_threads = 1}};

// ICU's converter, a call for each character, as TensorFlow does it.
void BM_UnicodeDecodeIcu(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  UErrorCode error = U_ZERO_ERROR;
  UConverter* converter = ucnv_open("UTF-8", &error);
  for (auto _ : state) {
    std::vector<int32_t> points;
    for (int64_t row = 0; row < lines.size(); ++row) {
      const char* source = lines[row].data();
      const char* const end = source + lines[row].size();
      while (source < end)
        points.push_back(ucnv_getNextUChar(converter, &source, end, &error));
    }
    benchmark::DoNotOptimize(points.data());
  }
  ucnv_close(converter);
  bench::SetRowCounters(state, lines);
}

void BM_UnicodeDecode(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const auto checked = UnicodeDecode(lines, "UTF-8", kOneThread);
  const auto again = UnicodeEncode(checked->view(), "UTF-8", kOneThread);
  if (!(*again == lines)) state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(UnicodeDecode(lines, "UTF-8", kOneThread));
  bench::SetRowCounters(state, lines);
}

void BM_UnicodeDecodeWithOffsets(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(
        UnicodeDecodeWithOffsets(lines, "UTF-8", kOneThread));
  bench::SetRowCounters(state, lines);
}

void BM_UnicodeEncode(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const auto points = UnicodeDecode(lines, "UTF-8", kOneThread);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        UnicodeEncode(points->view(), "UTF-8", kOneThread));
  bench::SetRowCounters(state, lines);
}

void BM_UnicodeSplit(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(UnicodeSplit(lines, "UTF-8", kOneThread));
  bench::SetRowCounters(state, lines);
}

void BM_UnicodeTranscode(benchmark::State& state) {
  const StringTensor& lines = Dataset(1);
  const char* encoding = state.range(0) == 0 ? "latin1" : "Shift_JIS";
  for (auto _ : state)
    benchmark::DoNotOptimize(
        UnicodeTranscode(lines, encoding, "UTF-8", kOneThread));
  bench::SetRowCounters(state, lines);
}

// Worst case: no piece of the text is well-formed.
void BM_UnicodeDecodeIllFormed(benchmark::State& state) {
  const StringTensor lines =
      bench::Lines(std::string(1 << 20, '\xE2') + "\n" + std::string(99, 'a'));
  for (auto _ : state)
    benchmark::DoNotOptimize(UnicodeDecode(lines, "UTF-8", kOneThread));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 many languages, 1 English prose.
BENCHMARK(BM_UnicodeDecodeIcu)->Arg(0)->Arg(1);
BENCHMARK(BM_UnicodeDecode)->Arg(0)->Arg(1);
BENCHMARK(BM_UnicodeDecodeWithOffsets)->Arg(0)->Arg(1);
BENCHMARK(BM_UnicodeEncode)->Arg(0)->Arg(1);
BENCHMARK(BM_UnicodeSplit)->Arg(0)->Arg(1);
// Argument: 0 latin1, 1 Shift_JIS.
BENCHMARK(BM_UnicodeTranscode)->Arg(0)->Arg(1);
BENCHMARK(BM_UnicodeDecodeIllFormed);

}  // namespace
}  // namespace rowsplit
