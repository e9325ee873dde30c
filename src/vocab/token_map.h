#ifndef ROWSPLIT_SRC_VOCAB_TOKEN_MAP_H_
#define ROWSPLIT_SRC_VOCAB_TOKEN_MAP_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/index_lookup.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/integer_table.h"

// What an IndexLookup over strings and one over integers do differently.
namespace rowsplit::internal {

// How tokens are given to a TokenMap.
struct GivenTokens {
  // The special tokens may be before them.
  bool may_have_special_tokens = true;
  // Mask and OOV token may be among them at any place, as in a file; the mask
  // token is masked all the same.
  bool may_have_special_tokens_anywhere = false;
};

// The id of the first token after mask and OOV.
template <typename Token>
int64_t FirstTokenId(const IndexLookupOptions<Token>& options) {
  const bool has_mask_id =
      options.mask_token.has_value() && options.output_mode == OutputMode::kInt;
  return options.num_oov_indices + (has_mask_id ? 1 : 0);
}

// Tokens of a vocabulary to ids and back.
template <typename Token>
class TokenMap;

template <>
class TokenMap<std::string> {
 public:
  static constexpr DType kDType = DType::kString;
  static constexpr const char* kName = "string_lookup";

  // Of tokens as a list, which may start with several OOV tokens.
  static absl::StatusOr<TokenMap> Create(const StringLookupOptions& options,
                                         const Tensor& tokens,
                                         const GivenTokens& given);
  static absl::StatusOr<TokenMap> Create(const StringLookupOptions& options,
                                         Vocabulary vocabulary,
                                         const GivenTokens& given);
  static absl::StatusOr<TokenMap> FromFile(const StringLookupOptions& options,
                                           const std::string& path);

  // The number of ids.
  int64_t size() const { return lookup_.size(); }
  // Whether the special tokens were given before the others.
  bool had_special_tokens() const { return had_special_tokens_; }
  // int64 of the input's shape; -1 for a mask token without an id.
  absl::StatusOr<Tensor> Ids(const Tensor& input,
                             const ExecOptions& exec) const;
  absl::StatusOr<Tensor> TokensOf(const Tensor& input,
                                  const Buffer<int64_t>& ids,
                                  const ExecOptions& exec) const;

 private:
  explicit TokenMap(TokenLookup lookup) : lookup_(std::move(lookup)) {}

  TokenLookup lookup_;
  bool had_special_tokens_ = false;
};

template <>
class TokenMap<int64_t> {
 public:
  static constexpr DType kDType = DType::kInt64;
  static constexpr const char* kName = "integer_lookup";

  static absl::StatusOr<TokenMap> Create(const IntegerLookupOptions& options,
                                         const Tensor& tokens,
                                         const GivenTokens& given);
  static absl::StatusOr<TokenMap> FromFile(const IntegerLookupOptions& options,
                                           const std::string& path);

  int64_t size() const {
    return first_id_ + static_cast<int64_t>(tokens_.size());
  }
  bool had_special_tokens() const { return had_special_tokens_; }
  absl::StatusOr<Tensor> Ids(const Tensor& input,
                             const ExecOptions& exec) const;
  absl::StatusOr<Tensor> TokensOf(const Tensor& input,
                                  const Buffer<int64_t>& ids,
                                  const ExecOptions& exec) const;

 private:
  // The index of the first unknown key if num_oov_indices is 0, or -1.
  int64_t FindIds(std::span<const int64_t> keys, std::span<int64_t> ids) const;
  int64_t TokenOf(int64_t id) const;

  IntegerLookupOptions options_;
  int64_t first_id_ = 0;
  Buffer<int64_t> tokens_;
  IntegerTable table_;
  bool had_special_tokens_ = false;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_TOKEN_MAP_H_
