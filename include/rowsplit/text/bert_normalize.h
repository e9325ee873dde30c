#ifndef ROWSPLIT_TEXT_BERT_NORMALIZE_H_
#define ROWSPLIT_TEXT_BERT_NORMALIZE_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct FastBertNormalizeOptions {
  // Folds case (NFKC_Casefold), decomposes and deletes nonspacing marks.
  bool lower_case_nfd_strip_accents = false;
  ExecOptions exec = {};
};

// Maps each character as TF Text's FastBertNormalizer: controls and format
// characters become a space. Bytes that are not UTF-8 stay.
//
//   FastBertNormalize({"Été\t1"}, {.lower_case_nfd_strip_accents = true})
//   // {"ete 1"}
//
// Fails with Cancelled only. Linear in the bytes. The first call with an option
// asks ICU about each code point.
absl::StatusOr<StringTensor> FastBertNormalize(
    StringTensorView input, const FastBertNormalizeOptions& options = {});

struct FastBertNormalized {
  StringTensor strings;
  // For each byte of a string the byte of the source that it came from, and
  // at the end the size of the source. What became of a changed character
  // came from that character's first byte.
  RaggedTensor<Offset> offsets;
};

// As above, with the offsets that FastBertNormalizer gives.
absl::StatusOr<FastBertNormalized> FastBertNormalizeWithOffsets(
    StringTensorView input, const FastBertNormalizeOptions& options = {});

struct BertNormalizeOptions {
  // Deletes controls, format and private-use characters, NUL and U+FFFD, and
  // makes each white space a space.
  bool clean_text = true;
  // Puts a space on both sides of each CJK ideograph.
  bool handle_chinese_chars = true;
  // Decomposes (NFD) and deletes nonspacing marks; as `lowercase` if not given.
  std::optional<bool> strip_accents = std::nullopt;
  bool lowercase = true;
  ExecOptions exec = {};
};

// As Hugging Face's BertNormalizer, which knows the categories of Unicode 8.
//
//   BertNormalize({"Été\t日"})  // {"ete  日 "}
//
// Fails with Cancelled only. Linear in the bytes.
absl::StatusOr<StringTensor> BertNormalize(
    StringTensorView input, const BertNormalizeOptions& options = {});

struct CharacterNormalizeOptions {
  ExecOptions exec = {};
};

// Hugging Face's Lowercase: each character by itself, so that a final sigma
// becomes σ.
absl::StatusOr<StringTensor> LowerCharacters(
    StringTensorView input, const CharacterNormalizeOptions& options = {});
// Hugging Face's StripAccents: deletes all marks (nonspacing, spacing and
// enclosing) as of Unicode 9, and decomposes nothing.
absl::StatusOr<StringTensor> DeleteMarks(
    StringTensorView input, const CharacterNormalizeOptions& options = {});
// Hugging Face's Nmt: deletes controls, and makes tabs, ends of lines,
// zero-width characters and U+FFFD spaces.
absl::StatusOr<StringTensor> NormalizeForNmt(
    StringTensorView input, const CharacterNormalizeOptions& options = {});

// Hugging Face's ByteLevel: each byte becomes the character of GPT-2 for it.
//
//   ShowBytes({"é \n"})  // {"Ã©ĠĊ"}
absl::StatusOr<StringTensor> ShowBytes(
    StringTensorView input, const CharacterNormalizeOptions& options = {});
// Hugging Face's Prepend: puts `prefix` before each string but empty ones.
// Fails with ResourceExhausted if the size of the result does not fit 64 bits.
absl::StatusOr<StringTensor> PrependText(
    StringTensorView input, std::string_view prefix,
    const CharacterNormalizeOptions& options = {});

struct StripUnicodeWhitespaceOptions {
  bool left = true;
  bool right = true;
  ExecOptions exec = {};
};

// Hugging Face's Strip: takes Unicode's white space off the ends of strings.
absl::StatusOr<StringTensor> StripUnicodeWhitespace(
    StringTensorView input, const StripUnicodeWhitespaceOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_BERT_NORMALIZE_H_
