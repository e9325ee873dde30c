// The figures behind docs/design/types.md: int64 against int32 row splits, and
// token spans against offsets with copied bytes. ROWSPLIT_BENCH_TEXT names a
// text file to run on.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/offset.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

// Loads of 16 bytes may run past the last token.
constexpr size_t kPadding = 16;

enum Dataset { kProse, kShortRows, kShortRowsBatch };

const std::string& Text(int64_t dataset) {
  static const auto* texts = new std::vector<std::string>([] {
    std::vector<std::string> made = {bench::ProseText(), "", ""};
    // The worst case for the splits: rows of no, one or two tokens.
    made[1] = bench::GeneratedText(static_cast<int64_t>(made[0].size()), 0, 2);
    made[2] = bench::GeneratedText(1 << 20, 0, 2);
    for (std::string& text : made) text.append(kPadding, '\n');
    return made;
  }());
  return (*texts)[dataset];
}

std::string_view Unpadded(int64_t dataset) {
  const std::string& text = Text(dataset);
  return std::string_view(text).substr(0, text.size() - kPadding);
}

// Calls `token(begin, end)` for each token and `line()` after each line.
template <typename OnToken, typename OnLine>
inline void ScanTokens(std::string_view text, OnToken token, OnLine line) {
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (static_cast<uint8_t>(text[i]) > ' ') continue;
    if (i > begin) token(begin, i);
    if (text[i] == '\n') line();
    begin = i + 1;
  }
}

// ---- Row splits of type Split.

template <typename Split>
struct Rows {
  std::vector<TokenSpan> tokens;
  std::vector<Split> splits;
};

template <typename Split>
void SplitRows(std::string_view text, Rows<Split>& rows) {
  rows.tokens.clear();
  rows.splits.assign(1, 0);
  ScanTokens(
      text,
      [&](size_t begin, size_t end) {
        rows.tokens.push_back(
            {static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)});
      },
      [&] { rows.splits.push_back(static_cast<Split>(rows.tokens.size())); });
}

template <typename Split>
void SumRows(const std::vector<Split>& splits, const std::vector<int32_t>& ids,
             std::vector<int64_t>& sums) {
  for (size_t row = 0; row + 1 < splits.size(); ++row) {
    int64_t sum = 0;
    for (Split value = splits[row]; value < splits[row + 1]; ++value)
      sum += ids[value];
    sums[row] = sum;
  }
}

template <typename Split>
void GatherRows(const std::vector<Split>& splits,
                const std::vector<int32_t>& ids,
                const std::vector<int64_t>& order,
                std::vector<Split>& out_splits, std::vector<int32_t>& out_ids) {
  Split size = 0;
  for (size_t row = 0; row < order.size(); ++row) {
    out_splits[row] = size;
    size += splits[order[row] + 1] - splits[order[row]];
  }
  out_splits[order.size()] = size;
  for (size_t row = 0; row < order.size(); ++row) {
    const Split begin = splits[order[row]];
    std::copy(ids.begin() + begin, ids.begin() + splits[order[row] + 1],
              out_ids.begin() + out_splits[row]);
  }
}

// What the three steps need, made once.
template <typename Split>
struct RowsCase {
  explicit RowsCase(int64_t dataset) {
    SplitRows(Unpadded(dataset), rows);
    const size_t num_rows = rows.splits.size() - 1;
    for (const TokenSpan token : rows.tokens)
      ids.push_back(static_cast<int32_t>(token.begin % 5000));
    for (size_t row = 0; row < num_rows; ++row)
      order.push_back(static_cast<int64_t>(row));
    std::mt19937_64 random(7);
    for (size_t row = num_rows; row > 1; --row)
      std::swap(order[row - 1], order[bench::Below(random, row)]);
    sums.resize(num_rows);
    out_splits.resize(num_rows + 1);
    out_ids.resize(ids.size());
  }
  void Report(benchmark::State& state) const {
    const double bytes =
        static_cast<double>(rows.splits.size() * sizeof(Split));
    state.SetItemsProcessed(state.iterations() *
                            static_cast<int64_t>(rows.splits.size() - 1));
    state.counters["rows"] = static_cast<double>(rows.splits.size() - 1);
    state.counters["split_bytes"] = bytes;
    state.counters["all_bytes"] =
        bytes +
        static_cast<double>(ids.size() * (sizeof(TokenSpan) + sizeof(int32_t)));
  }

  Rows<Split> rows;
  std::vector<int32_t> ids;
  std::vector<int64_t> order;
  std::vector<int64_t> sums;
  std::vector<Split> out_splits;
  std::vector<int32_t> out_ids;
};

template <typename Split>
void BM_SplitRows(benchmark::State& state) {
  RowsCase<Split> data(state.range(0));
  for (auto _ : state) {
    SplitRows(Unpadded(state.range(0)), data.rows);
    benchmark::DoNotOptimize(data.rows.splits.data());
    benchmark::ClobberMemory();
  }
  data.Report(state);
}

template <typename Split>
void BM_SumRows(benchmark::State& state) {
  RowsCase<Split> data(state.range(0));
  SumRows(data.rows.splits, data.ids, data.sums);
  if (std::accumulate(data.sums.begin(), data.sums.end(), int64_t{0}) !=
      std::accumulate(data.ids.begin(), data.ids.end(), int64_t{0}))
    state.SkipWithError("the rows do not add up to the values");
  for (auto _ : state) {
    SumRows(data.rows.splits, data.ids, data.sums);
    benchmark::DoNotOptimize(data.sums.data());
    benchmark::ClobberMemory();
  }
  data.Report(state);
}

template <typename Split>
void BM_GatherRows(benchmark::State& state) {
  RowsCase<Split> data(state.range(0));
  for (auto _ : state) {
    GatherRows(data.rows.splits, data.ids, data.order, data.out_splits,
               data.out_ids);
    benchmark::DoNotOptimize(data.out_ids.data());
    benchmark::ClobberMemory();
  }
  data.Report(state);
}

// Argument: 0 prose, 1 rows of no to two tokens, 2 the same but only 1 MiB.
#define ROWSPLIT_ROWS_BENCH(name)                                         \
  BENCHMARK_TEMPLATE(name, int64_t)->DenseRange(kProse, kShortRowsBatch); \
  BENCHMARK_TEMPLATE(name, int32_t)->DenseRange(kProse, kShortRowsBatch)
ROWSPLIT_ROWS_BENCH(BM_SplitRows);
ROWSPLIT_ROWS_BENCH(BM_SumRows);
ROWSPLIT_ROWS_BENCH(BM_GatherRows);

// ---- Tokens as spans, or as offsets and copied bytes.

struct Spans {
  std::vector<TokenSpan> tokens;

  void Split(std::string_view text) {
    tokens.clear();
    ScanTokens(
        text,
        [&](size_t begin, size_t end) {
          tokens.push_back({static_cast<uint32_t>(begin),
                            static_cast<uint32_t>(end - begin)});
        },
        [] {});
  }
  size_t size() const { return tokens.size(); }
  // Beside the text, which both keep.
  size_t size_bytes() const { return tokens.size() * sizeof(TokenSpan); }
  std::string_view token(std::string_view text, size_t i) const {
    return {text.data() + tokens[i].begin, tokens[i].size};
  }
};

struct Copies {
  std::vector<int64_t> offsets;
  std::vector<char> bytes;
  size_t num_bytes = 0;

  void Split(std::string_view text) {
    offsets.assign(1, 0);
    if (bytes.size() < text.size() + kPadding)
      bytes.resize(text.size() + kPadding);
    num_bytes = 0;
    ScanTokens(
        text,
        [&](size_t begin, size_t end) {
          // Blocks of 16 bytes, as fast as a copy of short tokens can be: the
          // rest of a block is overwritten by the next token.
          for (size_t i = 0; i < end - begin; i += 16)
            std::memcpy(bytes.data() + num_bytes + i, text.data() + begin + i,
                        16);
          num_bytes += end - begin;
          offsets.push_back(static_cast<int64_t>(num_bytes));
        },
        [] {});
  }
  size_t size() const { return offsets.size() - 1; }
  size_t size_bytes() const {
    return offsets.size() * sizeof(int64_t) + num_bytes;
  }
  std::string_view token(std::string_view, size_t i) const {
    return {bytes.data() + offsets[i],
            static_cast<size_t>(offsets[i + 1] - offsets[i])};
  }
};

// An open-addressed table of tokens of at most 16 bytes, at most a quarter
// full; a longer token gets the id of an unknown one.
class InlineTable {
 public:
  // The `max_tokens` most frequent tokens of `text`.
  InlineTable(std::string_view text, size_t max_tokens)
      : entries_(size_t{4} * 8192) {
    std::unordered_map<std::string_view, int64_t> counts;
    ScanTokens(
        text,
        [&](size_t begin, size_t end) {
          ++counts[text.substr(begin, end - begin)];
        },
        [] {});
    std::vector<std::pair<int64_t, std::string_view>> order;
    for (const auto& [token, count] : counts)
      if (token.size() <= 16) order.emplace_back(count, token);
    std::sort(order.rbegin(), order.rend());
    order.resize(std::min(order.size(), max_tokens));
    for (const auto& [count, token] : order) {
      char padded[16] = {};
      std::memcpy(padded, token.data(), token.size());
      const Key key = Load(padded, token.size());
      size_t at = Hash(key);
      while (entries_[at].id != 0) at = (at + 1) % entries_.size();
      entries_[at] = {key, ++num_tokens_};
    }
  }

  // 0 for an unknown token. Reads 16 bytes.
  int64_t Find(std::string_view token) const {
    if (token.size() > 16) return 0;
    const Key key = Load(token.data(), token.size());
    for (size_t at = Hash(key);; at = (at + 1) % entries_.size()) {
      const Entry& entry = entries_[at];
      if (entry.id == 0 ||
          (entry.key.low == key.low && entry.key.high == key.high))
        return entry.id;
    }
  }

 private:
  struct Key {
    uint64_t low;
    uint64_t high;
  };
  struct Entry {
    Key key;
    int64_t id;
  };
  static Key Load(const char* data, size_t size) {
    Key key;
    std::memcpy(&key, data, sizeof(key));
    const uint64_t low_bits = size >= 8 ? 64 : size * 8;
    const uint64_t high_bits = size <= 8 ? 0 : (size - 8) * 8;
    key.low &= low_bits == 64 ? ~uint64_t{0} : (uint64_t{1} << low_bits) - 1;
    key.high &= high_bits == 64 ? ~uint64_t{0} : (uint64_t{1} << high_bits) - 1;
    return key;
  }
  size_t Hash(const Key& key) const {
    const uint64_t mixed =
        key.low * 0x9E3779B97F4A7C15u ^ (key.high + 1) * 0xC2B2AE3D27D4EB4Fu;
    return ((mixed ^ mixed >> 32) * 0x9E3779B97F4A7C15u >> 40) %
           entries_.size();
  }

  std::vector<Entry> entries_;
  int64_t num_tokens_ = 0;
};

const InlineTable& Vocabulary() {
  static const auto* table = new InlineTable(Unpadded(kProse), 5000);
  return *table;
}

// Cuts `text` after a line end into batches of at least `batch_bytes`.
std::vector<std::string_view> Batches(std::string_view text,
                                      int64_t batch_bytes) {
  std::vector<std::string_view> batches;
  while (!text.empty()) {
    const size_t line_end = text.find('\n', static_cast<size_t>(batch_bytes));
    const size_t size =
        line_end == std::string_view::npos ? text.size() : line_end + 1;
    batches.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return batches;
}

template <typename Tokens>
void ReportTokens(benchmark::State& state, const Tokens& tokens,
                  int64_t num_tokens) {
  const auto text_bytes = static_cast<int64_t>(Unpadded(kProse).size());
  state.SetBytesProcessed(state.iterations() * text_bytes);
  state.SetItemsProcessed(state.iterations() * num_tokens);
  state.counters["bytes_per_token"] = static_cast<double>(tokens.size_bytes()) /
                                      static_cast<double>(tokens.size());
}

template <typename Tokens>
void LookUp(std::string_view batch, Tokens& tokens, std::vector<int64_t>& ids) {
  tokens.Split(batch);
  if (ids.size() < tokens.size()) ids.resize(tokens.size());
  const InlineTable& vocabulary = Vocabulary();
  for (size_t i = 0; i < tokens.size(); ++i)
    ids[i] = vocabulary.Find(tokens.token(batch, i));
}

template <typename Tokens>
void BM_SplitTokens(benchmark::State& state) {
  const auto batches = Batches(Unpadded(kProse), state.range(0));
  Tokens tokens;
  int64_t num_tokens = 0;
  for (auto _ : state) {
    num_tokens = 0;
    for (const std::string_view batch : batches) {
      tokens.Split(batch);
      num_tokens += static_cast<int64_t>(tokens.size());
      benchmark::ClobberMemory();
    }
  }
  ReportTokens(state, tokens, num_tokens);
}

template <typename Tokens>
void BM_SplitAndLookUp(benchmark::State& state) {
  const auto batches = Batches(Unpadded(kProse), state.range(0));
  Tokens tokens;
  std::vector<int64_t> ids;
  {
    Spans spans;
    std::vector<int64_t> expected;
    LookUp(batches.front(), spans, expected);
    LookUp(batches.front(), tokens, ids);
    if (ids != expected) state.SkipWithError("other ids than from the spans");
  }
  int64_t num_tokens = 0;
  for (auto _ : state) {
    num_tokens = 0;
    for (const std::string_view batch : batches) {
      LookUp(batch, tokens, ids);
      num_tokens += static_cast<int64_t>(tokens.size());
      benchmark::DoNotOptimize(ids.data());
      benchmark::ClobberMemory();
    }
  }
  ReportTokens(state, tokens, num_tokens);
}

// Argument: bytes of a batch.
#define ROWSPLIT_TOKENS_BENCH(name)                              \
  BENCHMARK_TEMPLATE(name, Spans)->Arg(256 << 10)->Arg(1 << 30); \
  BENCHMARK_TEMPLATE(name, Copies)->Arg(256 << 10)->Arg(1 << 30)
ROWSPLIT_TOKENS_BENCH(BM_SplitTokens);
ROWSPLIT_TOKENS_BENCH(BM_SplitAndLookUp);

}  // namespace
}  // namespace rowsplit
