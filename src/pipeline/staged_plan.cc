#include "pipeline/staged_plan.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/byte_map.h"
#include "pipeline/text_pieces.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit::internal {

StagedPlan::StagedPlan(const TextVectorizationOptions& options,
                       TokenStages stages, TokenLookup lookup, int64_t first_id)
    : stages_(std::move(stages)),
      lookup_(std::move(lookup)),
      first_id_(first_id),
      empty_id_(options.output_mode == OutputMode::kInt
                    ? TextVectorization::kPaddingId
                    : kNoColumn),
      row_length_(options.output_sequence_length.value_or(
          std::numeric_limits<int64_t>::max())),
      unknown_id_(options.num_oov_indices == 1 ? lookup_.oov_begin() : -1) {}

absl::StatusOr<StagedPlan> StagedPlan::Create(
    const TextVectorizationOptions& options, TokenLookup lookup,
    int64_t first_id) {
  ROWSPLIT_ASSIGN_OR_RETURN(TokenStages stages, TokenStages::Create(options));
  return StagedPlan(options, std::move(stages), std::move(lookup), first_id);
}

namespace {

// The pieces, one after another.
RaggedTensor<int64_t> Concat(std::span<const IdRows> pieces, int64_t num_rows) {
  size_t num_ids = 0;
  for (const IdRows& piece : pieces) num_ids += piece.ids.size();
  BufferBuilder<int64_t> ids;
  BufferBuilder<Offset> row_splits;
  ids.Reserve(num_ids);
  row_splits.Reserve(num_rows + 1);
  row_splits.Append(Offset{0});
  for (const IdRows& piece : pieces) {
    const auto before = static_cast<Offset>(ids.size());
    for (const Offset row_end : piece.row_ends.span()) {
      row_splits.Append(before + row_end);
    }
    ids.Append(piece.ids.span());
  }
  return RaggedTensor<int64_t>::FromFlatValuesUnchecked(
      RaggedShape(
          RowPartition::FromRowSplitsUnchecked(std::move(row_splits).Build())),
      std::move(ids).Build());
}

}  // namespace

absl::StatusOr<RaggedTensor<int64_t>> StagedPlan::Vectorize(
    StringTensorView texts, std::span<const Offset> text_splits,
    const ExecOptions& exec) const {
  const TextGroups groups{texts, text_splits};
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> begins,
                            CutIntoPieces(groups, kPieceBytes));
  const int64_t num_pieces = static_cast<int64_t>(begins.size()) - 1;
  std::vector<IdRows> pieces(num_pieces);
  WorkerLocal<TokenRows> scratch(exec);
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, num_pieces, 1, [&](int64_t piece, int64_t) {
        const TextGroups part = groups.Slice(begins[piece], begins[piece + 1]);
        return Run(part.texts, part.splits, scratch.local(), pieces[piece]);
      }));
  return Concat(pieces, groups.num_rows());
}

absl::Status StagedPlan::VectorizeTokens(std::string_view bytes,
                                         std::span<const TokenSpan> tokens,
                                         std::span<int64_t> ids,
                                         TextRows& scratch) const {
  const kernels::CompiledByteMap& map = stages_.map();
  scratch.bytes.ResizeUninitialized(bytes.size());
  const auto* given = reinterpret_cast<const uint8_t*>(bytes.data());
  auto* standardized = reinterpret_cast<uint8_t*>(scratch.bytes.data());
  std::span<const TokenSpan> spans = tokens;
  // Where nothing is dropped, every byte keeps its place and one pass over all
  // bytes does for all tokens.
  if (kernels::MapAndDropBytes(map, given, bytes.size(), standardized) <
      bytes.size()) {
    scratch.rows.ResizeUninitialized(tokens.size());
    for (size_t token = 0; token < tokens.size(); ++token) {
      const TokenSpan span = tokens[token];
      const size_t size = kernels::MapAndDropBytes(
          map, given + span.begin, span.size, standardized + span.begin);
      scratch.rows[token] = {span.begin, static_cast<uint32_t>(size)};
    }
    spans = scratch.rows.span();
  }
  return Lookup({scratch.bytes.data(), scratch.bytes.size()}, spans, -1, ids);
}

absl::Status StagedPlan::Run(StringTensorView texts,
                             std::span<const Offset> text_splits,
                             TokenRows& scratch, IdRows& out) const {
  ROWSPLIT_RETURN_IF_ERROR(stages_.Run(texts, text_splits, scratch));
  CutRows(scratch);
  out.row_ends.Append(scratch.row_ends.span());
  out.ids.ResizeUninitialized(scratch.tokens().size());
  return Lookup(scratch.bytes(), scratch.tokens(), empty_id_, out.ids.span());
}

void StagedPlan::CutRows(TokenRows& rows) const {
  if (row_length_ == std::numeric_limits<int64_t>::max()) return;
  BufferBuilder<TokenSpan>& tokens = rows.text.rows;
  Offset begin = 0;
  Offset kept = 0;
  for (Offset& row_end : rows.row_ends.span()) {
    const Offset end = row_end;
    const Offset size = std::min<Offset>(end - begin, row_length_);
    if (kept != begin) {
      std::copy_n(tokens.data() + begin, size, tokens.data() + kept);
    }
    kept += size;
    row_end = kept;
    begin = end;
  }
  tokens.ResizeUninitialized(kept);
}

absl::Status StagedPlan::Lookup(std::string_view bytes,
                                std::span<const TokenSpan> tokens,
                                int64_t empty_id,
                                std::span<int64_t> ids) const {
  if (unknown_id_ >= 0) {
    lookup_.vocabulary().FindSpans(bytes, tokens, ids, first_id_, unknown_id_);
  } else {
    ROWSPLIT_RETURN_IF_ERROR(lookup_.Lookup(bytes, tokens, ids));
  }
  for (size_t i = 0; i < ids.size(); ++i) {
    ids[i] = tokens[i].size == 0 ? empty_id : ids[i];
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
