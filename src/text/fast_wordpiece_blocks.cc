#include "text/fast_wordpiece_blocks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/status_macros.h"
#include "kernels/token_ids.h"
#include "kernels/word_blocks.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/block_words.h"
#include "text/fast_bert_characters.h"
#include "text/fast_wordpiece_state.h"
#include "text/read_character.h"
#include "text/row_parts.h"
#include "text/subword_sink.h"

namespace rowsplit::internal {

namespace {

class Blocks {
 public:
  Blocks(const FastWordpieceTokenizer::State& state, SubwordSink& sink,
         CutSlowly cut)
      : state_(state),
        longest_(static_cast<size_t>(
            std::max<int64_t>(state.options.max_bytes_per_word, 0))),
        sink_(sink),
        cut_(cut) {}

  absl::Status Run(const kernels::CharacterMap& map, StringTensorView texts,
                   Offset* row_ends) {
    const auto offsets = texts.offsets();
    const kernels::WordRows words = {
        reinterpret_cast<const uint8_t*>(texts.bytes().data()),
        texts.bytes().size(), offsets.data(), offsets.size() - 1};
    kernels::WordScratch scratch(map, true, 4 * (longest_ + 3));
    kernels::WordBlock block;
    size_t row_begin = sink_.size();
    while (kernels::NextWordBlock(map, words, scratch, &block)) {
      FindBlockWords(state_.words, -1, block, lookup_, found_);
      size_t word = 0;
      for (size_t i = 0; i < block.num_rows; ++i) {
        for (; word < block.row_words[i]; ++word) AddWord(block, word);
        const size_t row = block.first_row + i;
        if (block.row_special[i]) {
          sink_.Truncate(row_begin);
          const auto index = static_cast<int64_t>(row);
          ROWSPLIT_RETURN_IF_ERROR(cut_(texts.Slice(index, index + 1), sink_));
        }
        row_begin = sink_.size();
        row_ends[row] = static_cast<Offset>(row_begin);
      }
      for (; word < block.num_words; ++word) AddWord(block, word);
      is_after_mark_ = IsOpenWordAfterMark(block);
    }
    return absl::OkStatus();
  }

 private:
  static std::string_view WordOf(const kernels::WordBlock& block, size_t i) {
    return {reinterpret_cast<const char*>(block.bytes) + block.begins[i],
            block.ends[i] - block.begins[i]};
  }

  void AddWord(const kernels::WordBlock& block, size_t i) {
    const std::string_view word = WordOf(block, i);
    // Of a byte's begin; the byte behind a word is there too.
    const uint32_t* const places = block.sources + block.begins[i];
    if (word.size() > longest_) return AddUnknown(block, i);
    if (found_[i] >= 0) {
      const int32_t id = state_.word_ids[static_cast<size_t>(found_[i])];
      return Add(id, true, word, places[0], places[word.size()]);
    }
    std::vector<int32_t>& pieces = sink_.pieces();
    if (pieces.size() < word.size()) pieces.resize(word.size());
    const size_t count = state_.trie.Split(word, pieces.data());
    if (count == 0) return AddUnknown(block, i);
    size_t begin = 0;
    for (size_t piece = 0; piece < count; ++piece) {
      const size_t size = state_.trie.PieceSize(pieces[piece], piece == 0);
      Add(pieces[piece], piece == 0, word.substr(begin, size), places[begin],
          places[begin + size]);
      begin += size;
    }
  }

  void Add(int32_t id, bool is_first, std::string_view text, Offset begin,
           Offset end) {
    if (sink_.wants_ids()) return sink_.AddId(id, begin, end);
    if (id == state_.unknown_id) text = state_.options.unknown_token;
    sink_.AddString(
        is_first ? std::string_view() : state_.options.suffix_indicator, text,
        begin, end);
  }

  // A word that can't be cut: what is unknown of it depends on what is before.
  void AddUnknown(const kernels::WordBlock& block, size_t i) {
    const bool after_mark = i == 0 ? block.begins[0] == 0 && is_after_mark_
                                   : EndsInMark(block, i, block.begins[i]);
    const std::string_view word = WordOf(block, i);
    // If it is too long, so is its begin without the first character.
    const std::string_view begin = word.substr(0, longest_ + 8);
    const std::span<const uint32_t> places(block.sources + block.begins[i],
                                           word.size() + 1);
    const size_t before = sink_.size();
    state_.TokenizeText(begin, sink_, after_mark);
    sink_.MapPlaces(before, places);
    if (begin.size() < word.size()) sink_.SetLastEnd(places[word.size()]);
  }

  // Whether the word before word `i` is such a mark that ends at `begin`.
  bool EndsInMark(const kernels::WordBlock& block, size_t i,
                  uint32_t begin) const {
    return block.ends[i - 1] == begin && IsRefusedMark(WordOf(block, i - 1));
  }

  // Whether the word that ends in a later block is behind one.
  bool IsOpenWordAfterMark(const kernels::WordBlock& block) const {
    if (!block.has_open_word) return false;
    if (block.num_words == 0) return block.open_begin == 0 && is_after_mark_;
    return EndsInMark(block, block.num_words, block.open_begin);
  }

  // Whether a word is a mark that is unknown without a look at the tokens.
  bool IsRefusedMark(std::string_view word) const {
    const int32_t first = ReadCharacter(word, 0).code_point;
    return (FastKindOf(first) & kFastMark) != 0 &&
           (word.size() > longest_ || first == state_.blocked_character);
  }

  const FastWordpieceTokenizer::State& state_;
  size_t longest_;  // of the words that are not unknown for it
  SubwordSink& sink_;
  bool is_after_mark_ = false;  // the word at the begin of the block
  CutSlowly cut_;
  kernels::TokenScratch lookup_;
  BufferBuilder<int64_t> found_;
};

absl::Status CutParts(const FastWordpieceTokenizer::State& state,
                      const kernels::CharacterMap& map, StringTensorView rows,
                      CutSlowly cut, Offset* row_ends, SubwordSink& sink) {
  for (int64_t row = 0; row < rows.size(); ++row) {
    if (static_cast<int64_t>(rows[row].size()) <= kMaxBatchBytes) continue;
    // Places have 32 bits.
    for (row = 0; row < rows.size(); ++row) {
      ROWSPLIT_RETURN_IF_ERROR(cut(rows.Slice(row, row + 1), sink));
      row_ends[row] = static_cast<Offset>(sink.size());
    }
    return absl::OkStatus();
  }
  return Blocks(state, sink, cut).Run(map, rows, row_ends);
}

}  // namespace

absl::Status CutByWords(const FastWordpieceTokenizer::State& state,
                        const kernels::CharacterMap& map, StringTensorView rows,
                        CutSlowly cut, Offset* row_ends, SubwordSink& sink) {
  const RowParts parts(rows);
  if (!parts.has_cuts()) return CutParts(state, map, rows, cut, row_ends, sink);
  size_t subword = sink.size();
  const auto num_parts = static_cast<size_t>(parts.parts().size());
  std::vector<Offset> part_ends(num_parts);
  ROWSPLIT_RETURN_IF_ERROR(
      CutParts(state, map, parts.parts(), cut, part_ends.data(), sink));
  parts.JoinEnds(part_ends, row_ends);
  for (size_t part = 0; part < num_parts; ++part) {
    const auto end = static_cast<size_t>(part_ends[part]);
    sink.MovePlaces(subword, end, parts.begin(static_cast<int64_t>(part)));
    subword = end;
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
