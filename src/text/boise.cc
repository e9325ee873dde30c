#include "rowsplit/text/boise.h"

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

absl::Status Mismatch(std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat("boise: %s", what));
}

// Offsets or strings in rows: those of the innermost ragged axis, or of the
// last dense one.
absl::StatusOr<RowPartition> RowsOf(const Tensor& tensor) {
  if (tensor.is_ragged() && tensor.flat_shape().size() == 1)
    return tensor.partitions().back();
  if (tensor.is_ragged() || tensor.rank() > 2) {
    return Mismatch(absl::StrFormat(
        "tensors must be ragged without inner dimensions, or of rank 2 or "
        "less: ragged rank %d, rank %d",
        tensor.ragged_rank(), tensor.rank()));
  }
  const int64_t num_rows = tensor.rank() == 2 ? tensor.flat_shape()[0] : 1;
  const int64_t length = tensor.rank() == 2   ? tensor.flat_shape()[1]
                         : tensor.rank() == 1 ? tensor.flat_shape()[0]
                                              : 1;
  return RowPartition::FromUniformRowLength(length, num_rows);
}

absl::StatusOr<Tensor> TakeOffsets(const char* name, const Tensor& offsets) {
  if (offsets.dtype() != DType::kInt32 && offsets.dtype() != DType::kInt64) {
    return Mismatch(absl::StrFormat("%s must be int32 or int64, got %s", name,
                                    DTypeName(offsets.dtype())));
  }
  return Cast(offsets, DType::kInt64);
}

absl::Status CheckTypes(const char* name, const Tensor& strings) {
  if (strings.is_string()) return absl::OkStatus();
  return Mismatch(absl::StrFormat("%s must be strings, got %s", name,
                                  DTypeName(strings.dtype())));
}

// Spans of one row, and the one that the next token may overlap.
struct RowSpans {
  std::span<const int64_t> begins;
  std::span<const int64_t> ends;
  Offset next;
  Offset end;
};

// The tag of a token: its letter, and the span that it is of.
struct Tag {
  char letter = 'O';
  Offset span = 0;
};

// Takes the spans that end with the token or before it.
Tag TagOf(int64_t begin, int64_t end, RowSpans& spans, bool strict) {
  Tag tag;
  for (; spans.next < spans.end; ++spans.next) {
    const int64_t span_begin = spans.begins[spans.next];
    const int64_t span_end = spans.ends[spans.next];
    if (end <= span_begin) return tag;  // before the span
    if (begin >= span_end) continue;    // behind it
    const bool at_begin = begin <= span_begin && end <= span_end;
    const bool at_end = end >= span_end && begin >= span_begin;
    if (at_begin && at_end) return {'S', spans.next++};
    if (at_begin) {
      if (strict && begin != span_begin) return tag;
      return {'B', spans.next};
    }
    if (at_end) {
      if (strict && end != span_end) {
        ++spans.next;
        return tag;
      }
      tag = {'E', spans.next};
    } else if (begin >= span_begin) {
      return {'I', spans.next};
    } else {  // the token goes beyond the span at both ends
      tag = {'B', spans.next};
    }
  }
  return tag;
}

void AppendTag(const Tag& tag, StringTensorView types,
               StringTensorBuilder& tags) {
  if (tag.letter == 'O') return tags.Append("O");
  const char prefix[] = {tag.letter, '-'};
  tags.AppendPart({prefix, 2});
  tags.AppendPart(types[tag.span]);
  tags.EndString();
}

// Spans as they are found.
class SpanList {
 public:
  absl::Status Append(int64_t begin, int64_t end, std::string_view type) {
    for (const int64_t offset : {begin, end}) {
      if (offset < std::numeric_limits<int32_t>::min() ||
          offset > std::numeric_limits<int32_t>::max()) {
        return Mismatch(
            absl::StrFormat("offsets must fit 32 bits: %d", offset));
      }
    }
    begins_.Append(static_cast<int32_t>(begin));
    ends_.Append(static_cast<int32_t>(end));
    types_.Append(type);
    return absl::OkStatus();
  }
  Offset size() const { return static_cast<Offset>(begins_.size()); }

  TaggedSpans Build() && {
    return {Tensor::Vector(std::move(begins_).Build()),
            Tensor::Vector(std::move(ends_).Build()),
            Tensor::Vector(std::move(types_).Build())};
  }

 private:
  BufferBuilder<int32_t> begins_;
  BufferBuilder<int32_t> ends_;
  StringTensorBuilder types_;
};

// The spans of the tokens [begin, end), one row.
absl::Status CollectSpans(std::span<const int64_t> begins,
                          std::span<const int64_t> ends, StringTensorView tags,
                          Offset begin, Offset end, SpanList& spans) {
  bool open = false;
  int64_t span_begin = 0;
  std::string_view type;
  for (Offset token = begin; token < end; ++token) {
    const std::string_view tag = tags[token];
    if (tag.starts_with("O")) {
      if (open)
        ROWSPLIT_RETURN_IF_ERROR(
            spans.Append(span_begin, ends[token - 1], type));
      open = false;
      continue;
    }
    if (tag.size() < 2 || tag[1] != '-') continue;
    const bool starts = tag[0] == 'B' || tag[0] == 'I';
    const bool closes = tag[0] == 'E' || tag[0] == 'S';
    if (!starts && !closes) continue;
    if (!open) span_begin = begins[token];
    type = tag.substr(2);
    open = starts;
    if (closes)
      ROWSPLIT_RETURN_IF_ERROR(spans.Append(span_begin, ends[token], type));
  }
  if (!open) return absl::OkStatus();
  return spans.Append(span_begin, ends[end - 1], type);
}

Tensor UnderRows(const RowPartition& rows, Tensor values, int rank) {
  if (rank < 2) return values;
  return Tensor::FromPartitionsUnchecked({rows}, std::move(values));
}

}  // namespace

absl::StatusOr<Tensor> OffsetsToBoiseTags(const Tensor& token_begin,
                                          const Tensor& token_end,
                                          const Tensor& span_begin,
                                          const Tensor& span_end,
                                          const Tensor& span_type,
                                          const BoiseOptions& options) {
  for (const Tensor* tensor :
       {&token_end, &span_begin, &span_end, &span_type}) {
    if (tensor->is_ragged() != token_begin.is_ragged())
      return Mismatch("tensors must be all dense or all ragged");
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckTypes("span_type", span_type));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor begins,
                            TakeOffsets("token_begin_offsets", token_begin));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor ends,
                            TakeOffsets("token_end_offsets", token_end));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor span_begins,
                            TakeOffsets("span_begin_offsets", span_begin));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor span_ends,
                            TakeOffsets("span_end_offsets", span_end));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition tokens, RowsOf(begins));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition token_rows, RowsOf(ends));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition spans, RowsOf(span_begins));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition end_rows, RowsOf(span_ends));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition type_rows, RowsOf(span_type));
  if (tokens != token_rows || spans != end_rows || spans != type_rows)
    return Mismatch("tokens and spans must each have the same rows");
  if (tokens.num_rows() != spans.num_rows()) {
    return Mismatch(absl::StrFormat(
        "there must be as many rows of spans as of tokens: %d and %d",
        spans.num_rows(), tokens.num_rows()));
  }
  const std::span<const int64_t> from = begins.items<int64_t>();
  const std::span<const int64_t> to = ends.items<int64_t>();
  StringTensorBuilder tags;
  for (int64_t row = 0; row < tokens.num_rows(); ++row) {
    RowSpans row_spans = {span_begins.items<int64_t>(),
                          span_ends.items<int64_t>(), spans.row_splits()[row],
                          spans.row_splits()[row + 1]};
    for (Offset token = tokens.row_splits()[row];
         token < tokens.row_splits()[row + 1]; ++token) {
      AppendTag(TagOf(from[token], to[token], row_spans,
                      options.use_strict_boundary_mode),
                span_type.strings().view(), tags);
    }
  }
  return Tensor::FromPartitionsUnchecked(
      {token_end.partitions().begin(), token_end.partitions().end()},
      Tensor::DenseUnchecked(std::move(tags).Build(), token_end.flat_shape()));
}

absl::StatusOr<TaggedSpans> BoiseTagsToOffsets(const Tensor& token_begin,
                                               const Tensor& token_end,
                                               const Tensor& tags) {
  if (token_end.is_ragged() != token_begin.is_ragged() ||
      tags.is_ragged() != token_begin.is_ragged()) {
    return Mismatch("tensors must be all dense or all ragged");
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckTypes("boise_tags", tags));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor begins,
                            TakeOffsets("token_begin_offsets", token_begin));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor ends,
                            TakeOffsets("token_end_offsets", token_end));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition tokens, RowsOf(begins));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition end_rows, RowsOf(ends));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition tag_rows, RowsOf(tags));
  if (tokens != end_rows || tokens != tag_rows)
    return Mismatch("tokens and tags must have the same rows");
  SpanList spans;
  BufferBuilder<Offset> splits(static_cast<size_t>(tokens.num_rows()) + 1);
  splits[0] = 0;
  for (int64_t row = 0; row < tokens.num_rows(); ++row) {
    ROWSPLIT_RETURN_IF_ERROR(CollectSpans(
        begins.items<int64_t>(), ends.items<int64_t>(), tags.strings().view(),
        tokens.row_splits()[row], tokens.row_splits()[row + 1], spans));
    splits[row + 1] = spans.size();
  }
  const RowPartition rows =
      RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
  TaggedSpans found = std::move(spans).Build();
  const int rank = token_begin.rank();
  return TaggedSpans{UnderRows(rows, std::move(found.begin), rank),
                     UnderRows(rows, std::move(found.end), rank),
                     UnderRows(rows, std::move(found.type), rank)};
}

}  // namespace rowsplit
