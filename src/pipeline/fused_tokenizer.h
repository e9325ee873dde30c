#ifndef ROWSPLIT_SRC_PIPELINE_FUSED_TOKENIZER_H_
#define ROWSPLIT_SRC_PIPELINE_FUSED_TOKENIZER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/byte_map.h"
#include "kernels/token_ids.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {
struct TextVectorizationOptions;
}  // namespace rowsplit

namespace rowsplit::internal {

// The tokens of some rows, one after the other. Cleared and used again for the
// next.
struct RowTokens {
  // With kernels::kTokenSlack more that may be read.
  BufferBuilder<char> bytes;
  // Of `bytes`.
  BufferBuilder<TokenSpan> tokens;
  // Row r has the tokens up to row_ends[r].
  BufferBuilder<Offset> row_ends;

  std::string_view text() const { return {bytes.data(), bytes.size()}; }
};

// From rows of text to the input of the fused kernel: the steps, standardize
// and the split at white space. Steps at the end that are one byte map together
// with standardize are the kernel's; those before run one by one on the rows.
// Where texts are split at Unicode white space the map runs on the rows too, as
// it may put bytes together that are white space only then; that becomes
// blanks, and the kernel is left with the split.
class FusedTokenizer {
 public:
  // Nothing for options that do not compile or do not split at white space.
  static std::optional<FusedTokenizer> Compile(
      const TextVectorizationOptions& options);

  // What one thread uses again for each piece.
  struct Scratch {
    TextRows cleaned;
    BufferBuilder<Offset> offsets;
    kernels::TokenScratch kernel;
    BufferBuilder<TokenSpan> words;
    BufferBuilder<Offset> word_ends;
  };

  // The rows that the kernel maps and splits: `rows` themselves, or what the
  // steps before made of them, in `scratch`. Requires less than 4 GiB. Fails
  // with ResourceExhausted if the steps make 2 GiB or more of them.
  absl::StatusOr<kernels::TextRowsView> Clean(StringTensorView rows,
                                              Scratch& scratch) const;
  // The same for rows that are spans of `bytes`.
  absl::StatusOr<kernels::TextRowsView> Clean(std::string_view bytes,
                                              std::span<const TokenSpan> rows,
                                              Scratch& scratch) const;

  // The tokens of `rows`, or their n-grams if there are widths. No n-gram is
  // copied: its words lie one space apart, and it is a span of them. Requires
  // and fails as Clean.
  absl::Status Tokenize(StringTensorView rows, Scratch& scratch,
                        RowTokens& tokens) const;
  // The same for rows that are spans of `bytes`.
  absl::Status Tokenize(std::string_view bytes, std::span<const TokenSpan> rows,
                        Scratch& scratch, RowTokens& tokens) const;

  // The steps that are no part of the byte map.
  const TextPlan& prefix() const { return prefix_; }
  // What the kernel maps by.
  const kernels::CompiledByteMap& map() const {
    return blanks_ ? identity_ : map_;
  }
  // The byte map of the last steps and standardize, wherever it runs.
  const kernels::CompiledByteMap& standardize_map() const { return map_; }
  // Whether Unicode white space becomes blanks before the kernel.
  bool blanks_unicode() const { return blanks_; }
  // Whether the kernel reads the rows where they are.
  bool reads_in_place() const { return prefix_.steps().empty() && !blanks_; }
  const std::vector<int64_t>& ngrams() const { return ngrams_; }
  // Of the layer, those that are part of the map included.
  size_t num_steps() const { return num_steps_; }

 private:
  FusedTokenizer(TextPlan prefix, const kernels::ByteMap& map, bool blanks,
                 std::vector<int64_t> ngrams, size_t num_steps);

  // Runs the steps before the kernel on scratch.cleaned.
  absl::StatusOr<kernels::TextRowsView> RunPrefix(Scratch& scratch) const;
  void Split(const kernels::TextRowsView& rows, Scratch& scratch,
             RowTokens& tokens) const;
  void MakeNgrams(Scratch& scratch, RowTokens& tokens) const;

  TextPlan prefix_;
  kernels::CompiledByteMap map_;
  kernels::CompiledByteMap identity_;
  bool blanks_;
  std::vector<int64_t> ngrams_;
  size_t num_steps_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_FUSED_TOKENIZER_H_
