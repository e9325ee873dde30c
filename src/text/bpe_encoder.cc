#include "text/bpe_encoder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/status_macros.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/bert_text.h"
#include "text/bpe_model.h"
#include "text/byte_level.h"
#include "text/row_encoder.h"

namespace rowsplit::internal {

namespace {

// ByteLevel makes up to two bytes of one.
constexpr int64_t kMaxTextBytes = kMaxBatchBytes / 2 - 1;

// Where the bytes of a model's text come from: byte i is of source[i].
struct MappedWord {
  std::string bytes;
  std::vector<uint32_t> source;
};

void MapBytes(std::string_view word, MappedWord& mapped) {
  mapped.bytes.clear();
  mapped.source.clear();
  for (size_t i = 0; i < word.size(); ++i) {
    AppendByteCharacter(static_cast<uint8_t>(word[i]), mapped.bytes);
    mapped.source.resize(mapped.bytes.size(), static_cast<uint32_t>(i));
  }
}

}  // namespace

std::vector<TokenSpan> BpeEncoder::Words(std::string_view text) const {
  switch (cut_.kind) {
    case WordCut::Kind::kWhitespace:
      return BertWords(text, false);
    case WordCut::Kind::kBert:
      return BertWords(text, true);
    case WordCut::Kind::kByteLevel:
      if (cut_.use_regex) return ByteLevelWords(text);
      break;
    case WordCut::Kind::kNone:
      break;
  }
  return {{0, static_cast<uint32_t>(text.size())}};
}

void BpeEncoder::AppendText(const AlignedText& text, size_t begin, size_t end,
                            BpeModel::Scratch& scratch,
                            EncodedRows& out) const {
  if (begin == end) return;
  std::string_view part =
      std::string_view(text.bytes).substr(begin, end - begin);
  const bool is_byte_level = cut_.kind == WordCut::Kind::kByteLevel;
  std::string with_space;
  // The blank that is put in front is of the first character.
  const bool is_moved =
      is_byte_level && cut_.add_prefix_space && part[0] != ' ';
  if (is_moved) {
    with_space = ' ';
    with_space += part;
    part = with_space;
  }
  const auto source = [&](size_t at) {
    return begin + at - (is_moved && at > 0 ? 1 : 0);
  };
  MappedWord mapped;
  for (const TokenSpan word : Words(part)) {
    std::string_view bytes = part.substr(word.begin, word.size);
    if (is_byte_level) {
      MapBytes(bytes, mapped);
      bytes = mapped.bytes;
    }
    model_.Split(bytes, scratch);
    const auto source_of = [&](size_t at) {
      return source(word.begin + (is_byte_level ? mapped.source[at] : at));
    };
    size_t at = 0;
    for (const BpeModel::Symbol& symbol : scratch.symbols) {
      // Pieces of a byte of byte_fallback may reach behind the word.
      const size_t last = std::min(at + symbol.size, bytes.size()) - 1;
      at = std::min(at, last);
      out.Append(ids_[symbol.token], text.begins[source_of(at)],
                 text.ends[source_of(last)]);
      at = last + 1;
    }
  }
}

absl::Status BpeEncoder::Encode(StringTensorView rows, EncodedRows& out,
                                Offset* row_ends) const {
  BpeModel::Scratch scratch;
  for (int64_t row = 0; row < rows.size(); ++row) {
    const AlignedText text = Normalize(AlignText(rows[row]));
    ROWSPLIT_RETURN_IF_ERROR(CheckSize(text.bytes.size(), kMaxTextBytes));
    AppendText(text, 0, text.bytes.size(), scratch, out);
    row_ends[row] = static_cast<Offset>(out.ids.size());
  }
  return absl::OkStatus();
}

absl::Status BpeEncoder::EncodeNormalized(const AlignedText& text, size_t begin,
                                          size_t end, EncodedRows& out) const {
  ROWSPLIT_RETURN_IF_ERROR(CheckSize(end - begin, kMaxTextBytes));
  BpeModel::Scratch scratch;
  AppendText(text, begin, end, scratch, out);
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
