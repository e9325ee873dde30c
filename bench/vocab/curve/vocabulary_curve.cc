// One point of the curve of look-ups by size of the vocabulary; curve.py runs
// it for each size. Prints one line of JSON.
//
//   vocabulary_curve build SIZE FILE          make, look up, save
//   vocabulary_curve open SIZE FILE MODE      open (full, sampled or deferred),
//                                             look up
//   vocabulary_curve share SIZE FILE N        N processes look up in one file

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/numbered_tokens.h"
#include "vocab/vocabulary_access.h"

namespace rowsplit::bench {
namespace {

constexpr size_t kQueries = size_t{1} << 20;
// Tokens a call, as in a pipeline: their ids are reused and stay in the cache.
constexpr size_t kBatch = 8192;
constexpr int kRuns = 9;

double Now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Of this thread, so that other work on the machine counts less.
double ProcessorTime() {
  timespec time;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

// A line of /proc/self/NAME in MiB, such as VmHWM of status.
double ProcMib(const char* name, const std::string& key) {
  std::ifstream file(std::string("/proc/self/") + name);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ":")) {
      return std::strtod(line.c_str() + key.size() + 1, nullptr) / 1024;
    }
  }
  return -1;
}

struct Queries {
  std::string bytes;
  std::vector<TokenSpan> spans;

  void Add(std::string_view token) {
    spans.push_back({static_cast<uint32_t>(bytes.size()),
                     static_cast<uint32_t>(token.size())});
    bytes += token;
    bytes += ' ';
  }
};

enum class Draw {
  kUniform,  // any token as often as any other: the worst case for the caches
  kZipf,     // token r with a weight of 1 / r, as words of a text
  kMiss,     // a token that the vocabulary does not have
};

Queries MakeQueries(uint64_t size, Draw draw, uint64_t seed) {
  std::mt19937_64 random(seed);
  NumberedTokens tokens;
  Queries queries;
  queries.bytes.reserve(kQueries * 14);
  queries.spans.reserve(kQueries);
  for (size_t i = 0; i < kQueries; ++i) {
    const double uniform = static_cast<double>(random() >> 11) * 0x1.0p-53;
    uint64_t index = random() % size;
    if (draw == Draw::kMiss) index = size + random() % 1'000'000'000;
    if (draw == Draw::kZipf) {
      index = static_cast<uint64_t>(
                  std::exp(uniform * std::log(static_cast<double>(size) + 1))) -
              1;
      index = std::min(index, size - 1);
    }
    queries.Add(tokens(index));
  }
  return queries;
}

void FindAll(const Vocabulary& vocabulary, const Queries& queries, bool hits) {
  std::vector<int64_t> ids(kBatch);
  const std::span<const TokenSpan> spans = queries.spans;
  for (size_t begin = 0; begin < spans.size(); begin += kBatch) {
    vocabulary.FindSpans(queries.bytes, spans.subspan(begin, kBatch), ids);
    for (const int64_t id : ids) {
      if ((id >= 0) == hits) continue;
      std::fprintf(stderr, "wrong id %ld\n", static_cast<long>(id));
      std::exit(1);
    }
  }
}

// The first pass over fresh queries, and the least of those that follow.
std::pair<double, double> Nanoseconds(const Vocabulary& vocabulary,
                                      uint64_t size, Draw draw) {
  const Queries queries = MakeQueries(size, draw, 1 + static_cast<int>(draw));
  double first = 0;
  double least = 1e9;
  for (int run = 0; run < kRuns; ++run) {
    const double begin = ProcessorTime();
    FindAll(vocabulary, queries, draw != Draw::kMiss);
    const double time = (ProcessorTime() - begin) * 1e9 / kQueries;
    if (run == 0) first = time;
    if (run > 0) least = std::min(least, time);
  }
  return {first, least};
}

void PrintLookups(const Vocabulary& vocabulary, uint64_t size) {
  const auto uniform = Nanoseconds(vocabulary, size, Draw::kUniform);
  const auto zipf = Nanoseconds(vocabulary, size, Draw::kZipf);
  const auto miss = Nanoseconds(vocabulary, size, Draw::kMiss);
  std::printf(
      "\"hit_ns\": %.2f, \"zipf_ns\": %.2f, \"miss_ns\": %.2f, "
      "\"first_hit_ns\": %.1f, ",
      uniform.second, zipf.second, miss.second, uniform.first);
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}

int Build(uint64_t size, const std::string& path) {
  NumberedTokens tokens;
  StringTensorBuilder builder;
  int64_t num_bytes = 0;
  for (uint64_t i = 0; i < size; ++i) {
    num_bytes += static_cast<int64_t>(tokens(i).size());
  }
  builder.Reserve(static_cast<int64_t>(size), num_bytes);
  for (uint64_t i = 0; i < size; ++i) builder.Append(tokens(i));
  double begin = Now();
  const double cpu_begin = ProcessorTime();
  const auto vocabulary = Vocabulary::FromTokens(std::move(builder).Build());
  if (!vocabulary.ok()) return Fail(vocabulary.status());
  const auto& table = internal::VocabularyAccess::Table(*vocabulary);
  std::printf(
      "{\"size\": %lu, \"build_s\": %.3f, \"build_cpu_s\": %.3f, "
      "\"max_probe\": %u, "
      "\"max_long_probe\": %u, ",
      static_cast<unsigned long>(size), Now() - begin,
      ProcessorTime() - cpu_begin, table.max_probe, table.max_long_probe);
  PrintLookups(*vocabulary, size);
  begin = Now();
  const absl::Status saved = vocabulary->Save(path);
  if (!saved.ok()) return Fail(saved);
  std::printf("\"save_s\": %.3f, \"file_mib\": %.1f, \"peak_mib\": %.0f}\n",
              Now() - begin,
              static_cast<double>(
                  Vocabulary::Open(path, {.checksum = ChecksumMode::kDeferred})
                      ->size_bytes()) /
                  (1 << 20),
              ProcMib("status", "VmHWM"));
  return 0;
}

int Open(uint64_t size, const std::string& path, const std::string& mode) {
  const VocabularyOpenOptions options = {
      .checksum = mode == "full"      ? ChecksumMode::kFull
                  : mode == "sampled" ? ChecksumMode::kSampled
                                      : ChecksumMode::kDeferred};
  const double before = ProcMib("status", "RssFile");
  const double begin = Now();
  const auto vocabulary = Vocabulary::Open(path, options);
  const double time = Now() - begin;
  if (!vocabulary.ok()) return Fail(vocabulary.status());
  const double opened = ProcMib("status", "RssFile") - before;
  NumberedTokens tokens;
  for (uint64_t i = 0; i < 1000; ++i) {
    const uint64_t index = i * 0x9E3779B9 % size;
    if (vocabulary->Find(tokens(index)) != static_cast<int64_t>(index) ||
        vocabulary->token(static_cast<int64_t>(index)) != tokens(index)) {
      std::fprintf(stderr, "wrong token %lu\n",
                   static_cast<unsigned long>(index));
      return 1;
    }
  }
  std::printf(
      "{\"size\": %lu, \"mode\": \"%s\", \"open_ms\": %.3f, \"open_mib\": "
      "%.2f, \"after_1000_mib\": %.2f, ",
      static_cast<unsigned long>(size), mode.c_str(), time * 1e3, opened,
      ProcMib("status", "RssFile") - before);
  PrintLookups(*vocabulary, size);
  std::printf("\"after_mib\": %.1f}\n", ProcMib("status", "RssFile") - before);
  return 0;
}

// Each process looks up the same tokens, then waits until all have, and writes
// its share of the memory.
int Share(uint64_t size, const std::string& path, int num_processes) {
  const Queries queries = MakeQueries(size, Draw::kUniform, 1);
  int ready[2];
  int go[2];
  int result[2];
  if (::pipe(ready) != 0 || ::pipe(go) != 0 || ::pipe(result) != 0) return 1;
  for (int i = 0; i < num_processes; ++i) {
    if (::fork() != 0) continue;
    ::close(go[1]);
    const auto vocabulary =
        Vocabulary::Open(path, {.checksum = ChecksumMode::kDeferred});
    if (!vocabulary.ok()) _exit(1);
    FindAll(*vocabulary, queries, true);
    char byte = 1;
    if (::write(ready[1], &byte, 1) != 1) _exit(1);
    while (::read(go[0], &byte, 1) > 0) {
    }
    const double memory[2] = {ProcMib("smaps_rollup", "Rss"),
                              ProcMib("smaps_rollup", "Pss_File")};
    if (::write(result[1], memory, sizeof memory) != sizeof memory) _exit(1);
    // The others must still see this one's pages.
    ::sleep(2);
    _exit(0);
  }
  // After a child's failure the pipes end instead of blocking.
  ::close(ready[1]);
  ::close(result[1]);
  char byte;
  for (int i = 0; i < num_processes; ++i) {
    if (::read(ready[0], &byte, 1) != 1) return 1;
  }
  ::close(go[1]);
  double rss = 0;
  double pss = 0;
  for (int i = 0; i < num_processes; ++i) {
    double memory[2];
    if (::read(result[0], memory, sizeof memory) != sizeof memory) return 1;
    rss += memory[0];
    pss += memory[1];
  }
  while (::wait(nullptr) > 0) {
  }
  std::printf(
      "{\"size\": %lu, \"processes\": %d, \"sum_rss_mib\": %.1f, "
      "\"sum_pss_file_mib\": %.1f}\n",
      static_cast<unsigned long>(size), num_processes, rss, pss);
  return 0;
}

int Main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (argc < 4) {
    std::fprintf(stderr, "usage: %s build|open|share SIZE FILE [MODE|N]\n",
                 argv[0]);
    return 2;
  }
  const uint64_t size = std::strtoull(argv[2], nullptr, 10);
  if (size == 0) return 2;
  if (command == "build") return Build(size, argv[3]);
  if (command == "open") return Open(size, argv[3], argc > 4 ? argv[4] : "");
  if (command == "share" && argc > 4) {
    return Share(size, argv[3], std::atoi(argv[4]));
  }
  return 2;
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) { return rowsplit::bench::Main(argc, argv); }
