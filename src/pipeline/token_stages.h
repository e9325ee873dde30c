#ifndef ROWSPLIT_SRC_PIPELINE_TOKEN_STAGES_H_
#define ROWSPLIT_SRC_PIPELINE_TOKEN_STAGES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/byte_map.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

// Rows of tokens, row after row. Reused from batch to batch for its memory.
struct TokenRows {
  // The spans are the tokens.
  TextRows text;
  // For each row, the tokens up to its end.
  BufferBuilder<Offset> row_ends;
  // Of the stages: rows before they are split, tokens before they are n-grams.
  BufferBuilder<TokenSpan> before;

  std::string_view bytes() const {
    return {text.bytes.data(), text.bytes.size()};
  }
  std::span<const TokenSpan> tokens() const { return text.rows.span(); }
};

// The byte map that standardizes.
kernels::ByteMap StandardizeMap(Standardize standardize);

// From texts to tokens, stage by stage over a batch: steps, standardize, split,
// n-grams. What adapting and vectorizing share. Immutable.
class TokenStages {
 public:
  // Fails with InvalidArgument for a wrong pattern, naming the step.
  static absl::StatusOr<TokenStages> Create(
      const TextVectorizationOptions& options);

  const kernels::CompiledByteMap& map() const { return map_; }
  bool has_steps() const { return !plan_.steps().empty(); }

  // The tokens of each text become a row of `out`, whose contents are replaced.
  // With `text_splits`, for Split::kNone, row r has the texts from
  // text_splits[r] to before text_splits[r + 1] as its tokens, counted from
  // text_splits[0]. Fails with
  // ResourceExhausted if the texts have, or become, more than kMaxBatchBytes.
  absl::Status Run(StringTensorView texts, std::span<const Offset> text_splits,
                   TokenRows& out) const;
  // The same of texts that are spans of `bytes`, each a row.
  absl::Status Run(std::string_view bytes, std::span<const TokenSpan> texts,
                   TokenRows& out) const;

  // A line for each stage.
  std::string Explain() const;

 private:
  TokenStages(const TextVectorizationOptions& options, TextPlan plan);

  // Texts to standardized rows, the spans of `out.before`. TextAt is
  // std::string_view(int64_t index).
  template <typename TextAt>
  absl::Status Standardize(int64_t num_texts, int64_t num_bytes,
                           const TextAt& text_at, TokenRows& out) const;
  absl::Status Tokenize(std::span<const Offset> text_splits,
                        TokenRows& out) const;
  void SplitWhitespace(TokenRows& out) const;
  absl::Status SplitCharacters(TokenRows& out) const;
  void SplitUnicodeWhitespace(TokenRows& out) const;
  absl::Status MakeNgrams(TokenRows& out) const;

  bool standardizes_;
  Split split_;
  std::vector<int64_t> ngrams_;
  TextPlan plan_;
  kernels::CompiledByteMap map_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_TOKEN_STAGES_H_
