#include "corpus/example_stream.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
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

// The words [first, end) of the tail and the batch, as the next tail.
WordTail MakeTail(const ExampleBatch& batch, int64_t batch_first, int64_t first,
                  int64_t end, bool with_text) {
  WordTail tail;
  tail.first = first;
  for (int64_t word = first; word < end; ++word) {
    const Word at = WordAt(batch, batch_first, word);
    tail.ids.push_back(at.id);
    const std::string_view text = with_text ? at.text : std::string_view();
    tail.words.push_back({static_cast<uint32_t>(tail.bytes.size()),
                          static_cast<uint32_t>(text.size())});
    tail.bytes += text;
  }
  return tail;
}

bool IsFull(const ExampleBatch& batch) {
  constexpr size_t kEnoughBytes = size_t{8} << 20;
  return batch.records.size() >= kEnoughBytes;
}

}  // namespace

void ExampleCounts::Add(const ExampleCounts& other) {
  examples += other.examples;
  short_examples += other.short_examples;
  dropped_windows += other.dropped_windows;
  dropped_window_tokens += other.dropped_window_tokens;
  unknown_tokens += other.unknown_tokens;
  empty_tokens += other.empty_tokens;
}

void ExampleCounts::FillReport(CorpusReport& report) const {
  report.examples = examples;
  report.short_examples = short_examples;
  report.dropped_windows = dropped_windows;
  report.dropped_window_tokens = dropped_window_tokens;
  report.unknown_tokens = unknown_tokens;
  report.empty_tokens = empty_tokens;
}

absl::StatusOr<ExampleStream> ExampleStream::Create(
    const CorpusConfig& config, const TextVectorization& layer,
    const ExampleEncoder& encoder) {
  if (layer.options().output_mode != OutputMode::kInt) {
    return absl::InvalidArgumentError(
        "examples are rows of ids: the vectorizer's output_mode must be int");
  }
  if (config.window.has_value() && !layer.CanVectorizeTokens()) {
    return absl::InvalidArgumentError(
        "windows need a vectorizer that gives each word by itself an id");
  }
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

absl::Status ExampleStream::VectorizeWords(ExampleBatch& batch) const {
  SplitRows(batch);
  const size_t num_words = batch.words.size();
  batch.ids.ResizeUninitialized(num_words);
  ROWSPLIT_RETURN_IF_ERROR(layer_->VectorizeTokens(
      batch.bytes(), batch.words.span(), batch.ids.span(), batch.scratch));

  if (layer_->options().split == Split::kNone) {
    // A whole text of which nothing is left is padding, as the empty text is.
    std::ranges::replace(batch.ids.span(), -1, TextVectorization::kPaddingId);
  }
  return absl::OkStatus();
}

// What is no word by itself, n-grams for example, has ids by rows alone.
absl::Status ExampleStream::VectorizeRows(ExampleBatch& batch) const {
  StringTensorBuilder texts;
  for (const TokenSpan row : batch.text.rows.span()) {
    texts.Append(batch.bytes().substr(row.begin, row.size));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const RaggedTensor<int64_t> ids,
      layer_->VectorizeRagged(std::move(texts).Build(), {.num_threads = 1}));
  batch.ids.Clear();
  batch.ids.Append(ids.flat_values().span());
  batch.row_ends.Clear();
  batch.row_ends.Append(ids.view().splits.subspan(1));
  return absl::OkStatus();
}

absl::Status ExampleStream::Tokenize(ExampleBatch& batch) const {
  batch.next_row = 0;
  batch.next_window = 0;
  batch.is_encoded = false;
  ROWSPLIT_RETURN_IF_ERROR(layer_->CanVectorizeTokens() ? VectorizeWords(batch)
                                                        : VectorizeRows(batch));
  batch.num_tokens = static_cast<int64_t>(batch.ids.size());

  batch.counts = {};
  const int64_t oov_begin = layer_->lookup().oov_begin();
  const int64_t oov_end = layer_->first_token_id();
  for (const int64_t id : batch.ids.span()) {
    batch.counts.unknown_tokens += id >= oov_begin && id < oov_end;
    batch.counts.empty_tokens += id < 0;
  }
  return absl::OkStatus();
}

absl::Status ExampleStream::Place(ExampleBatch& batch) {
  if (!across_rows()) return absl::OkStatus();
  const int64_t before = tail_.end();
  const int64_t after = before + batch.num_tokens;
  batch.num_words_yet = after;
  batch.next_window = plan_->NumComplete(before);
  batch.end_window = plan_->NumComplete(after);
  batch.tail = std::move(tail_);
  // Where the shift is larger than the reach, the next window may begin later
  // than the words that have come.
  const int64_t needed = std::min(plan_->FirstNeeded(after), after);
  tail_ = MakeTail(batch, before, needed, after, needs_text_);
  if (static_cast<int64_t>(tail_.bytes.size()) > kMaxBatchBytes) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "the %d words that a window reaches over have more than %d bytes",
        after - needed, kMaxBatchBytes));
  }
  return absl::OkStatus();
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
  for (; batch.next_row < batch.row_ends.size(); ++batch.next_row) {
    if (IsFull(batch)) return absl::OkStatus();
    const size_t row = batch.next_row;
    const Offset begin = row == 0 ? 0 : batch.row_ends[row - 1];
    batch.example_ids.assign(batch.ids.data() + begin,
                             batch.ids.data() + batch.row_ends[row]);
    const TokenSpan span = batch.text.rows[row];
    ROWSPLIT_RETURN_IF_ERROR(EncodeExample(
        batch, std::nullopt, batch.bytes().substr(span.begin, span.size), {}));
  }
  batch.is_encoded = true;
  return absl::OkStatus();
}

absl::Status ExampleStream::EncodeRowWindows(ExampleBatch& batch) const {
  batch.tail = {};
  for (; batch.next_row < batch.row_ends.size(); ++batch.next_row) {
    const size_t row = batch.next_row;
    const Offset begin = row == 0 ? 0 : batch.row_ends[row - 1];
    const int64_t length = batch.row_ends[row] - begin;
    const int64_t num_windows = plan_->NumWindows(length);
    for (; batch.next_window < num_windows; ++batch.next_window) {
      if (IsFull(batch)) return absl::OkStatus();
      ROWSPLIT_RETURN_IF_ERROR(
          EncodeWindow(batch, 0, begin + plan_->Begin(batch.next_window),
                       plan_->Length(batch.next_window, length)));
    }
    batch.next_window = 0;
    if (drop_remainder_) CountDropped(length, batch.counts);
  }
  batch.is_encoded = true;
  return absl::OkStatus();
}

absl::Status ExampleStream::EncodeStreamWindows(ExampleBatch& batch) const {
  const int64_t batch_first = batch.tail.end();
  for (; batch.next_window < batch.end_window; ++batch.next_window) {
    if (IsFull(batch)) return absl::OkStatus();
    ROWSPLIT_RETURN_IF_ERROR(
        EncodeWindow(batch, batch_first, plan_->Begin(batch.next_window),
                     plan_->Length(batch.next_window, batch.num_words_yet)));
  }
  batch.is_encoded = true;
  return absl::OkStatus();
}

absl::Status ExampleStream::Encode(ExampleBatch& batch) const {
  batch.records.Clear();
  batch.record_ends.Clear();
  if (!plan_.has_value()) return EncodeRows(batch);
  return across_rows() ? EncodeStreamWindows(batch) : EncodeRowWindows(batch);
}

// The windows of `num_words` words that are left out for being short.
void ExampleStream::CountDropped(int64_t num_words,
                                 ExampleCounts& counts) const {
  const int64_t complete = plan_->NumComplete(num_words);
  const int64_t end = complete == 0 ? 0 : plan_->End(complete - 1);
  counts.dropped_windows += plan_->NumAll(num_words) - complete;
  counts.dropped_window_tokens += std::max<int64_t>(0, num_words - end);
}

void ExampleStream::Flush(ExampleBatch& batch) const {
  batch.text.rows.Clear();
  batch.row_ends.Clear();
  batch.next_row = 0;
  batch.is_encoded = false;
  batch.counts = {};
  if (!across_rows()) return;
  batch.tail = tail_;
  batch.num_words_yet = tail_.end();
  batch.next_window = plan_->NumComplete(batch.num_words_yet);
  batch.end_window = plan_->NumWindows(batch.num_words_yet);
  if (drop_remainder_) CountDropped(batch.num_words_yet, batch.counts);
}

}  // namespace rowsplit::internal
