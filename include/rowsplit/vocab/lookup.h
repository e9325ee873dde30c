#ifndef ROWSPLIT_VOCAB_LOOKUP_H_
#define ROWSPLIT_VOCAB_LOOKUP_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

// Where the ids of out-of-vocabulary (OOV) tokens are.
enum class IdLayout {
  // The tokens from 0, then the OOV ids: TensorFlow's StaticVocabularyTable,
  // and with num_oov 0 its StaticHashTable.
  kTokensFirst,
  // The mask token if there is one, the OOV ids, then the tokens: Keras'
  // StringLookup.
  kOovFirst,
};

// What spreads OOV tokens over several ids. Both are the same on every machine.
enum class OovHash : uint8_t {
  kFarmHash,  // Fingerprint64, as TensorFlow and Keras
  kXxh3,
};

struct TokenLookupOptions {
  IdLayout layout = IdLayout::kTokensFirst;
  // OOV tokens get the id `h mod num_oov`, counted from the first OOV id.
  int64_t num_oov = 1;
  OovHash oov_hash = OovHash::kFarmHash;
  // Instead of oov_hash: SipHash with this key.
  std::optional<SipHashKey> salt = std::nullopt;
  // For num_oov 0: the id of OOV tokens. Without it they are an error.
  std::optional<int64_t> default_id = std::nullopt;
  // For kOovFirst: the token with the id 0, often "" (padding).
  std::optional<std::string> mask_token = std::nullopt;
  // For kOovFirst: whether a vocabulary that starts with the special tokens has
  // their ids already. If not they are put before any vocabulary.
  bool may_have_special_tokens = true;
  // Without an id the mask token is looked up as kNoId, and OOV ids start at 0.
  bool mask_has_id = true;
  // Allows the mask token among the others; it is masked all the same.
  bool may_have_mask_token = false;
  // What an OOV id is turned back to.
  std::string oov_token = "[UNK]";
};

// Turns tokens into ids, those that the vocabulary does not have too, and ids
// back into tokens. Immutable; copies share the vocabulary.
//
//   auto lookup = TokenLookup::Create(vocabulary);  // of "a", "cat"
//   lookup->Lookup(tokens);  // {"cat", "dog", "a"} → {1, 2, 0}
class TokenLookup {
 public:
  static constexpr int64_t kNoId = -1;

  // With kOovFirst, a vocabulary that starts with the special tokens (the mask
  // token if there is one, then the oov_token if num_oov is 1) has their ids
  // already; they are put before any other vocabulary.
  //
  // Fails with InvalidArgument for a vocabulary without other tokens, a mask
  // token that is elsewhere in the vocabulary, a negative num_oov, a mask_token
  // with kTokensFirst and a default_id with num_oov above 0.
  static absl::StatusOr<TokenLookup> Create(
      Vocabulary vocabulary, const TokenLookupOptions& options = {});

  // The id of each token. Fails with InvalidArgument, naming the first such
  // token and its index, if num_oov is 0, there is no default_id and a token is
  // unknown.
  absl::StatusOr<Buffer<int64_t>> Lookup(StringTensorView tokens,
                                         const ExecOptions& exec = {}) const;

  // The same of tokens of `bytes`, into `ids`, on this thread; allocates
  // nothing. Requires as many ids as tokens, and spans that lie inside `bytes`.
  absl::Status Lookup(std::string_view bytes, std::span<const TokenSpan> tokens,
                      std::span<int64_t> ids) const;

  // The token of an id: the mask token, oov_token for an OOV id, and for any id
  // that no token has.
  std::string_view token(int64_t id) const;

  // The number of ids: mask (if it has one), OOV and tokens.
  int64_t size() const;
  // The id of the first token that is neither mask nor OOV.
  int64_t first_token_id() const {
    return options_.layout == IdLayout::kTokensFirst
               ? 0
               : oov_begin_ + options_.num_oov;
  }
  // The ids of OOV tokens are [oov_begin(), oov_begin() + num_oov).
  int64_t oov_begin() const { return oov_begin_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  const TokenLookupOptions& options() const { return options_; }

 private:
  TokenLookup(Vocabulary vocabulary, TokenLookupOptions options);

  // The id of a token that the vocabulary does not have; nothing for an error.
  std::optional<int64_t> UnknownId(std::string_view token) const;
  // The next three return the index of the first token without an id, or -1.
  // LookupBlock is for a block of tokens and for any options.
  int64_t LookupBlock(std::string_view bytes, std::span<const TokenSpan> tokens,
                      std::span<int64_t> ids) const;
  int64_t LookupSpans(std::string_view bytes, std::span<const TokenSpan> tokens,
                      std::span<int64_t> ids) const;
  int64_t LookupStrings(StringTensorView tokens, std::span<int64_t> ids) const;
  absl::Status UnknownToken(int64_t index, std::string_view token) const;

  Vocabulary vocabulary_;
  TokenLookupOptions options_;
  // Added to the vocabulary's ids.
  int64_t shift_ = 0;
  int64_t oov_begin_ = 0;
  int64_t mask_id_ = 0;
  // The mask token is not in the vocabulary, so a miss may be the mask token.
  bool mask_is_apart_ = false;
  // The id of the mask token in the vocabulary, if it gets another one.
  std::optional<int64_t> masked_id_;
  // The id of every unknown token, if it does not depend on the token.
  std::optional<int64_t> unknown_id_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_LOOKUP_H_
