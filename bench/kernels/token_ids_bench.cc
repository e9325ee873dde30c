// Prose to ids: a plain loop (lower, strip, split, absl::flat_hash_map) and the
// fused kernel, on its best target and with AVX2 forced. Lines are rows; the
// vocabulary is learnt from the text, and the argument is its size. Bytes are
// those of the text.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "benchmark/benchmark.h"
#include "hwy/targets.h"
#include "kernels/token_ids.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/byte_set.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/text/punctuation.h"
#include "support/datasets.h"
#include "support/plain_lookup.h"

namespace rowsplit {
namespace {

// The text's lines, the vocabulary and its table.
struct Task {
  explicit Task(int64_t max_tokens) {
    const std::string& text = bench::ProseText();
    StringTensorBuilder builder;
    size_t begin = 0;
    for (size_t end; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      builder.Append(std::string_view(text).substr(begin, end - begin));
    }
    lines = std::move(builder).Build();
    TextVectorizationAdapter adapter({.max_tokens = max_tokens});
    benchmark::DoNotOptimize(adapter.Update(lines).ok());
    const auto vocabulary = adapter.counts().Build({.max_tokens = max_tokens});
    tokens = vocabulary->tokens();
    uint64_t num_long = 0;
    for (int64_t id = 0; id < tokens.size(); ++id)
      num_long += tokens[id].size() > kernels::kMaxInlineSize;
    kernels::TokenTableView view{};
    view.num_tokens = static_cast<uint64_t>(tokens.size());
    view.num_buckets = kernels::NumBuckets(view.num_tokens - num_long);
    view.num_long_slots = kernels::NumLongSlots(num_long);
    view.seed = {{0x8c5f9e0d1b3a7725, 0x9d1f04c6a8e2b371}};
    view.bytes = tokens.bytes().data();
    view.num_bytes = tokens.bytes().size();
    view.offsets = tokens.view().offsets().data();
    buckets.ResizeUninitialized(view.num_buckets);
    long_slots.ResizeUninitialized(view.num_long_slots);
    kernels::TokenTableWriter writer(buckets.data(), long_slots.data(), view);
    for (int64_t id = 0; id < tokens.size(); ++id)
      writer.Insert(static_cast<int32_t>(id));
    table = writer.view();
  }

  kernels::TextRowsView rows() const {
    return {reinterpret_cast<const uint8_t*>(lines.bytes().data()),
            lines.view().offsets().data(), static_cast<size_t>(lines.size())};
  }

  StringTensor lines;
  StringTensor tokens;
  BufferBuilder<kernels::TokenBucket> buckets;
  BufferBuilder<kernels::LongSlot> long_slots;
  kernels::TokenTableView table;
};

kernels::CompiledByteMap LowerAndStrip() {
  return kernels::CompiledByteMap(
      kernels::Then(kernels::ByteMap::AsciiLower(),
                    kernels::ByteMap::DropClass(AsciiPunctuation())));
}

void SetRates(benchmark::State& state, const Task& task, size_t num_ids) {
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(task.rows().num_bytes()));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(num_ids));
}

void BM_TokenIds_Plain(benchmark::State& state) {
  const Task task(state.range(0));
  absl::flat_hash_map<std::string, int64_t> ids_of;
  for (int64_t id = 2; id < task.tokens.size(); ++id)
    ids_of.emplace(std::string(task.tokens[id]), id);
  std::vector<int64_t> ids;
  std::vector<Offset> row_ends(task.lines.size());
  for (auto _ : state) {
    ids.clear();
    for (int64_t line = 0; line < task.lines.size(); ++line) {
      bench::LookUpPlainly(task.lines[line], ids_of, ids);
      row_ends[line] = static_cast<Offset>(ids.size());
    }
    benchmark::DoNotOptimize(ids.data());
  }
  SetRates(state, task, ids.size());
  const kernels::TextRowsView rows = task.rows();
  std::vector<int64_t> ours(
      kernels::MaxTokens(rows.num_bytes(), rows.num_rows));
  std::vector<Offset> our_ends(rows.num_rows);
  kernels::TokenScratch scratch;
  ours.resize(kernels::FindTokenIds(LowerAndStrip(), rows, task.table,
                                    {.first_id = 0, .unknown_id = 1}, scratch,
                                    ours.data(), our_ends.data()));
  if (ours != ids || our_ends != row_ends)
    state.SkipWithError("the two give different ids");
}
BENCHMARK(BM_TokenIds_Plain)->Arg(5000)->Arg(100000);

void FindIds(benchmark::State& state, int64_t target) {
  const Task task(state.range(0));
  const kernels::CompiledByteMap map = LowerAndStrip();
  const kernels::TextRowsView rows = task.rows();
  BufferBuilder<int64_t> ids(
      kernels::MaxTokens(rows.num_bytes(), rows.num_rows));
  std::vector<Offset> row_ends(rows.num_rows);
  kernels::TokenScratch scratch;
  size_t num_ids = 0;
  hwy::SetSupportedTargetsForTest(target);
  for (auto _ : state) {
    num_ids = kernels::FindTokenIds(map, rows, task.table,
                                    {.first_id = 0, .unknown_id = 1}, scratch,
                                    ids.data(), row_ends.data());
    benchmark::DoNotOptimize(ids.data());
  }
  hwy::SetSupportedTargetsForTest(0);
  SetRates(state, task, num_ids);
}
void BM_TokenIds(benchmark::State& state) { FindIds(state, 0); }
BENCHMARK(BM_TokenIds)->Arg(5000)->Arg(100000);
#if HWY_ARCH_X86
void BM_TokenIds_Avx2(benchmark::State& state) { FindIds(state, HWY_AVX2); }
BENCHMARK(BM_TokenIds_Avx2)->Arg(5000)->Arg(100000);
#endif

// The tokens alone.
class CountTokens : public kernels::TokenBlockSink {
 public:
  void Add(const kernels::TokenBlock& block) override {
    num_tokens_ += block.num_tokens;
  }
  size_t num_tokens() const { return num_tokens_; }

 private:
  size_t num_tokens_ = 0;
};

void BM_TokenBlocks(benchmark::State& state) {
  const Task task(5000);
  const kernels::CompiledByteMap map = LowerAndStrip();
  std::vector<Offset> row_ends(task.rows().num_rows);
  kernels::TokenScratch scratch;
  size_t num_tokens = 0;
  for (auto _ : state) {
    CountTokens sink;
    kernels::FindTokenBlocks(map, task.rows(), scratch, sink, row_ends.data());
    num_tokens = sink.num_tokens();
  }
  SetRates(state, task, num_tokens);
}
BENCHMARK(BM_TokenBlocks);

}  // namespace
}  // namespace rowsplit
