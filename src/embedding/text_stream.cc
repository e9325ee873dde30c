#include "embedding/text_stream.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/decoded_stream.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/named_rows.h"
#include "embedding/text_format.h"
#include "embedding/text_layout.h"
#include "embedding/text_lines.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/load_report.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

// Whole lines on their way from the decoder to the table.
struct StreamBlock {
  std::string text;
  TextPlace place;
  LineCounts counts;
  BufferBuilder<float> rows;
  ParsedLines parsed;
};

// Cuts what a stream decodes to into whole lines.
class LineSource {
 public:
  LineSource(const Buffer<char>& file, const std::string& name,
             const ReadRowsOptions& options, const TextRowsOptions& text)
      : stream_(file.span(), name),
        name_(name),
        options_(options),
        text_(text),
        rows_left_(options.max_rows < 0 ? INT64_MAX : options.max_rows) {}

  // Decodes the first lines.
  absl::Status FindLayout() {
    while (!ended_ && pending_.size() < kMaxHeadBytes &&
           CountLines(pending_, 1).num_data_lines <= kHeadLines) {
      // Doubling, so that counting again and again stays linear.
      ROWSPLIT_RETURN_IF_ERROR(
          ReadMore(std::max(pending_.size(), kHeadStepBytes)));
    }
    const std::string_view head =
        std::string_view(pending_).substr(0, kMaxHeadBytes);
    ROWSPLIT_ASSIGN_OR_RETURN(
        layout_, FindTextLayout(head, ended_ && head.size() == pending_.size(),
                                name_, text_));
    pending_.erase(0, layout_.body);
    place_ = {layout_.first_line, static_cast<int64_t>(layout_.body)};
    return absl::OkStatus();
  }

  // The next lines; false after the last.
  absl::StatusOr<bool> Next(StreamBlock& block) {
    ROWSPLIT_ASSIGN_OR_RETURN(const size_t end, FindCut());
    if (end == 0) return false;
    block.text.assign(pending_, 0, end);
    pending_.erase(0, end);
    block.text.resize(FindEndOfDataLines(block.text, rows_left_));
    block.place = place_;
    block.counts = CountLines(block.text, layout_.width);
    place_.line += block.counts.num_lines;
    place_.byte += static_cast<int64_t>(end);
    rows_left_ -= block.counts.num_data_lines;
    num_data_lines_ += block.counts.num_data_lines;
    if (block.text.size() < end) rows_left_ = 0;
    return true;
  }

  // Whether the header line told the truth, where all lines were read.
  absl::Status CheckHeader() {
    if (rows_left_ == 0) return absl::OkStatus();
    return CheckNumRows(layout_, num_data_lines_, name_);
  }

  const TextLayout& layout() const { return layout_; }
  const LoadReport& report() const { return report_; }

 private:
  static constexpr size_t kHeadStepBytes = size_t{64} << 10;

  // Appends up to `size` bytes. A broken stream ends with its last whole line,
  // as the number behind that may be cut, unless that is an error.
  absl::Status ReadMore(size_t size) {
    const size_t before = pending_.size();
    pending_.resize(before + size);
    const absl::StatusOr<size_t> count =
        stream_.Read(pending_.data() + before, size);
    pending_.resize(before + count.value_or(0));
    if (count.value_or(0) == 0) ended_ = true;
    if (!count.ok()) pending_.resize(pending_.rfind('\n') + 1);
    return CountIfTolerated(count.status(), options_, report_);
  }

  // The size of the whole lines at the front of `pending_`, of a block or more.
  absl::StatusOr<size_t> FindCut() {
    if (rows_left_ == 0) return 0;
    while (true) {
      if (!ended_ && pending_.size() < text_.block_bytes) {
        ROWSPLIT_RETURN_IF_ERROR(ReadMore(text_.block_bytes - pending_.size()));
      }
      if (ended_) return pending_.size();
      const size_t last = pending_.rfind('\n');
      if (last != std::string::npos) return last + 1;
      if (pending_.size() > kMaxStreamedLineBytes) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "%s, line %d, byte %d: a line of more than %d bytes", name_,
            place_.line, place_.byte, kMaxStreamedLineBytes));
      }
      ROWSPLIT_RETURN_IF_ERROR(ReadMore(std::max(pending_.size(), size_t{1})));
    }
  }

  DecodedStream stream_;
  const std::string& name_;
  const ReadRowsOptions& options_;
  const TextRowsOptions& text_;
  int64_t rows_left_;
  int64_t num_data_lines_ = 0;
  bool ended_ = false;
  std::string pending_;  // decoded, and in no block yet
  TextPlace place_;      // where that begins
  TextLayout layout_;
  LoadReport report_;
};

absl::Status ParseBlock(const LineRules& rules, StreamBlock& block) {
  // No overflow: a long line has two bytes for each number.
  block.rows.ResizeUninitialized(
      static_cast<size_t>(block.counts.num_long_lines * rules.width));
  block.parsed = {};
  return ParseLines(block.text, block.place, rules, block.rows.span(),
                    block.parsed);
}

}  // namespace

absl::StatusOr<NamedRows> ReadCompressedText(const Buffer<char>& file,
                                             const std::string& name,
                                             const ReadRowsOptions& options,
                                             const TextRowsOptions& text) {
  LineSource source(file, name, options, text);
  ROWSPLIT_RETURN_IF_ERROR(source.FindLayout());
  const LineRules rules{source.layout().width, options.policy, name};
  std::vector<StringTensor> tokens;
  BufferBuilder<float> values;
  LoadReport report;
  OrderedPipeline<StreamBlock> pipeline(
      [&](StreamBlock& block) { return source.Next(block); });
  pipeline
      .Parallel([&](StreamBlock& block) { return ParseBlock(rules, block); })
      .InOrder([&](StreamBlock& block) {
        const StringTensor& part =
            tokens.emplace_back(std::move(block.parsed.tokens).Build());
        values.Append(block.rows.span().first(
            static_cast<size_t>(part.size() * rules.width)));
        MergeReport(report, block.parsed.report);
        return absl::OkStatus();
      });
  ROWSPLIT_RETURN_IF_ERROR(
      pipeline.Run(options.exec, NumThreads(options.exec) + 2));
  MergeReport(report, source.report());
  ROWSPLIT_RETURN_IF_ERROR(
      CountIfTolerated(source.CheckHeader(), options, report));
  return NameRows(JoinTokens(tokens), std::move(values), rules.width, name,
                  std::move(report));
}

}  // namespace rowsplit::internal
