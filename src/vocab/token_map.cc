#include "vocab/token_map.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/copy_ranges.h"
#include "kernels/token_table.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/integer_values.h"
#include "vocab/oov_bucket.h"
#include "vocab/token_text.h"
#include "vocab/vocabulary_access.h"
#include "vocab/vocabulary_file.h"

namespace rowsplit::internal {

namespace {

// Tokens that a thread takes at a time.
constexpr int64_t kGrain = 16384;

// Whether `tokens` starts with mask, if it has an id, and OOV tokens.
template <typename Token, typename At>
bool StartsWithSpecialTokens(const IndexLookupOptions<Token>& options,
                             int64_t size, const At& at) {
  const int64_t num_special = FirstTokenId(options);
  if (size < num_special) return false;
  if (options.num_oov_indices > 0 && !options.oov_token.has_value())
    return false;
  const int64_t oov_begin = num_special - options.num_oov_indices;
  if (oov_begin > 0 && at(0) != *options.mask_token) return false;
  for (int64_t i = oov_begin; i < num_special; ++i)
    if (at(i) != *options.oov_token) return false;
  return true;
}

absl::Status WrongPlace(const char* name, const char* what, int64_t index,
                        const std::string& token) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: the %s may be in the vocabulary only where all special tokens are "
      "before the others: vocabulary[%d]=%s",
      name, what, index, token));
}

// The strings from `begin` on; shares the bytes.
StringTensor Tail(const StringTensor& strings, int64_t begin) {
  const std::span<const Offset> offsets =
      strings.view().offsets().subspan(static_cast<size_t>(begin));
  BufferBuilder<Offset> moved(offsets.size());
  for (size_t i = 0; i < offsets.size(); ++i)
    moved[i] = offsets[i] - offsets[0];
  const auto first = static_cast<size_t>(offsets[0]);
  return *StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(moved).Build()),
      strings.bytes().Slice(first,
                            static_cast<size_t>(offsets.back()) - first));
}

}  // namespace

absl::StatusOr<TokenMap<std::string>> TokenMap<std::string>::Create(
    const StringLookupOptions& options, const Tensor& tokens,
    const GivenTokens& given) {
  StringTensor strings = tokens.strings();
  const bool special =
      given.may_have_special_tokens &&
      StartsWithSpecialTokens(options, strings.size(),
                              [&](int64_t i) { return strings[i]; });
  if (special && FirstTokenId(options) > 0)
    strings = Tail(strings, FirstTokenId(options));
  ROWSPLIT_ASSIGN_OR_RETURN(Vocabulary vocabulary,
                            Vocabulary::FromTokens(std::move(strings)));
  ROWSPLIT_ASSIGN_OR_RETURN(
      TokenMap map, Create(options, std::move(vocabulary),
                           {.may_have_special_tokens = false,
                            .may_have_special_tokens_anywhere =
                                given.may_have_special_tokens_anywhere}));
  map.had_special_tokens_ = special;
  return map;
}

absl::StatusOr<TokenMap<std::string>> TokenMap<std::string>::Create(
    const StringLookupOptions& options, Vocabulary vocabulary,
    const GivenTokens& given) {
  const bool special =
      given.may_have_special_tokens && options.num_oov_indices <= 1 &&
      StartsWithSpecialTokens(options, vocabulary.size(),
                              [&](int64_t i) { return vocabulary.token(i); });
  if (options.invert && options.oov_token.has_value() &&
      !given.may_have_special_tokens_anywhere) {
    const int64_t index = vocabulary.Find(*options.oov_token);
    if (index >= (special ? FirstTokenId(options) : 0)) {
      return WrongPlace(kName, "oov_token", index,
                        TokenText(*options.oov_token));
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      TokenLookup lookup,
      TokenLookup::Create(
          std::move(vocabulary),
          {.layout = IdLayout::kOovFirst,
           .num_oov = options.num_oov_indices,
           .oov_hash = options.oov_hash,
           .salt = options.salt,
           .mask_token = options.mask_token,
           .may_have_special_tokens = special,
           .mask_has_id = options.output_mode == OutputMode::kInt,
           .may_have_mask_token = given.may_have_special_tokens_anywhere,
           .oov_token = options.oov_token.value_or("")}));
  TokenMap map(std::move(lookup));
  map.had_special_tokens_ = special;
  return map;
}

absl::StatusOr<TokenMap<std::string>> TokenMap<std::string>::FromFile(
    const StringLookupOptions& options, const std::string& path) {
  ROWSPLIT_ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::FromFile(path));
  return Create(options, std::move(vocabulary),
                {.may_have_special_tokens = false,
                 .may_have_special_tokens_anywhere = true});
}

absl::StatusOr<Tensor> TokenMap<std::string>::Ids(
    const Tensor& input, const ExecOptions& exec) const {
  if (!input.is_string()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "string_lookup: expected strings, got %s", DTypeName(input.dtype())));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int64_t> ids,
                            lookup_.Lookup(input.strings(), exec));
  return WithItems(input, ids);
}

// How far the bytes around a token may be read: to the end of the vocabulary's,
// or no further than the token where it is none of these.
static const uint8_t* LimitOf(std::string_view token, std::string_view all) {
  const bool is_within = std::less_equal<>()(all.data(), token.data()) &&
                         std::less<>()(token.data(), all.data() + all.size());
  const std::string_view array = is_within ? all : token;
  return reinterpret_cast<const uint8_t*>(array.data() + array.size());
}

absl::StatusOr<Tensor> TokenMap<std::string>::TokensOf(
    const Tensor& input, const Buffer<int64_t>& ids,
    const ExecOptions& exec) const {
  const auto size = static_cast<int64_t>(ids.size());
  BufferBuilder<Offset> offsets(ids.size() + 1);
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, size, kGrain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
          offsets[i + 1] = static_cast<Offset>(lookup_.token(ids[i]).size());
        return absl::OkStatus();
      }));
  offsets[0] = 0;
  for (int64_t i = 0; i < size; ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(offsets[i + 1],
                              CheckedAdd(offsets[i], offsets[i + 1]));
  }
  const kernels::TokenTableView& table =
      VocabularyAccess::Table(lookup_.vocabulary());
  const std::string_view all(table.bytes, table.num_bytes);
  BufferBuilder<char> bytes(static_cast<size_t>(offsets[size]));
  auto* const out = reinterpret_cast<uint8_t*>(bytes.data());
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, size, kGrain, [&](int64_t begin, int64_t end) {
        kernels::RangeCopier copier(out + offsets[begin], out + offsets[end]);
        for (int64_t i = begin; i < end; ++i) {
          // Copied some tokens later, when its bytes are there.
          const std::string_view token = lookup_.token(ids[i]);
          __builtin_prefetch(token.data());
          copier.Add(reinterpret_cast<const uint8_t*>(token.data()),
                     token.size(), LimitOf(token, all));
        }
        copier.Flush();
        return absl::OkStatus();
      }));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(
          RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
          std::move(bytes).Build()));
  return Tensor::FromPartitionsUnchecked(
      {input.partitions().begin(), input.partitions().end()},
      Tensor::DenseUnchecked(std::move(strings), input.flat_shape()));
}

absl::StatusOr<TokenMap<int64_t>> TokenMap<int64_t>::Create(
    const IntegerLookupOptions& options, const Tensor& tokens,
    const GivenTokens& given) {
  TokenMap map;
  map.options_ = options;
  map.first_id_ = FirstTokenId(options);
  map.tokens_ = tokens.buffer<int64_t>();
  map.had_special_tokens_ =
      given.may_have_special_tokens &&
      StartsWithSpecialTokens(options, tokens.num_items(),
                              [&](int64_t i) { return map.tokens_[i]; });
  const int64_t skipped = map.had_special_tokens_ ? map.first_id_ : 0;
  map.tokens_ = map.tokens_.Slice(skipped, map.tokens_.size() - skipped);
  if (map.tokens_.empty()) {
    return absl::InvalidArgumentError(
        "integer_lookup: the vocabulary must have a token beside the special "
        "tokens");
  }
  std::optional<std::pair<int64_t, int64_t>> repeat;
  ROWSPLIT_ASSIGN_OR_RETURN(map.table_,
                            IntegerTable::Create(map.tokens_.span(), &repeat));
  if (repeat.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "integer_lookup: the token %d comes twice, as vocabulary[%d] and "
        "vocabulary[%d]",
        map.tokens_[repeat->first], repeat->first + skipped,
        repeat->second + skipped));
  }
  const auto refuse = [&](const char* what,
                          std::optional<int64_t> token) -> absl::Status {
    if (!token.has_value()) return absl::OkStatus();
    const int64_t place = map.table_.Find(*token);
    if (place < 0) return absl::OkStatus();
    return WrongPlace(kName, what, place + skipped, std::to_string(*token));
  };
  if (given.may_have_special_tokens_anywhere) return map;
  ROWSPLIT_RETURN_IF_ERROR(refuse("mask token", options.mask_token));
  if (options.invert)
    ROWSPLIT_RETURN_IF_ERROR(refuse("oov_token", options.oov_token));
  return map;
}

absl::StatusOr<TokenMap<int64_t>> TokenMap<int64_t>::FromFile(
    const IntegerLookupOptions& options, const std::string& path) {
  ROWSPLIT_ASSIGN_OR_RETURN(const StringTensor lines, ReadVocabularyFile(path));
  BufferBuilder<int64_t> tokens(static_cast<size_t>(lines.size()));
  for (int64_t line = 0; line < lines.size(); ++line) {
    ROWSPLIT_ASSIGN_OR_RETURN(tokens[line],
                              ParseInteger(lines[line], path, line + 1));
  }
  const Tensor all = Tensor::Vector(std::move(tokens).Build());
  absl::StatusOr<TokenMap> map =
      Create(options, all,
             {.may_have_special_tokens = false,
              .may_have_special_tokens_anywhere = true});
  std::optional<std::pair<int64_t, int64_t>> repeat;
  if (!map.ok() && IntegerTable::Create(all.items<int64_t>(), &repeat).ok() &&
      repeat.has_value()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the vocabulary file %s has the token %d twice: lines %d and %d", path,
        all.items<int64_t>()[repeat->first], repeat->first + 1,
        repeat->second + 1));
  }
  return map;
}

int64_t TokenMap<int64_t>::FindIds(std::span<const int64_t> keys,
                                   std::span<int64_t> ids) const {
  table_.FindAll(keys, ids);
  const bool is_int = options_.output_mode == OutputMode::kInt;
  const int64_t mask_id = is_int ? 0 : TokenLookup::kNoId;
  const int64_t num_oov = options_.num_oov_indices;
  const int64_t oov_begin = first_id_ - num_oov;
  if (num_oov == 1) {
    // Without a branch that unknown keys would make hard to predict.
    for (int64_t& id : ids) id = id < 0 ? oov_begin : id + first_id_;
    if (!options_.mask_token.has_value()) return -1;
    for (size_t i = 0; i < keys.size(); ++i)
      ids[i] = keys[i] == *options_.mask_token ? mask_id : ids[i];
    return -1;
  }
  const OovBuckets buckets{num_oov, options_.oov_hash, options_.salt};
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == options_.mask_token) {
      ids[i] = mask_id;
    } else if (ids[i] >= 0) {
      ids[i] += first_id_;
    } else if (num_oov == 0) {
      return static_cast<int64_t>(i);
    } else if (options_.oov_method == OovMethod::kHash) {
      ids[i] = oov_begin + buckets.OfInteger(keys[i]);
    } else {
      const int64_t rest = keys[i] % num_oov;
      ids[i] = oov_begin + (rest < 0 ? rest + num_oov : rest);
    }
  }
  return -1;
}

absl::StatusOr<Tensor> TokenMap<int64_t>::Ids(const Tensor& input,
                                              const ExecOptions& exec) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int64_t> keys,
                            IntegerItems(input, kName));
  BufferBuilder<int64_t> ids(keys.size());
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, static_cast<int64_t>(keys.size()), kGrain,
      [&](int64_t begin, int64_t end) {
        const int64_t unknown = FindIds(keys.span().subspan(begin, end - begin),
                                        ids.span().subspan(begin, end - begin));
        if (unknown < 0) return absl::OkStatus();
        return absl::InvalidArgumentError(absl::StrFormat(
            "integer_lookup: each token must be in the vocabulary of %d "
            "tokens, as num_oov_indices is 0: tokens[%d]=%d",
            tokens_.size(), begin + unknown, keys[begin + unknown]));
      }));
  return WithItems(input, std::move(ids).Build());
}

int64_t TokenMap<int64_t>::TokenOf(int64_t id) const {
  const bool has_mask_id = first_id_ > options_.num_oov_indices;
  if (id == 0 && has_mask_id) return *options_.mask_token;
  if (id >= first_id_ && id < size()) return tokens_[id - first_id_];
  return options_.oov_token.value_or(0);
}

absl::StatusOr<Tensor> TokenMap<int64_t>::TokensOf(
    const Tensor& input, const Buffer<int64_t>& ids,
    const ExecOptions& exec) const {
  BufferBuilder<int64_t> tokens(ids.size());
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(exec, static_cast<int64_t>(ids.size()),
                                       kGrain, [&](int64_t begin, int64_t end) {
                                         for (int64_t i = begin; i < end; ++i)
                                           tokens[i] = TokenOf(ids[i]);
                                         return absl::OkStatus();
                                       }));
  return WithItems(input, std::move(tokens).Build());
}

}  // namespace rowsplit::internal
