#include "corpus/learned_wordpiece.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "corpus/clean_stream.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/bert_tokenizer.h"
#include "rowsplit/text/wordpiece_learner.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit::internal {

namespace {

// Spans have 32 bits, and text may grow: so many bytes of words at a time.
constexpr Offset kBytesAtOnce = Offset{1} << 30;

absl::Status CountWords(StringTensorView words, TokenCounter& counter) {
  std::vector<TokenSpan> spans;
  for (int64_t word = 0; word < words.size();) {
    const Offset begin = words.offsets()[word];
    spans.clear();
    for (; word < words.size() &&
           words.offsets()[word + 1] - begin <= kBytesAtOnce;
         ++word) {
      spans.push_back({static_cast<uint32_t>(words.offsets()[word] - begin),
                       static_cast<uint32_t>(words[word].size())});
    }
    if (spans.empty()) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "vocab build: a word must have at most %d bytes, got one of %d",
          kBytesAtOnce, words[word].size()));
    }
    ROWSPLIT_RETURN_IF_ERROR(
        counter.AddSpans({words.bytes().data() + begin,
                          static_cast<size_t>(words.offsets()[word] - begin)},
                         spans));
  }
  return absl::OkStatus();
}

absl::Status CountBatch(const BasicTokenizeOptions& options, CleanBatch& batch,
                        TokenCounter& counter) {
  StringTensorBuilder builder;
  for (const TokenSpan& row : batch.text.rows.span())
    builder.Append(batch.bytes().substr(row.begin, row.size));
  const StringTensor rows = std::move(builder).Build();
  ROWSPLIT_ASSIGN_OR_RETURN(const TokensWithOffsets words,
                            BasicTokenize(rows, options));
  batch.num_tokens = words.tokens.flat_values().size();
  return CountWords(words.tokens.flat_values(), counter);
}

}  // namespace

absl::Status CountBasicWords(const CorpusConfig& config, const TextPlan& plan,
                             const ExecOptions& exec,
                             const ProgressCallback* progress,
                             CorpusReport& report, TokenCounter& counter) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      CleanStream stream,
      CleanStream::Open(config.input, plan, "vocabulary", progress, exec));
  BasicTokenizeOptions options{.exec = {.num_threads = 1}};
  if (config.vocabulary.lower_case)
    options.lower_case = BertLowerCase::kStripAccents;
  OrderedPipeline<CleanBatch> pipeline(
      [&](CleanBatch& batch) { return stream.Read(batch); });
  pipeline
      .Parallel([&](CleanBatch& batch) -> absl::Status {
        ROWSPLIT_RETURN_IF_ERROR(stream.Clean(batch));
        return CountBatch(options, batch, counter);
      })
      .InOrder([&](CleanBatch& batch) { return stream.Account(batch); });
  ROWSPLIT_RETURN_IF_ERROR(pipeline.Run(exec, BatchesInFlight(exec)));
  stream.FillReport(report);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> WriteLearnedWordpiece(const CorpusConfig& config,
                                              const std::string& path,
                                              const ExecOptions& exec,
                                              TokenCounter& counter) {
  if (counter.num_tokens() == 0) {
    return absl::FailedPreconditionError(
        "vocab build: there is no word to learn subwords from");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const TokenCounts counts, counter.MostCommon(-1));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor tokens,
      LearnWordpiece(counts.tokens, counts.counts.span(),
                     {.vocab_size = config.vectorize.max_tokens,
                      .reserved_tokens = config.vocabulary.reserved_tokens,
                      .lower_thresh = config.vocabulary.lower_thresh,
                      .cancellation = exec.cancellation}));
  ROWSPLIT_ASSIGN_OR_RETURN(const Vocabulary vocabulary,
                            Vocabulary::FromTokens(std::move(tokens)));
  ROWSPLIT_RETURN_IF_ERROR(
      WriteVocabulary(vocabulary, path,
                      {.format = config.vocabulary.format,
                       .special_tokens = config.vocabulary.reserved_tokens,
                       .wordpiece = true,
                       .lower_case = config.vocabulary.lower_case}));
  return vocabulary.size();
}

}  // namespace rowsplit::internal
