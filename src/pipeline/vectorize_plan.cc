#include "pipeline/vectorize_plan.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/status_macros.h"
#include "pipeline/fused_plan.h"
#include "pipeline/fused_tokenizer.h"
#include "pipeline/staged_plan.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/output_mode.h"

namespace rowsplit::internal {

VectorizePlan::VectorizePlan(const TextVectorizationOptions& options,
                             StagedPlan staged, std::optional<FusedPlan> fused)
    : staged_(std::move(staged)),
      fused_(std::move(fused)),
      split_(options.split),
      mode_(options.output_mode),
      most_ids_(options.output_sequence_length.value_or(INT64_MAX)) {}

absl::StatusOr<VectorizePlan> VectorizePlan::Create(
    const TextVectorizationOptions& options, const TokenLookup& lookup,
    int64_t first_id, int64_t num_columns, const Buffer<float>& idf_weights) {
  ROWSPLIT_ASSIGN_OR_RETURN(StagedPlan staged,
                            StagedPlan::Create(options, lookup, first_id));
  return VectorizePlan(
      options, std::move(staged),
      FusedPlan::Compile(options, lookup, first_id, num_columns, idf_weights));
}

absl::StatusOr<RaggedTensor<int64_t>> VectorizePlan::Vectorize(
    StringTensorView texts, std::span<const Offset> text_splits,
    const ExecOptions& exec) const {
  // Splits are for texts that are tokens already.
  if (!fused_.has_value() || !text_splits.empty()) {
    return staged_.Vectorize(texts, text_splits, exec);
  }
  return fused_->Ids(texts, most_ids_, exec);
}

namespace {

std::string_view OutputText(OutputMode mode) {
  switch (mode) {
    case OutputMode::kInt:
      return "ids";
    case OutputMode::kOneHot:
      return "one_hot";
    case OutputMode::kMultiHot:
      return "multi_hot";
    case OutputMode::kCount:
      return "count";
    case OutputMode::kTfIdf:
      return "tf_idf";
  }
  return "";
}

std::string Indent(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const size_t end = lines.find('\n') + 1;
    absl::StrAppend(&text, "  ", std::string(lines.substr(0, end)));
    lines.remove_prefix(end);
  }
  return text;
}

std::string WhyNoByteMap(const TextStep& step) {
  const auto* replace = std::get_if<ReplaceRegex>(&step);
  if (replace == nullptr) return "it works on characters, not on bytes";
  if (!replace->replace_global) return "it replaces the first match only";
  return "it is not one class of ASCII bytes replaced by one byte or nothing";
}

std::string_view SplitText(Split split) {
  switch (split) {
    case Split::kNone:
      return "nothing is split";
    case Split::kCharacter:
      return "it splits into characters";
    case Split::kWhitespace:
    case Split::kUnicodeWhitespace:
      return "";
  }
  return "";
}

// The byte map and the steps that are part of it.
std::string ExplainMap(const FusedTokenizer& fused) {
  const kernels::CompiledByteMap& map = fused.standardize_map();
  const size_t first = fused.prefix().steps().size() + 1;
  const size_t last = fused.num_steps();
  return absl::StrFormat(
      "  %sstandardize: map bytes%s, %s\n",
      last < first    ? ""
      : last == first ? absl::StrFormat("step %d and ", first)
                      : absl::StrFormat("steps %d to %d and ", first, last),
      map.drops() ? " and drop some" : "",
      map.is_simple() ? "vectors" : "table");
}

}  // namespace

std::string ExplainTokens(const FusedTokenizer* fused,
                          const TokenStages& stages, Split split) {
  if (fused == nullptr) {
    const std::string split_text(SplitText(split));
    const std::string why =
        split_text.empty()
            ? "as asked"
            : split_text + ", and the kernel splits at white space only";
    return absl::StrCat("stage by stage on pieces of the texts, not fused: ",
                        why, "\n", Indent(stages.Explain()));
  }
  std::string text;
  const std::vector<TextStep>& before = fused->prefix().steps();
  if (!before.empty()) {
    text = absl::StrFormat(
        "stage by stage on pieces of the texts, not fused: step %d must run by "
        "itself, as %s\n",
        before.size(), WhyNoByteMap(before.back()));
    absl::StrAppend(&text, Indent(fused->prefix().Explain()));
  }
  const std::string map = ExplainMap(*fused);
  constexpr const char* kFusedLine =
      "fused, in blocks that stay in the cache\n";
  if (fused->blanks_unicode()) {
    absl::StrAppend(
        &text,
        "stage by stage on pieces of the texts, not fused: Unicode white space "
        "may be there only when bytes between are dropped\n",
        map, "  split: Unicode white space becomes blanks, vectors\n",
        kFusedLine, "  split: blanks, vectors\n");
  } else {
    absl::StrAppend(&text, kFusedLine, map,
                    "  split: ASCII white space, vectors\n");
  }
  if (!fused->ngrams().empty()) {
    absl::StrAppend(&text, "  n-grams: widths ",
                    absl::StrJoin(fused->ngrams(), ", "),
                    ", spans of the words, none is copied\n");
  }
  return text;
}

std::string VectorizePlan::ExplainIds() const {
  std::string text =
      ExplainTokens(fused_.has_value() ? &fused_->tokenizer() : nullptr,
                    staged_.stages(), split_);
  absl::StrAppendFormat(&text, "  look up: %d ids, %d of unknown tokens\n",
                        lookup().size(), lookup().options().num_oov);
  return text;
}

std::string VectorizePlan::Explain() const {
  std::string text = ExplainIds();
  const std::string output(OutputText(mode_));
  if (mode_ == OutputMode::kInt) {
    absl::StrAppend(&text, "  output: ", output, "\n");
  } else if (fused_.has_value() && fused_->makes_columns()) {
    absl::StrAppend(&text, "  output: ", output,
                    ", sparse rows from the ids of a block; dense rows from "
                    "all ids\n");
  } else {
    absl::StrAppend(&text, "output: ", output, ", from all ids\n");
  }
  return text;
}

}  // namespace rowsplit::internal
