#include "text/icu_rows.h"

#include <unicode/unistr.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/row_pieces.h"

namespace rowsplit::internal {
namespace {

// A string of ICU's has at most 2^31 units, and results are longer.
constexpr size_t kMostBytes = size_t{1} << 30;

}  // namespace

absl::StatusOr<StringTensor> MapByIcu(
    const char* op, StringTensorView input, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(icu::UnicodeString& text)> map) {
  std::vector<std::string> pieces(
      CutRows(input.offsets(), kValuesInPiece).size() - 1);
  BufferBuilder<char> output;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> offsets,
      MeasureAndWrite(
          input.offsets(), exec,
          [&](const Piece& piece, Offset* row_ends) -> absl::Status {
            std::string& made = pieces[piece.index];
            for (int64_t row = piece.begin; row < piece.end; ++row) {
              const std::string_view source = input[row];
              if (source.size() >= kMostBytes) {
                return absl::ResourceExhaustedError(absl::StrFormat(
                    "%s: string %d has %d bytes; ICU takes less than %d", op,
                    row, source.size(), kMostBytes));
              }
              icu::UnicodeString text = icu::UnicodeString::fromUTF8(
                  {source.data(), static_cast<int32_t>(source.size())});
              ROWSPLIT_RETURN_IF_ERROR(map(text));
              text.toUTF8String(made);
              row_ends[row - piece.begin] = static_cast<Offset>(made.size());
            }
            return absl::OkStatus();
          },
          [&](int64_t total) {
            output.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const Piece& piece, std::span<const Offset>) {
            const std::string made = std::move(pieces[piece.index]);
            if (!made.empty())
              std::memcpy(output.data() + piece.output_begin, made.data(),
                          made.size());
            return absl::OkStatus();
          }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
      std::move(output).Build());
}

}  // namespace rowsplit::internal
