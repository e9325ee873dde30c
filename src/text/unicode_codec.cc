#include "rowsplit/text/unicode_codec.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "kernels/utf8_decode.h"
#include "kernels/utf8_encode.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/charset_decoder.h"
#include "text/decode_source.h"
#include "text/row_pieces.h"
#include "text/unicode_encoder.h"

namespace rowsplit {
namespace {

using internal::DecodeRules;
using internal::DecodeSource;
using internal::OutputEncoding;
using internal::Piece;
using internal::SplitsOf;

constexpr int32_t kLastControl = 0x1F;

const uint8_t* AsBytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// What was decoded of a piece; nothing where kernels write the result at once.
struct DecodedPiece {
  bool is_plain = false;
  BufferBuilder<int32_t> code_points;
  BufferBuilder<Offset> starts;
};

void WritePlain(StringTensorView rows, std::span<const Offset> row_splits,
                const DecodeRules& rules, int32_t* code_points,
                Offset* starts) {
  const auto count = static_cast<size_t>(row_splits.back() - row_splits[0]);
  kernels::DecodeUtf8(AsBytes(rows.text()), rows.text().size(), count,
                      code_points);
  if (rules.replace_controls) {
    for (size_t i = 0; i < count; ++i) {
      if (code_points[i] <= kLastControl) code_points[i] = rules.replacement;
    }
  }
  if (starts != nullptr) internal::FindStarts(rows, row_splits, starts);
}

absl::StatusOr<DecodedText> Decode(std::string_view op, StringTensorView input,
                                   std::string_view encoding,
                                   const UnicodeCodecOptions& options,
                                   bool with_starts) {
  ROWSPLIT_ASSIGN_OR_RETURN(const DecodeSource source,
                            DecodeSource::Make(op, input, encoding, options));
  if (input.size() == 0) return DecodedText();
  std::vector<DecodedPiece> pieces(source.num_pieces());
  // A control character that is left out is no matter of the kernels.
  const bool may_be_plain = !source.rules.replace_controls ||
                            source.rules.errors != ErrorPolicy::kSkip;
  BufferBuilder<int32_t> code_points;
  BufferBuilder<Offset> starts;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      internal::MeasureAndWrite(
          input.offsets(), options.exec,
          [&](const Piece& piece, Offset* row_ends) {
            DecodedPiece& decoded = pieces[piece.index];
            decoded.is_plain = may_be_plain && source.IsWellFormedUtf8(piece);
            if (decoded.is_plain) {
              source.CountCharacters(piece, row_ends);
              return absl::OkStatus();
            }
            return source.Decode(
                piece, decoded.code_points,
                with_starts ? &decoded.starts : nullptr, [&] {
                  *row_ends++ = static_cast<Offset>(decoded.code_points.size());
                });
          },
          [&](int64_t total) {
            // What a single piece, perhaps a large one, has made stays there.
            if (pieces.size() == 1 && !pieces[0].is_plain) {
              code_points = std::move(pieces[0].code_points);
              starts = std::move(pieces[0].starts);
              return;
            }
            code_points.ResizeUninitialized(static_cast<size_t>(total));
            if (with_starts)
              starts.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const Piece& piece, std::span<const Offset> splits) {
            DecodedPiece decoded = std::move(pieces[piece.index]);
            int32_t* const points = code_points.data() + piece.output_begin;
            Offset* const places =
                with_starts ? starts.data() + piece.output_begin : nullptr;
            if (decoded.is_plain) {
              WritePlain(source.RowsOf(piece), SplitsOf(piece, splits),
                         source.rules, points, places);
            } else {
              internal::CopyTo(decoded.code_points, points);
              if (with_starts) internal::CopyTo(decoded.starts, places);
            }
            return absl::OkStatus();
          }));
  return DecodedText{RaggedTensor<int32_t>::FromFlatValuesUnchecked(
                         RaggedShape(RowPartition::FromRowSplitsUnchecked(
                             std::move(row_splits))),
                         std::move(code_points).Build()),
                     std::move(starts).Build()};
}

// The rows of a piece in another encoding; nothing if they stay as they are.
struct EncodedPiece {
  bool is_same = false;
  BufferBuilder<char> bytes;
};

// Strings made of pieces: `measure` fills the pieces, `write` copies one.
template <typename Measure, typename Write>
absl::StatusOr<StringTensor> MakeStrings(std::span<const Offset> splits,
                                         const ExecOptions& exec,
                                         const Measure& measure,
                                         const Write& write) {
  BufferBuilder<char> bytes;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> offsets,
      internal::MeasureAndWrite(
          splits, exec, measure,
          [&](int64_t total) {
            bytes.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const Piece& piece, std::span<const Offset> output_splits) {
            const std::span<const Offset> ends = SplitsOf(piece, output_splits);
            write(piece, static_cast<size_t>(ends.back() - ends[0]),
                  bytes.data() + piece.output_begin);
            return absl::OkStatus();
          }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
      std::move(bytes).Build());
}

absl::Status NonScalarError(int64_t row, Offset value, int32_t code_point) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "UnicodeEncode: row %d, value %d is no Unicode scalar value: %d", row,
      value, code_point));
}

// Encodes rows that may hold what is no scalar value.
absl::Status EncodeRows(RaggedView<int32_t> input, const Piece& piece,
                        OutputEncoding encoding,
                        const UnicodeCodecOptions& options,
                        BufferBuilder<char>& bytes, Offset* row_ends) {
  for (int64_t row = piece.begin; row < piece.end; ++row) {
    std::span<const int32_t> points = input.row(row);
    while (!points.empty()) {
      const size_t good = kernels::FindNonScalar(points.data(), points.size());
      internal::AppendEncoded(points.first(good), encoding, bytes);
      if (good == points.size()) break;
      if (options.errors == ErrorPolicy::kStrict) {
        const auto value =
            static_cast<Offset>(points.data() + good - input.row(row).data());
        return NonScalarError(row, value, points[good]);
      }
      if (options.errors == ErrorPolicy::kReplace)
        internal::AppendEncoded({&options.replacement, 1}, encoding, bytes);
      points = points.subspan(good + 1);
    }
    *row_ends++ = static_cast<Offset>(bytes.size());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RaggedTensor<int32_t>> UnicodeDecode(
    StringTensorView input, std::string_view encoding,
    const UnicodeCodecOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      DecodedText decoded,
      Decode("UnicodeDecode", input, encoding, options, false));
  return std::move(decoded.code_points);
}

absl::StatusOr<DecodedText> UnicodeDecodeWithOffsets(
    StringTensorView input, std::string_view encoding,
    const UnicodeCodecOptions& options) {
  return Decode("UnicodeDecode", input, encoding, options, true);
}

absl::StatusOr<StringTensor> UnicodeEncode(RaggedView<int32_t> input,
                                           std::string_view encoding,
                                           const UnicodeCodecOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckReplacement("UnicodeEncode", options.replacement));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const OutputEncoding output,
      internal::FindOutputEncoding("UnicodeEncode", encoding));
  if (input.num_rows() == 0) return StringTensor();
  std::vector<EncodedPiece> pieces(
      internal::CutRows(input.splits, internal::kValuesInPiece).size() - 1);
  const auto values_of = [&](const Piece& piece) {
    const auto begin = static_cast<size_t>(input.splits[piece.begin]);
    const auto end = static_cast<size_t>(input.splits[piece.end]);
    return input.values.subspan(begin, end - begin);
  };
  return MakeStrings(
      input.splits, options.exec,
      [&](const Piece& piece, Offset* row_ends) {
        const std::span<const int32_t> values = values_of(piece);
        EncodedPiece& encoded = pieces[piece.index];
        encoded.is_same = output == OutputEncoding::kUtf8 &&
                          kernels::FindNonScalar(
                              values.data(), values.size()) == values.size();
        if (!encoded.is_same)
          return EncodeRows(input, piece, output, options, encoded.bytes,
                            row_ends);
        kernels::CountUtf8Bytes(
            input.values.data(), input.splits.data() + piece.begin,
            static_cast<size_t>(piece.end - piece.begin), row_ends);
        return absl::OkStatus();
      },
      [&](const Piece& piece, size_t size, char* out) {
        EncodedPiece encoded = std::move(pieces[piece.index]);
        if (!encoded.is_same) return internal::CopyTo(encoded.bytes, out);
        const std::span<const int32_t> values = values_of(piece);
        kernels::EncodeUtf8(values.data(), values.size(), size,
                            reinterpret_cast<uint8_t*>(out));
      });
}

absl::StatusOr<Tensor> UnicodeEncode(const Tensor& input,
                                     std::string_view encoding,
                                     const UnicodeCodecOptions& options) {
  if (input.dtype() != DType::kInt32 || input.rank() == 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "UnicodeEncode: input must be int32 of rank 1 or more, got %s of rank "
        "%d",
        DTypeName(input.dtype()), input.rank()));
  }
  const std::span<const int32_t> points = input.items<int32_t>();
  std::vector<RowPartition> partitions(input.partitions().begin(),
                                       input.partitions().end());
  std::vector<int64_t> shape = input.flat_shape();
  if (shape.size() == 1 && input.is_ragged()) {
    const RowPartition innermost = std::move(partitions.back());
    partitions.pop_back();
    ROWSPLIT_ASSIGN_OR_RETURN(
        StringTensor strings,
        UnicodeEncode(RaggedView<int32_t>{innermost.row_splits(), points},
                      encoding, options));
    return Tensor::FromPartitions(std::move(partitions),
                                  Tensor::Vector(std::move(strings)));
  }
  const int64_t width = shape.back();
  shape.pop_back();
  int64_t num_rows = 1;
  for (const int64_t size : shape) num_rows *= size;
  std::vector<Offset> splits(static_cast<size_t>(num_rows) + 1);
  for (size_t row = 0; row < splits.size(); ++row)
    splits[row] = static_cast<Offset>(row) * width;
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      UnicodeEncode(RaggedView<int32_t>{splits, points}, encoding, options));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor dense, Tensor::Dense(std::move(strings), std::move(shape)));
  return Tensor::FromPartitions(std::move(partitions), std::move(dense));
}

absl::StatusOr<StringTensor> UnicodeTranscode(
    StringTensorView input, std::string_view input_encoding,
    std::string_view output_encoding, const UnicodeCodecOptions& options) {
  constexpr std::string_view kOp = "UnicodeTranscode";
  ROWSPLIT_ASSIGN_OR_RETURN(
      DecodeSource source,
      DecodeSource::Make(kOp, input, input_encoding, options));
  ROWSPLIT_ASSIGN_OR_RETURN(const OutputEncoding output,
                            internal::FindOutputEncoding(kOp, output_encoding));
  source.rules.controls_are_faults = true;
  if (input.size() == 0) return StringTensor();
  const bool may_be_same =
      output == OutputEncoding::kUtf8 && !options.replace_control_characters;
  std::vector<EncodedPiece> pieces(source.num_pieces());
  return MakeStrings(
      input.offsets(), options.exec,
      [&](const Piece& piece, Offset* row_ends) -> absl::Status {
        EncodedPiece& encoded = pieces[piece.index];
        encoded.is_same = may_be_same && source.IsWellFormedUtf8(piece);
        if (encoded.is_same) {
          const std::span<const Offset> offsets =
              SplitsOf(piece, input.offsets());
          for (size_t row = 1; row < offsets.size(); ++row)
            *row_ends++ = offsets[row] - offsets[0];
          return absl::OkStatus();
        }
        BufferBuilder<int32_t> code_points;
        return source.Decode(piece, code_points, nullptr, [&] {
          internal::AppendEncoded(code_points.span(), output, encoded.bytes);
          code_points.Clear();
          *row_ends++ = static_cast<Offset>(encoded.bytes.size());
        });
      },
      [&](const Piece& piece, size_t size, char* out) {
        EncodedPiece encoded = std::move(pieces[piece.index]);
        if (!encoded.is_same) return internal::CopyTo(encoded.bytes, out);
        if (size > 0)
          std::memcpy(out, source.RowsOf(piece).text().data(), size);
      });
}

}  // namespace rowsplit
