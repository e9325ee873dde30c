#include <cstdint>
#include <string>
#include <utility>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/data/arrow_export.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {
namespace {

void Run(benchmark::State& state, const Tensor& tensor, int64_t num_bytes) {
  for (auto _ : state) {
    ArrowSchema schema;
    ArrowArray array;
    if (!ExportToArrow(tensor, &schema, &array).ok()) {
      state.SkipWithError("failed");
      break;
    }
    benchmark::DoNotOptimize(array.buffers);
    schema.release(&schema);
    array.release(&array);
  }
  state.SetBytesProcessed(state.iterations() * num_bytes);
}

// 4 MB of numbers in rows of 16: nothing of them is touched.
void BM_ExportRaggedNumbers(benchmark::State& state) {
  constexpr int64_t kRows = 65'536;
  BufferBuilder<int32_t> values(16 * kRows);
  for (int32_t& value : values.span()) value = 7;
  const Tensor tensor =
      *Tensor::FromPartition(*RowPartition::FromUniformRowLength(16, kRows),
                             Tensor::Vector(std::move(values).Build()));
  Run(state, tensor, 64 * kRows);
}

// 1 MB of words: every byte is checked.
void BM_ExportStrings(benchmark::State& state) {
  StringTensorBuilder builder;
  for (int i = 0; i < 100'000; ++i) builder.Append("word of ten");
  Run(state, Tensor::Vector(std::move(builder).Build()), 1'100'000);
}

BENCHMARK(BM_ExportRaggedNumbers);
BENCHMARK(BM_ExportStrings);

}  // namespace
}  // namespace rowsplit
