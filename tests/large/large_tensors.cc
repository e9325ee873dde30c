// Pushes a 3-billion-byte string column and 2.5 billion int8 values through
// concat, slice, gather of a few rows, and to Arrow and back. Checks the
// results and the memory that each step takes beside its inputs, and prints the
// figures.
//
//   large_tensors [SCALE]   // 1 for the full size, 0.01 for a hundredth of it
//
// Peak memory is VmHWM, which is set back before each step.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/data/arrow_export.h"
#include "rowsplit/data/arrow_import.h"
#include "rowsplit/ops/concat.h"
#include "rowsplit/ops/split_axis.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {
namespace {

// What a step may take beside its inputs, its result included.
constexpr double kMaxExtra = 1.1;
// Allocations of a step that do not grow with the tensor.
constexpr int64_t kFixedBytes = 32 << 20;

int num_failures = 0;

void Expect(bool ok, const char* what) {
  if (ok) return;
  ++num_failures;
  std::printf("FAILED: %s\n", what);
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::printf("FAILED: %s\n", result.status().ToString().c_str());
  std::exit(1);
}

// A line of /proc/self/status, in bytes.
int64_t StatusBytes(const char* name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name, 0) == 0)
      return std::atoll(line.c_str() + std::strlen(name)) * 1024;
  }
  return 0;
}

// SplitMix64's step: a value for each position, whatever the order.
uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

std::string Hash(const Tensor& tensor) {
  Xxh3Hasher hasher;
  const auto update = [&](const auto& buffer) {
    hasher.Update({reinterpret_cast<const char*>(buffer.data()),
                   buffer.size() * sizeof(*buffer.data())});
  };
  for (const RowPartition& partition : tensor.partitions())
    update(partition.row_splits());
  if (tensor.is_string()) {
    update(tensor.strings().offsets().row_splits());
    update(tensor.strings().bytes());
  } else {
    update(tensor.bytes());
  }
  return hasher.Digest().ToHex();
}

int64_t SizeBytes(const Tensor& tensor) {
  int64_t items = 0;
  for (const RowPartition& partition : tensor.partitions())
    items += static_cast<int64_t>(partition.row_splits().size());
  items += static_cast<int64_t>(tensor.strings().offsets().row_splits().size());
  return items * int64_t{sizeof(Offset)} +
         static_cast<int64_t>(tensor.bytes().size() +
                              tensor.strings().bytes().size());
}

// Runs a step on a tensor of `size` bytes; it may take kMaxExtra times that.
template <typename Step>
auto Measure(const char* name, int64_t size, const Step& step) {
  malloc_trim(0);  // what was freed before is not there for the step to take
  std::ofstream("/proc/self/clear_refs") << "5";
  const int64_t before = StatusBytes("VmRSS:");
  const auto begin = std::chrono::steady_clock::now();
  auto result = step();
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - begin;
  const int64_t extra = StatusBytes("VmHWM:") - before;
  const double times = static_cast<double>(extra) / static_cast<double>(size);
  std::printf("| %s | %.2f | %.0f | %.0f | %.2f |\n", name, seconds.count(),
              static_cast<double>(size) / 1e6, static_cast<double>(extra) / 1e6,
              times);
  std::fflush(stdout);
  Expect(static_cast<double>(extra) <=
             kMaxExtra * static_cast<double>(size) + kFixedBytes,
         name);
  return result;
}

// Rows of 0 to 2 * `mean` values, `num_values` altogether.
RowPartition MakeRows(int64_t num_values, int64_t mean) {
  BufferBuilder<Offset> splits;
  splits.Reserve(static_cast<size_t>(num_values / mean * 11 / 10 + 16));
  splits.Append(Offset{0});
  for (Offset end = 0; end < num_values;) {
    end += static_cast<Offset>(Mix(splits.size()) %
                               (2 * static_cast<uint64_t>(mean) + 1));
    splits.Append(std::min(end, num_values));
  }
  return RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
}

void Fill(char* bytes, int64_t size, bool ascii) {
  for (int64_t i = 0; i < size; i += 8) {
    uint64_t word = Mix(static_cast<uint64_t>(i));
    if (ascii) word = (word & 0x0F0F0F0F0F0F0F0F) + 0x6161616161616161;
    std::memcpy(bytes + i, &word,
                static_cast<size_t>(std::min<int64_t>(8, size - i)));
  }
}

// About 60 bytes a string, 10 strings a row.
Tensor MakeStrings(int64_t num_bytes) {
  RowPartition offsets = MakeRows(num_bytes, 60);
  BufferBuilder<char> bytes(static_cast<size_t>(num_bytes));
  Fill(bytes.data(), num_bytes, true);
  RowPartition rows = MakeRows(offsets.num_rows(), 10);
  return Must(Tensor::FromPartition(
      std::move(rows), Tensor::Vector(Must(StringTensor::FromBytes(
                           std::move(offsets), std::move(bytes).Build())))));
}

// About 50 values a row.
Tensor MakeNumbers(int64_t num_values) {
  BufferBuilder<int8_t> values(static_cast<size_t>(num_values));
  Fill(reinterpret_cast<char*>(values.data()), num_values, false);
  return Must(Tensor::FromPartition(MakeRows(num_values, 50),
                                    Tensor::Vector(std::move(values).Build())));
}

bool SameRow(const Tensor& a, int64_t row, const Tensor& b, int64_t other) {
  return internal::SliceRows(a, row, row + 1) ==
         internal::SliceRows(b, other, other + 1);
}

void CheckConcat(const Tensor& tensor, const std::string& hash) {
  const int64_t size = SizeBytes(tensor);
  const int64_t num_rows = tensor.num_rows();
  const std::vector<int64_t> sizes = {num_rows / 2, num_rows - num_rows / 2};
  const auto pieces = Measure("slice: split into halves", size,
                              [&] { return Must(Split(tensor, sizes, 0)); });
  {
    const Tensor whole = Measure("concat of the halves, axis 0", size,
                                 [&] { return Must(Concat(pieces, 0)); });
    Expect(Hash(whole) == hash, "concat of the halves is the tensor");
    Expect(whole == tensor, "concat of the halves equals the tensor");
  }
  // The same number of rows on both sides.
  const std::vector<Tensor> columns = {
      internal::SliceRows(tensor, 0, num_rows / 2),
      internal::SliceRows(tensor, num_rows - num_rows / 2, num_rows)};
  const Tensor wide = Measure("concat of the halves, axis 1", size,
                              [&] { return Must(Concat(columns, 1)); });
  Expect(wide.num_rows() == num_rows / 2, "axis 1: number of rows");
  Expect(SizeBytes(wide) <= size, "axis 1: size");
  for (int64_t i = 0; i < 1000; ++i) {
    const auto row = static_cast<int64_t>(Mix(static_cast<uint64_t>(i)) %
                                          static_cast<uint64_t>(num_rows / 2));
    std::vector<Tensor> rows;
    for (const Tensor& column : columns)
      rows.push_back(internal::SliceRows(column, row, row + 1));
    Expect(Must(Concat(rows, 1)) == internal::SliceRows(wide, row, row + 1),
           "axis 1: a row");
  }
}

void CheckGather(const Tensor& tensor) {
  std::vector<internal::RowRange> ranges;
  for (int64_t i = 0; i < 1000; ++i) {
    ranges.push_back(
        {static_cast<int64_t>(Mix(static_cast<uint64_t>(i)) %
                              static_cast<uint64_t>(tensor.num_rows())),
         1});
  }
  ranges.push_back({tensor.num_rows() - 1, 1});
  const Tensor gathered =
      Measure("gather of 1001 rows", SizeBytes(tensor),
              [&] { return Must(internal::SelectRows(tensor, ranges, {})); });
  for (size_t i = 0; i < ranges.size(); ++i) {
    Expect(SameRow(gathered, static_cast<int64_t>(i), tensor, ranges[i].begin),
           "gather: a row");
  }
}

void CheckArrow(const Tensor& tensor, const std::string& hash) {
  ArrowSchema schema;
  ArrowArray array;
  Measure("to Arrow", SizeBytes(tensor), [&] {
    const absl::Status status = ExportToArrow(tensor, &schema, &array);
    Expect(status.ok(), "to Arrow");
    return status.ok();
  });
  Expect(array.length == tensor.num_rows(), "to Arrow: length");
  const Tensor back = Measure("from Arrow", SizeBytes(tensor), [&] {
    return Must(ImportFromArrow(schema, &array));
  });
  schema.release(&schema);
  Expect(Hash(back) == hash, "Arrow and back is the tensor");
}

void Check(const char* name, const std::function<Tensor()>& make) {
  const Tensor tensor = make();
  const std::string hash = Hash(tensor);
  std::printf(
      "\n%s: %" PRId64 " rows, %" PRId64
      " items, %.0f MB, XXH3 %s\n\n"
      "| step | seconds | size, MB | extra peak memory, MB | extra / size |\n"
      "|---|---|---|---|---|\n",
      name, tensor.num_rows(), tensor.num_items(),
      static_cast<double>(SizeBytes(tensor)) / 1e6, hash.c_str());
  CheckConcat(tensor, hash);
  CheckGather(tensor);
  CheckArrow(tensor, hash);
}

int Main(int argc, char** argv) {
  const double scale = argc > 1 ? std::atof(argv[1]) : 1;
  Check("strings", [&] {
    return MakeStrings(static_cast<int64_t>(3'000'000'000 * scale));
  });
  Check("int8", [&] {
    return MakeNumbers(static_cast<int64_t>(2'500'000'000 * scale));
  });
  std::printf("\n%s\n", num_failures == 0 ? "all right" : "FAILED");
  return num_failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace rowsplit

int main(int argc, char** argv) { return rowsplit::Main(argc, argv); }
