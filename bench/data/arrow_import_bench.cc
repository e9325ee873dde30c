#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/data/arrow_import.h"

namespace rowsplit {
namespace {

// 4 MB of numbers in 65,536 rows of 16. The argument tells the offsets apart:
// 0 for those of 32 bits, 1 for those of 64.
void BM_ImportRaggedNumbers(benchmark::State& state) {
  constexpr int64_t kRows = 65'536;
  const bool is_large = state.range(0) == 1;
  const std::vector<int32_t> values(16 * kRows, 7);
  std::vector<int32_t> narrow;
  std::vector<int64_t> wide;
  for (int64_t row = 0; row <= kRows; ++row) {
    narrow.push_back(static_cast<int32_t>(16 * row));
    wide.push_back(16 * row);
  }
  const auto keep_schema = [](ArrowSchema*) {};
  const auto keep_array = [](ArrowArray* array) { array->release = nullptr; };
  ArrowSchema item_type = {};
  item_type.format = "i";
  item_type.release = keep_schema;
  ArrowSchema* item_types = &item_type;
  ArrowSchema type = {};
  type.format = is_large ? "+L" : "+l";
  type.n_children = 1;
  type.children = &item_types;
  type.release = keep_schema;
  const void* item_buffers[] = {nullptr, values.data()};
  const void* buffers[] = {nullptr, is_large
                                        ? static_cast<const void*>(wide.data())
                                        : narrow.data()};
  ArrowArray items = {};
  items.length = 16 * kRows;
  items.n_buffers = 2;
  items.buffers = item_buffers;
  items.release = keep_array;
  ArrowArray* children = &items;
  for (auto _ : state) {
    ArrowArray array = {};
    array.length = kRows;
    array.n_buffers = 2;
    array.buffers = buffers;
    array.n_children = 1;
    array.children = &children;
    array.release = keep_array;
    const auto tensor = ImportFromArrow(type, &array);
    if (!tensor.ok()) {
      state.SkipWithError("failed");
      break;
    }
    benchmark::DoNotOptimize(tensor->bytes().data());
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

BENCHMARK(BM_ImportRaggedNumbers)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
