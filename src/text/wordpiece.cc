#include "rowsplit/text/wordpiece.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "text/read_character.h"
#include "text/subword_sink.h"
#include "text/wordpiece_state.h"
#include "text/wordpiece_trie.h"
#include "vocab/token_text.h"

namespace rowsplit {

namespace {

using internal::SubwordSink;
using internal::WordpieceTrie;

// Where the character that begins at `begin` ends.
size_t CharacterEnd(std::string_view text, size_t begin) {
  return internal::ReadCharacter(text, begin).end;
}

absl::Status CheckOptions(const WordpieceOptions& options) {
  if (options.num_oov_buckets < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "WordpieceTokenizer: num_oov_buckets must be 0 or more, got %d",
        options.num_oov_buckets));
  }
  if (options.max_chars_per_token < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "WordpieceTokenizer: max_chars_per_token must be 0 or more, got %d",
        options.max_chars_per_token));
  }
  return absl::OkStatus();
}

absl::Status CheckUnique(StringTensorView tokens) {
  absl::flat_hash_map<std::string_view, int64_t> known;
  known.reserve(static_cast<size_t>(tokens.size()));
  for (int64_t i = 0; i < tokens.size(); ++i) {
    const auto [found, is_new] = known.try_emplace(tokens[i], i);
    if (is_new) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "WordpieceTokenizer: the token %s comes twice, at %d and at %d",
        internal::TokenText(tokens[i]), found->second, i));
  }
  return absl::OkStatus();
}

// Appends `text` without the places where `part` stands.
void AppendWithout(std::string_view text, std::string_view part,
                   std::string& out) {
  for (size_t at = 0;;) {
    const size_t found = text.find(part, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos) return;
    at = found + part.size();
  }
}

}  // namespace

int64_t WordpieceTokenizer::State::IdOf(std::string_view string) const {
  const WordpieceTrie::Piece piece = trie.LongestPiece(string, true);
  if (piece.id >= 0 && piece.size == string.size()) return ids[piece.id];
  if (options.num_oov_buckets == 0) return options.default_id;
  const auto buckets = static_cast<uint64_t>(options.num_oov_buckets);
  return tokens.size() + static_cast<int64_t>(Fingerprint64(string) % buckets);
}

WordpieceTrie::Piece WordpieceTokenizer::State::Longest(std::string_view rest,
                                                        bool is_first) const {
  if (options.max_chars_per_token > 0) {
    size_t limit = 0;
    for (int64_t i = 0; i < options.max_chars_per_token && limit < rest.size();
         ++i) {
      limit = CharacterEnd(rest, limit);
    }
    rest = rest.substr(0, limit);
  }
  WordpieceTrie::Piece piece = trie.LongestPiece(rest, is_first);
  if (is_well_formed) return piece;
  // Only one that ends between characters.
  while (piece.id >= 0) {
    size_t before = 0;
    for (size_t end = 0; end < piece.size;) {
      before = end;
      end = CharacterEnd(rest, end);
      if (end == piece.size) return piece;
    }
    piece = trie.LongestPiece(rest.substr(0, before), is_first);
  }
  return piece;
}

void WordpieceTokenizer::State::AddUnknown(std::string_view text, bool is_first,
                                           Offset begin, Offset end,
                                           SubwordSink& sink) const {
  const std::string_view prefix =
      is_first ? std::string_view() : options.suffix_indicator;
  if (!sink.wants_ids()) {
    sink.AddString(prefix, unknown_token.empty() ? text : unknown_token, begin,
                   end);
  } else if (!unknown_token.empty()) {
    sink.AddId(is_first ? unknown_id : unknown_suffix_id, begin, end);
  } else {
    sink.AddId(IdOf(std::string(prefix) + std::string(text)), begin, end);
  }
}

void WordpieceTokenizer::State::AddPiece(std::string_view text, int32_t piece,
                                         Offset begin,
                                         SubwordSink& sink) const {
  const Offset end = begin + static_cast<Offset>(text.size());
  if (sink.wants_ids()) return sink.AddId(ids[piece], begin, end);
  sink.AddString(begin == 0 ? std::string_view() : options.suffix_indicator,
                 text, begin, end);
}

bool WordpieceTokenizer::State::CutByAutomaton(std::string_view word,
                                               SubwordSink& sink) const {
  const int64_t whole = words.Find(word);
  if (whole >= 0) {
    AddPiece(word, word_tokens[static_cast<size_t>(whole)], 0, sink);
    return true;
  }
  std::vector<int32_t>& pieces = sink.pieces();
  if (pieces.size() < word.size()) pieces.resize(word.size());
  const size_t count = trie.Split(word, pieces.data());
  size_t begin = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t size = trie.PieceSize(pieces[i], i == 0);
    AddPiece(word.substr(begin, size), pieces[i], static_cast<Offset>(begin),
             sink);
    begin += size;
  }
  return count > 0;
}

bool WordpieceTokenizer::State::CutByPieces(std::string_view word,
                                            SubwordSink& sink) const {
  const size_t num_before = sink.size();
  for (size_t begin = 0; begin < word.size();) {
    const WordpieceTrie::Piece piece = Longest(word.substr(begin), begin == 0);
    size_t end = begin + piece.size;
    if (piece.id >= 0) {
      AddPiece(word.substr(begin, piece.size), piece.id,
               static_cast<Offset>(begin), sink);
    } else if (options.split_unknown_characters) {
      end = CharacterEnd(word, begin);
      AddUnknown(word.substr(begin, end - begin), begin == 0,
                 static_cast<Offset>(begin), static_cast<Offset>(end), sink);
    } else {
      sink.Truncate(num_before);
      return false;
    }
    begin = end;
  }
  return true;
}

void WordpieceTokenizer::State::Tokenize(std::string_view word,
                                         SubwordSink& sink) const {
  const auto size = static_cast<Offset>(word.size());
  if (size > options.max_bytes_per_word) {
    AddUnknown(word, true, 0,
               unknown_token.empty()
                   ? size
                   : static_cast<Offset>(unknown_token.size()),
               sink);
    return;
  }
  if (word.empty()) return;
  const bool is_simple = is_well_formed && options.max_chars_per_token == 0 &&
                         !options.split_unknown_characters;
  const bool is_cut =
      is_simple ? CutByAutomaton(word, sink) : CutByPieces(word, sink);
  if (!is_cut) AddUnknown(word, true, 0, size, sink);
}

absl::StatusOr<WordpieceTokenizer> WordpieceTokenizer::Create(
    StringTensorView tokens, const WordpieceOptions& options) {
  std::vector<int64_t> ids(static_cast<size_t>(tokens.size()));
  std::iota(ids.begin(), ids.end(), 0);
  return CreateWithIds(tokens, ids, options);
}

absl::StatusOr<WordpieceTokenizer> WordpieceTokenizer::CreateWithIds(
    StringTensorView tokens, std::span<const int64_t> ids,
    const WordpieceOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  if (tokens.size() != static_cast<int64_t>(ids.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "WordpieceTokenizer: there must be an id for each token, got %d ids "
        "for %d tokens",
        ids.size(), tokens.size()));
  }
  // The greatest id of a bucket must fit too.
  if (!internal::CheckedAdd(tokens.size(), options.num_oov_buckets).ok()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "WordpieceTokenizer: num_oov_buckets and the %d tokens must fit 64 "
        "bits, got num_oov_buckets=%d",
        tokens.size(), options.num_oov_buckets));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckUnique(tokens));
  auto state = std::make_shared<State>();
  state->options = options;
  state->ids.assign(ids.begin(), ids.end());
  StringTensorBuilder kept;
  StringTensorBuilder present;  // without those that count as absent
  StringTensorBuilder whole;
  kept.Reserve(tokens.size(), static_cast<int64_t>(tokens.text().size()));
  for (int64_t i = 0; i < tokens.size(); ++i) {
    kept.Append(tokens[i]);
    present.Append(ids[i] == -1 ? std::string_view() : tokens[i]);
    if (ids[i] != -1 && !tokens[i].empty()) {
      whole.Append(tokens[i]);
      state->word_tokens.push_back(static_cast<int32_t>(i));
    }
    if (!internal::IsValidUtf8(tokens[i])) state->is_well_formed = false;
  }
  if (!internal::IsValidUtf8(options.suffix_indicator))
    state->is_well_formed = false;
  state->tokens = std::move(kept).Build();
  ROWSPLIT_ASSIGN_OR_RETURN(state->trie,
                            WordpieceTrie::Make(std::move(present).Build(),
                                                options.suffix_indicator));
  ROWSPLIT_ASSIGN_OR_RETURN(state->words,
                            Vocabulary::FromTokens(std::move(whole).Build()));
  state->unknown_token = options.unknown_token.value_or("");
  if (!state->unknown_token.empty()) {
    state->unknown_id = state->IdOf(state->unknown_token);
    state->unknown_suffix_id =
        state->IdOf(options.suffix_indicator + state->unknown_token);
  }
  return WordpieceTokenizer(std::move(state));
}

absl::StatusOr<SubwordTokens> WordpieceTokenizer::Tokenize(
    StringTensorView words, SubwordKind kind, const ExecOptions& exec) const {
  return internal::MakeSubwordTokens(words.offsets(), kind, exec,
                                     [&](int64_t row, SubwordSink& sink) {
                                       state_->Tokenize(words[row], sink);
                                     });
}

absl::StatusOr<RaggedStringTensor> WordpieceTokenizer::Detokenize(
    const RaggedTensor<int64_t>& ids, const ExecOptions& exec) const {
  const int64_t num_tokens = state_->tokens.size();
  // The token of each id.
  std::vector<int64_t> token_of(static_cast<size_t>(num_tokens), -1);
  for (int64_t i = 0; i < num_tokens; ++i) {
    const int64_t id = state_->ids[i];
    if (id >= 0 && id < num_tokens) token_of[id] = i;
  }
  if (num_tokens == 0 || std::count(token_of.begin(), token_of.end(), -1) > 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "Detokenize: the tokens must have the ids 0 to size - 1, each once; "
        "there are %d tokens",
        num_tokens));
  }
  const std::span<const int64_t> values = ids.flat_values().span();
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] >= 0) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "Detokenize: an id must be 0 or more, got ids[%d]=%d", i, values[i]));
  }
  const std::string unknown =
      state_->unknown_token.empty() ? "[UNK]" : state_->unknown_token;
  const std::string joint = " " + state_->options.suffix_indicator;
  const RaggedView<int64_t> rows = ids.view();
  ROWSPLIT_ASSIGN_OR_RETURN(
      SubwordTokens words,
      internal::MakeSubwordTokens(
          rows.splits, SubwordKind::kStrings, exec,
          [&](int64_t row, SubwordSink& sink) {
            std::string joined;
            for (const int64_t id : rows.row(row)) {
              joined += id < num_tokens ? state_->tokens[token_of[id]]
                                        : std::string_view(unknown);
              joined += ' ';
            }
            if (!joined.empty()) joined.pop_back();
            std::string text;
            AppendWithout(joined, joint, text);
            const size_t begin =
                std::min(text.find_first_not_of(' '), text.size());
            text.erase(0, begin);
            text.erase(text.find_last_not_of(' ') + 1);
            for (size_t at = 0;;) {
              const size_t end = text.find(' ', at);
              sink.AddString({}, std::string_view(text).substr(at, end - at), 0,
                             0);
              if (end == std::string::npos) break;
              at = end + 1;
            }
          }));
  return RaggedStringTensor::FromFlatValues(RaggedShape(std::move(words.rows)),
                                            std::move(words.strings));
}

int64_t WordpieceTokenizer::size() const {
  return state_->tokens.size() + state_->options.num_oov_buckets;
}

const WordpieceOptions& WordpieceTokenizer::options() const {
  return state_->options;
}

}  // namespace rowsplit
