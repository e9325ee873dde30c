// Bags of table rows, in nanoseconds an id, beside what the memory gives: each
// cell of the grid rows x widths x ids x formats x modes x threads.
//
//   ROWSPLIT_BENCH_TEXT=english.txt rowsplit_embedding_table [--rows LIST]
//       [--widths LIST] [--ids LIST] [--formats LIST] [--modes LIST]
//       [--threads LIST] [--count N] [--turns N] [--full]
//   rowsplit_embedding_table --bandwidth ROWSxBYTES
//
// LIST is comma-separated; --full is the whole grid. `--ids text` takes the ids
// of the words of the text's lines, a bag a line; `uniform` bags of 20 ids from
// all rows. A bag is compared with a plain loop over the rows before anything
// is timed. A figure is the least of the turns, one thread in processor time,
// more by the clock. Beside each stands how much it has of the bandwidth of a
// loop that reads one word of each cache line of the rows of the same ids and
// asks for rows ahead, as far as is best.

#include "rowsplit/embedding/table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "hwy/targets.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "support/row_bandwidth.h"
#include "support/text_rows.h"

namespace rowsplit::bench {
namespace {

struct Grid {
  std::vector<int64_t> rows = {100'000};
  std::vector<int64_t> widths = {64, 128};
  std::vector<std::string> ids = {"text", "uniform"};
  std::vector<std::string> formats = {"float32", "float16", "int8"};
  std::vector<std::string> modes = {"sum", "mean", "max"};
  std::vector<int> threads = {1};
  int64_t count = 400'000;
  int turns = 9;
};

Grid FullGrid() {
  return {.rows = {100'000, 1'000'000},
          .widths = {16, 64, 128, 300},
          .formats = {"float32", "float16", "bfloat16", "int8", "int4"},
          .threads = {1, 2},
          .count = 1'000'000};
}

double Seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

// What takes turns with others, and the least time of it.
struct Contender {
  std::string name;
  int threads;
  std::function<void()> run;
  double seconds = std::numeric_limits<double>::infinity();

  void Take() {
    const clockid_t clock =
        threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    const double begin = Seconds(clock);
    run();
    seconds = std::min(seconds, Seconds(clock) - begin);
  }
};

// A sum that the compiler must make.
volatile uint64_t sink;

// Each thread has a part of the ids.
void ReadRowsOnThreads(const EmbeddingTable& table,
                       std::span<const int64_t> ids, int threads,
                       size_t ahead) {
  const auto* const rows =
      reinterpret_cast<const uint8_t*>(table.bytes().data());
  const auto row_bytes =
      static_cast<size_t>(RowBytes(table.format(), table.width()));
  std::vector<std::thread> others;
  const size_t part = ids.size() / static_cast<size_t>(threads);
  for (int i = 1; i < threads; ++i) {
    others.emplace_back([=] {
      sink =
          ReadRowLines(rows, row_bytes,
                       ids.subspan(static_cast<size_t>(i) * part, part), ahead);
    });
  }
  sink = ReadRowLines(rows, row_bytes, ids.first(part), ahead);
  for (std::thread& other : others) other.join();
}

BagMode ModeOf(std::string_view name) {
  return name == "max"    ? BagMode::kMax
         : name == "mean" ? BagMode::kMean
                          : BagMode::kSum;
}

// Whether bags of the first rows are those of a plain loop in double, but for
// the rounding of as many additions.
bool Agrees(const EmbeddingTable& table, const RaggedTensor<int64_t>& ids,
            BagMode mode, const Tensor& bags) {
  const int64_t width = table.width();
  const std::span<const float> got = bags.items<float>();
  const std::span<const Offset> splits = ids.row_splits();
  std::vector<float> row(static_cast<size_t>(width));
  for (int64_t bag = 0; bag < std::min<int64_t>(ids.num_rows(), 500); ++bag) {
    const Offset begin = splits[bag];
    const Offset end = splits[bag + 1];
    std::vector<double> expected(
        row.size(), mode == BagMode::kMax && begin != end ? -1e300 : 0.0);
    for (Offset i = begin; i < end; ++i) {
      if (!table.ReadRow(ids.flat_values()[i], std::span(row)).ok()) {
        return false;
      }
      for (size_t item = 0; item < row.size(); ++item) {
        expected[item] = mode == BagMode::kMax
                             ? std::max<double>(expected[item], row[item])
                             : expected[item] + row[item];
      }
    }
    for (size_t item = 0; item < row.size(); ++item) {
      if (mode == BagMode::kMean && begin != end) {
        expected[item] /= static_cast<double>(end - begin);
      }
      const double error = got[bag * width + item] - expected[item];
      if (!(std::abs(error) <= 1e-6 * static_cast<double>(1 + end - begin))) {
        return false;
      }
    }
  }
  return true;
}

class Table {
 public:
  explicit Table(Grid grid) : grid_(std::move(grid)) {}

  // False if a bag is wrong.
  absl::StatusOr<bool> Run() {
    bool right = true;
    for (const int64_t num_rows : grid_.rows) {
      for (const std::string& kind : grid_.ids) {
        absl::StatusOr<RaggedTensor<int64_t>> ids = Ids(kind, num_rows);
        if (!ids.ok()) return ids.status();
        std::printf("\n%ld rows, %s: %zu ids in %ld bags\n", num_rows,
                    kind.c_str(), ids->flat_values().size(), ids->num_rows());
        for (const int64_t width : grid_.widths) {
          absl::StatusOr<EmbeddingTable> rows =
              EmbeddingTable::Uniform(num_rows, width, {.limit = 0.05F});
          if (!rows.ok()) return rows.status();
          for (const std::string& format : grid_.formats) {
            const std::optional<RowFormat> parsed = ParseRowFormat(format);
            if (!parsed.has_value()) {
              return absl::InvalidArgumentError("unknown format: " + format);
            }
            absl::StatusOr<EmbeddingTable> table = rows->ConvertTo(*parsed);
            if (!table.ok()) return table.status();
            right = Measure(*table, *ids) && right;
          }
        }
      }
    }
    return right;
  }

 private:
  absl::StatusOr<RaggedTensor<int64_t>> Ids(const std::string& kind,
                                            int64_t num_rows) const {
    if (kind == "uniform") return UniformIds(num_rows);
    const StringTensor lines = Lines(ProseText());
    TextVectorizationAdapter adapter({.max_tokens = num_rows});
    if (absl::Status status = adapter.Update(lines); !status.ok()) {
      return status;
    }
    absl::StatusOr<TextVectorization> layer = adapter.Finalize();
    if (!layer.ok()) return layer.status();
    absl::StatusOr<RaggedTensor<int64_t>> ids = layer->VectorizeRagged(lines);
    if (!ids.ok()) return ids.status();
    const std::span<const Offset> splits = ids->row_splits();
    const auto end =
        std::upper_bound(splits.begin() + 1, splits.end(), grid_.count);
    const int64_t num_bags = end - splits.begin() - 1;
    return RaggedTensor<int64_t>::FromRowSplits(
        ids->flat_values().Slice(0, splits[num_bags]),
        Buffer<Offset>::Copy(splits.first(num_bags + 1)));
  }

  absl::StatusOr<RaggedTensor<int64_t>> UniformIds(int64_t num_rows) const {
    constexpr int64_t kBagSize = 20;
    std::mt19937_64 random(1);
    const int64_t num_bags = grid_.count / kBagSize;
    BufferBuilder<int64_t> ids(num_bags * kBagSize);
    for (int64_t& id : ids.span()) {
      id = static_cast<int64_t>(random() % static_cast<uint64_t>(num_rows));
    }
    BufferBuilder<Offset> splits(num_bags + 1);
    for (int64_t bag = 0; bag <= num_bags; ++bag) splits[bag] = bag * kBagSize;
    return RaggedTensor<int64_t>::FromRowSplits(std::move(ids).Build(),
                                                std::move(splits).Build());
  }

  bool Measure(const EmbeddingTable& table, const RaggedTensor<int64_t>& ids) {
    const auto num_ids = static_cast<double>(ids.flat_values().size());
    const auto row_bytes =
        static_cast<double>(RowBytes(table.format(), table.width()));
    std::vector<Contender> contenders;
    for (const int threads : grid_.threads) {
      for (const size_t ahead : kRowsAhead) {
        contenders.push_back({"read", threads, [&, threads, ahead] {
                                ReadRowsOnThreads(table, ids.flat_values(),
                                                  threads, ahead);
                              }});
      }
      for (const std::string& mode : grid_.modes) {
        const BagOptions options{.mode = ModeOf(mode),
                                 .exec = {.num_threads = threads}};
        const auto bags = EmbeddingBag(table, ids, options);
        if (!bags.ok() || !Agrees(table, ids, options.mode, *bags)) {
          std::printf("%s: wrong bags\n", mode.c_str());
          return false;
        }
        contenders.push_back({mode, threads, [&, options] {
                                const auto again =
                                    EmbeddingBag(table, ids, options);
                                sink = again.ok() ? 1 : 0;
                              }});
      }
    }
    for (int turn = 0; turn < grid_.turns; ++turn) {
      for (Contender& contender : contenders) contender.Take();
    }
    std::printf("  %4ld wide, %-9s", table.width(),
                std::string(RowFormatName(table.format())).c_str());
    for (const int threads : grid_.threads) {
      double read = 0;
      for (const Contender& contender : contenders) {
        if (contender.threads != threads || contender.name != "read") continue;
        read = std::max(read, num_ids * row_bytes / contender.seconds * 1e-9);
      }
      std::printf("%s %d thread%s, read %.1f GB/s:",
                  threads == grid_.threads[0] ? "" : "\n      ", threads,
                  threads == 1 ? "" : "s", read);
      for (const Contender& contender : contenders) {
        if (contender.threads != threads || contender.name == "read") continue;
        const double rate = num_ids * row_bytes / contender.seconds * 1e-9;
        std::printf("  %s %.2f ns %.1f GB/s (%.2f)", contender.name.c_str(),
                    contender.seconds / num_ids * 1e9, rate, rate / read);
      }
    }
    std::printf("\n");
    std::fflush(stdout);
    return true;
  }

  Grid grid_;
};

// The rates of rows in any order and of all bytes in order, one thread.
bool PrintBandwidth(std::string_view size, int turns) {
  const size_t by = size.find('x');
  if (by == std::string_view::npos) return false;
  const int64_t num_rows = std::atoll(std::string(size).c_str());
  const int64_t row_bytes =
      std::atoll(std::string(size.substr(by + 1)).c_str());
  if (num_rows < 1 || row_bytes < 8 ||
      num_rows > (int64_t{1} << 40) / row_bytes) {
    return false;
  }
  BufferBuilder<uint8_t> rows(static_cast<size_t>(num_rows * row_bytes));
  std::fill_n(rows.data(), rows.size(), uint8_t{1});
  std::mt19937_64 random(1);
  std::vector<int64_t> ids(400'000);
  for (int64_t& id : ids) {
    id = static_cast<int64_t>(random() % static_cast<uint64_t>(num_rows));
  }
  const auto width = static_cast<size_t>(row_bytes);
  std::vector<Contender> any_order;
  for (const size_t ahead : kRowsAhead) {
    any_order.push_back({"random", 1, [&, ahead] {
                           sink = ReadRowLines(rows.data(), width, ids, ahead);
                         }});
  }
  Contender in_order{"sequential", 1,
                     [&] { sink = ReadLines(rows.data(), rows.size()); }};
  for (int turn = 0; turn < turns; ++turn) {
    for (Contender& contender : any_order) contender.Take();
    in_order.Take();
  }
  double seconds = any_order[0].seconds;
  for (const Contender& contender : any_order) {
    seconds = std::min(seconds, contender.seconds);
  }
  const auto read = static_cast<double>(ids.size() * width);
  std::printf("random %.2f GB/s, sequential %.2f GB/s\n", read / seconds * 1e-9,
              static_cast<double>(rows.size()) / in_order.seconds * 1e-9);
  return true;
}

std::vector<std::string> Words(const char* list) {
  std::vector<std::string> words;
  std::string_view rest = list;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    words.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return words;
}

template <typename T>
std::vector<T> Numbers(const char* list) {
  std::vector<T> numbers;
  for (const std::string& word : Words(list)) {
    numbers.push_back(std::max<T>(1, static_cast<T>(std::atoll(word.c_str()))));
  }
  return numbers;
}

bool SetFlag(std::string_view name, const char* value, Grid& grid) {
  if (name == "--rows") {
    grid.rows = Numbers<int64_t>(value);
  } else if (name == "--widths") {
    grid.widths = Numbers<int64_t>(value);
  } else if (name == "--ids") {
    grid.ids = Words(value);
  } else if (name == "--formats") {
    grid.formats = Words(value);
  } else if (name == "--modes") {
    grid.modes = Words(value);
  } else if (name == "--threads") {
    grid.threads = Numbers<int>(value);
  } else if (name == "--count") {
    grid.count = std::max<int64_t>(20, std::atoll(value));
  } else if (name == "--turns") {
    grid.turns = std::max(1, std::atoi(value));
  } else {
    return false;
  }
  return true;
}

void PrintMachine(int turns) {
  std::string model = "unknown processor";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) {
      model = line.substr(std::min(line.find(": ") + 2, line.size()));
      break;
    }
  }
  const int64_t targets = hwy::SupportedTargets();
  std::printf("%s, %u processors, target %s; the least of %d turns\n",
              model.c_str(), std::thread::hardware_concurrency(),
              hwy::TargetName(targets & -targets), turns);
}

int Main(std::span<char*> arguments) {
  Grid grid;
  if (!arguments.empty() && std::string_view(arguments[0]) == "--full") {
    grid = FullGrid();
    arguments = arguments.subspan(1);
  }
  std::optional<std::string_view> bandwidth;
  bool known = arguments.size() % 2 == 0;
  for (size_t i = 0; known && i < arguments.size(); i += 2) {
    if (std::string_view(arguments[i]) == "--bandwidth") {
      bandwidth = arguments[i + 1];
    } else {
      known = SetFlag(arguments[i], arguments[i + 1], grid);
    }
  }
  if (!known) {
    std::fprintf(stderr, "unknown argument; see bench/embedding/table.cc\n");
    return 2;
  }
  if (bandwidth.has_value())
    return PrintBandwidth(*bandwidth, grid.turns) ? 0 : 2;
  PrintMachine(grid.turns);
  const absl::StatusOr<bool> right = Table(grid).Run();
  if (!right.ok()) {
    std::fprintf(stderr, "%s\n", std::string(right.status().message()).c_str());
    return 2;
  }
  return *right ? 0 : 1;
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) {
  return rowsplit::bench::Main(
      std::span<char*>(argv, static_cast<size_t>(argc)).subspan(1));
}
