#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "data/example.pb.h"
#include "rowsplit/data/shard_writer.h"
#include "rowsplit/data/tfrecord.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumExamples = 50'000;
constexpr int64_t kIdsPerExample = 10;
constexpr std::string_view kText =
    "the little prince had a rose and a sheep too";

std::vector<int64_t> Ids() {
  std::mt19937_64 random(5);
  std::vector<int64_t> ids(kNumExamples * kIdsPerExample);
  for (int64_t& id : ids) id = static_cast<int64_t>(random() % 5000);
  return ids;
}

Example ExampleAt(const std::vector<int64_t>& ids, int64_t index) {
  return {std::span(ids).subspan(index * kIdsPerExample, kIdsPerExample),
          ids[index], true, kText, "home"};
}

void BM_EncodeExamples(benchmark::State& state, RecordFormat format) {
  const std::vector<int64_t> ids = Ids();
  const auto encoder = ExampleEncoder::Create(
      {.format = format, .ids_per_example = kIdsPerExample});
  BufferBuilder<char> out;
  for (auto _ : state) {
    out.Clear();
    for (int64_t i = 0; i < kNumExamples; ++i) {
      if (!encoder->AppendRecord(ExampleAt(ids, i), out).ok()) {
        state.SkipWithError("error");
      }
    }
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumExamples);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(out.size()));
}

// The same records by the generated message of protobuf.
void BM_EncodeExamplesReference(benchmark::State& state) {
  const std::vector<int64_t> ids = Ids();
  BufferBuilder<char> out;
  std::string payload;
  for (auto _ : state) {
    out.Clear();
    for (int64_t i = 0; i < kNumExamples; ++i) {
      const Example example = ExampleAt(ids, i);
      example_proto::Example message;
      auto& features = *message.mutable_features()->mutable_feature();
      for (const int64_t id : example.ids) {
        features["ids"].mutable_int64_list()->add_value(id);
      }
      features["label"].mutable_int64_list()->add_value(example.label);
      features["text"].mutable_bytes_list()->add_value(
          std::string(example.text));
      features["label_text"].mutable_bytes_list()->add_value(
          std::string(example.label_text));
      message.SerializeToString(&payload);
      AppendTfrecord(payload, out);
    }
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumExamples);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(out.size()));
}

// Records to files in the temporary folder; the disk is not waited for, since
// nothing is finished.
void BM_ShardWriter(benchmark::State& state, RecordFormat format) {
  const std::vector<int64_t> ids = Ids();
  const RecordLayout layout{.format = format,
                            .ids_per_example = kIdsPerExample};
  const auto encoder = ExampleEncoder::Create(layout);
  BufferBuilder<char> record;
  if (!encoder->AppendRecord(ExampleAt(ids, 0), record).ok()) {
    state.SkipWithError("error");
  }
  std::string folder =
      (std::filesystem::temp_directory_path() / "shard_bench_XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) state.SkipWithError("no folder");
  for (auto _ : state) {
    auto writer = ShardWriter::Open(folder, "train", state.range(0), layout);
    for (int64_t i = 0; i < kNumExamples; ++i) {
      if (!writer->Write({record.data(), record.size()}).ok()) {
        state.SkipWithError("error");
      }
    }
  }
  std::filesystem::remove_all(folder);
  state.SetItemsProcessed(state.iterations() * kNumExamples);
  state.SetBytesProcessed(state.iterations() * kNumExamples *
                          static_cast<int64_t>(record.size()));
}

BENCHMARK(BM_EncodeExamplesReference);
BENCHMARK_CAPTURE(BM_EncodeExamples, tfrecord, RecordFormat::kTfrecord);
BENCHMARK_CAPTURE(BM_EncodeExamples, jsonl, RecordFormat::kJsonLines);
BENCHMARK_CAPTURE(BM_EncodeExamples, npy, RecordFormat::kNpy);
BENCHMARK_CAPTURE(BM_EncodeExamples, text, RecordFormat::kText);
// Argument: shards.
BENCHMARK_CAPTURE(BM_ShardWriter, tfrecord, RecordFormat::kTfrecord)->Arg(8);
BENCHMARK_CAPTURE(BM_ShardWriter, npy, RecordFormat::kNpy)->Arg(8)->Arg(256);

}  // namespace
}  // namespace rowsplit
