// What the memory gives where rows of a table are read, beside which the suite
// sets bags of rows: no sum is made, a word of each cache line is read.
//
//   rowsplit_embedding_table ROWS BYTES [--ids FILE] [--threads N]
//
// A table of ROWS rows of BYTES bytes; FILE has the ids as int64, without it
// 400,000 uniform ones are taken. The commands on standard input, one a line,
// and what they print:
//
//   about                      nothing but an empty line
//   list                       read random, read sequential, an empty line
//   time read random PART      nanoseconds, bytes of the rows of the ids
//   time read sequential PART  nanoseconds, bytes of the table
//
// The nanoseconds are those of the processor on one thread, of the clock on
// more. PART is not looked at: it is always all. The rows of the ids are asked
// for ahead, as far as is best on this machine.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "support/row_bandwidth.h"

namespace rowsplit::bench {
namespace {

constexpr size_t kUniformIds = 400'000;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "rowsplit_embedding_table: %s\n", what.c_str());
  std::exit(2);
}

int64_t Number(std::string_view text, int64_t least, int64_t most) {
  int64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() ||
      number < least || number > most)
    Fail("no number of " + std::to_string(least) + " to " +
         std::to_string(most) + ": " + std::string(text));
  return number;
}

std::vector<int64_t> UniformIds(int64_t num_rows) {
  std::mt19937_64 random(1);
  std::vector<int64_t> ids(kUniformIds);
  for (int64_t& id : ids)
    id = static_cast<int64_t>(random() % static_cast<uint64_t>(num_rows));
  return ids;
}

std::vector<int64_t> ReadIds(const std::string& path, int64_t num_rows) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file || bytes.empty() || bytes.size() % sizeof(int64_t) != 0)
    Fail("no ids in " + path);
  std::vector<int64_t> ids(bytes.size() / sizeof(int64_t));
  std::memcpy(ids.data(), bytes.data(), bytes.size());
  for (const int64_t id : ids) {
    if (id < 0 || id >= num_rows) Fail("no row " + std::to_string(id));
  }
  return ids;
}

// A sum that the compiler must make.
volatile uint64_t sink;

class Table {
 public:
  Table(int64_t num_rows, int64_t row_bytes, std::vector<int64_t> ids,
        int threads)
      : row_bytes_(static_cast<size_t>(row_bytes)),
        ids_(std::move(ids)),
        threads_(static_cast<size_t>(threads)),
        bytes_(static_cast<size_t>(num_rows) * row_bytes_) {
    std::fill_n(bytes_.data(), bytes_.size(), uint8_t{1});
    int64_t least = std::numeric_limits<int64_t>::max();
    for (const size_t ahead : kRowsAhead) {
      for (int turn = 0; turn < 3; ++turn) {
        const int64_t time = Time([&] { ReadRows(ahead); });
        if (time < least) {
          least = time;
          ahead_ = ahead;
        }
      }
    }
  }

  // Prints nanoseconds and bytes of one call.
  void PrintTime(std::string_view contender) {
    int64_t nanos = 0;
    size_t bytes = 0;
    if (contender == "random") {
      nanos = Time([&] { ReadRows(ahead_); });
      bytes = ids_.size() * row_bytes_;
    } else if (contender == "sequential") {
      nanos = Time([&] { ReadAll(); });
      bytes = bytes_.size();
    } else {
      Fail("no contender " + std::string(contender));
    }
    std::cout << nanos << ' ' << bytes << std::endl;
  }

 private:
  template <typename Fn>
  int64_t Time(const Fn& fn) const {
    const int64_t begin = Nanos();
    fn();
    return Nanos() - begin;
  }

  int64_t Nanos() const {
    timespec now{};
    clock_gettime(threads_ == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC,
                  &now);
    return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  }

  // Calls `part(begin, end)` for the parts of `count` things on as many
  // threads.
  template <typename Part>
  void OnThreads(size_t count, const Part& part) const {
    std::vector<std::thread> others;
    for (size_t i = 1; i < threads_; ++i) {
      others.emplace_back(
          [&, i] { part(count * i / threads_, count * (i + 1) / threads_); });
    }
    part(size_t{0}, count / threads_);
    for (std::thread& other : others) other.join();
  }

  void ReadRows(size_t ahead) const {
    OnThreads(ids_.size(), [&](size_t begin, size_t end) {
      if (begin == end) return;
      const std::span<const int64_t> all(ids_);
      sink = ReadRowLines(bytes_.data(), row_bytes_,
                          all.subspan(begin, end - begin), ahead);
    });
  }

  void ReadAll() const {
    OnThreads(bytes_.size() / kLineBytes, [&](size_t begin, size_t end) {
      sink = ReadLines(bytes_.data() + begin * kLineBytes,
                       (end - begin) * kLineBytes);
    });
  }

  size_t row_bytes_;
  std::vector<int64_t> ids_;
  size_t threads_;
  size_t ahead_ = kRowsAhead[0];
  BufferBuilder<uint8_t> bytes_;
};

void Serve(Table& table) {
  for (std::string command; std::getline(std::cin, command);) {
    std::istringstream words(command);
    std::string verb;
    std::string task;
    std::string contender;
    words >> verb >> task >> contender;
    if (verb == "about") {
      std::cout << std::endl;
    } else if (verb == "list") {
      std::cout << "read random\nread sequential\n" << std::endl;
    } else if (verb == "time" && task == "read") {
      table.PrintTime(contender);
    } else {
      Fail("no command " + command);
    }
  }
}

int Main(std::span<char*> arguments) {
  if (arguments.size() < 2 || arguments.size() % 2 != 0)
    Fail("takes ROWS BYTES [--ids FILE] [--threads N]");
  const int64_t num_rows = Number(arguments[0], 1, int64_t{1} << 32);
  const int64_t row_bytes = Number(arguments[1], 8, int64_t{1} << 20);
  std::vector<int64_t> ids;
  int threads = 1;
  for (size_t i = 2; i < arguments.size(); i += 2) {
    const std::string_view flag = arguments[i];
    if (flag == "--ids") {
      ids = ReadIds(arguments[i + 1], num_rows);
    } else if (flag == "--threads") {
      threads = static_cast<int>(Number(arguments[i + 1], 1, 1024));
    } else {
      Fail("no flag " + std::string(flag));
    }
  }
  if (ids.empty()) ids = UniformIds(num_rows);
  Table table(num_rows, row_bytes, std::move(ids), threads);
  Serve(table);
  return 0;
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) {
  return rowsplit::bench::Main(
      std::span<char*>(argv, static_cast<size_t>(argc)).subspan(1));
}
