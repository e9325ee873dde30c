#ifndef ROWSPLIT_PIPELINE_TEXT_VECTORIZATION_H_
#define ROWSPLIT_PIPELINE_TEXT_VECTORIZATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/output_mode.h"
#include "rowsplit/vocab/token_counter.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_builder.h"

namespace rowsplit {

namespace internal {
struct TextVectorizationAccess;
}  // namespace internal

enum class Standardize : uint8_t {
  kNone,
  kLower,
  kStripPunctuation,
  kLowerAndStripPunctuation
};

enum class Split : uint8_t {
  // A whole text is one token.
  kNone,
  // At runs of the ASCII bytes 09 0A 0B 0C 0D 20.
  kWhitespace,
  // Each UTF-8 character is a token; U+FFFD stands for what is ill-formed.
  kCharacter,
  // At runs of Unicode white space.
  kUnicodeWhitespace,
};

// The arguments of keras.layers.TextVectorization, and more. Plain data, so
// that a pipeline can be saved and shown.
struct TextVectorizationOptions {
  // The most ids, with those of the special tokens; -1 for no limit.
  int64_t max_tokens = -1;
  // Run on each text before standardizing. None may drop rows.
  std::vector<TextStep> steps = {};
  Standardize standardize = Standardize::kLowerAndStripPunctuation;
  Split split = Split::kWhitespace;
  // The widths of the n-grams that stand for the tokens, in the order of the
  // output; n-grams are joined by one space. Empty: the tokens themselves.
  std::vector<int64_t> ngrams = {};
  OutputMode output_mode = OutputMode::kInt;
  // For kInt: cuts and pads each row to this many ids.
  std::optional<int64_t> output_sequence_length = std::nullopt;
  // For the other modes: as many columns as max_tokens.
  bool pad_to_max_tokens = false;
  // The ids over which oov_hash spreads the tokens that are not in the
  // vocabulary. At least 1.
  int64_t num_oov_indices = 1;
  OovHash oov_hash = OovHash::kFarmHash;
  // Adapting leaves out what occurs less often.
  int64_t min_count = 1;

  friend bool operator==(const TextVectorizationOptions&,
                         const TextVectorizationOptions&) = default;
};

// How a vocabulary is given to TextVectorization::Create.
struct GivenVocabularyOptions {
  // A vocabulary that begins with exactly the special tokens has their ids
  // already. Otherwise its first token is an ordinary one whatever it is.
  bool may_have_special_tokens = true;
  // Whether more ids than max_tokens are an error.
  bool check_max_tokens = true;
  // For kTfIdf, and needed there: a weight for each token of the vocabulary as
  // it is given, of which those that are put before it get the mean.
  std::optional<Buffer<float>> idf_weights = std::nullopt;
  // The weights are those of the columns, as idf_weights() gives them.
  bool has_column_weights = false;
};

// Text to ids, as keras.layers.TextVectorization: steps, standardize, split,
// n-grams, look up, encode. In int mode id 0 is padding (''), then come the ids
// of tokens that are not in the vocabulary ('[UNK]'), and the tokens of the
// vocabulary follow. The other modes have no padding: their '[UNK]' is column
// 0. Immutable; copies share it.
//
//   const TextVectorizationOptions options{.output_sequence_length = 4};
//   auto layer = *TextVectorization::Create(options, vocabulary);
//   layer.Vectorize(texts)  // {{5, 2, 0, 0}, {1, 0, 0, 0}}
class TextVectorization {
 public:
  // Of int mode.
  static constexpr int64_t kPaddingId = 0;
  static constexpr int64_t kUnknownId = 1;

  // Unless `vocabulary` begins with the special tokens ('' in int mode,
  // num_oov_indices times '[UNK]'), they are put before it. Fails with
  // InvalidArgument if it then has more ids than max_tokens, no other token or
  // '' among them, if the weights do not fit, or an option is out of range.
  static absl::StatusOr<TextVectorization> Create(
      TextVectorizationOptions options, Vocabulary vocabulary,
      const GivenVocabularyOptions& given = {});
  // The same of a list, which may begin with several '[UNK]'.
  static absl::StatusOr<TextVectorization> FromTokens(
      TextVectorizationOptions options, const StringTensor& tokens,
      const GivenVocabularyOptions& given = {});

  // InvalidArgument for an option that is out of range or fits no other.
  static absl::Status CheckOptions(const TextVectorizationOptions& options);

  const TextVectorizationOptions& options() const;

  // The ids, with those of the special tokens: Keras' vocabulary_size().
  int64_t num_ids() const;
  // The columns of the other modes: max_tokens if it is padded to.
  int64_t num_columns() const;
  // The id of the first token that is no special one.
  int64_t first_token_id() const;
  // Requires `0 <= id < num_ids()`. '' for padding and '[UNK]' for the ids of
  // unknown tokens.
  std::string_view token(int64_t id) const;
  // The tokens by id, from first_token_id() or with the special ones before
  // them: Keras' get_vocabulary(). Copies.
  StringTensor Tokens(bool include_special_tokens = true) const;
  // From tokens to ids; its vocabulary is the one that was given.
  const TokenLookup& lookup() const;
  // A weight for each column; empty unless the mode is kTfIdf.
  const Buffer<float>& idf_weights() const;

  // Each text is a row. The next three fail with ResourceExhausted, naming the
  // row, for a text of 2 GiB or more, also where steps make as much of a piece
  // of the texts, and with Cancelled. Linear in the bytes.
  //
  // A row of ids for each text, in int mode (else InvalidArgument): cut to
  // output_sequence_length, not padded.
  absl::StatusOr<RaggedTensor<int64_t>> VectorizeRagged(
      StringTensorView texts, const ExecOptions& exec = {}) const;
  // In int mode int64 of shape [texts, length]: rows padded with 0 to
  // output_sequence_length, or else to the longest. In the others [texts,
  // num_columns()], int64 or for kTfIdf float32.
  absl::StatusOr<Tensor> Vectorize(StringTensorView texts,
                                   const ExecOptions& exec = {}) const;
  // The same rows without the zeros, and no dense row is made. Fails with
  // InvalidArgument in int mode.
  absl::StatusOr<CsrMatrix> VectorizeCsr(StringTensorView texts,
                                         const ExecOptions& exec = {}) const;

  // What Keras' layer gives for texts of any rank. Split texts are dense, of
  // rank 0 or 1 or with a last dimension of 1, which is dropped (else
  // InvalidArgument); the tokens are a dimension more, ragged except at rank 0.
  // With Split::kNone the texts are the tokens, of any shape, and n-grams are
  // those of the innermost rows. In int mode the rows are padded unless
  // `ragged`; other modes take the ids as EncodeIds does.
  absl::StatusOr<Tensor> Call(const Tensor& texts, bool ragged = false,
                              const ExecOptions& exec = {}) const;
  // The same of texts that are the chunks of a longer tensor, in order, which
  // are not copied together.
  absl::StatusOr<Tensor> Call(std::span<const Tensor> chunks, bool ragged,
                              const ExecOptions& exec = {}) const;
  // As EncodeIdsCsr of the ids. Fails with InvalidArgument in int mode.
  absl::StatusOr<CsrMatrix> CallCsr(std::span<const Tensor> chunks,
                                    const ExecOptions& exec = {}) const;

  // One line for each stage of the work: which are fused into one pass, and why
  // others are not.
  std::string Explain() const;
  // The same layer without the fused pass, to compare and to measure it.
  TextVectorization StageByStage() const;

  // The id of each token by itself, -1 where nothing of it is left after
  // standardizing. Unless nothing is split, tokens must hold no white space;
  // joined by spaces they then have the same ids as the joined text, without
  // the -1. `scratch` is overwritten and may be reused. Fails with
  // InvalidArgument unless the layer gives each word by itself an id: int mode,
  // no steps, no n-grams, split by ASCII white space or not at all.
  // CanVectorizeTokens() says which.
  absl::Status VectorizeTokens(std::string_view bytes,
                               std::span<const TokenSpan> tokens,
                               std::span<int64_t> ids, TextRows& scratch) const;
  bool CanVectorizeTokens() const;

 private:
  friend struct internal::TextVectorizationAccess;

  struct State;
  explicit TextVectorization(std::shared_ptr<const State> state)
      : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

// Learns the vocabulary of a TextVectorization, as Keras' adapt(): count
// descending, ties by token bytes descending; for kTfIdf the weights too,
// ln(1 + documents / (1 + documents with the token)). Make one for each thread
// and merge them; the result depends only on the texts.
class TextVectorizationAdapter {
 public:
  explicit TextVectorizationAdapter(TextVectorizationOptions options);
  // Counts into `counter`, which bounds the memory and may be shared by the
  // adapters of several threads; then Merge is not needed, counts() stays
  // empty, and an Update that fails may have added some of its texts. For
  // kTfIdf the counter must count documents. The same options for all that
  // share it.
  TextVectorizationAdapter(TextVectorizationOptions options,
                           std::shared_ptr<TokenCounter> counter);
  TextVectorizationAdapter(TextVectorizationAdapter&&) noexcept;
  TextVectorizationAdapter& operator=(TextVectorizationAdapter&&) noexcept;
  ~TextVectorizationAdapter();

  // Each text is a document. Fails with InvalidArgument for wrong options and
  // with ResourceExhausted, naming the row, for a text of 2 GiB or more.
  absl::Status Update(StringTensorView texts, const ExecOptions& exec = {});
  // Keras' update_state: texts of a rank as Call takes them. With Split::kNone
  // the innermost rows are the documents, texts of rank 0 and 1 a single one.
  absl::Status UpdateBatch(const Tensor& texts, const ExecOptions& exec = {});
  // The first for rows that are spans of `bytes`, on this thread.
  absl::Status Update(std::string_view bytes, std::span<const TokenSpan> rows);
  void Merge(const TextVectorizationAdapter& other);

  const TextVectorizationOptions& options() const;
  const VocabularyBuilder& counts() const;
  // The tokens that came to this adapter.
  int64_t num_tokens() const;
  // The tokens that differ, of all that share the counter.
  absl::StatusOr<int64_t> CountTypes() const;

  // As TextVectorization::Explain, of the way to the counts.
  std::string Explain() const;

  // Fails with FailedPrecondition if there was no token, with InvalidArgument
  // if the options leave none of them.
  absl::StatusOr<TextVectorization> Finalize() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_PIPELINE_TEXT_VECTORIZATION_H_
