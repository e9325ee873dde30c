#include "text/byte_map_op.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/row_pieces.h"

namespace rowsplit::internal {
namespace {

const uint8_t* AsBytes(const char* text) {
  return reinterpret_cast<const uint8_t*>(text);
}
uint8_t* AsBytes(char* text) { return reinterpret_cast<uint8_t*>(text); }

Buffer<Offset> OffsetsFromZero(std::span<const Offset> offsets) {
  BufferBuilder<Offset> from_zero(offsets.size());
  for (size_t i = 0; i < offsets.size(); ++i)
    from_zero[i] = offsets[i] - offsets[0];
  return std::move(from_zero).Build();
}

// Lengths stay, so the strings can be taken as one.
absl::StatusOr<StringTensor> MapAll(const kernels::CompiledByteMap& map,
                                    StringTensorView input,
                                    const ExecOptions& exec) {
  const std::string_view text = input.text();
  BufferBuilder<char> output(text.size());
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, static_cast<int64_t>(text.size()), kValuesInPiece,
                  [&](int64_t begin, int64_t end) {
                    kernels::MapBytes(map, AsBytes(text.data() + begin),
                                      static_cast<size_t>(end - begin),
                                      AsBytes(output.data() + begin));
                    return absl::OkStatus();
                  }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(OffsetsFromZero(input.offsets())),
      std::move(output).Build());
}

}  // namespace

absl::StatusOr<StringTensor> ApplyByteMap(const kernels::CompiledByteMap& map,
                                          StringTensorView input,
                                          const ExecOptions& exec) {
  if (input.size() == 0) return StringTensor();
  if (!map.drops()) return MapAll(map, input, exec);
  const Offset* const offsets = input.offsets().data();
  const char* const bytes = input.bytes().data();
  BufferBuilder<char> output;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> output_offsets,
      MeasureAndWrite(
          input.offsets(), exec,
          [&](const Piece& piece, Offset* row_ends) {
            kernels::CountKeptBytes(
                map, AsBytes(bytes), offsets + piece.begin,
                static_cast<size_t>(piece.end - piece.begin), row_ends);
            return absl::OkStatus();
          },
          [&](int64_t total) {
            output.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const Piece& piece, std::span<const Offset> output_splits) {
            const Offset begin = offsets[piece.begin];
            kernels::MapAndDropBytes(
                map, AsBytes(bytes + begin),
                static_cast<size_t>(offsets[piece.end] - begin),
                AsBytes(output.data() + piece.output_begin),
                static_cast<size_t>(output_splits[piece.end] -
                                    piece.output_begin));
            return absl::OkStatus();
          }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(output_offsets)),
      std::move(output).Build());
}

std::optional<kernels::ByteMap> AsByteMap(const Regex& regex,
                                          const Rewrite& rewrite) {
  const std::optional<ByteSet> byte_class = regex.AsAsciiByteClass();
  const std::optional<std::string_view> literal = rewrite.literal();
  if (!byte_class || !literal || literal->size() > 1) return std::nullopt;
  if (literal->empty()) return kernels::ByteMap::DropClass(*byte_class);
  return kernels::ByteMap::MapClass(*byte_class,
                                    static_cast<uint8_t>((*literal)[0]));
}

}  // namespace rowsplit::internal
