#ifndef ROWSPLIT_SRC_TEXT_TOKENIZER_PARTS_H_
#define ROWSPLIT_SRC_TEXT_TOKENIZER_PARTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/text/tokenizer.h"
#include "rowsplit/vocab/vocabulary.h"
#include "text/added_tokens.h"
#include "text/row_encoder.h"

namespace rowsplit::internal {

// What a text may be padded to; each takes so much memory.
inline constexpr int64_t kMaxPadding = int64_t{1} << 24;

// What a tokenizer.json says, ready for work.
struct TokenizerParts {
  std::unique_ptr<const RowEncoder> encoder;

  std::vector<AddedToken> added;
  // Those that are looked for in the text, and in normalized text.
  AddedTokenFinder raw_finder;
  AddedTokenFinder normalized_finder;
  bool has_normalizer = false;

  // The special tokens around a text.
  std::vector<int32_t> before;
  std::vector<int32_t> behind;
  // Offsets leave white space at the ends of tokens out.
  bool trim_offsets = false;
  bool trims_with_prefix_space = false;

  struct Truncation {
    int64_t max_length = 0;
    bool from_left = false;
  };
  std::optional<Truncation> truncation;

  std::optional<TokenPadding> padding;

  enum class Decoder : uint8_t { kNone, kWordpiece, kByteLevel, kBpe };
  Decoder decoder = Decoder::kNone;
  std::string decoder_mark;  // prefix or suffix
  bool decoder_cleanup = false;

  // All tokens by text, and their ids; of ids below token_of_id.size() the
  // token, or -1.
  Vocabulary tokens;
  std::vector<int32_t> ids;
  std::vector<int32_t> token_of_id;
  std::vector<bool> is_special;  // by id
  // Added tokens that are written otherwise than they are: normalized. By id.
  std::map<int32_t, std::string> written_as;
};

// Reads a tokenizer.json with a WordPiece or BPE model. Fails with
// Unimplemented, naming the part, for what it can't honour, and with
// InvalidArgument for what makes no sense.
absl::StatusOr<TokenizerParts> ReadTokenizerParts(std::string_view json,
                                                  std::string_view name);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_TOKENIZER_PARTS_H_
