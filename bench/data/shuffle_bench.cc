#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/data/shuffle.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRecords = 100'000;

// Records of `size` bytes, or of half to three halves of it.
std::vector<std::string> Records(int64_t size, bool ragged) {
  std::mt19937_64 random(17);
  std::vector<std::string> records;
  for (int64_t i = 0; i < kNumRecords; ++i) {
    const int64_t bytes =
        ragged ? size / 2 + static_cast<int64_t>(random() % (size + 1)) : size;
    records.emplace_back(bytes, static_cast<char>('a' + i % 26));
  }
  return records;
}

void SetCounters(benchmark::State& state,
                 const std::vector<std::string>& records) {
  int64_t num_bytes = 0;
  for (const std::string& record : records) {
    num_bytes += static_cast<int64_t>(record.size());
  }
  state.SetItemsProcessed(state.iterations() * kNumRecords);
  state.SetBytesProcessed(state.iterations() * num_bytes);
}

// A buffer of strings and the standard library's generator and distribution.
void BM_ShuffleReference(benchmark::State& state, bool ragged) {
  const auto records = Records(state.range(1), ragged);
  const auto buffer_size = static_cast<size_t>(state.range(0));
  std::mt19937_64 random(1);
  for (auto _ : state) {
    std::vector<std::string> buffer;
    for (const std::string& record : records) {
      if (buffer.size() < buffer_size) {
        buffer.push_back(record);
        continue;
      }
      std::uniform_int_distribution<size_t> draw(0, buffer_size - 1);
      std::string& slot = buffer[draw(random)];
      benchmark::DoNotOptimize(slot.data());
      slot = std::string(record);
    }
    benchmark::DoNotOptimize(buffer.data());
  }
  SetCounters(state, records);
}

void BM_ShuffleBuffer(benchmark::State& state, bool ragged) {
  const auto records = Records(state.range(1), ragged);
  auto shuffle = ShuffleBuffer::Create({.buffer_size = state.range(0)});
  int64_t num_emitted = 0;
  const auto emit = [&](std::string_view record) {
    benchmark::DoNotOptimize(record.data());
    ++num_emitted;
    return absl::OkStatus();
  };
  for (auto _ : state) {
    for (const std::string& record : records) {
      if (!shuffle->Push(record, emit).ok()) state.SkipWithError("error");
    }
  }
  if (!shuffle->Flush(emit).ok() ||
      num_emitted != static_cast<int64_t>(state.iterations()) * kNumRecords) {
    state.SkipWithError("records were lost");
  }
  SetCounters(state, records);
}

// Arguments: records in the buffer, bytes of a record.
BENCHMARK_CAPTURE(BM_ShuffleReference, uniform, false)->Args({1000, 44});
BENCHMARK_CAPTURE(BM_ShuffleReference, ragged, true)->Args({1000, 150});
BENCHMARK_CAPTURE(BM_ShuffleBuffer, uniform, false)
    ->Args({1000, 44})
    ->Args({50000, 44});
BENCHMARK_CAPTURE(BM_ShuffleBuffer, ragged, true)
    ->Args({1000, 150})
    ->Args({50000, 150});

}  // namespace
}  // namespace rowsplit
