#ifndef ROWSPLIT_SRC_PIPELINE_FUSED_TOKENIZER_H_
#define ROWSPLIT_SRC_PIPELINE_FUSED_TOKENIZER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "kernels/byte_map.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {
struct TextVectorizationOptions;
}  // namespace rowsplit

namespace rowsplit::internal {

// The tokens of some rows. Cleared and used again for the next.
struct TokenBlock {
  BufferBuilder<char> bytes;
  // Of `bytes`.
  BufferBuilder<TokenSpan> tokens;
  // Row r has the tokens up to row_ends[r].
  BufferBuilder<Offset> row_ends;

  std::string_view text() const { return {bytes.data(), bytes.size()}; }

  // Room that is used while the block is made.
  TextRows cleaned;
  BufferBuilder<Offset> offsets;
  BufferBuilder<TokenSpan> words;
  BufferBuilder<Offset> word_ends;
};

// From rows of text to tokens in blocks that stay in the cache: steps,
// standardize and split at ASCII white space, and n-grams if there are any.
// Steps at the end that are one byte map together with standardize are a single
// pass of vectors; those before run one by one on the rows of a block. No token
// is copied: an n-gram, too, is a span, as its words are moved to lie one space
// apart.
class FusedTokenizer {
 public:
  // Nothing for options that do not compile or do not split at ASCII white
  // space.
  static std::optional<FusedTokenizer> Compile(
      const TextVectorizationOptions& options);

  // The tokens of `rows`; the block's former ones go. Requires less than 4 GiB.
  // Fails with ResourceExhausted if the rows grow past kMaxBatchBytes.
  absl::Status Tokenize(StringTensorView rows, TokenBlock& block) const;

  // The steps that are no part of the byte map.
  const TextPlan& prefix() const { return prefix_; }
  const kernels::CompiledByteMap& map() const { return map_; }
  const std::vector<int64_t>& ngrams() const { return ngrams_; }

 private:
  FusedTokenizer(TextPlan prefix, const kernels::ByteMap& map,
                 std::vector<int64_t> ngrams);

  absl::Status Clean(StringTensorView rows, TokenBlock& block) const;
  static void SplitWords(TokenBlock& block);
  void MakeNgrams(TokenBlock& block) const;

  TextPlan prefix_;
  kernels::CompiledByteMap map_;
  std::vector<int64_t> ngrams_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_FUSED_TOKENIZER_H_
