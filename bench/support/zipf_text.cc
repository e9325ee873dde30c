// Writes lines of words whose frequencies fall as 1 / rank, with a long tail,
// in a stream: any size in a little memory. The same arguments give the same
// bytes on every machine with IEEE 754 arithmetic.
//
//   rowsplit_zipf_text --bytes 8G --types 40000000 --seed 1 > zipf.txt
//
// Of the words 1 in 40 is longer than 15 bytes, and a line has 1 to 35 of them.
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "corpus/config_table.h"

namespace rowsplit::bench {
namespace {

struct Arguments {
  int64_t bytes = int64_t{1} << 20;
  int64_t types = 1'000'000;
  uint64_t seed = 1;
  std::string output;  // empty: standard output
};

int Fail(const std::string& message) {
  std::fprintf(stderr, "rowsplit_zipf_text: %s\n", message.c_str());
  return 2;
}

std::optional<Arguments> ParseArguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view flag = argv[i];
    const std::optional<int64_t> number = internal::ParseBytes(argv[i + 1]);
    if (flag == "--output") {
      arguments.output = argv[i + 1];
    } else if (!number.has_value()) {
      return std::nullopt;
    } else if (flag == "--bytes") {
      arguments.bytes = *number;
    } else if (flag == "--types" && *number >= 1) {
      arguments.types = *number;
    } else if (flag == "--seed") {
      arguments.seed = static_cast<uint64_t>(*number);
    } else {
      return std::nullopt;
    }
  }
  return argc % 2 == 1 ? std::optional(arguments) : std::nullopt;
}

// The word of a rank: one letter for the first 26, two for the next 676, and so
// on, so that frequent words are short, as in prose.
void AppendWord(uint64_t rank, std::string& text) {
  uint64_t rest = rank;
  do {
    text += static_cast<char>('a' + rest % 26);
    rest /= 26;
  } while (rest-- > 0);
  if (rank % 40 == 39) text += "_and_more_than_15";
}

// Of a variable that is uniform in log(rank): the weight of rank r falls as
// 1/r.
class Ranks {
 public:
  Ranks(int64_t types, uint64_t seed)
      : log_types_(std::log(static_cast<double>(types))), random_(seed) {}
  uint64_t Next() {
    const double uniform = static_cast<double>(random_() >> 11) * 0x1p-53;
    return static_cast<uint64_t>(std::exp(uniform * log_types_)) - 1;
  }
  uint64_t Below(uint64_t end) { return random_() % end; }

 private:
  double log_types_;
  std::mt19937_64 random_;
};

int Run(const Arguments& arguments) {
  std::FILE* const file = arguments.output.empty()
                              ? stdout
                              : std::fopen(arguments.output.c_str(), "wb");
  if (file == nullptr)
    return Fail("can't write " + arguments.output + ": " +
                std::strerror(errno));
  Ranks ranks(arguments.types, arguments.seed);
  std::string text;
  for (int64_t written = 0; written < arguments.bytes;) {
    text.clear();
    while (text.size() < (size_t{1} << 18)) {
      for (uint64_t words = ranks.Below(35); words > 0; --words) {
        AppendWord(ranks.Next(), text);
        text += ' ';
      }
      AppendWord(ranks.Next(), text);
      text += '\n';
    }
    if (static_cast<int64_t>(text.size()) > arguments.bytes - written) {
      text.resize(static_cast<size_t>(arguments.bytes - written));
      text.back() = '\n';
    }
    written += static_cast<int64_t>(text.size());
    if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) break;
  }
  if (std::ferror(file) != 0 || std::fflush(file) != 0)
    return Fail(std::string("can't write: ") + std::strerror(errno));
  return 0;
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) {
  const auto arguments = rowsplit::bench::ParseArguments(argc, argv);
  if (!arguments.has_value()) {
    return rowsplit::bench::Fail(
        "usage: rowsplit_zipf_text [--bytes 8G] [--types 40000000] [--seed 1] "
        "[--output FILE]");
  }
  return rowsplit::bench::Run(*arguments);
}
