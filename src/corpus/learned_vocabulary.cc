#include "corpus/learned_vocabulary.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/status_macros.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/token_counter.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit::internal {

absl::Status WriteTokenCounts(const std::string& path,
                              const TokenCounts& counts) {
  ROWSPLIT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Open(path, {}));
  for (int64_t i = 0; i < counts.tokens.size(); ++i) {
    const std::string_view token = counts.tokens[i];
    if (token.find('\n') != std::string_view::npos || token.ends_with('\r')) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: a token with a line end can't be in a file of counts: \"%s\"",
          path, absl::CHexEscape({token.data(), token.size()})));
    }
    ROWSPLIT_RETURN_IF_ERROR(
        file.Append(absl::StrFormat("%d\t%s\n", counts.counts[i], token)));
  }
  return file.Commit();
}

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
  if (!config.vocabulary.counts.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const TokenCounts counts,
        counter.MostCommon(options.max_tokens, options.min_count));
    ROWSPLIT_RETURN_IF_ERROR(
        WriteTokenCounts(config.vocabulary.counts, counts));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      WriteVocabulary(vocabulary, path, {.format = config.vocabulary.format}));
  return learned.size();
}

}  // namespace rowsplit::internal
