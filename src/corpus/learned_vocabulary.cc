#include "corpus/learned_vocabulary.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/atomic_file.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/token_counter.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "rowsplit/vocab/vocabulary_formats.h"
#include "vocab/count_lines.h"

namespace rowsplit::internal {

namespace {

// The counts of the tokens of `learned` that are no special ones.
absl::Status AppendCounts(const Vocabulary& learned,
                          const VocabularyOptions& options,
                          TokenCounter& counter, AtomicFile& file) {
  const auto num_special = static_cast<int64_t>(options.special_tokens.size());
  StringTensorBuilder tokens;
  BufferBuilder<int64_t> counts;
  // Special tokens of the text are among the most common ones.
  ROWSPLIT_RETURN_IF_ERROR(counter.VisitMostCommon(
      options.max_tokens, options.min_count, [&](const TokenCount& token) {
        if (learned.Find(token.token) >= num_special) {
          tokens.Append(token.token);
          counts.Append(token.count);
        }
        return absl::OkStatus();
      }));
  return AppendCountLines(std::move(tokens).Build(), counts.span(), file);
}

}  // namespace

absl::StatusOr<int64_t> WriteLearnedVocabulary(const CorpusConfig& config,
                                               const std::string& path,
                                               TokenCounter& counter) {
  if (counter.num_tokens() == 0) {
    return absl::FailedPreconditionError(
        "vocab build: there is no token to learn a vocabulary from");
  }
  VocabularyOptions options;
  options.max_tokens = config.vectorize.max_tokens;
  options.min_count = config.vectorize.min_count;
  ROWSPLIT_ASSIGN_OR_RETURN(const Vocabulary learned, counter.Build(options));
  Vocabulary vocabulary = learned;
  if (config.vocabulary.format == VocabularyFormat::kText) {
    StringTensorBuilder tokens;
    const auto num_special =
        static_cast<int64_t>(options.special_tokens.size());
    for (int64_t id = num_special; id < learned.size(); ++id) {
      tokens.Append(learned.token(id));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(
        vocabulary, Vocabulary::FromTokens(std::move(tokens).Build()));
  }
  std::optional<AtomicFile> counts;
  if (!config.vocabulary.counts.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(counts,
                              AtomicFile::Open(config.vocabulary.counts, {}));
    ROWSPLIT_RETURN_IF_ERROR(AppendCounts(learned, options, counter, *counts));
    ROWSPLIT_RETURN_IF_ERROR(counts->Finish());
  }
  ROWSPLIT_RETURN_IF_ERROR(
      WriteVocabulary(vocabulary, path, {.format = config.vocabulary.format}));
  if (counts.has_value()) ROWSPLIT_RETURN_IF_ERROR(counts->Commit());
  return learned.size();
}

}  // namespace rowsplit::internal
