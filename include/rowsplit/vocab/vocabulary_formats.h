#ifndef ROWSPLIT_VOCAB_VOCABULARY_FORMATS_H_
#define ROWSPLIT_VOCAB_VOCABULARY_FORMATS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

enum class VocabularyFormat : uint8_t {
  // "txt": a token a line (see Vocabulary::FromFile).
  kText,
  // "json": an array of the tokens; what is no UTF-8 is {"base64": "…"}.
  kJson,
  // "vocab.json": an object from tokens to ids, as Hugging Face writes it.
  kVocabJson,
  // "tokenizer.json": a Hugging Face tokenizer with a WordLevel model, or when
  // asked for with a WordPiece one.
  kTokenizerJson,
  // "frozen": the mapped file of Vocabulary::Save.
  kFrozen,
};

// The words above.
std::string_view VocabularyFormatName(VocabularyFormat format);
// Fails with InvalidArgument that lists the words.
absl::StatusOr<VocabularyFormat> ParseVocabularyFormat(std::string_view name);

// A vocabulary that was read, and what its file says beside it.
struct VocabularyFile {
  Vocabulary vocabulary;
  VocabularyFormat format = VocabularyFormat::kText;
  // Of tokenizer.json: the token that stands for unknown ones, if the
  // vocabulary has it, and the special tokens in the order of their ids.
  std::optional<std::string> unk_token;
  std::vector<std::string> special_tokens;
};

struct ReadVocabularyOptions {
  // Unset: found out from the first bytes and, between lines and JSON, from the
  // name's ending.
  std::optional<VocabularyFormat> format = std::nullopt;
  // How a frozen file is opened.
  VocabularyOpenOptions open = {};
};

// Reads a vocabulary from a file of any format.
//
// Fails with NotFound or PermissionDenied for a file that can't be read; with
// InvalidArgument that names line, byte or member for JSON that is broken or
// says something else, ids that are not 0 … n-1, each once, and a token that
// comes twice; with Unimplemented for a tokenizer.json with another model than
// WordLevel. Lines as Vocabulary::FromFile, frozen files as Vocabulary::Open.
absl::StatusOr<VocabularyFile> ReadVocabulary(
    const std::string& path, const ReadVocabularyOptions& options = {});

// The same of the content of a file, which is copied; `name` is for messages
// and for its ending.
absl::StatusOr<VocabularyFile> ParseVocabulary(
    std::string_view content, const std::string& name,
    const ReadVocabularyOptions& options = {});

struct WriteVocabularyOptions {
  VocabularyFormat format = VocabularyFormat::kText;
  // Of tokenizer.json: must be in the vocabulary, and so must special tokens.
  std::string unk_token = "[UNK]";
  std::vector<std::string> special_tokens = {};
  // Of tokenizer.json: the tokens are subwords, those with "##" go on in a
  // word. The tokenizer is BERT's: its normalizer (which makes letters small
  // and takes accents away if asked to), its words, and, if both are special
  // tokens, [CLS] and [SEP] around a text.
  bool wordpiece = false;
  bool lower_case = false;
};

// The bytes of a file of any format.
//
//   FormatVocabulary(of_a_b, {.format = VocabularyFormat::kVocabJson})
//   // {"a":0,"b":1}
//
// Fails with InvalidArgument that names token and id for one that the format
// can't hold: in lines an empty token, one with '\n' and one that ends in '\r';
// in vocab.json and tokenizer.json one that is no UTF-8. Also for an unk_token
// or a special token that the vocabulary lacks.
absl::StatusOr<std::string> FormatVocabulary(
    const Vocabulary& vocabulary, const WriteVocabularyOptions& options = {});

// Writes the vocabulary to `path`, whole or not at all, over an earlier file.
// Fails as FormatVocabulary, and with what the disk says.
absl::Status WriteVocabulary(const Vocabulary& vocabulary,
                             const std::string& path,
                             const WriteVocabularyOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_VOCABULARY_FORMATS_H_
