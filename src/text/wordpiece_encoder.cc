#include "text/wordpiece_encoder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "kernels/token_ids.h"
#include "kernels/word_blocks.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "text/bert_text.h"
#include "text/block_words.h"
#include "text/character_size.h"
#include "text/row_encoder.h"
#include "text/row_parts.h"
#include "text/wordpiece_trie.h"
#include "vocab/token_text.h"

namespace rowsplit::internal {

namespace {

constexpr int32_t kUnknown = -1;

std::string_view WordOf(const kernels::WordBlock& block, size_t i) {
  return {reinterpret_cast<const char*>(block.bytes) + block.begins[i],
          block.ends[i] - block.begins[i]};
}

}  // namespace

absl::StatusOr<std::unique_ptr<const WordpieceEncoder>> WordpieceEncoder::Make(
    const Vocabulary& tokens, std::vector<int32_t> ids,
    WordpieceOptions options) {
  std::unique_ptr<WordpieceEncoder> encoder(new WordpieceEncoder);
  encoder->tokens_ = tokens;
  ROWSPLIT_ASSIGN_OR_RETURN(
      encoder->trie_,
      WordpieceTrie::Make(tokens.tokens(), options.continuing_prefix));
  bool ids_are_indices = true;
  for (int64_t i = 0; i < tokens.size(); ++i) {
    if (CountLeadBytes(tokens.token(i)) > options.max_characters)
      encoder->has_too_long_ = true;
    if (ids[i] != i) ids_are_indices = false;
  }
  if (!ids_are_indices) encoder->ids_ = std::move(ids);
  encoder->unknown_ = static_cast<int32_t>(tokens.Find(options.unk_token));
  encoder->characters_ = &BertCharacters::Of(options.normalizer);
  encoder->options_ = std::move(options);
  return encoder;
}

bool WordpieceEncoder::IsTooLong(std::string_view word) const {
  return static_cast<int64_t>(word.size()) > options_.max_characters &&
         CountLeadBytes(word) > options_.max_characters;
}

size_t WordpieceEncoder::SplitWord(std::string_view word, int32_t* ids) const {
  size_t size = 0;
  if (!IsTooLong(word)) size = trie_.Split(word, ids);
  if (size != 0) return size;
  ids[0] = unknown_;
  return 1;
}

template <typename Sources>
void WordpieceEncoder::AppendWord(std::string_view word, int64_t found,
                                  const Sources& sources,
                                  std::vector<int32_t>& pieces,
                                  EncodedRows& out) const {
  if (found >= 0 && has_too_long_ && IsTooLong(word)) found = kUnknown;
  if (found >= 0) {
    out.Append(static_cast<int32_t>(found), sources(0, false),
               sources(word.size() - 1, true));
    return;
  }
  pieces.resize(std::max(pieces.size(), word.size()));
  const size_t count = SplitWord(word, pieces.data());
  size_t begin = 0;
  for (size_t i = 0; i < count; ++i) {
    size_t end = word.size();
    if (i + 1 < count) end = begin + trie_.PieceSize(pieces[i], i == 0);
    out.Append(pieces[i], sources(begin, false), sources(end - 1, true));
    begin = end;
  }
}

// Appends the words of blocks.
class WordpieceEncoder::Blocks {
 public:
  Blocks(const WordpieceEncoder& encoder, StringTensorView rows,
         EncodedRows& out, Offset* row_ends)
      : encoder_(encoder), rows_(rows), out_(out), row_ends_(row_ends) {}

  absl::Status Run() {
    const auto offsets = rows_.offsets();
    const kernels::WordRows words = {
        reinterpret_cast<const uint8_t*>(rows_.bytes().data()),
        rows_.bytes().size(), offsets.data(), offsets.size() - 1};
    const kernels::CharacterMap& map = encoder_.characters_->map();
    // A word that is too long is unknown, whatever else it has.
    constexpr int64_t kMostKept = kernels::WordScratch::kMostKept;
    const int64_t most = encoder_.options_.max_characters;
    const bool may_cut = most < kMostKept / 4 - 2;
    kernels::WordScratch scratch(
        map, out_.with_offsets,
        static_cast<size_t>(may_cut ? 4 * (std::max<int64_t>(most, 0) + 2)
                                    : kMostKept));
    kernels::WordBlock block;
    row_begin_ = out_.ids.size();
    while (kernels::NextWordBlock(map, words, scratch, &block)) {
      if (scratch.has_cut && !may_cut) {
        return absl::ResourceExhaustedError(absl::StrFormat(
            "a word must have at most %d bytes, or the model a lower "
            "max_input_chars_per_word than %d",
            kMostKept, most));
      }
      FindBlockWords(encoder_.tokens_, kUnknown, block, lookup_, found_);
      ROWSPLIT_RETURN_IF_ERROR(Append(block));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Append(const kernels::WordBlock& block) {
    size_t word = 0;
    for (size_t i = 0; i < block.num_rows; ++i) {
      const size_t end = block.row_words[i];
      AppendWords(block, word, end);
      word = end;
      const size_t row = block.first_row + i;
      if (block.row_special[i]) {
        out_.Resize(row_begin_);
        const AlignedText text = encoder_.Normalize(AlignText(rows_[row]));
        ROWSPLIT_RETURN_IF_ERROR(
            encoder_.EncodeNormalized(text, 0, text.bytes.size(), out_));
      } else {
        const size_t unknown = encoder_.Finish(row_begin_, out_);
        if (unknown < out_.ids.size())
          return encoder_.UnknownWord(Source(row, unknown));
      }
      row_begin_ = out_.ids.size();
      row_ends_[row] = static_cast<Offset>(row_begin_);
    }
    AppendWords(block, word, block.num_words);
    return absl::OkStatus();
  }

  // What of its row a token is made of, where that is known.
  std::string_view Source(size_t row, size_t token) const {
    if (!out_.with_offsets) return {};
    const Offset start = out_.starts[token];
    return rows_[static_cast<int64_t>(row)].substr(
        static_cast<size_t>(start),
        static_cast<size_t>(out_.ends[token] - start));
  }

  void AppendWords(const kernels::WordBlock& block, size_t begin, size_t end) {
    if (begin == end) return;
    if (out_.with_offsets) {
      for (size_t i = begin; i < end; ++i) {
        const uint32_t first = block.begins[i];
        encoder_.AppendWord(
            WordOf(block, i), found_[i],
            [&](size_t at, bool is_end) {
              return Offset{block.sources[first + at]} +
                     (is_end ? block.source_sizes[first + at] : 0);
            },
            pieces_, out_);
      }
      return;
    }
    const size_t size = out_.ids.size();
    int32_t* const ids =
        out_.ids.AppendUninitialized(block.ends[end - 1] - block.begins[begin]);
    int32_t* next = ids;
    const bool check = encoder_.has_too_long_;
    for (size_t i = begin; i < end; ++i) {
      const int64_t found = found_[i];
      if (found >= 0 && !(check && encoder_.IsTooLong(WordOf(block, i)))) {
        *next++ = static_cast<int32_t>(found);
      } else {
        next += encoder_.SplitWord(WordOf(block, i), next);
      }
    }
    out_.ids.ResizeUninitialized(size + static_cast<size_t>(next - ids));
  }

  const WordpieceEncoder& encoder_;
  StringTensorView rows_;
  EncodedRows& out_;
  Offset* row_ends_;
  size_t row_begin_ = 0;
  kernels::TokenScratch lookup_;
  BufferBuilder<int64_t> found_;
  std::vector<int32_t> pieces_;
};

absl::Status WordpieceEncoder::Encode(StringTensorView rows, EncodedRows& out,
                                      Offset* row_ends) const {
  if (rows.size() == 0) return absl::OkStatus();
  const RowParts parts(rows);
  if (!parts.has_cuts()) return Blocks(*this, rows, out, row_ends).Run();
  size_t token = out.ids.size();
  const auto num_parts = static_cast<size_t>(parts.parts().size());
  std::vector<Offset> part_ends(num_parts);
  ROWSPLIT_RETURN_IF_ERROR(
      Blocks(*this, parts.parts(), out, part_ends.data()).Run());
  parts.JoinEnds(part_ends, row_ends);
  if (!out.with_offsets) return absl::OkStatus();
  for (size_t part = 0; part < num_parts; ++part) {
    const Offset begin = parts.begin(static_cast<int64_t>(part));
    for (; token < static_cast<size_t>(part_ends[part]); ++token) {
      out.starts[token] += begin;
      out.ends[token] += begin;
    }
  }
  return absl::OkStatus();
}

absl::Status WordpieceEncoder::EncodeNormalized(const AlignedText& text,
                                                size_t begin, size_t end,
                                                EncodedRows& out) const {
  ROWSPLIT_RETURN_IF_ERROR(CheckSize(end - begin, kMaxBatchBytes));
  const std::string_view part =
      std::string_view(text.bytes).substr(begin, end - begin);
  const size_t before = out.ids.size();
  std::vector<int32_t> pieces;
  for (const TokenSpan word :
       BertWords(part, options_.normalizer.split_punctuation)) {
    const std::string_view bytes = part.substr(word.begin, word.size);
    const size_t first = begin + word.begin;
    AppendWord(
        bytes, tokens_.Find(bytes),
        [&](size_t at, bool is_end) {
          return is_end ? text.ends[first + at] : text.begins[first + at];
        },
        pieces, out);
    if (out.ids[out.ids.size() - 1] < 0) return UnknownWord(bytes);
  }
  Finish(before, out);
  return absl::OkStatus();
}

size_t WordpieceEncoder::Finish(size_t begin, EncodedRows& out) const {
  const size_t size = out.ids.size();
  if (unknown_ >= 0 && ids_.empty()) return size;
  for (size_t i = begin; i < size; ++i) {
    int32_t& id = out.ids[i];
    if (id < 0) return i;
    if (!ids_.empty()) id = ids_[id];
  }
  return size;
}

absl::Status WordpieceEncoder::UnknownWord(std::string_view word) const {
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s is unknown, and the vocabulary lacks the token for it, %s",
      word.empty() ? "a word" : "the word " + TokenText(word),
      options_.unk_token));
}

}  // namespace rowsplit::internal
