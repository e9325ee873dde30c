#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rowsplit/data/corpus_reader.h"
#include "rowsplit/data/inputs.h"
#include "tests/support/files.h"

namespace rowsplit {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCorpusBytes = 8 << 20;

// The words of the sample stories.
std::vector<std::string> StoryWords() {
  std::vector<fs::path> paths;
  for (const auto& entry :
       fs::directory_iterator(ROWSPLIT_SOURCE_DIR "/data_samples/stories")) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> words;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    words.insert(words.end(), std::istream_iterator<std::string>(in), {});
  }
  return words;
}

// Lines of words drawn from the stories, about as compressible as prose: the
// stories themselves, over and over, would compress to nothing.
const std::string& Corpus() {
  static const std::string corpus = [] {
    const std::vector<std::string> words = StoryWords();
    std::mt19937_64 random(20261124);
    std::string text;
    while (text.size() < kCorpusBytes) {
      for (uint64_t left = 5 + random() % 30; left > 0; --left) {
        text += words[random() % words.size()];
        text += left > 1 ? ' ' : '\n';
      }
    }
    return text;
  }();
  return corpus;
}

std::string JsonLines(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1);
    lines += "{\"id\": 12345, \"title\": \"a title\", \"text\": \"";
    for (const char c : text.substr(0, end)) {
      if (c == '"' || c == '\\') lines += '\\';
      lines += c;
    }
    lines += "\"}\n";
    text.remove_prefix(end + 1);
  }
  return lines;
}

const testing::TempFolder& Folder() {
  static const testing::TempFolder folder;
  return folder;
}

// Bytes are those of the text after decompression.
void ReadAll(benchmark::State& state, const std::string& path) {
  const bool parse = state.range(0) != 0;
  RawBlock block;
  RowBatch batch;
  int64_t bytes = 0;
  for (auto _ : state) {
    auto reader = CorpusReader::Open({DescribeInput(path)});
    int64_t rows = 0;
    while (true) {
      const auto more = reader->ReadBlock(block);
      if (!more.ok()) return state.SkipWithError("cannot read");
      if (!*more) break;
      if (parse && !reader->ParseBlock(block, batch).ok()) {
        return state.SkipWithError("cannot parse");
      }
      rows += static_cast<int64_t>(batch.rows.size());
    }
    if (parse && rows == 0) return state.SkipWithError("no rows");
    bytes = reader->summaries()[0].text_bytes;
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * bytes);
}

void BM_ReadText(benchmark::State& state) {
  static const std::string path = Folder().Write("a.txt", Corpus());
  ReadAll(state, path);
}
void BM_ReadGzip(benchmark::State& state) {
  static const std::string path =
      Folder().Write("a.txt.gz", testing::Gzip(Corpus()));
  ReadAll(state, path);
}
void BM_ReadZstd(benchmark::State& state) {
  static const std::string path =
      Folder().Write("a.txt.zst", testing::Zstd(Corpus()));
  ReadAll(state, path);
}
void BM_ReadJsonLines(benchmark::State& state) {
  static const std::string path =
      Folder().Write("a.jsonl", JsonLines(Corpus()));
  ReadAll(state, path);
}

// The same lines by the standard library, unchecked.
void BM_ReadTextGetline(benchmark::State& state) {
  static const std::string path = Folder().Write("b.txt", Corpus());
  for (auto _ : state) {
    std::ifstream in(path);
    std::string line;
    int64_t rows = 0;
    while (std::getline(in, line)) ++rows;
    benchmark::DoNotOptimize(rows);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(Corpus().size()));
}

// parse 0: ReadBlock alone, the serial part; 1: ParseBlock too.
BENCHMARK(BM_ReadText)->ArgName("parse")->Arg(0)->Arg(1);
BENCHMARK(BM_ReadTextGetline);
BENCHMARK(BM_ReadGzip)->ArgName("parse")->Arg(0)->Arg(1);
BENCHMARK(BM_ReadZstd)->ArgName("parse")->Arg(0)->Arg(1);
BENCHMARK(BM_ReadJsonLines)->ArgName("parse")->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
