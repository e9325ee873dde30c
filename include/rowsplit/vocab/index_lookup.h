#ifndef ROWSPLIT_VOCAB_INDEX_LOOKUP_H_
#define ROWSPLIT_VOCAB_INDEX_LOOKUP_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ragged/csr_matrix.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/encode_ids.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/output_mode.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

// The arguments of keras.layers.StringLookup and IntegerLookup, and more. Plain
// data, so that a layer can be saved and shown.
template <typename Token>
struct IndexLookupOptions;

template <>
struct IndexLookupOptions<std::string> {
  // The most ids, with those of mask and OOV; -1 for no limit.
  int64_t max_tokens = -1;
  // The ids of tokens that are not in the vocabulary; 0 makes them an error.
  int64_t num_oov_indices = 1;
  // Has the id 0 in int mode; is dropped in the others.
  std::optional<std::string> mask_token = std::nullopt;
  // What an OOV id is turned back to.
  std::optional<std::string> oov_token = "[UNK]";
  // Turns ids into tokens.
  bool invert = false;
  OutputMode output_mode = OutputMode::kInt;
  // For the other modes: as many columns as max_tokens.
  bool pad_to_max_tokens = false;
  // What spreads tokens over several OOV ids; the salt makes it SipHash.
  OovHash oov_hash = OovHash::kFarmHash;
  std::optional<SipHashKey> salt = std::nullopt;
  // Adapting leaves out what occurs less often.
  int64_t min_count = 1;

  friend bool operator==(const IndexLookupOptions&,
                         const IndexLookupOptions&) = default;
};

// What gives an integer one of several OOV ids.
enum class OovMethod : uint8_t {
  // The integer modulo their number, never negative.
  kFloorMod,
  // The hash of its decimal text.
  kHash,
};

template <>
struct IndexLookupOptions<int64_t> {
  int64_t max_tokens = -1;
  int64_t num_oov_indices = 1;
  std::optional<int64_t> mask_token = std::nullopt;
  std::optional<int64_t> oov_token = -1;
  bool invert = false;
  OutputMode output_mode = OutputMode::kInt;
  bool pad_to_max_tokens = false;
  OovMethod oov_method = OovMethod::kFloorMod;
  // For kHash.
  OovHash oov_hash = OovHash::kFarmHash;
  std::optional<SipHashKey> salt = std::nullopt;
  int64_t min_count = 1;

  friend bool operator==(const IndexLookupOptions&,
                         const IndexLookupOptions&) = default;
};

using StringLookupOptions = IndexLookupOptions<std::string>;
using IntegerLookupOptions = IndexLookupOptions<int64_t>;

// Turns tokens, strings or integers, into ids and ids into tokens or rows of
// columns: keras.layers.StringLookup and IntegerLookup. In int mode the ids are
// the mask token's (0) if there is one, the OOV ids, then the vocabulary's; the
// other modes have no mask id. Immutable; copies share it.
//
//   auto layer = *StringLookup::Create({}, Tensor(strings));  // "a", "b"
//   layer.Lookup(query)  // {"b", "x", "a"} → {2, 0, 1}
template <typename Token>
class IndexLookup {
 public:
  using Options = IndexLookupOptions<Token>;

  // InvalidArgument for an option that is out of range or fits no other.
  static absl::Status CheckOptions(const Options& options);

  // Has no vocabulary yet: Lookup fails with FailedPrecondition.
  static absl::StatusOr<IndexLookup> Create(Options options);

  // `vocabulary` is a vector of tokens, with or without the special tokens (the
  // mask token in int mode, num_oov_indices times the oov_token) before them.
  // kTfIdf needs a weight for each token given; special tokens that are not
  // given get the mean. Fails with InvalidArgument if a token comes twice, the
  // mask token is elsewhere (with invert, the oov_token too), nothing but
  // special tokens is there, there are more ids than max_tokens, or the weights
  // do not fit.
  static absl::StatusOr<IndexLookup> Create(
      Options options, const Tensor& vocabulary,
      std::optional<Buffer<float>> idf_weights = std::nullopt);

  // A token a line, none of them special, as Keras reads it: max_tokens is not
  // looked at, and mask and OOV token may be there. Fails as
  // Vocabulary::FromFile, and with InvalidArgument for kTfIdf and a line that
  // is no integer.
  static absl::StatusOr<IndexLookup> FromFile(Options options,
                                              const std::string& path);

  // What Tokens(false) and idf_weights() gave: the weights of the columns.
  static absl::StatusOr<IndexLookup> Restore(
      Options options, const Tensor& tokens,
      std::optional<Buffer<float>> column_weights);

  // The id of each token, or what the output mode makes of them (EncodeIds).
  // Strings for a StringLookup; any numbers for an IntegerLookup and with
  // invert, floats cut. Fails with InvalidArgument for another dtype, and,
  // naming the token and its place, for an unknown token if num_oov_indices is
  // 0; with FailedPrecondition without a vocabulary; with Cancelled. Linear.
  absl::StatusOr<Tensor> Lookup(const Tensor& input,
                                const ExecOptions& exec = {}) const;
  // As EncodeIdsCsr. Not for int mode.
  absl::StatusOr<CsrMatrix> LookupCsr(const Tensor& input,
                                      const ExecOptions& exec = {}) const;

  // The two steps of Lookup, for input in pieces: the id of each token in any
  // mode, TokenLookup::kNoId for a mask token without one; how they are
  // encoded.
  absl::StatusOr<Tensor> LookupIds(const Tensor& input,
                                   const ExecOptions& exec = {}) const;
  EncodeIdsOptions encode_options() const;

  const Options& options() const;
  bool has_vocabulary() const;
  // Keras' vocabulary_size(): the ids, mask and OOV included.
  int64_t size() const;
  // The columns of the modes but int: max_tokens if it is padded to.
  int64_t num_columns() const;
  // The ids of OOV tokens end, and those of the vocabulary start here.
  int64_t first_token_id() const;
  // Keras' get_vocabulary(): a vector of the tokens by id. An oov_token that is
  // not set is "" or 0. Copies.
  Tensor Tokens(bool include_special_tokens = true) const;
  // A weight for each column; empty unless the mode is kTfIdf.
  const Buffer<float>& idf_weights() const;

 private:
  friend class IndexLookupFactory;
  struct State;
  explicit IndexLookup(std::shared_ptr<const State> state)
      : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

using StringLookup = IndexLookup<std::string>;
using IntegerLookup = IndexLookup<int64_t>;

// A StringLookup over a vocabulary as it is, a mapped one too; as Create, but
// nothing is copied.
absl::StatusOr<StringLookup> StringLookupOver(
    StringLookupOptions options, Vocabulary vocabulary,
    std::optional<Buffer<float>> idf_weights = std::nullopt);

// Learns the vocabulary of an IndexLookup, as Keras' adapt(): count descending,
// ties by token (bytes or number) descending; mask and OOV tokens are left out.
// For kTfIdf, weights are ln(1 + documents / (1 + documents with the token)),
// and their mean for OOV ids. Not for several threads at once.
template <typename Token>
class IndexLookupAdapter {
 public:
  explicit IndexLookupAdapter(IndexLookupOptions<Token> options);
  IndexLookupAdapter(IndexLookupAdapter&&) noexcept;
  IndexLookupAdapter& operator=(IndexLookupAdapter&&) noexcept;
  ~IndexLookupAdapter();

  // A batch: of rank 0 and 1 one document, else a row is one. Fails with
  // InvalidArgument for another dtype (see Lookup).
  absl::Status Update(const Tensor& batch);
  // Without a token so far: a layer without vocabulary, as in Keras. Fails with
  // InvalidArgument for wrong options, and if max_tokens or min_count leave no
  // token.
  absl::StatusOr<IndexLookup<Token>> Finalize() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

using StringLookupAdapter = IndexLookupAdapter<std::string>;
using IntegerLookupAdapter = IndexLookupAdapter<int64_t>;

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_INDEX_LOOKUP_H_
