#include "rowsplit/text/strip.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

bool IsBlank(char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

std::string_view Stripped(std::string_view text) {
  size_t begin = 0;
  size_t end = text.size();
  while (begin < end && IsBlank(text[begin])) ++begin;
  while (begin < end && IsBlank(text[end - 1])) --end;
  return text.substr(begin, end - begin);
}

}  // namespace

absl::StatusOr<StringTensor> Strip(StringTensorView input,
                                   const StripOptions& options) {
  if (input.size() == 0) return StringTensor();
  BufferBuilder<char> output;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> offsets,
      internal::MeasureAndWrite(
          input.offsets(), options.exec,
          [&](const internal::Piece& piece, Offset* row_ends) {
            Offset size = 0;
            for (int64_t row = piece.begin; row < piece.end; ++row) {
              size += static_cast<Offset>(Stripped(input[row]).size());
              *row_ends++ = size;
            }
            return absl::OkStatus();
          },
          [&](int64_t total) {
            output.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const internal::Piece& piece, std::span<const Offset>) {
            char* out = output.data() + piece.output_begin;
            for (int64_t row = piece.begin; row < piece.end; ++row) {
              const std::string_view text = Stripped(input[row]);
              if (text.empty()) continue;
              std::memcpy(out, text.data(), text.size());
              out += text.size();
            }
            return absl::OkStatus();
          }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
      std::move(output).Build());
}

}  // namespace rowsplit
