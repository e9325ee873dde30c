#include "rowsplit/text/hash_ngrams.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/row_pieces.h"

namespace rowsplit {
namespace {

// fastText's hash of a subword, which extends each byte by its sign.
uint64_t FastTextHash(std::string_view bytes) {
  uint32_t hash = 2166136261;
  for (const char byte : bytes) {
    hash ^= static_cast<uint32_t>(static_cast<int8_t>(byte));
    hash *= 16777619;
  }
  return hash;
}

// The widths and bins that are asked for.
struct Ngrams {
  const char* op;
  int64_t num_bins;
  int64_t min_width;
  int64_t max_width;
  NgramHash hash;

  absl::Status Check() const {
    if (num_bins < 1) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: num_bins must be at least 1, got %d", op, num_bins));
    }
    if (min_width < 1 || max_width < min_width) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: the widths must be at least 1 and not decrease: "
                          "min_width=%d, max_width=%d",
                          op, min_width, max_width));
    }
    return absl::OkStatus();
  }

  int64_t IdOf(std::string_view ngram) const {
    uint64_t value = 0;
    switch (hash) {
      case NgramHash::kXxh3:
        value = Xxh3_64(ngram);
        break;
      case NgramHash::kFarmHash:
        value = Fingerprint64(ngram);
        break;
      case NgramHash::kFastText:
        value = FastTextHash(ngram);
        break;
    }
    return static_cast<int64_t>(value % static_cast<uint64_t>(num_bins));
  }

  // How many n-grams `size` units have: the sum of size + 1 - width.
  absl::StatusOr<int64_t> Count(int64_t size) const {
    const int64_t last = std::min(max_width, size);
    if (last < min_width) return 0;
    const int64_t widths = last - min_width + 1;
    // The first and the last width have an average number of n-grams.
    const int64_t twice = (size + 1 - min_width) + (size + 1 - last);
    // One of the factors is even.
    return widths % 2 == 0 ? internal::CheckedMul(widths / 2, twice)
                           : internal::CheckedMul(widths, twice / 2);
  }
};

// A row cut into units: unit i is text[begins[i], ends[i]), and an n-gram goes
// from a begin to an end. Reused from row to row.
struct Units {
  std::string_view text;
  std::string storage;  // of a text that is not the row itself
  std::vector<size_t> begins;
  std::vector<size_t> ends;
  // A mark at either end, which by itself is no n-gram.
  bool has_marks = false;

  int64_t size() const { return static_cast<int64_t>(begins.size()); }
  void Add(size_t begin, size_t end) {
    begins.push_back(begin);
    ends.push_back(end);
  }
};

absl::StatusOr<int64_t> CountNgrams(const Ngrams& ngrams, const Units& units) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t count, ngrams.Count(units.size()));
  return units.has_marks && ngrams.min_width == 1 ? count - 2 : count;
}

int64_t* WriteIds(const Ngrams& ngrams, const Units& units, int64_t* out) {
  const int64_t last = std::min(ngrams.max_width, units.size());
  for (int64_t width = ngrams.min_width; width <= last; ++width) {
    const int64_t skip = units.has_marks && width == 1 ? 1 : 0;
    for (int64_t i = skip; i + width <= units.size() - skip; ++i) {
      const size_t begin = units.begins[i];
      *out++ = ngrams.IdOf(
          units.text.substr(begin, units.ends[i + width - 1] - begin));
    }
  }
  return out;
}

// Cuts a row into units.
using Cut = absl::FunctionRef<void(int64_t row, Units& units)>;

// The ids of the rows of `splits`, each cut twice: to count and to hash.
absl::StatusOr<RaggedTensor<int64_t>> HashRows(const Ngrams& ngrams,
                                               std::span<const Offset> splits,
                                               const ExecOptions& exec,
                                               Cut cut) {
  ROWSPLIT_RETURN_IF_ERROR(ngrams.Check());
  BufferBuilder<int64_t> ids;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      internal::MeasureAndWrite(
          splits, exec,
          [&](const internal::Piece& piece, Offset* row_ends) -> absl::Status {
            Units units;
            Offset total = 0;
            for (int64_t row = piece.begin; row < piece.end; ++row) {
              cut(row, units);
              auto count = CountNgrams(ngrams, units);
              if (count.ok()) count = internal::CheckedAdd(total, *count);
              if (!count.ok()) {
                return absl::ResourceExhaustedError(absl::StrFormat(
                    "%s: row %d has too many n-grams: %d units, widths %d to "
                    "%d",
                    ngrams.op, row, units.size(), ngrams.min_width,
                    ngrams.max_width));
              }
              total = *count;
              *row_ends++ = total;
            }
            return absl::OkStatus();
          },
          [&](int64_t total) {
            ids.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const internal::Piece& piece, std::span<const Offset>) {
            Units units;
            int64_t* out = ids.data() + piece.output_begin;
            for (int64_t row = piece.begin; row < piece.end; ++row) {
              cut(row, units);
              out = WriteIds(ngrams, units, out);
            }
            return absl::OkStatus();
          }));
  return RaggedTensor<int64_t>::FromFlatValuesUnchecked(
      RaggedShape(RowPartition::FromRowSplitsUnchecked(std::move(row_splits))),
      std::move(ids).Build());
}

// `row` between marks if asked for, as the text of `units`.
void SetText(std::string_view row, const HashNgramsOptions& options,
             Units& units) {
  units.text = row;
  const bool mends =
      options.unit == NgramUnit::kCharacter && !internal::IsValidUtf8(row);
  if (!mends && !options.word_marks) return;
  units.storage.clear();
  if (options.word_marks) units.storage += '<';
  for (size_t at = 0; mends && at < row.size();) {
    internal::Utf8Sequence piece = {1, true};
    if (static_cast<uint8_t>(row[at]) >= 0x80)
      piece = internal::ReadUtf8Sequence(row, at);
    units.storage += piece.good ? row.substr(at, piece.size)
                                : internal::kReplacementCharacter;
    at += piece.size;
  }
  if (!mends) units.storage += row;
  if (options.word_marks) units.storage += '>';
  units.text = units.storage;
}

void CutString(std::string_view row, const HashNgramsOptions& options,
               Units& units) {
  SetText(row, options, units);
  units.has_marks = options.word_marks;
  units.begins.clear();
  units.ends.clear();
  const size_t size = units.text.size();
  for (size_t begin = 0; begin < size;) {
    size_t end = begin + 1;
    if (options.unit == NgramUnit::kCharacter) {
      // The text is well-formed: continuation bytes belong to what is before.
      while (end < size && static_cast<int8_t>(units.text[end]) < -64) ++end;
    }
    units.Add(begin, end);
    begin = end;
  }
}

// The tokens of a row behind each other, with the separator between them.
void CutTokens(StringTensorView tokens, std::string_view separator,
               Units& units) {
  units.storage.clear();
  units.begins.clear();
  units.ends.clear();
  for (int64_t token = 0; token < tokens.size(); ++token) {
    if (token > 0) units.storage += separator;
    const size_t begin = units.storage.size();
    units.storage += tokens[token];
    units.Add(begin, units.storage.size());
  }
  units.text = units.storage;
}

// The partitions of `outer` but for the last `dropped`, then that of `ids`.
absl::StatusOr<RaggedTensor<int64_t>> Under(const RaggedShape& outer,
                                            size_t dropped,
                                            const RaggedTensor<int64_t>& ids) {
  const std::span<const RowPartition> kept =
      outer.partitions().first(outer.partitions().size() - dropped);
  std::vector<RowPartition> partitions(kept.begin(), kept.end());
  partitions.push_back(ids.shape().innermost());
  ROWSPLIT_ASSIGN_OR_RETURN(RaggedShape shape,
                            RaggedShape::FromPartitions(std::move(partitions)));
  return RaggedTensor<int64_t>::FromFlatValues(std::move(shape),
                                               ids.flat_values());
}

}  // namespace

absl::StatusOr<RaggedTensor<int64_t>> HashNgrams(
    StringTensorView input, const HashNgramsOptions& options) {
  const Ngrams ngrams = {"HashNgrams", options.num_bins, options.min_width,
                         options.max_width, options.hash};
  return HashRows(ngrams, input.offsets(), options.exec,
                  [&](int64_t row, Units& units) {
                    CutString(input[row], options, units);
                  });
}

absl::StatusOr<RaggedTensor<int64_t>> HashNgrams(
    const RaggedStringTensor& tokens, const HashNgramsOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int64_t> ids,
                            HashNgrams(tokens.flat_values().view(), options));
  return Under(tokens.shape(), 0, ids);
}

absl::StatusOr<RaggedTensor<int64_t>> HashTokenNgrams(
    const RaggedStringTensor& tokens, const HashTokenNgramsOptions& options) {
  const Ngrams ngrams = {"HashTokenNgrams", options.num_bins, options.min_width,
                         options.max_width, options.hash};
  const std::span<const Offset> splits =
      tokens.shape().innermost().row_splits();
  const StringTensorView strings = tokens.flat_values().view();
  ROWSPLIT_ASSIGN_OR_RETURN(
      const RaggedTensor<int64_t> ids,
      HashRows(ngrams, splits, options.exec, [&](int64_t row, Units& units) {
        const StringTensorView in_row =
            splits[row] == splits[row + 1]
                ? StringTensorView()
                : strings.Slice(splits[row], splits[row + 1]);
        CutTokens(in_row, options.separator, units);
      }));
  return Under(tokens.shape(), 1, ids);
}

}  // namespace rowsplit
