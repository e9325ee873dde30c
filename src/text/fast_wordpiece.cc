#include "rowsplit/text/fast_wordpiece.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "rowsplit/vocab/vocabulary.h"
#include "text/fast_bert_characters.h"
#include "text/fast_wordpiece_blocks.h"
#include "text/fast_wordpiece_state.h"
#include "text/read_character.h"
#include "text/subword_sink.h"
#include "text/wordpiece_trie.h"
#include "vocab/token_text.h"

namespace rowsplit {

namespace {

using internal::IsPunctuationOrChinese;
using internal::SubwordSink;
using internal::TokenText;
using internal::WordpieceTrie;

constexpr int64_t kMaxTokens = int64_t{1} << 22;
constexpr size_t kMaxTokenBytes = 256;
// Text has no such character once it is normalized.
constexpr char kNoCharacter = '\x11';

// The characters of a string, and whether one of them is a word of its own.
struct CharacterCount {
  int64_t count = 0;
  bool has_mark = false;
  int32_t last = -1;
};

CharacterCount CountCharacters(std::string_view text) {
  CharacterCount counted;
  for (size_t at = 0; at < text.size(); ++counted.count) {
    const internal::Character character = internal::ReadCharacter(text, at);
    counted.last = character.code_point;
    if (IsPunctuationOrChinese(counted.last)) counted.has_mark = true;
    at = character.end;
  }
  return counted;
}

bool IsSuffixToken(std::string_view token, std::string_view indicator) {
  return !indicator.empty() && token.size() > indicator.size() &&
         token.substr(0, indicator.size()) == indicator;
}

// Whether the automaton has the token, or the error that it is.
absl::StatusOr<bool> IsUsable(std::string_view token,
                              const FastWordpieceOptions& options) {
  if (token.empty() || token == options.suffix_indicator) return false;
  if (token.find('\0') != std::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "FastWordpieceTokenizer: a token must not have a NUL, got %s",
        TokenText(token)));
  }
  const bool is_suffix = IsSuffixToken(token, options.suffix_indicator);
  const std::string_view text =
      is_suffix ? token.substr(options.suffix_indicator.size()) : token;
  if (text.size() > kMaxTokenBytes) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "FastWordpieceTokenizer: a token must have at most %d bytes behind the "
        "suffix indicator, got %d: %s",
        kMaxTokenBytes, text.size(), TokenText(token)));
  }
  if (options.no_pretokenization) return true;
  const CharacterCount counted = CountCharacters(text);
  if (counted.has_mark && (counted.count > 1 || is_suffix)) return false;
  if (token[0] == kNoCharacter) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "FastWordpieceTokenizer: of text, no token may begin with U+0011, got "
        "%s",
        TokenText(token)));
  }
  return true;
}

// The ids of tokens that differ.
absl::StatusOr<absl::flat_hash_map<std::string_view, int32_t>> Index(
    StringTensorView tokens) {
  if (tokens.size() > kMaxTokens) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "FastWordpieceTokenizer: there must be at most %d tokens, got %d",
        kMaxTokens, tokens.size()));
  }
  absl::flat_hash_map<std::string_view, int32_t> ids;
  ids.reserve(static_cast<size_t>(tokens.size()));
  for (int64_t i = 0; i < tokens.size(); ++i) {
    const auto [found, is_new] =
        ids.try_emplace(tokens[i], static_cast<int32_t>(i));
    if (is_new) continue;
    return absl::FailedPreconditionError(absl::StrFormat(
        "FastWordpieceTokenizer: tokens must be unique, got %s at %d and at %d",
        TokenText(tokens[i]), found->second, i));
  }
  return ids;
}

// The tokens that the automaton has, "" for the others so that ids stay, and a
// token of no text if none continues a word, which TensorFlow has too.
absl::StatusOr<StringTensor> UsableTokens(StringTensorView tokens,
                                          const FastWordpieceOptions& options) {
  StringTensorBuilder usable;
  bool has_any = false;
  bool has_suffix = options.suffix_indicator.empty();
  for (int64_t i = 0; i < tokens.size(); ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(const bool is_usable,
                              IsUsable(tokens[i], options));
    has_any |= is_usable;
    has_suffix |=
        is_usable && IsSuffixToken(tokens[i], options.suffix_indicator);
    usable.Append(is_usable ? tokens[i] : std::string_view());
  }
  if (!has_any) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "FastWordpieceTokenizer: none of the %d tokens can be used",
        tokens.size()));
  }
  if (!has_suffix) usable.Append(options.suffix_indicator + kNoCharacter);
  return std::move(usable).Build();
}

// Whether words of text can be cut one by one, of tokens that are usable.
bool CanCutByWords(StringTensorView usable,
                   const FastWordpieceOptions& options) {
  // Longer words would have to be kept.
  constexpr int64_t kMaxWordBytes = int64_t{1} << 20;
  if (options.no_pretokenization ||
      options.max_bytes_per_word > kMaxWordBytes ||
      !CountCharacters(options.suffix_indicator).has_mark)
    return false;
  for (int64_t i = 0; i < usable.size(); ++i) {
    const std::string_view token = usable[i];
    if (!internal::IsValidUtf8(token)) return false;
    for (size_t at = 0; at < token.size();) {
      const internal::Character character = internal::ReadCharacter(token, at);
      const uint8_t kind = internal::FastKindOf(character.code_point);
      if ((kind & internal::kFastSpace) != 0) return false;
      at = character.end;
    }
  }
  return true;
}

// The pieces of the suffix indicator, taken for a word.
absl::StatusOr<std::vector<int32_t>> CutIndicator(
    StringTensorView tokens, const FastWordpieceOptions& options) {
  WordpieceOptions plain;
  plain.suffix_indicator = options.suffix_indicator;
  plain.max_bytes_per_word = options.max_bytes_per_word;
  plain.num_oov_buckets = 0;
  plain.unknown_token = options.unknown_token;
  ROWSPLIT_ASSIGN_OR_RETURN(const WordpieceTokenizer tokenizer,
                            WordpieceTokenizer::Create(tokens, plain));
  const StringTensor word = StringTensor::FromStrings(
      std::vector<std::string_view>{options.suffix_indicator});
  ROWSPLIT_ASSIGN_OR_RETURN(const SubwordTokens pieces,
                            tokenizer.Tokenize(word, SubwordKind::kIds));
  return std::vector<int32_t>(pieces.ids.begin(), pieces.ids.end());
}

}  // namespace

absl::StatusOr<FastWordpieceTokenizer> FastWordpieceTokenizer::Create(
    StringTensorView tokens, const FastWordpieceOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto ids, Index(tokens));
  const auto unknown = ids.find(options.unknown_token);
  if (unknown == ids.end()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "FastWordpieceTokenizer: the unknown token %s must be one of the "
        "tokens",
        TokenText(options.unknown_token)));
  }
  auto state = std::make_shared<State>();
  state->options = options;
  state->unknown_id = unknown->second;
  StringTensorBuilder kept;
  for (int64_t i = 0; i < tokens.size(); ++i) kept.Append(tokens[i]);
  state->tokens = std::move(kept).Build();
  ROWSPLIT_ASSIGN_OR_RETURN(const StringTensor usable,
                            UsableTokens(tokens, options));
  ROWSPLIT_ASSIGN_OR_RETURN(
      state->trie, WordpieceTrie::Make(usable, options.suffix_indicator));
  ROWSPLIT_RETURN_IF_ERROR(state->IndexWords(usable));
  if (!options.suffix_indicator.empty()) {
    state->indicator_node =
        state->trie.Walk(WordpieceTrie::kRoot, options.suffix_indicator);
    const CharacterCount counted = CountCharacters(options.suffix_indicator);
    if (counted.count == 1 && counted.has_mark)
      state->blocked_character = counted.last;
    ROWSPLIT_ASSIGN_OR_RETURN(state->indicator_pieces,
                              CutIndicator(tokens, options));
    if (state->indicator_pieces.size() == 1 &&
        state->indicator_pieces[0] == state->unknown_id) {
      state->indicator_pieces.clear();
    }
  }
  return FastWordpieceTokenizer(std::move(state));
}

absl::Status FastWordpieceTokenizer::State::IndexWords(
    StringTensorView usable) {
  by_words = CanCutByWords(usable, options);
  if (!by_words) return absl::OkStatus();
  StringTensorBuilder builder;
  for (int64_t i = 0; i < tokens.size(); ++i) {
    if (usable[i].empty()) continue;
    builder.Append(usable[i]);
    word_ids.push_back(static_cast<int32_t>(i));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(words,
                            Vocabulary::FromTokens(std::move(builder).Build()));
  return absl::OkStatus();
}

absl::StatusOr<SubwordTokens> FastWordpieceTokenizer::Tokenize(
    StringTensorView input, SubwordKind kind, const ExecOptions& exec) const {
  if (state_->by_words) {
    const auto& characters =
        internal::FastBertCharacters::Of(internal::FastBertChange::kNone);
    return internal::MakeSubwordTokensOfRows(
        input.offsets(), kind, exec,
        [&](int64_t begin, int64_t end, Offset* row_ends, SubwordSink& sink) {
          const StringTensorView rows = input.Slice(begin, end);
          return internal::CutByWords(
              *state_, characters.map(), rows,
              [&](StringTensorView row, SubwordSink& special) {
                state_->TokenizeText(row[0], special);
                return absl::OkStatus();
              },
              row_ends, sink);
        });
  }
  const bool is_words = state_->options.no_pretokenization;
  return internal::MakeSubwordTokens(input.offsets(), kind, exec,
                                     [&](int64_t row, SubwordSink& sink) {
                                       if (is_words) {
                                         state_->TokenizeWord(input[row], sink);
                                       } else {
                                         state_->TokenizeText(input[row], sink);
                                       }
                                     });
}

absl::StatusOr<StringTensor> FastWordpieceTokenizer::Detokenize(
    const RaggedTensor<int64_t>& ids, const ExecOptions& exec) const {
  const StringTensorView tokens = state_->tokens;
  const std::span<const int64_t> values = ids.flat_values().span();
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] >= 0 && values[i] < tokens.size()) continue;
    return absl::OutOfRangeError(
        absl::StrFormat("Detokenize: an id must be in [0, %d), got ids[%d]=%d",
                        tokens.size(), i, values[i]));
  }
  const std::string& indicator = state_->options.suffix_indicator;
  const RaggedView<int64_t> rows = ids.view();
  ROWSPLIT_ASSIGN_OR_RETURN(
      SubwordTokens texts, internal::MakeSubwordTokens(
                               rows.splits, SubwordKind::kStrings, exec,
                               [&](int64_t row, SubwordSink& sink) {
                                 std::string text;
                                 bool is_first = true;
                                 for (const int64_t id : rows.row(row)) {
                                   const std::string_view token = tokens[id];
                                   if (is_first) {
                                     text += token;
                                   } else if (IsSuffixToken(token, indicator)) {
                                     text += token.substr(indicator.size());
                                   } else {
                                     text += ' ';
                                     text += token;
                                   }
                                   is_first = false;
                                 }
                                 sink.AddString({}, text, 0, 0);
                               }));
  return std::move(texts.strings);
}

int64_t FastWordpieceTokenizer::size() const { return state_->tokens.size(); }

const FastWordpieceOptions& FastWordpieceTokenizer::options() const {
  return state_->options;
}

}  // namespace rowsplit
