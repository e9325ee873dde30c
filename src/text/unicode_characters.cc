#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "kernels/count_characters.h"
#include "kernels/utf8_decode.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/text/unicode_codec.h"
#include "text/charset_decoder.h"
#include "text/decode_source.h"
#include "text/row_pieces.h"
#include "text/unicode_encoder.h"

namespace rowsplit {
namespace {

using internal::DecodeSource;
using internal::OutputEncoding;
using internal::Piece;
using internal::SplitsOf;

const uint8_t* AsBytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// The characters of a piece as strings, where they are not those of the text.
struct SplitPiece {
  bool is_plain = false;
  BufferBuilder<char> bytes;
  BufferBuilder<Offset> begins;  // of each character in `bytes`
  BufferBuilder<Offset> starts;
};

// UTF-8 that stays UTF-8: the characters are copied, and what is ill-formed is
// replaced or left out.
void SplitUtf8Row(std::string_view row, const internal::DecodeRules& rules,
                  bool with_starts, SplitPiece& split) {
  internal::Utf8Stretches stretches(row);
  for (internal::Utf8Stretch stretch = stretches.Next(); stretch.size > 0;
       stretch = stretches.Next()) {
    if (!stretch.good && rules.errors == ErrorPolicy::kSkip) continue;
    const auto start = static_cast<Offset>(stretch.begin);
    const auto begin = static_cast<Offset>(split.bytes.size());
    if (!stretch.good) {
      split.begins.Append(begin);
      if (with_starts) split.starts.Append(start);
      internal::AppendEncoded({&rules.replacement, 1}, OutputEncoding::kUtf8,
                              split.bytes);
      continue;
    }
    const std::string_view text = row.substr(stretch.begin, stretch.size);
    const size_t count = kernels::CountCharacters(AsBytes(text), text.size());
    kernels::FindUtf8Characters(AsBytes(text), text.size(), count, begin,
                                split.begins.AppendUninitialized(count));
    if (with_starts)
      kernels::FindUtf8Characters(AsBytes(text), text.size(), count, start,
                                  split.starts.AppendUninitialized(count));
    split.bytes.Append(std::span<const char>(text.data(), text.size()));
  }
}

absl::Status SplitRows(const DecodeSource& source, const Piece& piece,
                       OutputEncoding encoding, bool with_starts,
                       SplitPiece& split, Offset* row_ends) {
  if (encoding == OutputEncoding::kUtf8 &&
      source.charset.kind() == internal::Charset::Kind::kUtf8 &&
      source.rules.errors != ErrorPolicy::kStrict &&
      !source.rules.replace_controls) {
    for (int64_t row = piece.begin; row < piece.end; ++row) {
      SplitUtf8Row(source.input[row], source.rules, with_starts, split);
      *row_ends++ = static_cast<Offset>(split.begins.size());
    }
    return absl::OkStatus();
  }
  BufferBuilder<int32_t> code_points;
  return source.Decode(
      piece, code_points, with_starts ? &split.starts : nullptr, [&] {
        for (const int32_t point : code_points.span()) {
          split.begins.Append(static_cast<Offset>(split.bytes.size()));
          internal::AppendEncoded({&point, 1}, encoding, split.bytes);
        }
        code_points.Clear();
        *row_ends++ = static_cast<Offset>(split.begins.size());
      });
}

// The result of a split, as its pieces fill it.
struct SplitResult {
  explicit SplitResult(size_t num_pieces)
      : pieces(num_pieces), byte_begins(num_pieces + 1, 0) {}

  // `num_bytes[p]` is known; makes room for `total` characters.
  void Allocate(int64_t total, bool with_starts) {
    for (size_t p = 0; p < pieces.size(); ++p)
      byte_begins[p + 1] += byte_begins[p];
    if (pieces.size() == 1 && !pieces[0].is_plain) {
      // What a single piece, perhaps a large one, has made stays there.
      bytes = std::move(pieces[0].bytes);
      offsets = std::move(pieces[0].begins);
      offsets.Append(byte_begins.back());
      starts = std::move(pieces[0].starts);
      return;
    }
    bytes.ResizeUninitialized(static_cast<size_t>(byte_begins.back()));
    offsets.ResizeUninitialized(static_cast<size_t>(total) + 1);
    offsets[static_cast<size_t>(total)] = byte_begins.back();
    if (with_starts) starts.ResizeUninitialized(static_cast<size_t>(total));
  }

  void Write(const DecodeSource& source, const Piece& piece,
             std::span<const Offset> row_splits, bool with_starts) {
    SplitPiece split = std::move(pieces[piece.index]);
    const Offset begin = byte_begins[piece.index];
    Offset* const out = offsets.data() + piece.output_begin;
    Offset* const places =
        with_starts ? starts.data() + piece.output_begin : nullptr;
    if (!split.is_plain) {
      internal::CopyTo(split.bytes, bytes.data() + begin);
      for (size_t i = 0; i < split.begins.size(); ++i)
        out[i] = begin + split.begins[i];
      if (with_starts) internal::CopyTo(split.starts, places);
      return;
    }
    const StringTensorView rows = source.RowsOf(piece);
    const std::string_view text = rows.text();
    if (!text.empty())
      std::memcpy(bytes.data() + begin, text.data(), text.size());
    const std::span<const Offset> splits = SplitsOf(piece, row_splits);
    kernels::FindUtf8Characters(AsBytes(text), text.size(),
                                static_cast<size_t>(splits.back() - splits[0]),
                                begin, out);
    if (with_starts) internal::FindStarts(rows, splits, places);
  }

  std::vector<SplitPiece> pieces;
  std::vector<Offset> byte_begins;
  BufferBuilder<char> bytes;
  BufferBuilder<Offset> offsets;
  BufferBuilder<Offset> starts;
};

absl::StatusOr<SplitText> Split(std::string_view op, StringTensorView input,
                                std::string_view encoding,
                                const UnicodeCodecOptions& options,
                                bool with_starts) {
  ROWSPLIT_ASSIGN_OR_RETURN(DecodeSource source,
                            DecodeSource::Make(op, input, encoding, options));
  ROWSPLIT_ASSIGN_OR_RETURN(const OutputEncoding output,
                            internal::FindOutputEncoding(op, encoding));
  source.rules.replace_controls = false;
  if (input.size() == 0) return SplitText();
  SplitResult result(source.num_pieces());
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      internal::MeasureAndWrite(
          input.offsets(), options.exec,
          [&](const Piece& piece, Offset* row_ends) {
            SplitPiece& split = result.pieces[piece.index];
            Offset& num_bytes = result.byte_begins[piece.index + 1];
            split.is_plain = source.IsWellFormedUtf8(piece);
            if (split.is_plain) {
              num_bytes =
                  static_cast<Offset>(source.RowsOf(piece).text().size());
              source.CountCharacters(piece, row_ends);
              return absl::OkStatus();
            }
            const absl::Status status =
                SplitRows(source, piece, output, with_starts, split, row_ends);
            num_bytes = static_cast<Offset>(split.bytes.size());
            return status;
          },
          [&](int64_t total) { result.Allocate(total, with_starts); },
          [&](const Piece& piece, std::span<const Offset> splits) {
            result.Write(source, piece, splits, with_starts);
            return absl::OkStatus();
          }));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(RowPartition::FromRowSplitsUnchecked(
                                  std::move(result.offsets).Build()),
                              std::move(result.bytes).Build()));
  ROWSPLIT_ASSIGN_OR_RETURN(
      RaggedStringTensor characters,
      RaggedStringTensor::FromFlatValues(
          RaggedShape(
              RowPartition::FromRowSplitsUnchecked(std::move(row_splits))),
          std::move(strings)));
  return SplitText{std::move(characters), std::move(result.starts).Build()};
}

}  // namespace

Buffer<Offset> CharacterEnds(const DecodedText& decoded,
                             StringTensorView input) {
  BufferBuilder<Offset> ends(decoded.starts.size());
  if (input.size() == 0) return std::move(ends).Build();
  const std::span<const Offset> splits = decoded.code_points.row_splits();
  for (int64_t row = 0; row < input.size(); ++row) {
    const auto last = static_cast<size_t>(splits[row + 1]);
    auto i = static_cast<size_t>(splits[row]);
    for (; i + 1 < last; ++i) ends[i] = decoded.starts[i + 1];
    if (i < last) ends[i] = static_cast<Offset>(input[row].size());
  }
  return std::move(ends).Build();
}

absl::StatusOr<RaggedStringTensor> UnicodeSplit(
    StringTensorView input, std::string_view encoding,
    const UnicodeCodecOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      SplitText split, Split("UnicodeSplit", input, encoding, options, false));
  return std::move(split.characters);
}

absl::StatusOr<SplitText> UnicodeSplitWithOffsets(
    StringTensorView input, std::string_view encoding,
    const UnicodeCodecOptions& options) {
  return Split("UnicodeSplit", input, encoding, options, true);
}

}  // namespace rowsplit
