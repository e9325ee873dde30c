// Look-ups in a vocabulary of any size, for the benchmark suite: one pass over
// the same tokens each time it is asked.
//
//   rowsplit_vocab_table tokens SIZE QUERIES    of the first SIZE numbered
//   tokens rowsplit_vocab_table file PATH QUERIES      of a frozen file, which
//   is mapped
//
// QUERIES is a file of the numbers of the tokens to look up, each 8 bytes in
// the machine's order (support/numbered_tokens.h makes a token of its number).
// The commands on standard input, one a line, and what they print:
//
//   list                           `find rowsplit` and an empty line
//   time find rowsplit PART        nanoseconds of processor time, tokens
//   write find rowsplit PATH       the ids as int64 into the file, then `done`
//   save PATH                      the frozen file, then `done`
//   memory                         MiB that this process maps from files, as
//   far
//                                  as they are in memory, and of those its
//                                  share
//
// All tokens count as one part.

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/numbered_tokens.h"

namespace rowsplit::bench {
namespace {

// Tokens a call, as in a pipeline: their ids are reused and stay in the cache.
constexpr size_t kBatch = 8192;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "rowsplit_vocab_table: %s\n", what.c_str());
  std::exit(1);
}

// Of this thread, so that other work on the machine counts less.
int64_t Nanos() {
  timespec time;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

struct Queries {
  std::string bytes;
  std::vector<TokenSpan> spans;
};

Queries ReadQueries(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail("can't read " + path);
  Queries queries;
  NumberedTokens tokens;
  uint64_t number = 0;
  while (file.read(reinterpret_cast<char*>(&number), sizeof number)) {
    const std::string_view token = tokens(number);
    queries.spans.push_back({static_cast<uint32_t>(queries.bytes.size()),
                             static_cast<uint32_t>(token.size())});
    queries.bytes += token;
    queries.bytes += ' ';
  }
  return queries;
}

absl::StatusOr<Vocabulary> OfTokens(uint64_t size) {
  NumberedTokens tokens;
  StringTensorBuilder builder;
  int64_t num_bytes = 0;
  for (uint64_t i = 0; i < size; ++i) {
    num_bytes += static_cast<int64_t>(tokens(i).size());
  }
  builder.Reserve(static_cast<int64_t>(size), num_bytes);
  for (uint64_t i = 0; i < size; ++i) builder.Append(tokens(i));
  return Vocabulary::FromTokens(std::move(builder).Build());
}

// Calls `use` with the ids of each batch in turn.
template <typename Use>
void FindAll(const Vocabulary& vocabulary, const Queries& queries, Use use) {
  std::vector<int64_t> ids(kBatch);
  const std::span<const TokenSpan> spans = queries.spans;
  for (size_t begin = 0; begin < spans.size(); begin += kBatch) {
    const size_t size = std::min(kBatch, spans.size() - begin);
    const std::span<int64_t> batch = std::span(ids).first(size);
    vocabulary.FindSpans(queries.bytes, spans.subspan(begin, size), batch);
    use(batch);
  }
}

void Write(const Vocabulary& vocabulary, const Queries& queries,
           const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  FindAll(vocabulary, queries, [&](std::span<const int64_t> ids) {
    file.write(reinterpret_cast<const char*>(ids.data()),
               static_cast<std::streamsize>(ids.size_bytes()));
  });
  if (!file.flush()) Fail("can't write " + path);
  std::cout << "done" << std::endl;
}

void Time(const Vocabulary& vocabulary, const Queries& queries) {
  int64_t sum = 0;
  const int64_t begin = Nanos();
  FindAll(vocabulary, queries,
          [&](std::span<const int64_t> ids) { sum += ids.front(); });
  const int64_t nanos = Nanos() - begin;
  if (sum < -static_cast<int64_t>(queries.spans.size())) Fail("wrong ids");
  std::cout << nanos << ' ' << queries.spans.size() << std::endl;
}

// A line of /proc/self/NAME in MiB, such as RssFile of status.
double ProcMib(const char* name, const std::string& key) {
  std::ifstream file(std::string("/proc/self/") + name);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ":")) {
      return std::strtod(line.c_str() + key.size() + 1, nullptr) / 1024;
    }
  }
  return -1;
}

void Serve(const Vocabulary& vocabulary, const Queries& queries) {
  for (std::string command; std::getline(std::cin, command);) {
    std::istringstream words(command);
    std::string verb;
    std::string task;
    std::string name;
    std::string path;
    words >> verb;
    if (verb == "time" || verb == "write") words >> task >> name;
    words >> path;
    if (verb == "list") {
      std::cout << "find rowsplit\n" << std::endl;
    } else if (verb == "time" && task == "find") {
      Time(vocabulary, queries);
    } else if (verb == "write" && task == "find") {
      Write(vocabulary, queries, path);
    } else if (verb == "save") {
      const absl::Status saved = vocabulary.Save(path);
      if (!saved.ok()) Fail(std::string(saved.message()));
      std::cout << "done" << std::endl;
    } else if (verb == "memory") {
      std::cout << ProcMib("status", "RssFile") << ' '
                << ProcMib("smaps_rollup", "Pss_File") << std::endl;
    } else {
      Fail("no command " + command);
    }
  }
}

int Main(int argc, char** argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "";
  if (argc != 4 || (kind != "tokens" && kind != "file")) {
    std::fprintf(stderr,
                 "usage: rowsplit_vocab_table tokens SIZE QUERIES\n"
                 "       rowsplit_vocab_table file PATH QUERIES\n");
    return 2;
  }
  const absl::StatusOr<Vocabulary> vocabulary =
      kind == "tokens"
          ? OfTokens(std::strtoull(argv[2], nullptr, 10))
          : Vocabulary::Open(argv[2], {.checksum = ChecksumMode::kDeferred});
  if (!vocabulary.ok()) Fail(std::string(vocabulary.status().message()));
  Serve(*vocabulary, ReadQueries(argv[3]));
  return 0;
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) { return rowsplit::bench::Main(argc, argv); }
