#include "rowsplit/corpus/stats.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "corpus/clean_stream.h"
#include "kernels/token_spans.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit {

namespace {

using internal::CleanBatch;
using internal::CleanStream;

// lines[b] counts the lines with [2^(b-1), 2^b) words; lines[0] those with
// none.
using LengthCounts = std::vector<int64_t>;

// What one thread has counted.
struct Counts {
  std::optional<TextVectorizationAdapter> tokens;
  LengthCounts lengths = LengthCounts(34, 0);
  BufferBuilder<TokenSpan> words;
};

absl::Status CountBatch(const CorpusConfig& config, CleanBatch& batch,
                        Counts& counts) {
  if (!counts.tokens.has_value()) counts.tokens.emplace(config.vectorize);
  ROWSPLIT_RETURN_IF_ERROR(
      counts.tokens->Update(batch.bytes(), batch.text.rows.span()));
  const auto* bytes = reinterpret_cast<const uint8_t*>(batch.text.bytes.data());
  batch.num_tokens = 0;
  for (const TokenSpan row : batch.text.rows.span()) {
    counts.words.ResizeUninitialized((size_t{row.size} + 1) / 2);
    const size_t num_words = kernels::FindTokenSpans(
        bytes + row.begin, row.size, row.begin, counts.words.data());
    batch.num_tokens += static_cast<int64_t>(num_words);
    ++counts.lengths[std::bit_width(num_words)];
  }
  return absl::OkStatus();
}

std::vector<LengthBin> MakeBins(const LengthCounts& lines) {
  std::vector<LengthBin> bins;
  size_t num_bins = lines.size();
  while (num_bins > 0 && lines[num_bins - 1] == 0) --num_bins;
  for (size_t bin = 0; bin < num_bins; ++bin) {
    const int64_t lowest = bin == 0 ? 0 : int64_t{1} << (bin - 1);
    bins.push_back({lowest, std::max(lowest, 2 * lowest - 1), lines[bin]});
  }
  return bins;
}

// Counts are enough to know the tokens that a vocabulary lacks.
void CountUnknown(const Vocabulary& vocabulary, const VocabularyBuilder& counts,
                  CorpusStats& stats) {
  // '' and '[UNK]', unless the file begins with them.
  const bool has_special =
      vocabulary.Find("") == 0 && vocabulary.Find("[UNK]") == 1;
  const int64_t num_special_ids = has_special ? 0 : 2;
  stats.has_vocabulary = true;
  stats.report.unknown_tokens = 0;
  stats.report.num_ids = vocabulary.size() + num_special_ids;
  for (const TokenCount& token : counts.MostCommon(-1)) {
    if (vocabulary.Find(token.token) < 0)
      stats.report.unknown_tokens += token.count;
  }
}

}  // namespace

absl::StatusOr<CorpusStats> ComputeStats(const CorpusConfig& config,
                                         int64_t num_top_tokens,
                                         const ExecOptions& exec,
                                         const ProgressCallback& progress) {
  ROWSPLIT_ASSIGN_OR_RETURN(const TextPlan plan,
                            TextPlan::Compile(config.clean));
  std::optional<Vocabulary> vocabulary;
  if (!config.vocabulary.file.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const VocabularyFile file,
                              ReadVocabulary(config.vocabulary.file));
    vocabulary = file.vocabulary;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      CleanStream stream,
      CleanStream::Open(config.input, plan, "stats", &progress, exec));
  internal::WorkerLocal<Counts> workers(exec);
  internal::OrderedPipeline<CleanBatch> pipeline(
      [&](CleanBatch& batch) { return stream.Read(batch); });
  pipeline
      .Parallel([&](CleanBatch& batch) {
        ROWSPLIT_RETURN_IF_ERROR(stream.Clean(batch));
        return CountBatch(config, batch, workers.local());
      })
      .InOrder([&](CleanBatch& batch) { return stream.Account(batch); });
  ROWSPLIT_RETURN_IF_ERROR(pipeline.Run(exec, internal::BatchesInFlight(exec)));

  Counts sum;
  sum.tokens.emplace(config.vectorize);
  for (Counts& counts : workers.slots()) {
    if (counts.tokens.has_value()) sum.tokens->Merge(*counts.tokens);
    counts.tokens.reset();
    for (size_t bin = 0; bin < sum.lengths.size(); ++bin)
      sum.lengths[bin] += counts.lengths[bin];
  }
  const VocabularyBuilder& tokens = sum.tokens->counts();
  CorpusStats stats;
  stream.FillReport(stats.report);
  stats.report.types = tokens.num_types();
  stats.report.empty_tokens = stats.report.tokens - tokens.num_tokens();
  stats.lengths = MakeBins(sum.lengths);
  for (const TokenCount& token : tokens.MostCommon(num_top_tokens)) {
    stats.top_tokens.push_back({std::string(token.token), token.count});
  }
  if (vocabulary.has_value()) CountUnknown(*vocabulary, tokens, stats);
  return stats;
}

}  // namespace rowsplit
