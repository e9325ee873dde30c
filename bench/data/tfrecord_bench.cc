#include <cstdint>
#include <string>
#include <string_view>

#include "benchmark/benchmark.h"
#include "kernels/crc32c.h"
#include "kernels/crc32c_ref.h"
#include "rowsplit/data/tfrecord.h"

namespace rowsplit {
namespace {

using Crc = uint32_t (*)(const uint8_t* data, size_t n);

// Argument: bytes.
void BM_Crc32c(benchmark::State& state, Crc crc) {
  const std::string bytes(state.range(0), 'x');
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  if (crc(data, bytes.size()) != reference::Crc32c(data, bytes.size())) {
    state.SkipWithError("wrong checksum");
  }
  for (auto _ : state) benchmark::DoNotOptimize(crc(data, bytes.size()));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

// Argument: bytes of a payload; 1,000 records.
void BM_AppendTfrecord(benchmark::State& state) {
  const std::string payload(state.range(0), 'x');
  BufferBuilder<char> out;
  for (auto _ : state) {
    out.Clear();
    for (int record = 0; record < 1000; ++record) AppendTfrecord(payload, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * 1000);
  state.SetBytesProcessed(state.iterations() * 1000 * state.range(0));
}

void BM_CheckTfrecord(benchmark::State& state) {
  BufferBuilder<char> record;
  AppendTfrecord(std::string(state.range(0), 'x'), record);
  const std::string_view payload(record.data() + kTfrecordHeaderBytes,
                                 state.range(0));
  for (auto _ : state) {
    if (!ParseTfrecordHeader(record.data()).valid ||
        !TfrecordPayloadMatches(payload)) {
      state.SkipWithError("wrong checksum");
    }
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(BM_Crc32c, reference, reference::Crc32c)->Arg(65536);
BENCHMARK_CAPTURE(BM_Crc32c, table, kernels::Crc32cTable)->Arg(150)->Arg(65536);
BENCHMARK_CAPTURE(BM_Crc32c, instruction, kernels::Crc32c)
    ->Arg(150)
    ->Arg(65536);
BENCHMARK(BM_AppendTfrecord)->Arg(150)->Arg(65536);
BENCHMARK(BM_CheckTfrecord)->Arg(150)->Arg(65536);

}  // namespace
}  // namespace rowsplit
