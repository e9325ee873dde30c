#ifndef ROWSPLIT_EMBEDDING_NEAREST_H_
#define ROWSPLIT_EMBEDDING_NEAREST_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// What near means, for a query q and a row x.
enum class Similarity : uint8_t {
  kCosine,  // "cosine": q . x / (|q| |x|); 0 if one of them is zeros
  kDot,     // "dot": q . x
  kL2,      // "l2": |q - x|, where less is nearer
};

// The words above.
std::string_view SimilarityName(Similarity similarity);
// Fails with InvalidArgument that lists the words.
absl::StatusOr<Similarity> ParseSimilarity(std::string_view name);

struct NearestOptions {
  Similarity similarity = Similarity::kCosine;
  // How many rows to give for a query; fewer if the table has not as many.
  int64_t k = 10;
  // Rows that are no answer, of any query.
  std::vector<int64_t> exclude = {};
  ExecOptions exec = {};
};

// The rows for each query, the nearest first.
struct NearestRows {
  Tensor ids;     // int64 [queries, rows]
  Tensor scores;  // float32, likewise: what the similarity gives
};

// The rows of the table that are nearest to each query, by looking at all of
// them. `queries` is float32 of shape [width] or [queries, width].
//
//   // table {{1, 0}, {0, 2}, {1, 1}}
//   FindNearest(table, {1, 0.1}, {.k = 2})  // ids {{0, 2}}, scores ~1, 0.77
//
// Equally near rows come by id, and rows with NaN last. Rows are read in their
// stored form, and compared in float32; the scores of those that are given, and
// their order, are computed in double from the rows as float32. The result does
// not depend on the number of threads.
//
// InvalidArgument: queries of another dtype or width, a negative k, a row to
// exclude that is none. ResourceExhausted if the result does not fit 64 bits.
// Cancelled. O(queries * rows * width).
absl::StatusOr<NearestRows> FindNearest(const EmbeddingTable& table,
                                        const Tensor& queries,
                                        const NearestOptions& options = {});

// The rows nearest to the sum of the positive rows less the negative ones,
// without these themselves: what is to c as a is to b, for the positive rows a
// and c and the negative row b. With kCosine and kDot the rows are scaled to
// the norm 1 first.
//
//   FindAnalogies(table, {king, woman}, {man})  // ids {{queen, …}}
//
// Fails as FindNearest, and with InvalidArgument for an id that is no row, or
// without any.
absl::StatusOr<NearestRows> FindAnalogies(const EmbeddingTable& table,
                                          std::span<const int64_t> positive,
                                          std::span<const int64_t> negative,
                                          const NearestOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_NEAREST_H_
