#include "rowsplit/embedding/nearest.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/table_rows.h"
#include "kernels/bag_dot.h"
#include "kernels/bag_fold.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit {

namespace {

// Rows that a thread scores at a time: they stay in the second cache while
// every query is compared with them.
constexpr int64_t kBlockRows = 512;
// Candidates beyond k: rows that float32 takes for farther than they are.
constexpr int64_t kSpare = 16;

constexpr std::pair<Similarity, std::string_view> kNames[] = {
    {Similarity::kCosine, "cosine"},
    {Similarity::kDot, "dot"},
    {Similarity::kL2, "l2"}};

// A row and how near it is; more is nearer.
struct Candidate {
  double nearness;
  int64_t id;
};

// The order of the answers.
bool IsNearer(const Candidate& a, const Candidate& b) {
  return a.nearness != b.nearness ? a.nearness > b.nearness : a.id < b.id;
}

// NaN is farther than all else.
double Ordered(double nearness) {
  return std::isnan(nearness) ? -std::numeric_limits<double>::infinity()
                              : nearness;
}

// The nearest rows seen so far; a heap with the farthest one on top.
class Best {
 public:
  void Offer(size_t size, Candidate candidate) {
    if (heap_.size() == size) {
      if (size == 0 || !IsNearer(candidate, heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end(), IsNearer);
      heap_.back() = candidate;
    } else {
      heap_.push_back(candidate);
    }
    std::push_heap(heap_.begin(), heap_.end(), IsNearer);
  }
  const std::vector<Candidate>& candidates() const { return heap_; }

 private:
  std::vector<Candidate> heap_;
};

// What one thread has.
struct Scratch {
  std::vector<Best> best;  // one a query
  std::vector<float> decoded;
  std::vector<const uint8_t*> rows;
  std::vector<float> norms;
  std::vector<float> dots;
};

class Search {
 public:
  Search(const EmbeddingTable& table, std::span<const float> queries,
         int64_t num_queries, const NearestOptions& options)
      : table_(table),
        queries_(queries),
        num_queries_(num_queries),
        options_(options),
        excluded_(options.exclude) {
    std::ranges::sort(excluded_);
    const auto repeats = std::ranges::unique(excluded_);
    excluded_.erase(repeats.begin(), repeats.end());
    const int64_t left =
        table.num_rows() - static_cast<int64_t>(excluded_.size());
    num_answers_ = std::min(options.k, left);
    num_candidates_ =
        std::min(num_answers_ + (num_answers_ > 0 ? kSpare : 0), left);
  }

  absl::StatusOr<NearestRows> Run() const;

 private:
  std::span<const float> Query(int64_t query) const {
    return queries_.subspan(static_cast<size_t>(query * table_.width()),
                            static_cast<size_t>(table_.width()));
  }
  bool IsExcluded(int64_t id) const {
    return std::ranges::binary_search(excluded_, id);
  }
  // Compares the rows [begin, end) with every query, in float32.
  void ScoreBlock(int64_t begin, int64_t end, Scratch& scratch) const;
  // From the dot product and the row's squared norm, up to what is the same
  // for all rows of the query.
  double Nearness(double dot, double squares) const;
  // As the similarity says, in double.
  double Score(std::span<const float> query, std::span<const float> row) const;
  // The answers of a query, from the candidates of all threads.
  absl::Status Finish(int64_t query, std::vector<Candidate> candidates,
                      int64_t* ids, float* scores) const;

  const EmbeddingTable& table_;
  std::span<const float> queries_;
  int64_t num_queries_;
  const NearestOptions& options_;
  std::vector<int64_t> excluded_;
  int64_t num_answers_ = 0;
  int64_t num_candidates_ = 0;
};

double Search::Nearness(double dot, double squares) const {
  switch (options_.similarity) {
    case Similarity::kCosine:
      return squares == 0 ? 0 : dot / std::sqrt(squares);
    case Similarity::kDot:
      return dot;
    case Similarity::kL2:
      return 2 * dot - squares;
  }
  return 0;
}

double Search::Score(std::span<const float> query,
                     std::span<const float> row) const {
  double dot = 0;
  double query_squares = 0;
  double row_squares = 0;
  double distance = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    const double q = query[i];
    const double x = row[i];
    dot += q * x;
    query_squares += q * q;
    row_squares += x * x;
    distance += (q - x) * (q - x);
  }
  if (options_.similarity == Similarity::kDot) return dot;
  if (options_.similarity == Similarity::kL2) return std::sqrt(distance);
  const double norms = std::sqrt(query_squares) * std::sqrt(row_squares);
  return norms == 0 ? 0 : dot / norms;
}

void Search::ScoreBlock(int64_t begin, int64_t end, Scratch& scratch) const {
  const auto size = static_cast<size_t>(end - begin);
  kernels::TableRows rows;
  if (table_.is_factorized()) {
    scratch.decoded.resize(size * static_cast<size_t>(table_.width()));
    internal::ReadTableRange(table_, begin, end - begin,
                             scratch.decoded.data());
    const auto width = static_cast<size_t>(table_.width());
    rows = {.rows = reinterpret_cast<const uint8_t*>(scratch.decoded.data()),
            .row_bytes = width * sizeof(float),
            .width = width,
            .num_rows = end - begin};
  } else {
    rows = internal::StoredRows(table_);
    rows.rows += static_cast<size_t>(begin) * rows.row_bytes;
  }
  // The kernels look ahead of the last pointer.
  scratch.rows.assign(size + kernels::kMaxRowsAhead, rows.rows);
  for (size_t i = 0; i < size; ++i)
    scratch.rows[i] = rows.rows + i * rows.row_bytes;
  scratch.norms.assign(size, 0);
  scratch.dots.resize(size);
  if (options_.similarity != Similarity::kDot) {
    kernels::SquaredNorms(rows, scratch.rows.data(), size,
                          scratch.norms.data());
  }
  const int64_t splits[] = {0, end - begin};
  const kernels::RowBags all = {
      .rows = scratch.rows.data(), .splits = splits, .num_bags = 1};
  const auto num_candidates = static_cast<size_t>(num_candidates_);
  for (int64_t query = 0; query < num_queries_; ++query) {
    kernels::DotBags(rows, all, Query(query).data(), scratch.dots.data());
    Best& best = scratch.best[static_cast<size_t>(query)];
    for (size_t i = 0; i < size; ++i) {
      const int64_t id = begin + static_cast<int64_t>(i);
      if (!excluded_.empty() && IsExcluded(id)) continue;
      best.Offer(num_candidates,
                 {Ordered(Nearness(scratch.dots[i], scratch.norms[i])), id});
    }
  }
}

absl::Status Search::Finish(int64_t query, std::vector<Candidate> candidates,
                            int64_t* ids, float* scores) const {
  const double sign = options_.similarity == Similarity::kL2 ? -1 : 1;
  std::ranges::sort(candidates, IsNearer);
  candidates.resize(static_cast<size_t>(num_candidates_));
  std::vector<float> row(static_cast<size_t>(table_.width()));
  for (Candidate& candidate : candidates) {
    ROWSPLIT_RETURN_IF_ERROR(table_.ReadRow(candidate.id, row));
    // Equal scores as floats are equal.
    candidate.nearness = Ordered(sign * static_cast<double>(static_cast<float>(
                                            Score(Query(query), row))));
  }
  std::ranges::sort(candidates, IsNearer);
  for (int64_t i = 0; i < num_answers_; ++i) {
    ids[i] = candidates[static_cast<size_t>(i)].id;
    ROWSPLIT_RETURN_IF_ERROR(table_.ReadRow(ids[i], row));
    scores[i] = static_cast<float>(Score(Query(query), row));
  }
  return absl::OkStatus();
}

absl::StatusOr<NearestRows> Search::Run() const {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_items,
                            internal::CheckedMul(num_queries_, num_answers_));
  std::vector<int64_t> shape = {num_queries_, num_answers_};
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  internal::WorkerLocal<Scratch> workers(options_.exec);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options_.exec, num_answers_ > 0 ? table_.num_rows() : 0, kBlockRows,
      [&](int64_t begin, int64_t end) {
        Scratch& scratch = workers.local();
        scratch.best.resize(static_cast<size_t>(num_queries_));
        ScoreBlock(begin, end, scratch);
        return absl::OkStatus();
      }));
  BufferBuilder<int64_t> ids(static_cast<size_t>(num_items));
  BufferBuilder<float> scores(static_cast<size_t>(num_items));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options_.exec, num_answers_ > 0 ? num_queries_ : 0, 1,
      [&](int64_t query, int64_t) {
        std::vector<Candidate> candidates;
        for (const Scratch& scratch : workers.slots()) {
          if (scratch.best.empty()) continue;
          const std::vector<Candidate>& found =
              scratch.best[static_cast<size_t>(query)].candidates();
          candidates.insert(candidates.end(), found.begin(), found.end());
        }
        return Finish(query, std::move(candidates),
                      ids.data() + query * num_answers_,
                      scores.data() + query * num_answers_);
      }));
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor id_rows,
                            Tensor::Dense(std::move(ids).Build(), shape));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor score_rows,
      Tensor::Dense(std::move(scores).Build(), std::move(shape)));
  return NearestRows{std::move(id_rows), std::move(score_rows)};
}

absl::Status CheckRow(std::string_view what, int64_t id, int64_t num_rows) {
  if (id >= 0 && id < num_rows) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("nearest: %s must be a row of the table, of %d rows: %d",
                      what, num_rows, id));
}

}  // namespace

std::string_view SimilarityName(Similarity similarity) {
  for (const auto& [value, name] : kNames) {
    if (value == similarity) return name;
  }
  return "";
}

absl::StatusOr<Similarity> ParseSimilarity(std::string_view name) {
  for (const auto& [value, word] : kNames) {
    if (word == name) return value;
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("a similarity is cosine, dot or l2, got \"%s\"", name));
}

absl::StatusOr<NearestRows> FindNearest(const EmbeddingTable& table,
                                        const Tensor& queries,
                                        const NearestOptions& options) {
  if (queries.is_ragged() || queries.dtype() != DType::kFloat32 ||
      queries.rank() < 1 || queries.rank() > 2 ||
      queries.flat_shape().back() != table.width()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "nearest: queries must be float32 of shape [%d] or [queries, %d], got "
        "%s of rank %d%s",
        table.width(), table.width(), DTypeName(queries.dtype()),
        queries.rank(),
        queries.rank() == 0
            ? ""
            : absl::StrFormat(" and width %d", queries.flat_shape().back())));
  }
  if (options.k < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("nearest: k must not be negative: %d", options.k));
  }
  for (const int64_t id : options.exclude)
    ROWSPLIT_RETURN_IF_ERROR(CheckRow("exclude", id, table.num_rows()));
  const int64_t num_queries = queries.rank() == 1 ? 1 : queries.num_rows();
  return Search(table, queries.items<float>(), num_queries, options).Run();
}

absl::StatusOr<NearestRows> FindAnalogies(const EmbeddingTable& table,
                                          std::span<const int64_t> positive,
                                          std::span<const int64_t> negative,
                                          const NearestOptions& options) {
  if (positive.empty() && negative.empty()) {
    return absl::InvalidArgumentError("nearest: an analogy needs a row");
  }
  // Before memory is taken: a table of no rows may say any width.
  for (const int64_t id : positive)
    ROWSPLIT_RETURN_IF_ERROR(CheckRow("positive", id, table.num_rows()));
  for (const int64_t id : negative)
    ROWSPLIT_RETURN_IF_ERROR(CheckRow("negative", id, table.num_rows()));
  std::vector<double> sum(static_cast<size_t>(table.width()), 0);
  std::vector<float> row(sum.size());
  NearestOptions without_them = options;
  const auto add = [&](int64_t id, double sign) -> absl::Status {
    ROWSPLIT_RETURN_IF_ERROR(table.ReadRow(id, row));
    double squares = 0;
    for (const float x : row) squares += static_cast<double>(x) * x;
    const bool scaled = options.similarity != Similarity::kL2 && squares > 0;
    const double factor = scaled ? sign / std::sqrt(squares) : sign;
    for (size_t i = 0; i < row.size(); ++i) sum[i] += factor * row[i];
    without_them.exclude.push_back(id);
    return absl::OkStatus();
  };
  for (const int64_t id : positive) ROWSPLIT_RETURN_IF_ERROR(add(id, 1));
  for (const int64_t id : negative) ROWSPLIT_RETURN_IF_ERROR(add(id, -1));
  BufferBuilder<float> query(sum.size());
  std::ranges::transform(sum, query.data(),
                         [](double x) { return static_cast<float>(x); });
  return FindNearest(table, Tensor::Vector(std::move(query).Build()),
                     without_them);
}

}  // namespace rowsplit
