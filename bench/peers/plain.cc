// What a careful programmer writes by hand for some tasks of bench/suite: the
// standard library alone, a byte at a time, into memory that is used again.
//
//   rowsplit_plain_table text TEXT               split and delete
//   rowsplit_plain_table find WORDS TOKENS       ids of tokens
//   rowsplit_plain_table vectorize WORDS TEXT    ids of the words of text
//
// TEXT is taken line by line; WORDS, the vocabulary, and TOKENS are files of
// one a line. The commands on standard input, one a line, and what they print:
//
//   list                     the tasks, each as `TASK plain`, and an empty line
//   time TASK plain PART     nanoseconds of processor time, and the bytes of
//                            text or the number of tokens; all is one PART
//   write TASK plain PATH    the whole result into the file, then `done`
//
// Strings are written one a line, tokens one a line with an empty line behind
// those of each line of text; ids as int64, those of vectorize behind the
// number of rows and the row splits.

#include <time.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rowsplit::bench {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "rowsplit_plain_table: %s\n", what.c_str());
  std::exit(1);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail("can't read " + path);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

constexpr bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Of each byte, whether it is ASCII punctuation.
constexpr std::array<bool, 256> kPunctuation = [] {
  std::array<bool, 256> is = {};
  for (const char c : std::string_view("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"))
    is[static_cast<uint8_t>(c)] = true;
  return is;
}();

// Of each byte, what it is in lower case.
constexpr std::array<char, 256> kLower = [] {
  std::array<char, 256> lower = {};
  for (size_t c = 0; c < lower.size(); ++c)
    lower[c] = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  return lower;
}();

// The tokens of all lines, and where those of each line end.
struct Tokens {
  std::vector<std::string_view> tokens;
  std::vector<size_t> ends;
};

void Split(std::span<const std::string_view> lines, Tokens& result) {
  result.tokens.clear();
  result.ends.clear();
  for (const std::string_view line : lines) {
    const char* at = line.data();
    const char* const end = at + line.size();
    while (true) {
      while (at < end && IsSpace(*at)) ++at;
      if (at == end) break;
      const char* const begin = at;
      while (at < end && !IsSpace(*at)) ++at;
      result.tokens.emplace_back(begin, at - begin);
    }
    result.ends.push_back(result.tokens.size());
  }
}

// Strings one after the other, and where each ends.
struct Strings {
  std::string bytes;
  std::vector<size_t> ends;
};

void DeletePunctuation(std::span<const std::string_view> lines,
                       Strings& result) {
  result.ends.clear();
  size_t size = 0;
  for (const std::string_view line : lines) size += line.size();
  result.bytes.resize(size);
  char* const begin = result.bytes.data();
  char* to = begin;
  for (const std::string_view line : lines) {
    for (const char c : line) {
      *to = c;  // the next one overwrites what is not kept
      to += !kPunctuation[static_cast<uint8_t>(c)];
    }
    result.ends.push_back(to - begin);
  }
  result.bytes.resize(to - begin);
}

using WordIds = std::unordered_map<std::string_view, int64_t>;

// The ids of words of a vocabulary, from `first` on; the words are not copied.
WordIds IdsOf(std::span<const std::string_view> words, int64_t first) {
  WordIds ids;
  ids.reserve(words.size());
  for (const std::string_view word : words) ids.emplace(word, first++);
  return ids;
}

int64_t FindOr(const WordIds& ids, std::string_view word, int64_t unknown) {
  const auto found = ids.find(word);
  return found == ids.end() ? unknown : found->second;
}

void Find(const WordIds& ids, std::span<const std::string_view> tokens,
          std::vector<int64_t>& result) {
  result.clear();
  for (const std::string_view token : tokens)
    result.push_back(FindOr(ids, token, -1));
}

struct RaggedIds {
  std::vector<int64_t> ids;
  std::vector<int64_t> row_splits;
};

// Words in lower case and without punctuation, looked up as they end: 1 is that
// of unknown ones.
void Vectorize(const WordIds& ids, std::span<const std::string_view> lines,
               RaggedIds& result) {
  result.ids.clear();
  result.row_splits.assign(1, 0);
  std::string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    result.ids.push_back(FindOr(ids, word, 1));
    word.clear();
  };
  for (const std::string_view line : lines) {
    for (const char c : line) {
      const auto byte = static_cast<uint8_t>(c);
      if (IsSpace(c)) {
        end_word();
      } else if (!kPunctuation[byte]) {
        word.push_back(kLower[byte]);
      }
    }
    end_word();
    result.row_splits.push_back(static_cast<int64_t>(result.ids.size()));
  }
}

void Write(const Tokens& result, std::ostream& out) {
  size_t token = 0;
  for (const size_t end : result.ends) {
    for (; token < end; ++token) out << result.tokens[token] << '\n';
    out << '\n';
  }
}

void Write(const Strings& result, std::ostream& out) {
  size_t begin = 0;
  for (const size_t end : result.ends) {
    out << std::string_view(result.bytes).substr(begin, end - begin) << '\n';
    begin = end;
  }
}

void Write(const std::vector<int64_t>& ids, std::ostream& out) {
  out.write(reinterpret_cast<const char*>(ids.data()),
            static_cast<std::streamsize>(ids.size() * sizeof(int64_t)));
}

void Write(const RaggedIds& result, std::ostream& out) {
  Write({static_cast<int64_t>(result.row_splits.size()) - 1}, out);
  Write(result.row_splits, out);
  Write(result.ids, out);
}

// Of this thread, so that other work on the machine counts less.
int64_t Nanos() {
  timespec time;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

struct Task {
  std::function<int64_t()> time;  // nanoseconds of one call
  std::function<void(std::ostream&)> write;
  size_t amount;
};

// `run` fills a result, whose memory the next call has.
template <typename Result, typename Run>
Task TaskOf(Run run, size_t amount) {
  const auto result = std::make_shared<Result>();
  return {[run, result] {
            const int64_t begin = Nanos();
            run(*result);
            return Nanos() - begin;
          },
          [run, result](std::ostream& out) {
            run(*result);
            Write(*result, out);
          },
          amount};
}

using Tasks = std::map<std::string, Task>;

void Serve(const Tasks& tasks) {
  for (std::string command; std::getline(std::cin, command);) {
    std::istringstream words(command);
    std::string verb;
    std::string name;
    std::string contender;
    std::string rest;
    words >> verb >> name >> contender >> rest;
    if (verb == "list") {
      for (const auto& [task, _] : tasks) std::cout << task << " plain\n";
      std::cout << std::endl;
      continue;
    }
    const auto found = tasks.find(name);
    if (found == tasks.end() || contender != "plain") Fail("no " + command);
    if (verb == "time") {
      std::cout << found->second.time() << ' ' << found->second.amount
                << std::endl;
    } else if (verb == "write") {
      std::ofstream file(rest, std::ios::binary);
      found->second.write(file);
      if (!file.flush()) Fail("can't write " + rest);
      std::cout << "done" << std::endl;
    } else {
      Fail("no command " + command);
    }
  }
}

int Main(std::span<char*> arguments) {
  const std::string_view kind = arguments.size() > 1 ? arguments[1] : "";
  const size_t num_files = kind == "text"                          ? 1
                           : kind == "find" || kind == "vectorize" ? 2
                                                                   : 0;
  if (num_files == 0 || arguments.size() != num_files + 2) {
    std::fprintf(stderr,
                 "usage: rowsplit_plain_table text TEXT\n"
                 "       rowsplit_plain_table find WORDS TOKENS\n"
                 "       rowsplit_plain_table vectorize WORDS TEXT\n");
    return 2;
  }
  const std::string given = ReadFile(arguments.back());
  const std::vector<std::string_view> lines = LinesOf(given);
  if (kind == "text") {
    const size_t size = given.size();
    Serve(
        {{"split",
          TaskOf<Tokens>([&](auto& result) { Split(lines, result); }, size)},
         {"delete",
          TaskOf<Strings>(
              [&](auto& result) { DeletePunctuation(lines, result); }, size)}});
    return 0;
  }
  const std::string vocabulary = ReadFile(arguments[2]);
  if (kind == "find") {
    const WordIds ids = IdsOf(LinesOf(vocabulary), 0);
    Serve({{"find", TaskOf<std::vector<int64_t>>(
                        [&](auto& result) { Find(ids, lines, result); },
                        lines.size())}});
  } else {
    const WordIds ids = IdsOf(LinesOf(vocabulary), 2);
    Serve(
        {{"vectorize", TaskOf<RaggedIds>(
                           [&](auto& result) { Vectorize(ids, lines, result); },
                           given.size())}});
  }
  return 0;
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) {
  return rowsplit::bench::Main({argv, static_cast<size_t>(argc)});
}
