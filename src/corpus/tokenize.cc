#include "rowsplit/corpus/tokenize.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "corpus/clean_stream.h"
#include "corpus/token_lines.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/spill_file.h"

namespace rowsplit {

namespace {

using internal::CleanBatch;
using internal::CleanStream;
using internal::SpillFile;
using internal::SpillRun;
using internal::TokenizedRows;
using internal::TokenLineOptions;
using Write = std::function<absl::Status(std::string_view)>;

struct TokenBatch : CleanBatch {
  int64_t longest = 0;
  std::string output;  // lines, or packed rows
};

absl::StatusOr<TokenizedRows> EncodeRows(const Tokenizer& tokenizer,
                                         const EncodeOptions& options,
                                         CleanBatch& batch) {
  StringTensorBuilder builder;
  for (const TokenSpan& row : batch.text.rows.span())
    builder.Append(batch.bytes().substr(row.begin, row.size));
  const StringTensor texts = std::move(builder).Build();
  ROWSPLIT_ASSIGN_OR_RETURN(const EncodedTexts encoded,
                            tokenizer.Encode(texts, options));
  TokenizedRows rows;
  rows.num_rows = batch.num_rows;
  rows.kept.assign(batch.cleaned.kept.begin(), batch.cleaned.kept.end());
  if (texts.size() > 0) {
    const auto splits = encoded.ids.row_splits();
    rows.splits.assign(splits.begin(), splits.end());
  }
  const auto ids = encoded.ids.flat_values().span();
  rows.ids.assign(ids.begin(), ids.end());
  rows.starts.assign(encoded.starts.begin(), encoded.starts.end());
  rows.ends.assign(encoded.ends.begin(), encoded.ends.end());
  batch.num_tokens = static_cast<int64_t>(rows.ids.size());
  return rows;
}

// Rows that wait in a file until the longest one is known.
class WaitingRows {
 public:
  static absl::StatusOr<WaitingRows> Create(const std::string& folder) {
    WaitingRows rows;
    ROWSPLIT_ASSIGN_OR_RETURN(rows.file_, SpillFile::Create(folder));
    return rows;
  }

  absl::Status Add(const TokenBatch& batch) {
    longest_ = std::max(longest_, batch.longest);
    ROWSPLIT_RETURN_IF_ERROR(file_->Append(batch.output, run_));
    sizes_.push_back(static_cast<int64_t>(batch.output.size()));
    return absl::OkStatus();
  }

  // Pads them, and writes their lines.
  absl::Status WriteAll(TokenPadding padding, TokenLineOptions lines,
                        const Write& write, const ExecOptions& exec) const {
    padding.length = padding.Length(longest_);
    lines.padding = padding;
    size_t next = 0;
    int64_t at = 0;
    internal::OrderedPipeline<std::string> pipeline(
        [&](std::string& bytes) -> absl::StatusOr<bool> {
          if (next == sizes_.size()) return false;
          const int64_t size = sizes_[next++];
          bytes.resize(static_cast<size_t>(size));
          ROWSPLIT_RETURN_IF_ERROR(file_->Read(run_, at, bytes.data(), size));
          at += size;
          return true;
        });
    pipeline
        .Parallel([&](std::string& bytes) -> absl::Status {
          ROWSPLIT_ASSIGN_OR_RETURN(const TokenizedRows rows,
                                    TokenizedRows::Unpack(bytes));
          bytes = TokenLines(rows, lines);
          return absl::OkStatus();
        })
        .InOrder([&](std::string& bytes) { return write(bytes); });
    return pipeline.Run(exec, internal::BatchesInFlight(exec));
  }

 private:
  std::unique_ptr<SpillFile> file_;
  SpillRun run_;
  std::vector<int64_t> sizes_;
  int64_t longest_ = 0;
};

}  // namespace

absl::StatusOr<CorpusReport> TokenizeInputs(const InputConfig& input,
                                            const std::vector<TextStep>& clean,
                                            const Tokenizer& tokenizer,
                                            const TokenizeOptions& options,
                                            const Write& write,
                                            const ExecOptions& exec,
                                            const ProgressCallback& progress) {
  if (options.format != RecordFormat::kText &&
      options.format != RecordFormat::kJsonLines) {
    return absl::InvalidArgumentError(
        "tokenize writes lines: format must be text or jsonl");
  }
  EncodeOptions encode = options.encode;
  encode.exec = {.num_threads = 1, .cancellation = exec.cancellation};
  const TokenLineOptions lines{
      .json = options.format == RecordFormat::kJsonLines,
      .offsets = encode.offsets != OffsetUnit::kNone};
  const std::optional<TokenPadding> padding = tokenizer.padding();
  std::optional<WaitingRows> waiting;
  if (encode.pad && padding.has_value() && !padding->length.has_value() &&
      !encode.max_length.has_value()) {
    encode.pad = false;
    ROWSPLIT_ASSIGN_OR_RETURN(waiting,
                              WaitingRows::Create(options.temporary_folder));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const TextPlan plan, TextPlan::Compile(clean));
  ROWSPLIT_ASSIGN_OR_RETURN(
      CleanStream stream,
      CleanStream::Open(input, plan, "tokenize", &progress, exec));
  internal::OrderedPipeline<TokenBatch> pipeline(
      [&](TokenBatch& batch) { return stream.Read(batch); });
  pipeline
      .Parallel([&](TokenBatch& batch) -> absl::Status {
        ROWSPLIT_RETURN_IF_ERROR(stream.Clean(batch));
        ROWSPLIT_ASSIGN_OR_RETURN(const TokenizedRows rows,
                                  EncodeRows(tokenizer, encode, batch));
        batch.longest = rows.longest();
        batch.output =
            waiting.has_value() ? rows.Pack() : TokenLines(rows, lines);
        return absl::OkStatus();
      })
      .InOrder([&](TokenBatch& batch) -> absl::Status {
        ROWSPLIT_RETURN_IF_ERROR(stream.Account(batch));
        return waiting.has_value() ? waiting->Add(batch) : write(batch.output);
      });
  ROWSPLIT_RETURN_IF_ERROR(pipeline.Run(exec, internal::BatchesInFlight(exec)));
  if (waiting.has_value()) {
    ROWSPLIT_RETURN_IF_ERROR(waiting->WriteAll(*padding, lines, write, exec));
  }
  CorpusReport report;
  stream.FillReport(report);
  return report;
}

}  // namespace rowsplit
