// Makes a file of vectors as text, and measures how fast it is loaded.
//
//   rowsplit_vector_file make glove.txt --rows 400000 --width 300 --seed 1
//   rowsplit_vector_file read glove.txt --threads 2 --turns 5
//
// The same arguments give the same file on every machine.
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/mapped_file.h"
#include "embedding/named_rows.h"
#include "embedding/text_format.h"
#include "rowsplit/core/buffer.h"
#include "support/vector_text.h"

namespace rowsplit::bench {
namespace {

using Flags = std::map<std::string_view, int64_t>;

int Fail(const std::string& message) {
  std::fprintf(stderr, "rowsplit_vector_file: %s\n", message.c_str());
  return 2;
}

int Make(const std::string& path, const Flags& flags) {
  FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return Fail("can't write " + path);
  VectorText lines(flags.at("--width"),
                   static_cast<uint64_t>(flags.at("--seed")));
  std::string text;
  size_t missing = 0;
  for (int64_t row = 0; row < flags.at("--rows"); ++row) {
    text.clear();
    lines.AppendLine(text);
    missing += text.size() - std::fwrite(text.data(), 1, text.size(), file);
  }
  if (std::fclose(file) != 0 || missing > 0) return Fail("can't write " + path);
  return 0;
}

int64_t PeakMegabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

int Read(const std::string& path, const Flags& flags) {
  double best = 0;
  for (int64_t turn = 0; turn < flags.at("--turns"); ++turn) {
    const auto start = std::chrono::steady_clock::now();
    const absl::StatusOr<Buffer<char>> file =
        internal::MapFile(path, internal::MapAccess::kSequential);
    if (!file.ok()) return Fail(file.status().ToString());
    const auto rows = internal::ReadTextRows(
        *file, path,
        {.exec = {.num_threads = static_cast<int>(flags.at("--threads"))}});
    if (!rows.ok()) return Fail(rows.status().ToString());
    const std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    const double rate =
        static_cast<double>(file->size()) / seconds.count() / 1e6;
    best = std::max(best, rate);
    std::printf("%lld rows of %lld in %.3f s: %.0f MB/s\n",
                static_cast<long long>(rows->table.num_rows()),
                static_cast<long long>(rows->table.width()), seconds.count(),
                rate);
  }
  std::printf("best %.0f MB/s, peak memory with the file's pages %lld MB\n",
              best, static_cast<long long>(PeakMegabytes()));
  return 0;
}

int Main(int argc, char** argv) {
  Flags flags = {{"--rows", 400'000},
                 {"--width", 300},
                 {"--seed", 1},
                 {"--threads", 2},
                 {"--turns", 3}};
  if (argc < 3 || argc % 2 == 0) return Fail("make|read FILE [FLAG NUMBER]...");
  for (int i = 3; i + 1 < argc; i += 2) {
    const std::string_view number = argv[i + 1];
    const auto flag = flags.find(argv[i]);
    if (flag == flags.end()) return Fail("no flag " + std::string(argv[i]));
    std::from_chars(number.data(), number.data() + number.size(), flag->second);
  }
  const std::string_view command = argv[1];
  if (command == "make") return Make(argv[2], flags);
  if (command == "read") return Read(argv[2], flags);
  return Fail("no command " + std::string(command));
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) { return rowsplit::bench::Main(argc, argv); }
