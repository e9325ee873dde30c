#include "corpus/example_stream.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "kernels/token_spans.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

namespace {

// The word with number `word` in the stream: in the tail or in the batch, whose
// first word has the number `batch_first`.
struct Word {
  int64_t id;
  std::string_view text;
};

Word WordAt(const ExampleBatch& batch, int64_t batch_first, int64_t word) {
  if (word < batch_first) {
    const size_t i = static_cast<size_t>(word - batch.tail.first);
    const TokenSpan span = batch.tail.words[i];
    return {batch.tail.ids[i],
            std::string_view(batch.tail.bytes).substr(span.begin, span.size)};
  }
  const size_t i = static_cast<size_t>(word - batch_first);
  const TokenSpan span = batch.words.span()[i];
  return {batch.ids.span()[i], batch.bytes().substr(span.begin, span.size)};
}

// The words [first, …) of the tail and the batch, as the next tail.
WordTail MakeTail(const ExampleBatch& batch, int64_t batch_first, int64_t first,
                  int64_t end) {
  WordTail tail;
  tail.first = first;
  for (int64_t word = first; word < end; ++word) {
    const Word at = WordAt(batch, batch_first, word);
    tail.words.push_back({static_cast<uint32_t>(tail.bytes.size()),
                          static_cast<uint32_t>(at.text.size())});
    tail.bytes += at.text;
    tail.ids.push_back(at.id);
  }
  return tail;
}

}  // namespace

void ExampleCounts::AddTo(CorpusReport& report) const {
  report.examples += examples;
  report.short_examples += short_examples;
  report.dropped_windows += dropped_windows;
  report.dropped_window_tokens += dropped_window_tokens;
  report.unknown_tokens += unknown_tokens;
  report.empty_tokens += empty_tokens;
}

absl::StatusOr<ExampleStream> ExampleStream::Create(
    const CorpusConfig& config, const TextVectorization& layer,
    const ExampleEncoder& encoder) {
  ExampleStream stream;
  if (config.window.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(stream.plan_,
                              WindowPlan::Create(config.window->options));
    stream.scope_ = config.window->options.scope;
    stream.drop_remainder_ = config.window->options.drop_remainder;
    stream.has_label_ = config.window->label == WindowLabel::kLast;
  }
  stream.needs_text_ = config.output.format == RecordFormat::kTfrecord ||
                       config.output.format == RecordFormat::kJsonLines;
  stream.sequence_length_ = config.vectorize.output_sequence_length;
  stream.layer_ = &layer;
  stream.encoder_ = &encoder;
  return stream;
}

// The words of each row, or each row as one word.
void ExampleStream::SplitRows(ExampleBatch& batch) const {
  const std::span<const TokenSpan> rows = batch.text.rows.span();
  batch.words.Clear();
  batch.row_ends.ResizeUninitialized(rows.size());
  if (layer_->options().split == Split::kNone) {
    batch.words.Append(rows);
    for (size_t row = 0; row < rows.size(); ++row) {
      batch.row_ends[row] = static_cast<Offset>(row) + 1;
    }
    return;
  }
  const auto* bytes = reinterpret_cast<const uint8_t*>(batch.text.bytes.data());
  size_t most = 0;
  for (const TokenSpan row : rows) most += (size_t{row.size} + 1) / 2;
  batch.words.ResizeUninitialized(most);
  size_t num_words = 0;
  for (size_t row = 0; row < rows.size(); ++row) {
    num_words += kernels::FindTokenSpans(bytes + rows[row].begin,
                                         rows[row].size, rows[row].begin,
                                         batch.words.data() + num_words);
    batch.row_ends[row] = static_cast<Offset>(num_words);
  }
  batch.words.ResizeUninitialized(num_words);
}

void ExampleStream::Tokenize(ExampleBatch& batch) const {
  SplitRows(batch);
  const size_t num_words = batch.words.size();
  batch.num_tokens = static_cast<int64_t>(num_words);
  batch.ids.ResizeUninitialized(num_words);
  layer_->VectorizeTokens(batch.bytes(), batch.words.span(), batch.ids.span(),
                          batch.scratch);

  if (layer_->options().split == Split::kNone) {
    // A whole text of which nothing is left is padding, as the empty text is.
    std::ranges::replace(batch.ids.span(), -1, TextVectorization::kPaddingId);
  }

  batch.counts = {};
  for (const int64_t id : batch.ids.span()) {
    batch.counts.unknown_tokens += id == TextVectorization::kUnknownId;
    batch.counts.empty_tokens += id < 0;
  }
}

void ExampleStream::Place(ExampleBatch& batch) {
  if (!across_rows()) return;
  const int64_t before = tail_.end();
  const int64_t after = before + batch.num_tokens;
  batch.first_window = plan_->NumComplete(before);
  batch.end_window = plan_->NumComplete(after);
  batch.tail = std::move(tail_);
  // Where the shift is larger than the reach, the next window may begin later
  // than the words that have come.
  const int64_t needed = std::min(plan_->FirstNeeded(after), after);
  tail_ = MakeTail(batch, before, needed, after);
}

absl::Status ExampleStream::EncodeExample(ExampleBatch& batch,
                                          std::optional<int64_t> label,
                                          std::string_view text,
                                          std::string_view label_text) const {
  std::vector<int64_t>& ids = batch.example_ids;
  std::erase(ids, -1);
  if (sequence_length_.has_value()) {
    ids.resize(static_cast<size_t>(*sequence_length_),
               TextVectorization::kPaddingId);
  }
  ROWSPLIT_RETURN_IF_ERROR(
      encoder_->AppendRecord({.ids = ids,
                              .label = label.value_or(0),
                              .has_label = label.has_value(),
                              .text = text,
                              .label_text = label_text},
                             batch.records));
  batch.record_ends.Append(static_cast<Offset>(batch.records.size()));
  ++batch.counts.examples;
  return absl::OkStatus();
}

absl::Status ExampleStream::EncodeWindow(ExampleBatch& batch,
                                         int64_t batch_first, int64_t begin,
                                         int64_t length) const {
  batch.example_ids.clear();
  batch.example_text.clear();
  const int64_t num_words = has_label_ ? length - 1 : length;
  for (int64_t i = 0; i < num_words; ++i) {
    const Word word = WordAt(batch, batch_first, begin + i * plan_->stride());
    batch.example_ids.push_back(word.id);
    if (!needs_text_) continue;
    if (i > 0) batch.example_text += ' ';
    batch.example_text += word.text;
  }
  batch.counts.short_examples += length < plan_->size();
  if (!has_label_)
    return EncodeExample(batch, std::nullopt, batch.example_text, {});
  const Word label =
      WordAt(batch, batch_first, begin + num_words * plan_->stride());
  // A label of which nothing is left is what an empty text is: padding.
  const int64_t label_id =
      label.id < 0 ? TextVectorization::kPaddingId : label.id;
  return EncodeExample(batch, label_id, batch.example_text, label.text);
}

absl::Status ExampleStream::EncodeRows(ExampleBatch& batch) const {
  Offset begin = 0;
  for (size_t row = 0; row < batch.row_ends.size(); ++row) {
    const Offset end = batch.row_ends[row];
    batch.example_ids.assign(batch.ids.data() + begin, batch.ids.data() + end);
    const TokenSpan span = batch.text.rows[row];
    ROWSPLIT_RETURN_IF_ERROR(EncodeExample(
        batch, std::nullopt, batch.bytes().substr(span.begin, span.size), {}));
    begin = end;
  }
  return absl::OkStatus();
}

absl::Status ExampleStream::EncodeRowWindows(ExampleBatch& batch) const {
  batch.tail = {};
  Offset begin = 0;
  for (const Offset end : batch.row_ends.span()) {
    const int64_t length = end - begin;
    for (int64_t window = 0; window < plan_->NumWindows(length); ++window) {
      ROWSPLIT_RETURN_IF_ERROR(EncodeWindow(batch, 0,
                                            begin + plan_->Begin(window),
                                            plan_->Length(window, length)));
    }
    if (drop_remainder_) {
      const int64_t complete = plan_->NumComplete(length);
      batch.counts.dropped_windows += plan_->NumAll(length) - complete;
      batch.counts.dropped_window_tokens += std::max<int64_t>(
          0, length - (complete == 0 ? 0 : plan_->End(complete - 1)));
    }
    begin = end;
  }
  return absl::OkStatus();
}

absl::Status ExampleStream::Encode(ExampleBatch& batch) const {
  batch.records.Clear();
  batch.record_ends.Clear();
  if (!plan_.has_value()) return EncodeRows(batch);
  if (!across_rows()) return EncodeRowWindows(batch);
  const int64_t batch_first = batch.tail.end();
  for (int64_t window = batch.first_window; window < batch.end_window;
       ++window) {
    ROWSPLIT_RETURN_IF_ERROR(
        EncodeWindow(batch, batch_first, plan_->Begin(window), plan_->size()));
  }
  return absl::OkStatus();
}

absl::Status ExampleStream::Flush(ExampleBatch& batch) const {
  batch.records.Clear();
  batch.record_ends.Clear();
  batch.counts = {};
  if (!across_rows()) return absl::OkStatus();
  const int64_t num_words = tail_.end();
  const int64_t complete = plan_->NumComplete(num_words);
  const int64_t all = plan_->NumAll(num_words);
  if (drop_remainder_) {
    batch.counts.dropped_windows = all - complete;
    batch.counts.dropped_window_tokens = std::max<int64_t>(
        0, num_words - (complete == 0 ? 0 : plan_->End(complete - 1)));
    return absl::OkStatus();
  }
  batch.tail = tail_;
  for (int64_t window = complete; window < all; ++window) {
    ROWSPLIT_RETURN_IF_ERROR(EncodeWindow(batch, num_words,
                                          plan_->Begin(window),
                                          plan_->Length(window, num_words)));
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
