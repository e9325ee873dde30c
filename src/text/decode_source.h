#ifndef ROWSPLIT_SRC_TEXT_DECODE_SOURCE_H_
#define ROWSPLIT_SRC_TEXT_DECODE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/unicode_codec.h"
#include "text/charset_decoder.h"
#include "text/row_pieces.h"

namespace rowsplit::internal {

// The input of an op that decodes strings, in pieces of rows.
struct DecodeSource {
  std::string_view op;
  StringTensorView input;
  Charset charset;
  DecodeRules rules;

  // Fails with InvalidArgument for an unknown encoding or a replacement out of
  // range.
  static absl::StatusOr<DecodeSource> Make(std::string_view op,
                                           StringTensorView input,
                                           std::string_view encoding,
                                           const UnicodeCodecOptions& options);

  size_t num_pieces() const;
  StringTensorView RowsOf(const Piece& piece) const {
    return input.Slice(piece.begin, piece.end);
  }
  // UTF-8, each row well-formed by itself.
  bool IsWellFormedUtf8(const Piece& piece) const;
  // row_ends[r] becomes the number of characters of the piece's rows 0 to r.
  // Requires well-formed UTF-8.
  void CountCharacters(const Piece& piece, Offset* row_ends) const;

  // Decodes the rows of a piece; calls `end_row` behind each. Under kStrict
  // fails with InvalidArgument that names string and byte.
  absl::Status Decode(const Piece& piece, BufferBuilder<int32_t>& code_points,
                      BufferBuilder<Offset>* starts,
                      absl::FunctionRef<void()> end_row) const;
};

// The places of the characters of well-formed UTF-8, counted from each row's
// begin. `row_splits` are the rows' splits of characters.
void FindStarts(StringTensorView rows, std::span<const Offset> row_splits,
                Offset* starts);

// The splits of a piece's rows.
inline std::span<const Offset> SplitsOf(const Piece& piece,
                                        std::span<const Offset> row_splits) {
  return row_splits.subspan(static_cast<size_t>(piece.begin),
                            static_cast<size_t>(piece.end - piece.begin) + 1);
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_DECODE_SOURCE_H_
