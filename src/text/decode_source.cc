#include "text/decode_source.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "kernels/utf8_decode.h"
#include "text/unicode_encoder.h"

namespace rowsplit::internal {
namespace {

const uint8_t* AsBytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

absl::Status FaultError(const DecodeSource& source, int64_t row,
                        const CharsetDecoder::Fault& fault) {
  std::string bytes;
  for (const char byte : source.input[row].substr(fault.begin, fault.size))
    absl::StrAppendFormat(&bytes, "%s%02X", bytes.empty() ? "" : " ",
                          static_cast<uint8_t>(byte));
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: string %d is no well-formed %s: byte %d (%s)", source.op, row,
      source.charset.name(), fault.begin, bytes));
}

}  // namespace

absl::StatusOr<DecodeSource> DecodeSource::Make(
    std::string_view op, StringTensorView input, std::string_view encoding,
    const UnicodeCodecOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckReplacement(op, options.replacement));
  ROWSPLIT_ASSIGN_OR_RETURN(Charset charset, Charset::Find(op, encoding));
  return DecodeSource{
      op, input, std::move(charset),
      DecodeRules{.errors = options.errors,
                  .replacement = options.replacement,
                  .replace_controls = options.replace_control_characters}};
}

size_t DecodeSource::num_pieces() const {
  return CutRows(input.offsets(), kValuesInPiece).size() - 1;
}

bool DecodeSource::IsWellFormedUtf8(const Piece& piece) const {
  if (charset.kind() != Charset::Kind::kUtf8) return false;
  const StringTensorView rows = RowsOf(piece);
  if (!IsValidUtf8(rows.text())) return false;
  const Offset end = rows.offsets().back();
  for (const Offset begin : rows.offsets()) {
    if (begin < end &&
        static_cast<int8_t>(rows.bytes()[static_cast<size_t>(begin)]) < -64)
      return false;  // a row begins inside a character
  }
  return true;
}

void DecodeSource::CountCharacters(const Piece& piece, Offset* row_ends) const {
  const StringTensorView rows = RowsOf(piece);
  kernels::CountUtf8Characters(
      AsBytes({rows.bytes().data(), rows.bytes().size()}),
      rows.offsets().data(), static_cast<size_t>(rows.size()), row_ends);
}

absl::Status DecodeSource::Decode(const Piece& piece,
                                  BufferBuilder<int32_t>& code_points,
                                  BufferBuilder<Offset>* starts,
                                  absl::FunctionRef<void()> end_row) const {
  ROWSPLIT_ASSIGN_OR_RETURN(CharsetDecoder decoder,
                            CharsetDecoder::Open(charset));
  for (int64_t row = piece.begin; row < piece.end; ++row) {
    const CharsetDecoder::Fault fault =
        decoder.Append(input[row], rules, code_points, starts);
    if (fault.size != 0 && rules.errors == ErrorPolicy::kStrict)
      return FaultError(*this, row, fault);
    end_row();
  }
  return absl::OkStatus();
}

void FindStarts(StringTensorView rows, std::span<const Offset> row_splits,
                Offset* starts) {
  const std::span<const Offset> offsets = rows.offsets();
  const auto count = static_cast<size_t>(row_splits.back() - row_splits[0]);
  kernels::FindUtf8Characters(AsBytes(rows.text()), rows.text().size(), count,
                              0, starts);
  for (size_t row = 1; row + 1 < offsets.size(); ++row) {
    const Offset begin = offsets[row] - offsets[0];
    const Offset last = row_splits[row + 1] - row_splits[0];
    for (Offset i = row_splits[row] - row_splits[0]; i < last; ++i)
      starts[i] -= begin;
  }
}

}  // namespace rowsplit::internal
