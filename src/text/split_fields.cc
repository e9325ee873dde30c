#include "rowsplit/text/split_fields.h"

#include <string.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/row_fields.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

constexpr int64_t kBytesGrain = int64_t{64} * 1024;

const uint8_t* Unsigned(const char* text) {
  return reinterpret_cast<const uint8_t*>(text);
}

// Calls `add(begin, end)` for each field of the row [begin, end) of `bytes`.
// The search is linear for any separator.
template <typename Add>
void VisitFields(const char* bytes, Offset begin, Offset end,
                 std::string_view separator, uint64_t limit, const Add& add) {
  for (; limit > 0 && begin < end; --limit) {
    const void* found = memmem(bytes + begin, static_cast<size_t>(end - begin),
                               separator.data(), separator.size());
    if (found == nullptr) break;
    const Offset at = static_cast<const char*>(found) - bytes;
    add(begin, at);
    begin = at + static_cast<Offset>(separator.size());
  }
  add(begin, end);
}

// Short separators are found by vectors, longer ones by the C library.
class FieldSplitter {
 public:
  FieldSplitter(StringTensorView input, std::string_view separator,
                int64_t maxsplit)
      : bytes_(input.bytes().data()),
        offsets_(input.offsets().data()),
        separator_(separator),
        limit_(maxsplit < 0 ? ~uint64_t{0} : static_cast<uint64_t>(maxsplit)) {}

  void Count(const internal::Piece& piece, Offset* row_ends) const {
    const auto num_rows = static_cast<size_t>(piece.end - piece.begin);
    if (separator_.size() <= kernels::kMaxSeparator) {
      kernels::CountRowFields(Unsigned(bytes_), offsets_ + piece.begin,
                              num_rows, Short(), row_ends);
      return;
    }
    Offset num_fields = 0;
    for (int64_t row = piece.begin; row < piece.end; ++row) {
      VisitFields(bytes_, offsets_[row], offsets_[row + 1], separator_, limit_,
                  [&](Offset, Offset) { ++num_fields; });
      *row_ends++ = num_fields;
    }
  }

  void Write(const internal::Piece& piece, TokenSpan* out) const {
    const auto num_rows = static_cast<size_t>(piece.end - piece.begin);
    if (separator_.size() <= kernels::kMaxSeparator) {
      kernels::FindRowFields(Unsigned(bytes_), offsets_ + piece.begin, num_rows,
                             Short(), out);
      return;
    }
    for (int64_t row = piece.begin; row < piece.end; ++row) {
      VisitFields(bytes_, offsets_[row], offsets_[row + 1], separator_, limit_,
                  [&](Offset begin, Offset end) {
                    *out++ = {static_cast<uint32_t>(begin),
                              static_cast<uint32_t>(end - begin)};
                  });
    }
  }

 private:
  kernels::Separator Short() const {
    return {Unsigned(separator_.data()), separator_.size(), limit_};
  }

  const char* bytes_;
  const Offset* offsets_;
  std::string_view separator_;
  uint64_t limit_;
};

}  // namespace

absl::StatusOr<RaggedTensor<TokenSpan>> SplitFields(
    StringTensorView input, std::string_view separator,
    const SplitFieldsOptions& options) {
  if (separator.empty()) {
    return absl::InvalidArgumentError(
        "SplitFields: the separator must not be empty");
  }
  if (input.size() == 0) return RaggedTensor<TokenSpan>();
  if (input.offsets().back() > kMaxBatchBytes) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "SplitFields: a batch must have at most %d bytes for its fields to be "
        "addressed, cut it into smaller ones: the last string ends at byte %d",
        kMaxBatchBytes, input.offsets().back()));
  }
  const FieldSplitter splitter(input, separator, options.maxsplit);
  BufferBuilder<TokenSpan> spans;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> row_splits,
      internal::MeasureAndWrite(
          input.offsets(), options.exec,
          [&](const internal::Piece& piece, Offset* row_ends) {
            splitter.Count(piece, row_ends);
            return absl::OkStatus();
          },
          [&](int64_t total) {
            spans.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const internal::Piece& piece, std::span<const Offset>) {
            splitter.Write(piece, spans.data() + piece.output_begin);
            return absl::OkStatus();
          }));
  return RaggedTensor<TokenSpan>::FromFlatValuesUnchecked(
      RaggedShape(RowPartition::FromRowSplitsUnchecked(std::move(row_splits))),
      std::move(spans).Build());
}

absl::StatusOr<RaggedStringTensor> SplitBytes(
    StringTensorView input, const SplitBytesOptions& options) {
  const std::string_view text = input.text();
  const auto num_bytes = static_cast<int64_t>(text.size());
  BufferBuilder<char> bytes(text.size());
  BufferBuilder<Offset> offsets(text.size() + 1);
  offsets[0] = 0;
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, num_bytes, kBytesGrain, [&](int64_t begin, int64_t end) {
        std::copy(text.begin() + begin, text.begin() + end,
                  bytes.data() + begin);
        std::iota(offsets.data() + begin + 1, offsets.data() + end + 1,
                  begin + 1);
        return absl::OkStatus();
      }));
  BufferBuilder<Offset> row_splits(static_cast<size_t>(input.size()) + 1);
  row_splits[0] = 0;
  for (int64_t row = 0; row < input.size(); ++row)
    row_splits[row + 1] = input.offsets()[row + 1] - input.offsets()[0];
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(
          RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
          std::move(bytes).Build()));
  return RaggedStringTensor::FromFlatValues(
      RaggedShape(
          RowPartition::FromRowSplitsUnchecked(std::move(row_splits).Build())),
      std::move(strings));
}

}  // namespace rowsplit
