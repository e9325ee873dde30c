#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "core/parse_float.h"
#include "embedding/fasttext.h"
#include "embedding/named_rows.h"
#include "embedding/text_format.h"
#include "embedding/word2vec_binary.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/vector_text.h"

// Files of vectors in memory: 4,000 rows of 300, 11 MB as text.
namespace rowsplit::internal {
namespace {

constexpr int64_t kNumRows = 4000;
constexpr int64_t kWidth = 300;

const std::string& GloveText() {
  static const std::string* const text =
      new std::string(bench::MakeVectorText(kNumRows, kWidth, 1));
  return *text;
}

Buffer<char> FileOf(const std::string& bytes) {
  return Buffer<char>::Borrow({bytes.data(), bytes.size()});
}

// The bytes that `write` puts into a file.
template <typename Write>
std::string Written(Write write) {
  const std::string path =
      (std::filesystem::temp_directory_path() /
       ("rowsplit_load_bench_" + std::to_string(::getpid())))
          .string();
  std::string bytes;
  if (write(path).ok()) {
    bytes.resize(std::filesystem::file_size(path));
    if (FILE* const file = std::fopen(path.c_str(), "rb")) {
      bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
      std::fclose(file);
    }
  }
  std::filesystem::remove(path);
  return bytes;
}

NamedRows GloveRows() { return *ReadTextRows(FileOf(GloveText()), "bench"); }

void SetBytes(benchmark::State& state, size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

// Numbers of GloVe's kind, each after a space, by three parsers.
using ParseNumbers = size_t (*)(const std::string& text, float* values);

size_t ByStrtof(const std::string& text, float* values) {
  size_t count = 0;
  const char* position = text.c_str();
  while (true) {
    char* end;
    values[count] = std::strtof(position, &end);
    if (end == position) return count;
    ++count;
    position = end;
  }
}

size_t ByFromChars(const std::string& text, float* values) {
  size_t count = 0;
  const char* position = text.data();
  const char* const end = position + text.size();
  while (position != end) {
    position = std::from_chars(position + 1, end, values[count++]).ptr;
  }
  return count;
}

size_t ByParseFloats(const std::string& text, float* values) {
  return ParseFloats(text.data(), text.data() + text.size(),
                     {values, static_cast<size_t>(kNumRows * kWidth)})
      .count;
}

void BM_ParseNumbers(benchmark::State& state, ParseNumbers parse) {
  std::string text;
  for (size_t line = 0; line < 1000; ++line) {
    const std::string one = bench::MakeVectorText(1, kWidth, line);
    text += one.substr(one.find(' '));
    text.pop_back();
  }
  std::vector<float> values(static_cast<size_t>(kNumRows * kWidth));
  std::vector<float> expected(values.size());
  if (parse(text, values.data()) != ByStrtof(text, expected.data()) ||
      values != expected) {
    state.SkipWithError("wrong numbers");
  }
  for (auto _ : state) benchmark::DoNotOptimize(parse(text, values.data()));
  SetBytes(state, text.size());
  state.SetItemsProcessed(state.iterations() * 1000 * kWidth);
}

// What one would write first.
void BM_ReadTextReference(benchmark::State& state) {
  for (auto _ : state) {
    std::istringstream lines(GloveText());
    std::vector<std::string> tokens;
    std::vector<float> values;
    std::string line;
    while (std::getline(lines, line)) {
      std::istringstream fields(line);
      fields >> tokens.emplace_back();
      float value;
      while (fields >> value) values.push_back(value);
    }
    benchmark::DoNotOptimize(values.data());
  }
  SetBytes(state, GloveText().size());
}

// range(0): threads.
void BM_ReadText(benchmark::State& state) {
  const ReadRowsOptions options{
      .exec = {.num_threads = static_cast<int>(state.range(0))}};
  if (GloveRows().table.num_rows() != kNumRows) {
    state.SkipWithError("wrong rows");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        ReadTextRows(FileOf(GloveText()), "bench", options));
  }
  SetBytes(state, GloveText().size());
}

void BM_WriteText(benchmark::State& state) {
  const NamedRows rows = GloveRows();
  const auto write = [&](const std::string& path) {
    return WriteTextRows(rows.vocabulary, rows.table, path, false,
                         {.num_threads = static_cast<int>(state.range(0))});
  };
  size_t bytes = 0;
  for (auto _ : state) bytes = Written(write).size();
  SetBytes(state, bytes);
}

void BM_ReadWord2VecBinary(benchmark::State& state) {
  const NamedRows rows =
      *ReadTextRows(FileOf(bench::MakeVectorText(999, kWidth, 1)), "bench");
  const std::string bytes = Written([&](const std::string& path) {
    return WriteWord2VecBinary(rows.vocabulary, rows.table, path);
  });
  const ReadRowsOptions options{.exec = {.num_threads = 1}};
  if (!ReadWord2VecBinary(FileOf(bytes), "bench", options).ok()) {
    state.SkipWithError("wrong rows");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        ReadWord2VecBinary(FileOf(bytes), "bench", options));
  }
  SetBytes(state, bytes.size());
}

// range(0): buckets; 0 for a model without subwords.
void BM_ReadFastText(benchmark::State& state) {
  const NamedRows rows = GloveRows();
  FastTextModel model;
  model.args.dim = static_cast<int32_t>(kWidth);
  model.args.num_buckets = static_cast<int32_t>(state.range(0));
  if (state.range(0) > 0) {
    model.args.min_n = 3;
    model.args.max_n = 6;
  }
  model.num_words = kNumRows - state.range(0);
  model.input = rows.table;
  StringTensorBuilder words;
  for (int64_t i = 0; i < model.num_words; ++i) {
    words.Append(rows.vocabulary.token(i));
  }
  model.entries = std::move(words).Build();
  model.counts = Buffer<int64_t>::Copy(
      std::vector<int64_t>(static_cast<size_t>(model.num_words), 1));
  const std::string bytes = Written(
      [&](const std::string& path) { return WriteFastTextModel(model, path); });
  const ReadRowsOptions options{.exec = {.num_threads = 1}};
  if (!ReadFastTextVectors(FileOf(bytes), "bench", options).ok()) {
    state.SkipWithError("wrong model");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        ReadFastTextVectors(FileOf(bytes), "bench", options));
  }
  SetBytes(state, bytes.size());
  state.SetItemsProcessed(state.iterations() * model.num_words);
}

BENCHMARK_CAPTURE(BM_ParseNumbers, strtof, ByStrtof);
BENCHMARK_CAPTURE(BM_ParseNumbers, from_chars, ByFromChars);
BENCHMARK_CAPTURE(BM_ParseNumbers, ours, ByParseFloats);
BENCHMARK(BM_ReadTextReference);
BENCHMARK(BM_ReadText)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(BM_WriteText)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(BM_ReadWord2VecBinary);
BENCHMARK(BM_ReadFastText)->Arg(0)->Arg(2000);

}  // namespace
}  // namespace rowsplit::internal
