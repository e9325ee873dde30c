// How words are cut, alone and in text, by the automaton of pieces.

#include <unicode/uchar.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/chinese.h"
#include "text/fast_bert_characters.h"
#include "text/fast_wordpiece_state.h"
#include "text/read_character.h"
#include "text/subword_sink.h"
#include "text/wordpiece_trie.h"

namespace rowsplit {

namespace internal {

bool IsPunctuationOrChinese(int32_t code_point) {
  const auto point = static_cast<uint32_t>(code_point);
  if (point < 0x80) {
    return (point >= 33 && point <= 47) || (point >= 58 && point <= 64) ||
           (point >= 91 && point <= 96) || (point >= 123 && point <= 126);
  }
  if (IsBertChinese<0x2B820>(point)) return true;
  return point <= 0x10FFFF && u_ispunct(code_point) != 0;
}

}  // namespace internal

namespace {

using internal::Character;
using internal::FastKindOf;
using internal::kFastMark;
using internal::kFastSpace;
using internal::ReadCharacter;
using internal::SubwordSink;
using internal::WordpieceTrie;

// Follows the automaton through one string. The subwords of the word that is
// being cut are in the sink from `num_certain` on, and go if it turns out to be
// unknown.
class Cutter {
 public:
  Cutter(const FastWordpieceTokenizer::State& state, std::string_view input,
         SubwordSink& sink)
      : state_(state), input_(input), sink_(sink), num_certain_(sink.size()) {
    // A node has at most a piece for each of its bytes, those of the indicator
    // among them.
    const size_t most = kMaxPieceBytes + state.options.suffix_indicator.size();
    if (sink.pieces().size() < most) sink.pieces().resize(most);
  }

  void BeginWord(size_t begin) {
    word_begin_ = begin;
    piece_begin_ = begin;
    node_ = WordpieceTrie::kRoot;
  }

  // Takes the bytes of a word, or is not changed and false if they can't follow
  // and there is nothing to fall back to.
  bool Take(std::string_view bytes) {
    while (true) {
      if (const uint32_t next = Walk(bytes); next != WordpieceTrie::kNone) {
        node_ = next;
        return true;
      }
      if (!FallBack()) return false;
    }
  }
  // The same of a character that is a word of its own.
  bool TakeMark(std::string_view bytes, bool is_blocked) {
    while (!IsAtRoot()) {
      if (!FallBack()) return false;
    }
    if (is_blocked) return false;
    const WordpieceTrie::Piece piece = state_.trie.LongestPiece(bytes, true);
    mark_ = piece.id >= 0 && piece.size == bytes.size() ? piece.id
                                                        : state_.unknown_id;
    mark_size_ = bytes.size();
    node_ = kMark;
    return true;
  }

  // Ends the word before `end`. An empty one is none.
  void EndWord(size_t end) {
    if (IsAtRoot()) return;
    if (node_ == WordpieceTrie::kSuffixRoot && sink_.size() == num_certain_) {
      // Nothing but the suffix indicator.
      if (state_.indicator_pieces.empty()) return AddUnknown(end);
      for (const int32_t piece : state_.indicator_pieces) AddPiece(piece);
    } else {
      while (node_ != WordpieceTrie::kSuffixRoot && node_ != kBehindMark) {
        if (!FallBack()) return AddUnknown(end);
      }
    }
    num_certain_ = sink_.size();
  }
  // The word up to `end` is unknown as a whole.
  void AddUnknown(size_t end) {
    sink_.Truncate(num_certain_);
    Add(state_.unknown_id, {}, state_.options.unknown_token, word_begin_, end);
    num_certain_ = sink_.size();
  }

 private:
  // Behind the indicator; Create takes no longer ones.
  static constexpr size_t kMaxPieceBytes = 256;
  static constexpr uint32_t kMark = WordpieceTrie::kNone - 1;
  static constexpr uint32_t kBehindMark = WordpieceTrie::kNone - 2;

  bool IsAtRoot() const {
    return node_ == WordpieceTrie::kRoot ||
           (node_ == WordpieceTrie::kSuffixRoot &&
            state_.options.suffix_indicator.empty());
  }

  uint32_t Walk(std::string_view bytes) const {
    uint32_t node = node_;
    if (node == kMark || node == kBehindMark) return WordpieceTrie::kNone;
    for (size_t i = 0; i < bytes.size(); ++i) {
      node = state_.trie.Walk(node, bytes.substr(i, 1));
      if (node == WordpieceTrie::kNone) return node;
      if (node == state_.indicator_node) node = WordpieceTrie::kSuffixRoot;
    }
    return node;
  }

  // Adds the pieces that are certain at the node, and goes to what is behind
  // them. False if there are none.
  bool FallBack() {
    if (node_ == kMark) {
      AddSized(mark_, mark_size_);
      node_ = kBehindMark;
      return true;
    }
    if (node_ == kBehindMark) return false;
    const uint32_t next = state_.trie.fail(node_);
    if (next == WordpieceTrie::kNone) return false;
    int32_t* const pieces = sink_.pieces().data();
    const int32_t* const end = state_.trie.WritePops(node_, pieces);
    for (const int32_t* piece = pieces; piece < end; ++piece) AddPiece(*piece);
    node_ = next;
    return true;
  }

  void AddPiece(int32_t piece) {
    const size_t prefix_size = state_.options.suffix_indicator.size();
    const size_t size = piece < state_.tokens.size()
                            ? state_.tokens[piece].size()
                            : prefix_size + 1;
    AddSized(piece, size - (piece_begin_ == word_begin_ ? 0 : prefix_size));
  }
  void AddSized(int32_t piece, size_t size) {
    // A piece that stands for the unknown token only.
    if (piece >= state_.tokens.size()) piece = state_.unknown_id;
    const bool is_first = piece_begin_ == word_begin_;
    Add(piece, is_first ? std::string_view() : state_.options.suffix_indicator,
        piece == state_.unknown_id
            ? std::string_view(state_.options.unknown_token)
            : input_.substr(piece_begin_, size),
        piece_begin_, piece_begin_ + size);
    piece_begin_ += size;
  }
  void Add(int32_t id, std::string_view prefix, std::string_view text,
           size_t begin, size_t end) {
    const auto first = static_cast<Offset>(begin);
    const auto last = static_cast<Offset>(end);
    if (sink_.wants_ids()) return sink_.AddId(id, first, last);
    sink_.AddString(prefix, text, first, last);
  }

  const FastWordpieceTokenizer::State& state_;
  std::string_view input_;
  SubwordSink& sink_;
  size_t num_certain_;
  size_t word_begin_ = 0;
  size_t piece_begin_ = 0;
  uint32_t node_ = WordpieceTrie::kRoot;
  int32_t mark_ = 0;
  size_t mark_size_ = 0;
};

// Where the word around `at` ends; `at` becomes where the next one may begin,
// behind a white space.
size_t SkipWord(std::string_view text, size_t* at) {
  size_t end = *at;
  while (*at < text.size()) {
    const Character character = ReadCharacter(text, *at);
    const uint8_t kind = FastKindOf(character.code_point);
    if ((kind & kFastSpace) != 0) {
      *at = character.end;
      break;
    }
    if ((kind & kFastMark) != 0) break;
    end = *at = character.end;
  }
  return end;
}

}  // namespace

void FastWordpieceTokenizer::State::TokenizeWord(std::string_view word,
                                                 SubwordSink& sink) const {
  if (word.empty()) return;
  Cutter cutter(*this, word, sink);
  cutter.BeginWord(0);
  if (static_cast<int64_t>(word.size()) > options.max_bytes_per_word)
    return cutter.AddUnknown(word.size());
  for (size_t i = 0; i < word.size(); ++i) {
    if (!cutter.Take(word.substr(i, 1))) return cutter.AddUnknown(word.size());
  }
  cutter.EndWord(word.size());
}

void FastWordpieceTokenizer::State::TokenizeText(std::string_view text,
                                                 SubwordSink& sink,
                                                 bool after_mark) const {
  Cutter cutter(*this, text, sink);
  Character character;
  // Of the character, and of what was looked at before it.
  uint8_t kind = after_mark ? kFastMark : 0;
  uint8_t kind_before = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    cutter.BeginWord(begin);
    bool is_mark = false;
    while (at < text.size()) {
      kind_before = kind;
      character = ReadCharacter(text, at);
      kind = FastKindOf(character.code_point);
      is_mark = (kind & kFastMark) != 0;
      if (static_cast<int64_t>(character.end - begin) >
          options.max_bytes_per_word) {
        break;
      }
      const std::string_view bytes = text.substr(at, character.end - at);
      const bool is_taken = is_mark
                                ? cutter.TakeMark(bytes, character.code_point ==
                                                             blocked_character)
                                : cutter.Take(bytes);
      if (!is_taken) break;
      at = character.end;
    }
    if (at >= text.size()) return cutter.EndWord(text.size());
    const bool is_space = (kind & kFastSpace) != 0;
    if (is_space || is_mark || (kind_before & kFastMark) != 0) {
      cutter.EndWord(at);
      if (is_space) {
        at = character.end;
      } else if (at == begin) {
        // A character that is no token, and may not be looked at again.
        at = character.end;
        cutter.AddUnknown(at);
      }
      continue;
    }
    at = character.end;
    cutter.AddUnknown(SkipWord(text, &at));
  }
}

}  // namespace rowsplit
