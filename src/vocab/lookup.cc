#include "rowsplit/vocab/lookup.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/oov_bucket.h"
#include "vocab/token_text.h"

namespace rowsplit {

namespace {

// Tokens between the search in the vocabulary and the rest: their ids stay in
// the first-level cache.
constexpr size_t kBlock = 1024;
// A thread's share of a tensor.
constexpr int64_t kGrain = 16 * kBlock;

absl::Status CheckOptions(const TokenLookupOptions& options) {
  if (options.num_oov < 0 || options.num_oov > internal::kMaxOovBuckets) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "lookup: num_oov must not be negative or above 2^62, got %d",
        options.num_oov));
  }
  if (options.default_id.has_value() && options.num_oov > 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "lookup: default_id needs num_oov 0, got num_oov %d", options.num_oov));
  }
  if (options.mask_token.has_value() && options.layout != IdLayout::kOovFirst) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "lookup: mask_token needs the layout kOovFirst, got mask_token %s",
        internal::TokenText(*options.mask_token)));
  }
  return absl::OkStatus();
}

// The ids that the mask token takes: 1 or 0.
int64_t MaskIds(const TokenLookupOptions& options) {
  return options.mask_token.has_value() && options.mask_has_id ? 1 : 0;
}

// Whether the vocabulary starts with the mask token, if there is one, and the
// OOV tokens. Several OOV tokens are equal, so no vocabulary starts with them.
bool StartsWithSpecialTokens(const Vocabulary& vocabulary,
                             const TokenLookupOptions& options) {
  const int64_t num_mask = MaskIds(options);
  const int64_t num_special = num_mask + options.num_oov;
  if (!options.may_have_special_tokens || options.num_oov > 1 ||
      vocabulary.size() < num_special) {
    return false;
  }
  return (num_mask == 0 || vocabulary.token(0) == *options.mask_token) &&
         (options.num_oov == 0 ||
          vocabulary.token(num_mask) == options.oov_token);
}

}  // namespace

TokenLookup::TokenLookup(Vocabulary vocabulary, TokenLookupOptions options)
    : vocabulary_(std::move(vocabulary)), options_(std::move(options)) {}

absl::StatusOr<TokenLookup> TokenLookup::Create(
    Vocabulary vocabulary, const TokenLookupOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  TokenLookup lookup(std::move(vocabulary), options);
  int64_t num_other = lookup.vocabulary_.size();
  if (options.layout == IdLayout::kTokensFirst) {
    lookup.oov_begin_ = num_other;
  } else {
    lookup.oov_begin_ = MaskIds(options);
    lookup.mask_id_ = options.mask_has_id ? 0 : kNoId;
    const int64_t num_special = lookup.oov_begin_ + options.num_oov;
    if (StartsWithSpecialTokens(lookup.vocabulary_, options)) {
      num_other -= num_special;
      lookup.mask_is_apart_ =
          options.mask_token.has_value() && !options.mask_has_id;
    } else {
      lookup.shift_ = num_special;
      lookup.mask_is_apart_ = options.mask_token.has_value();
    }
  }
  if (lookup.mask_is_apart_) {
    const int64_t id = lookup.vocabulary_.Find(*options.mask_token);
    if (id >= 0 && options.may_have_mask_token) {
      lookup.masked_id_ = id + lookup.shift_;
    } else if (id >= 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "lookup: the mask token may be in the vocabulary only where the "
          "vocabulary starts with all special tokens: tokens[%d]=%s",
          id, internal::TokenText(*options.mask_token)));
    }
  }
  if (!lookup.mask_is_apart_) {
    lookup.unknown_id_ = options.num_oov == 1
                             ? std::optional<int64_t>(lookup.oov_begin_)
                             : options.default_id;
  }
  if (num_other == 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "lookup: the vocabulary must have a token beside the special tokens, "
        "got %d tokens",
        lookup.vocabulary_.size()));
  }
  return lookup;
}

std::optional<int64_t> TokenLookup::UnknownId(std::string_view token) const {
  if (mask_is_apart_ && token == *options_.mask_token) return mask_id_;
  if (options_.num_oov == 0) return options_.default_id;
  const internal::OovBuckets buckets{options_.num_oov, options_.oov_hash,
                                     options_.salt};
  return oov_begin_ + buckets.Of(token);
}

int64_t TokenLookup::LookupBlock(std::string_view bytes,
                                 std::span<const TokenSpan> tokens,
                                 std::span<int64_t> ids) const {
  constexpr int64_t kUnknown = -1;
  vocabulary_.FindSpans(bytes, tokens, ids, shift_, kUnknown);
  // The unknown tokens first, without a branch that they would make hard to
  // predict.
  std::array<uint32_t, kBlock + 1> unknown;
  size_t num_unknown = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    unknown[num_unknown] = static_cast<uint32_t>(i);
    num_unknown += ids[i] < 0;
  }
  for (size_t i = 0; i < num_unknown; ++i) {
    const uint32_t index = unknown[i];
    const std::optional<int64_t> id =
        UnknownId(bytes.substr(tokens[index].begin, tokens[index].size));
    if (!id.has_value()) return index;
    ids[index] = *id;
  }
  if (masked_id_.has_value())
    std::replace(ids.begin(), ids.end(), *masked_id_, mask_id_);
  return -1;
}

int64_t TokenLookup::LookupSpans(std::string_view bytes,
                                 std::span<const TokenSpan> tokens,
                                 std::span<int64_t> ids) const {
  if (unknown_id_.has_value()) {
    vocabulary_.FindSpans(bytes, tokens, ids, shift_, *unknown_id_);
    return -1;
  }
  for (size_t begin = 0; begin < tokens.size(); begin += kBlock) {
    const size_t size = std::min(kBlock, tokens.size() - begin);
    const int64_t unknown = LookupBlock(bytes, tokens.subspan(begin, size),
                                        ids.subspan(begin, size));
    if (unknown >= 0) return static_cast<int64_t>(begin) + unknown;
  }
  return -1;
}

int64_t TokenLookup::LookupStrings(StringTensorView tokens,
                                   std::span<int64_t> ids) const {
  std::array<TokenSpan, kBlock> spans;
  for (int64_t begin = 0; begin < tokens.size();
       begin += static_cast<int64_t>(kBlock)) {
    const int64_t end =
        std::min(tokens.size(), begin + static_cast<int64_t>(kBlock));
    const StringTensorView block = tokens.Slice(begin, end);
    const std::string_view text = block.text();
    if (text.size() > static_cast<uint64_t>(kMaxBatchBytes)) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t id = vocabulary_.Find(tokens[i]);
        const std::optional<int64_t> whole =
            id < 0 ? UnknownId(tokens[i]) : id + shift_;
        if (!whole.has_value()) return i;
        ids[i] = whole == masked_id_ ? mask_id_ : *whole;
      }
      continue;
    }
    const std::span<const Offset> offsets = block.offsets();
    for (int64_t i = 0; i < block.size(); ++i) {
      spans[i] = {static_cast<uint32_t>(offsets[i] - offsets[0]),
                  static_cast<uint32_t>(offsets[i + 1] - offsets[i])};
    }
    const int64_t unknown =
        LookupSpans(text, std::span(spans).first(block.size()),
                    ids.subspan(begin, block.size()));
    if (unknown >= 0) return begin + unknown;
  }
  return -1;
}

absl::Status TokenLookup::UnknownToken(int64_t index,
                                       std::string_view token) const {
  return absl::InvalidArgumentError(absl::StrFormat(
      "lookup: each token must be in the vocabulary of %d tokens, as num_oov "
      "is 0 and there is no default_id: tokens[%d]=%s",
      vocabulary_.size(), index, internal::TokenText(token)));
}

absl::StatusOr<Buffer<int64_t>> TokenLookup::Lookup(
    StringTensorView tokens, const ExecOptions& exec) const {
  BufferBuilder<int64_t> ids(tokens.size());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, tokens.size(), kGrain, [&](int64_t begin, int64_t end) {
        const int64_t unknown = LookupStrings(
            tokens.Slice(begin, end), ids.span().subspan(begin, end - begin));
        return unknown < 0
                   ? absl::OkStatus()
                   : UnknownToken(begin + unknown, tokens[begin + unknown]);
      }));
  return std::move(ids).Build();
}

absl::Status TokenLookup::Lookup(std::string_view bytes,
                                 std::span<const TokenSpan> tokens,
                                 std::span<int64_t> ids) const {
  ROWSPLIT_DCHECK(ids.size() == tokens.size());
  const int64_t unknown = LookupSpans(bytes, tokens, ids);
  if (unknown < 0) return absl::OkStatus();
  return UnknownToken(
      unknown, bytes.substr(tokens[unknown].begin, tokens[unknown].size));
}

std::string_view TokenLookup::token(int64_t id) const {
  if (mask_is_apart_ && mask_id_ == 0 && id == 0) return *options_.mask_token;
  if (id < shift_ || id - shift_ >= vocabulary_.size()) {
    return options_.oov_token;
  }
  return vocabulary_.token(id - shift_);
}

int64_t TokenLookup::size() const {
  return options_.layout == IdLayout::kTokensFirst
             ? vocabulary_.size() + options_.num_oov
             : shift_ + vocabulary_.size();
}

}  // namespace rowsplit
