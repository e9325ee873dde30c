#ifndef ROWSPLIT_SRC_EMBEDDING_FASTTEXT_H_
#define ROWSPLIT_SRC_EMBEDDING_FASTTEXT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/named_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"

// fastText's own models (.bin); its .vec files are text with a header line.
namespace rowsplit::internal {

// What the model was trained with, in the order of the file.
struct FastTextArgs {
  int32_t dim = 0;
  int32_t window = 5;
  int32_t epochs = 5;
  int32_t min_count = 5;
  int32_t negatives = 5;
  int32_t word_ngrams = 1;
  int32_t loss = 2;   // 1 hierarchical softmax, 2 negative sampling, 3 softmax
  int32_t model = 2;  // 1 cbow, 2 skipgram, 3 supervised
  int32_t num_buckets = 0;
  int32_t min_n = 0;
  int32_t max_n = 0;
  int32_t lr_update_rate = 100;
  double sampling_threshold = 1e-4;

  friend bool operator==(const FastTextArgs&, const FastTextArgs&) = default;
};

// A model without its output layer. The rows of `input` are those of the words,
// then those of the subword buckets: the vector of a word is the mean of its
// own row and of those of its subwords.
struct FastTextModel {
  FastTextArgs args;
  // Words, then labels.
  StringTensor entries;
  Buffer<int64_t> counts;  // an entry each
  int64_t num_words = 0;
  int64_t num_tokens = 0;  // of the text it was trained on
  // Of a pruned model: pairs (bucket, place among the rows of buckets).
  bool is_pruned = false;
  Buffer<int32_t> pruned;
  EmbeddingTable input;
};

// Reads a .bin file, plain or gzip or zstd; the rows of a plain one are
// borrowed from `file`, which they keep alive. A file that is no model is
// InvalidArgument, a version that is not known and a quantized model (.ftz)
// Unimplemented, and one that is broken or cut DataLoss.
absl::StatusOr<FastTextModel> ReadFastTextModel(const Buffer<char>& file,
                                                const std::string& name,
                                                const ExecOptions& exec = {});

// Writes a .bin file, whole or not at all, with an output layer of no rows.
//
// Fails with InvalidArgument if the parts of the model don't belong together
// or a token has a NUL byte.
absl::Status WriteFastTextModel(const FastTextModel& model,
                                const std::string& path);

// What a model gives to look tokens up.
struct FastTextVectors {
  // The vectors of the words, as fastText prints them. Without subwords they
  // are the rows themselves.
  NamedRows words;
  // Vectors for other words; of no buckets if the model has no subwords.
  SubwordRows subwords;
};

// Reads a model and makes the vectors of its words: O(words * subwords * dim).
// Those that are not finite are handled as the policy says. Unimplemented for a
// pruned model with subwords.
absl::StatusOr<FastTextVectors> ReadFastTextVectors(
    const Buffer<char>& file, const std::string& name,
    const ReadRowsOptions& options = {});

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_FASTTEXT_H_
