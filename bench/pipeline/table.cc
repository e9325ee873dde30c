// The table of docs/design/fused_kernel.md: text to ids, sparse rows and
// vocabularies, each beside the plain loop that gives the same, in one run.
//
//   ROWSPLIT_BENCH_TEXT=english.txt rowsplit_pipeline_table
//       [--languages FILE] [--rows REGEX] [--turns N] [--target
//       avx2|sse4|ssse3]
//
// What the two give is compared before anything is timed. They take turns, and
// a figure is the median of the turns with the least and the most behind it.
// One thread is measured in processor time, as the machine may do other work;
// two are compared with one in elapsed time.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "hwy/targets.h"
#include "pipeline/plain_vectorizer.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/output_mode.h"
#include "support/text_rows.h"
#include "unicode/bytestream.h"
#include "unicode/casemap.h"

namespace rowsplit::bench {
namespace {

struct Flags {
  std::string languages;
  std::string rows = ".";
  int turns = 9;
};

double Seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

// Sorted times.
struct Times {
  std::vector<double> seconds;

  void Add(clockid_t clock, const std::function<void()>& call) {
    const double begin = Seconds(clock);
    call();
    seconds.push_back(Seconds(clock) - begin);
    std::sort(seconds.begin(), seconds.end());
  }
  double median() const { return seconds[seconds.size() / 2]; }
};

// A row of the table. `ours` runs on so many threads; `agree` compares what it
// and the reference gave last.
struct Row {
  std::string name;
  int64_t num_bytes;
  std::function<void()> reference;
  std::function<absl::Status(int threads)> ours;
  std::function<bool()> agree;
};

void Print(const char* who, int64_t num_bytes, const Times& times) {
  const double bytes = 1e-9 * static_cast<double>(num_bytes);
  std::printf("  %-10s %6.3f GB/s (%.3f - %.3f)", who, bytes / times.median(),
              bytes / times.seconds.back(), bytes / times.seconds.front());
}

// False if the two differ.
bool Measure(const Row& row, int turns) {
  std::printf("%s\n", row.name.c_str());
  row.reference();
  for (const int threads : {2, 1}) {
    const absl::Status status = row.ours(threads);
    if (!status.ok()) {
      std::printf("  left out: %s\n", std::string(status.message()).c_str());
      return true;
    }
    if (!row.agree()) {
      std::printf("  the two give different answers\n");
      return false;
    }
  }
  Times reference;
  Times one;
  Times one_elapsed;
  Times two_elapsed;
  for (int turn = 0; turn < turns; ++turn) {
    reference.Add(CLOCK_PROCESS_CPUTIME_ID, row.reference);
    for (int i = 0; i < 3; ++i) {
      const auto run = [&](int threads) { (void)row.ours(threads); };
      one_elapsed.Add(CLOCK_MONOTONIC, [&] {
        one.Add(CLOCK_PROCESS_CPUTIME_ID, [&] { run(1); });
      });
      two_elapsed.Add(CLOCK_MONOTONIC, [&] { run(2); });
    }
  }
  Print("reference", row.num_bytes, reference);
  std::printf("\n");
  Print("rowsplit", row.num_bytes, one);
  std::printf("  %.1f times the reference; two threads %.2f times one\n",
              reference.median() / one.median(),
              one_elapsed.seconds.front() / two_elapsed.seconds.front());
  std::fflush(stdout);
  return true;
}

// The text, the layers and what the two gave last: shared by the rows.
class Table {
 public:
  explicit Table(const Flags& flags) : lines_(Lines(ProseText())) {
    if (flags.languages.empty()) return;
    std::ifstream file(flags.languages, std::ios::binary);
    languages_ = Lines(std::string{std::istreambuf_iterator<char>(file), {}});
  }

  std::vector<Row> Rows() {
    std::vector<Row> rows;
    rows.push_back(Ragged("int, ragged, vocabulary 100,000", 100'000, {}));
    rows.push_back(Ragged("int, ragged, vocabulary 5,000", 5'000, {}));
    rows.push_back(Dense(256));
    using Value = PlainVectorizer::Value;
    rows.push_back(Csr("count, CSR", OutputMode::kCount, Value::kCount));
    rows.push_back(Csr("multi_hot, CSR", OutputMode::kMultiHot, Value::kOne));
    rows.push_back(Csr("tf_idf, CSR", OutputMode::kTfIdf, Value::kTfIdf));
    rows.push_back(Ragged("ngrams (1, 2) ids", 100'000, {1, 2}));
    rows.push_back(Adapt());
    rows.push_back(AdaptDocuments());
    if (languages_.size() > 0) rows.push_back(Languages());
    return rows;
  }

 private:
  int64_t num_bytes() const {
    return static_cast<int64_t>(lines_.bytes().size());
  }

  absl::StatusOr<TextVectorization> Learn(TextVectorizationOptions options,
                                          int threads = 0) {
    TextVectorizationAdapter adapter(std::move(options));
    absl::Status status = adapter.Update(lines_, {.num_threads = threads});
    if (!status.ok()) return status;
    return adapter.Finalize();
  }

  static PlainVectorizer Plain(const TextVectorization& layer) {
    PlainVectorizer plain;
    plain.unknown_id = layer.first_token_id() - 1;
    for (int64_t id = layer.first_token_id(); id < layer.num_ids(); ++id) {
      plain.ids_of.emplace(std::string(layer.token(id)), id);
    }
    return plain;
  }

  // A row that can't be made fails when it is measured.
  Row Failed(std::string name, absl::Status status) {
    return {std::move(name), num_bytes(), [] {},
            [status](int) { return status; }, [] { return false; }};
  }

  Row Ragged(std::string name, int64_t max_tokens,
             std::vector<int64_t> ngrams) {
    auto layer = Learn({.max_tokens = max_tokens, .ngrams = ngrams});
    if (!layer.ok()) return Failed(std::move(name), layer.status());
    const bool pairs = !ngrams.empty();
    return {std::move(name), num_bytes(),
            [this, pairs, plain = Plain(*layer)] {
              pairs ? plain.WordsAndPairs(lines_, plain_)
                    : plain.Ids(lines_, plain_);
            },
            [this, layer = *layer](int threads) {
              auto ids =
                  layer.VectorizeRagged(lines_, {.num_threads = threads});
              if (ids.ok()) ids_ = *std::move(ids);
              return ids.status();
            },
            [this] {
              return std::ranges::equal(ids_.flat_values(), plain_.ids) &&
                     std::ranges::equal(ids_.shape().partition(0).row_splits(),
                                        plain_.row_splits);
            }};
  }

  // In batches of 256 lines, as a training loop asks for them: all lines at
  // once are 20 times the text.
  Row Dense(int64_t length) {
    constexpr int64_t kBatch = 256;
    std::string name = "int, dense, 256 long, batches of 256 lines";
    auto layer =
        Learn({.max_tokens = 100'000, .output_sequence_length = length});
    if (!layer.ok()) return Failed(std::move(name), layer.status());
    return {std::move(name), num_bytes(),
            [this, length, plain = Plain(*layer)] {
              sum_ = 0;
              ForEachBatch(kBatch, [&](StringTensorView batch) {
                plain.Dense(batch, length, plain_);
                sum_ += Checksum(plain_.ids);
              });
            },
            [this, layer = *layer](int threads) {
              dense_sum_ = 0;
              absl::Status status;
              ForEachBatch(kBatch, [&](StringTensorView batch) {
                const auto ids =
                    layer.Vectorize(batch, {.num_threads = threads});
                if (ids.ok()) {
                  dense_sum_ += Checksum(ids->items<int64_t>());
                } else {
                  status = ids.status();
                }
              });
              return status;
            },
            [this, length, plain = Plain(*layer), layer = *layer] {
              bool same = sum_ == dense_sum_;
              ForEachBatch(kBatch, [&](StringTensorView batch) {
                plain.Dense(batch, length, plain_);
                const auto ids = layer.Vectorize(batch);
                same = same && ids.ok() &&
                       std::ranges::equal(ids->items<int64_t>(), plain_.ids);
              });
              return same;
            }};
  }

  template <typename Body>
  void ForEachBatch(int64_t num_lines, const Body& body) {
    for (int64_t begin = 0; begin < lines_.size(); begin += num_lines) {
      body(lines_.view().Slice(begin,
                               std::min(begin + num_lines, lines_.size())));
    }
  }

  // Of a few of the ids: the rest must not cost time.
  static uint64_t Checksum(std::span<const int64_t> ids) {
    uint64_t sum = ids.size();
    for (size_t i = 0; i < ids.size(); i += 509) {
      sum = sum * 31 + static_cast<uint64_t>(ids[i]);
    }
    return sum;
  }

  Row Csr(std::string name, OutputMode mode, PlainVectorizer::Value value) {
    auto layer = Learn({.max_tokens = 100'000, .output_mode = mode});
    if (!layer.ok()) return Failed(std::move(name), layer.status());
    return {std::move(name), num_bytes(),
            [this, value, plain = Plain(*layer), layer = *layer] {
              plain.Columns(lines_, value, layer.idf_weights().data(), plain_);
            },
            [this, layer = *layer](int threads) {
              auto csr = layer.VectorizeCsr(lines_, {.num_threads = threads});
              if (csr.ok()) csr_ = *std::move(csr);
              return csr.status();
            },
            [this, value] {
              const auto same = [&](const auto& values) {
                return std::ranges::equal(values, plain_.values);
              };
              return std::ranges::equal(csr_.columns, plain_.ids) &&
                     std::ranges::equal(csr_.rows.row_splits(),
                                        plain_.row_splits) &&
                     (value == PlainVectorizer::Value::kTfIdf
                          ? same(csr_.values.items<float>())
                          : same(csr_.values.items<int64_t>()));
            }};
  }

  Row Adapt() {
    return {"adapt, 100,000", num_bytes(),
            [this] { PlainVectorizer::Count(lines_, counts_); },
            [this](int threads) {
              auto layer = Learn({.max_tokens = 100'000}, threads);
              if (layer.ok()) learned_ = *std::move(layer);
              return layer.status();
            },
            [this] {
              return Learned(counts_, 100'000 - 2,
                             [](int64_t count) { return count; });
            }};
  }

  Row AdaptDocuments() {
    return {
        "adapt with document frequencies", num_bytes(),
        [this] { PlainVectorizer::CountDocuments(lines_, documents_); },
        [this](int threads) {
          auto layer =
              Learn({.max_tokens = 100'000, .output_mode = OutputMode::kTfIdf},
                    threads);
          if (layer.ok()) learned_ = *std::move(layer);
          return layer.status();
        },
        [this] {
          if (!Learned(documents_, 100'000 - 1,
                       [](const PlainDocumentCount& of) { return of.count; })) {
            return false;
          }
          const auto lines = static_cast<double>(lines_.size());
          for (int64_t id = 1; id < learned_->num_ids(); ++id) {
            const auto& of = documents_[std::string(learned_->token(id))];
            const auto documents = static_cast<double>(of.documents);
            if (learned_->idf_weights()[id] !=
                static_cast<float>(std::log(1 + lines / (1 + documents)))) {
              return false;
            }
          }
          return true;
        }};
  }

  // Whether the vocabulary is that of the counts: the most frequent words,
  // equal ones by their bytes from the last.
  template <typename Counts, typename CountOf>
  bool Learned(const Counts& counts, size_t most, const CountOf& count_of) {
    std::vector<std::pair<int64_t, std::string_view>> words;
    for (const auto& [word, count] : counts) {
      words.emplace_back(count_of(count), word);
    }
    std::sort(words.rbegin(), words.rend());
    words.resize(std::min(words.size(), most));
    const StringTensor tokens = learned_->Tokens(false);
    bool same = tokens.size() == static_cast<int64_t>(words.size());
    for (int64_t i = 0; same && i < tokens.size(); ++i) {
      same = tokens[i] == words[i].second;
    }
    return same;
  }

  // The reference lowers line by line with ICU.
  Row Languages() {
    std::string name = "languages, Unicode lower case, int";
    TextVectorizationAdapter adapter(
        {.max_tokens = 100'000,
         .steps = {UnicodeLowerCase{}},
         .standardize = Standardize::kStripPunctuation});
    const absl::Status status = adapter.Update(languages_);
    if (!status.ok()) return Failed(std::move(name), status);
    auto layer = adapter.Finalize();
    if (!layer.ok()) return Failed(std::move(name), layer.status());
    return {
        std::move(name), static_cast<int64_t>(languages_.bytes().size()),
        [this, plain = Plain(*layer)] {
          StringTensorBuilder lower;
          std::string line;
          for (int64_t i = 0; i < languages_.size(); ++i) {
            line.clear();
            icu::StringByteSink<std::string> sink(&line);
            UErrorCode error = U_ZERO_ERROR;
            const std::string_view text = languages_[i];
            icu::CaseMap::utf8ToLower(
                "", 0, {text.data(), static_cast<int32_t>(text.size())}, sink,
                nullptr, error);
            lower.Append(line);
          }
          plain.Ids(std::move(lower).Build(), plain_);
        },
        [this, layer = *layer](int threads) {
          auto ids =
              layer.VectorizeRagged(languages_, {.num_threads = threads});
          if (ids.ok()) ids_ = *std::move(ids);
          return ids.status();
        },
        [this] { return std::ranges::equal(ids_.flat_values(), plain_.ids); }};
  }

  StringTensor lines_;
  StringTensor languages_;
  PlainRows plain_;
  PlainCounts counts_;
  PlainDocumentCounts documents_;
  uint64_t sum_ = 0;
  uint64_t dense_sum_ = 0;
  std::optional<TextVectorization> learned_;
  RaggedTensor<int64_t> ids_;
  CsrMatrix csr_;
};

bool Parse(int argc, char** argv, Flags& flags) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--languages") {
      flags.languages = value;
    } else if (name == "--rows") {
      flags.rows = value;
    } else if (name == "--turns") {
      flags.turns = std::max(1, std::atoi(value));
    } else if (name == "--target") {
      const std::string_view target = value;
      int64_t disabled = HWY_AVX3 | HWY_AVX3_DL;
#ifdef HWY_AVX3_ZEN4
      disabled |= HWY_AVX3_ZEN4;
#endif
#ifdef HWY_AVX3_SPR
      disabled |= HWY_AVX3_SPR;
#endif
      if (target != "avx2") disabled |= HWY_AVX2;
      if (target == "ssse3") disabled |= HWY_SSE4;
      hwy::DisableTargets(disabled);
    } else {
      return false;
    }
  }
  return argc % 2 == 1;
}

int Run(int argc, char** argv) {
  Flags flags;
  if (!Parse(argc, argv, flags)) {
    std::fprintf(stderr,
                 "usage: %s [--languages FILE] [--rows REGEX] [--turns N] "
                 "[--target avx2|sse4|ssse3]\n",
                 argv[0]);
    return 2;
  }
  const int64_t targets = hwy::SupportedTargets();
  std::printf("target %s, median of %d turns (least - most)\n",
              hwy::TargetName(targets & -targets), flags.turns);
  Table table(flags);
  bool agree = true;
  const std::regex wanted(flags.rows);
  for (const Row& row : table.Rows()) {
    if (!std::regex_search(row.name, wanted)) continue;
    agree = Measure(row, flags.turns) && agree;
  }
  return agree ? 0 : 1;
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) { return rowsplit::bench::Run(argc, argv); }
