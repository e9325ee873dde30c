#ifndef ROWSPLIT_PIPELINE_TEXT_VECTORIZATION_H_
#define ROWSPLIT_PIPELINE_TEXT_VECTORIZATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_builder.h"

namespace rowsplit {

enum class Standardize {
  kNone,
  kLower,
  kStripPunctuation,
  kLowerAndStripPunctuation
};
enum class Split { kNone, kWhitespace };

// The arguments of keras.layers.TextVectorization, int mode.
struct TextVectorizationOptions {
  // The most ids, with those of '' and '[UNK]'; -1 for no limit.
  int64_t max_tokens = -1;
  Standardize standardize = Standardize::kLowerAndStripPunctuation;
  Split split = Split::kWhitespace;
  // Cuts and pads each row to this many ids.
  std::optional<int64_t> output_sequence_length = std::nullopt;

  friend bool operator==(const TextVectorizationOptions&,
                         const TextVectorizationOptions&) = default;
};

// Equal rows of ids: `num_rows` times `row_length`, row after row.
struct DenseIds {
  int64_t num_rows = 0;
  int64_t row_length = 0;
  Buffer<int64_t> values;
};

// Text to ids, as keras.layers.TextVectorization in int mode: standardize,
// split, look up. Id 0 is padding, 1 is any token that is not in the vocabulary
// ('[UNK]'), and the tokens of the vocabulary follow. Immutable; copies share
// it.
//
//   const TextVectorizationOptions options{.output_sequence_length = 4};
//   auto layer = *TextVectorization::Create(options, vocabulary);
//   layer.Vectorize(texts)  // {{5, 2, 0, 0}, {1, 0, 0, 0}}
class TextVectorization {
 public:
  static constexpr int64_t kPaddingId = 0;
  static constexpr int64_t kUnknownId = 1;
  static constexpr int64_t kNumSpecialIds = 2;

  // Unless `vocabulary` begins with '' and '[UNK]', they are put before it.
  // Fails with InvalidArgument if it then is larger than max_tokens or holds a
  // token twice, or an option is out of range.
  static absl::StatusOr<TextVectorization> Create(
      TextVectorizationOptions options, Vocabulary vocabulary);

  // InvalidArgument for an option that is out of range.
  static absl::Status CheckOptions(const TextVectorizationOptions& options);

  const TextVectorizationOptions& options() const;
  // '' and '[UNK]', then the others: Keras' get_vocabulary().
  const Vocabulary& vocabulary() const;

  // One row of ids for each text: cut to output_sequence_length, not padded.
  // Linear in the bytes.
  absl::StatusOr<RaggedTensor<int64_t>> VectorizeRagged(
      StringTensorView texts, const ExecOptions& exec = {}) const;
  // Rows padded with 0 to output_sequence_length, or else to the longest.
  absl::StatusOr<DenseIds> Vectorize(StringTensorView texts,
                                     const ExecOptions& exec = {}) const;

  // The id of each token by itself, -1 where nothing of it is left after
  // standardizing. Unless nothing is split, tokens must hold no white space;
  // joined by spaces they then have the same ids as the joined text, without
  // the -1. `scratch` is overwritten and may be reused.
  void VectorizeTokens(std::string_view bytes,
                       std::span<const TokenSpan> tokens,
                       std::span<int64_t> ids, TextRows& scratch) const;

 private:
  struct State;
  explicit TextVectorization(std::shared_ptr<const State> state)
      : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

// Learns the vocabulary of a TextVectorization, as Keras' adapt(): count
// descending, ties by token bytes descending. Make one for each thread and
// merge them; the result depends only on the texts.
class TextVectorizationAdapter {
 public:
  explicit TextVectorizationAdapter(TextVectorizationOptions options);
  TextVectorizationAdapter(TextVectorizationAdapter&&) noexcept;
  TextVectorizationAdapter& operator=(TextVectorizationAdapter&&) noexcept;
  ~TextVectorizationAdapter();

  // Fails with ResourceExhausted, naming the row, for a text of 2 GiB or more.
  absl::Status Update(StringTensorView texts);
  // The same for rows that are spans of `bytes`.
  void Update(std::string_view bytes, std::span<const TokenSpan> rows);
  void Merge(const TextVectorizationAdapter& other);

  const VocabularyBuilder& counts() const;

  // Fails with FailedPrecondition if there was no token.
  absl::StatusOr<TextVectorization> Finalize(int64_t min_count = 1) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_PIPELINE_TEXT_VECTORIZATION_H_
