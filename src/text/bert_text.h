#ifndef ROWSPLIT_SRC_TEXT_BERT_TEXT_H_
#define ROWSPLIT_SRC_TEXT_BERT_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/word_blocks.h"
#include "rowsplit/core/offset.h"
#include "text/code_point_table.h"

namespace rowsplit::internal {

// Hugging Face's BertNormalizer, and what cuts its text.
struct BertNormalizerOptions {
  // Whether text is normalized at all.
  bool normalize = true;
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;
  bool lowercase = true;
  // BertPreTokenizer; otherwise WhitespaceSplit.
  bool split_punctuation = true;
};

// Text that was made of other text: byte i is of its bytes
// [begins[i], ends[i]).
struct AlignedText {
  std::string bytes;
  std::vector<Offset> begins;
  std::vector<Offset> ends;

  void Append(uint32_t code_point, Offset begin, Offset end);
};

// The text itself; each maximal ill-formed subpart becomes U+FFFD.
AlignedText AlignText(std::string_view text);

// What the normalizer makes of text. Linear, but slow: the table below says the
// same of nearly all text.
AlignedText BertNormalize(const AlignedText& text,
                          const BertNormalizerOptions& options);

// The words of BertPreTokenizer: cut at white space, and each punctuation
// character by itself; without the latter those of WhitespaceSplit.
std::vector<TokenSpan> BertWords(std::string_view text, bool split_punctuation);

// Both as a table of characters. Where accents are stripped, marks that are
// kept and may change places are special, and so is a character that becomes
// several words. Immutable.
class BertCharacters {
 public:
  // Made by the first call with these options, in some 100 ms.
  static const BertCharacters& Of(const BertNormalizerOptions& options);

  const kernels::CharacterMap& map() const { return map_; }

 private:
  explicit BertCharacters(const BertNormalizerOptions& options);

  std::string pool_;
  uint32_t growth_ = 0;
  CodePointTable<uint32_t> values_;
  kernels::CharacterMap map_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BERT_TEXT_H_
