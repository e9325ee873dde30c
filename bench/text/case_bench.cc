#include <string>

#include "absl/strings/ascii.h"
#include "benchmark/benchmark.h"
#include "kernels/byte_map_ref.h"
#include "rowsplit/text/case.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

const kernels::ByteMap& Lower() {
  static const kernels::ByteMap map = kernels::ByteMap::AsciiLower();
  return map;
}

void BM_ToLowerReference(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  std::string output(lines.bytes().size(), '\0');
  for (auto _ : state) {
    reference::MapBytes(
        Lower(), reinterpret_cast<const uint8_t*>(lines.bytes().data()),
        lines.bytes().size(), reinterpret_cast<uint8_t*>(output.data()));
    benchmark::DoNotOptimize(output.data());
  }
  bench::SetRowCounters(state, lines);
}

// The peer: a string a row.
void BM_ToLowerAbsl(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::string lower(lines[row]);
      absl::AsciiStrToLower(&lower);
      benchmark::DoNotOptimize(lower.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_ToLower(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const CaseOptions options{.exec = {.num_threads = 1}};
  const auto checked = ToLower(lines, options);
  if (!checked.ok() || checked->size() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(ToLower(lines, options));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_ToLowerReference);
BENCHMARK(BM_ToLowerAbsl);
BENCHMARK(BM_ToLower);

}  // namespace
}  // namespace rowsplit
