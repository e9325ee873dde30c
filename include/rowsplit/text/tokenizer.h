#ifndef ROWSPLIT_TEXT_TOKENIZER_H_
#define ROWSPLIT_TEXT_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace internal {
struct TokenizerParts;
}  // namespace internal

// What offsets of tokens count.
enum class OffsetUnit : uint8_t { kNone, kCharacters, kBytes };

struct EncodeOptions {
  // Those of the post-processor, as [CLS] and [SEP].
  bool add_special_tokens = true;
  // Cuts texts to so many ids, special tokens among them, instead of as the
  // tokenizer says, and where it pads pads them to so many.
  std::optional<int64_t> max_length = std::nullopt;
  // Whether texts are padded where the tokenizer says so.
  bool pad = true;
  // Characters of ill-formed text: each maximal ill-formed subpart is one.
  OffsetUnit offsets = OffsetUnit::kNone;
  ExecOptions exec = {};
};

struct DecodeOptions {
  bool skip_special_tokens = true;
  ExecOptions exec = {};
};

// How a tokenizer makes texts equally long.
struct TokenPadding {
  std::optional<int64_t> length;  // unset: as long as the longest text
  int64_t multiple_of = 0;        // 0: of any number
  int64_t id = 0;
  bool on_left = false;

  // The length of all texts if the longest has `longest` ids.
  int64_t Length(int64_t longest) const;
};

// Ids of texts; token t is made of its text's [starts[t], ends[t]), flat beside
// the ids. Without offsets both are empty; special tokens have 0 and 0.
struct EncodedTexts {
  RaggedTensor<int64_t> ids;
  Buffer<Offset> starts;
  Buffer<Offset> ends;
};

// A Hugging Face tokenizer: text to ids and back, with the same answers as the
// package `tokenizers`. WordPiece models behind BertPreTokenizer or
// WhitespaceSplit, and BPE models behind these, ByteLevel or nothing; the
// normalizer BertNormalizer or none; added tokens; the post-processors
// TemplateProcessing, BertProcessing, RobertaProcessing and ByteLevel;
// truncation and padding; the decoders WordPiece, ByteLevel and BPEDecoder.
// Immutable; copies share memory. Safe to use from any number of threads.
//
//   auto tokenizer = Tokenizer::FromFile("tokenizer.json");
//   auto encoded = tokenizer->Encode(texts);    // [[2, 5, 25, 1, 3], …]
//   auto decoded = tokenizer->Decode(encoded->ids.view());
class Tokenizer {
 public:
  // Fails with NotFound or PermissionDenied for a file that can't be read, with
  // InvalidArgument that names the member for one that makes no sense, and with
  // Unimplemented that names the part that can't be honoured.
  static absl::StatusOr<Tokenizer> FromFile(const std::string& path);
  // The same of a file's content; `name` is for messages.
  static absl::StatusOr<Tokenizer> FromJson(
      std::string_view json, std::string_view name = "tokenizer.json");

  // Ill-formed text is read with U+FFFD for each maximal ill-formed subpart.
  // Padding is as long as the longest of these texts, if it has no length of
  // its own. Fails with InvalidArgument where text is unknown and the model has
  // no token for that, and for a negative max_length or one above 2^24, which
  // is the most that padding may have; with ResourceExhausted for offsets of a
  // text of 4 GiB and more, and for a text of 4 GiB (BPE: 2 GiB) that must be
  // normalized as a whole; with Cancelled. Linear in the bytes (BPE: O(n log n)
  // in a word's).
  absl::StatusOr<EncodedTexts> Encode(StringTensorView texts,
                                      const EncodeOptions& options = {}) const;

  // The text of each row of ids. Ids without a token are left out, as are
  // special tokens if asked. Fails with Cancelled. Linear in the result.
  absl::StatusOr<StringTensor> Decode(RaggedView<int64_t> ids,
                                      const DecodeOptions& options = {}) const;

  // Unset: texts stay as long as they are.
  std::optional<TokenPadding> padding() const;

  // One above the highest id.
  int64_t vocab_size() const;
  // -1 if there is none.
  int64_t TokenToId(std::string_view token) const;
  // Fails with OutOfRange for an id without a token.
  absl::StatusOr<std::string_view> IdToToken(int64_t id) const;

 private:
  explicit Tokenizer(std::shared_ptr<const internal::TokenizerParts> parts);

  std::shared_ptr<const internal::TokenizerParts> parts_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_TOKENIZER_H_
