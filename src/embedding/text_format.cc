#include "embedding/text_format.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/checked_math.h"
#include "core/decoded_stream.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/named_rows.h"
#include "embedding/text_layout.h"
#include "embedding/text_lines.h"
#include "embedding/text_stream.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

// Whole lines that one thread takes at a time.
struct Block {
  std::string_view text;
  LineCounts counts;
  TextPlace place;
  int64_t first_row = 0;  // the place in the table that is kept for it
  ParsedLines parsed;
};

std::vector<Block> CutBlocks(std::string_view text, size_t block_bytes) {
  std::vector<Block> blocks;
  while (!text.empty()) {
    const size_t last = std::min(block_bytes, text.size()) - 1;
    const size_t line_end = text.find('\n', last);
    const size_t size =
        line_end == std::string_view::npos ? text.size() : line_end + 1;
    Block& block = blocks.emplace_back();
    block.text = text.substr(0, size);
    text.remove_prefix(size);
  }
  return blocks;
}

// Counts the lines of all blocks and gives each its place; returns the sums.
absl::StatusOr<LineCounts> PlaceBlocks(const TextLayout& layout,
                                       const ExecOptions& exec,
                                       std::vector<Block>& blocks) {
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, static_cast<int64_t>(blocks.size()), 1,
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          blocks[i].counts = CountLines(blocks[i].text, layout.width);
        }
        return absl::OkStatus();
      }));
  LineCounts all;
  TextPlace place{layout.first_line, static_cast<int64_t>(layout.body)};
  for (Block& block : blocks) {
    block.place = place;
    block.first_row = all.num_long_lines;
    place.line += block.counts.num_lines;
    place.byte += static_cast<int64_t>(block.text.size());
    all.num_lines += block.counts.num_lines;
    all.num_data_lines += block.counts.num_data_lines;
    all.num_long_lines += block.counts.num_long_lines;
  }
  return all;
}

absl::Status ParseBlocks(const LineRules& rules, const ExecOptions& exec,
                         std::vector<Block>& blocks, std::span<float> values) {
  return ParallelFor(
      exec, static_cast<int64_t>(blocks.size()), 1,
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          Block& block = blocks[i];
          const auto width = static_cast<size_t>(rules.width);
          const std::span<float> rows = values.subspan(
              static_cast<size_t>(block.first_row) * width,
              static_cast<size_t>(block.counts.num_long_lines) * width);
          ROWSPLIT_RETURN_IF_ERROR(
              ParseLines(block.text, block.place, rules, rows, block.parsed));
        }
        return absl::OkStatus();
      });
}

// The tokens of all blocks, whose rows are moved together where lines were
// dropped.
StringTensor JoinBlocks(std::vector<Block>& blocks, int64_t width,
                        BufferBuilder<float>& values, LoadReport& report) {
  std::vector<StringTensor> parts;
  parts.reserve(blocks.size());
  int64_t num_rows = 0;
  for (Block& block : blocks) {
    const StringTensor& part =
        parts.emplace_back(std::move(block.parsed.tokens).Build());
    if (block.first_row != num_rows) {
      std::memmove(values.data() + num_rows * width,
                   values.data() + block.first_row * width,
                   static_cast<size_t>(part.size() * width) * sizeof(float));
    }
    num_rows += part.size();
    MergeReport(report, block.parsed.report);
  }
  values.ResizeUninitialized(static_cast<size_t>(num_rows * width));
  return JoinTokens(parts);
}

absl::StatusOr<NamedRows> ReadPlainText(std::string_view text,
                                        const std::string& name,
                                        const ReadRowsOptions& options,
                                        const TextRowsOptions& text_options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const TextLayout layout,
      FindTextLayout(text.substr(0, kMaxHeadBytes),
                     text.size() <= kMaxHeadBytes, name, text_options));
  std::string_view body = text.substr(layout.body);
  if (options.max_rows >= 0) {
    body = body.substr(0, FindEndOfDataLines(body, options.max_rows));
  }
  std::vector<Block> blocks = CutBlocks(body, text_options.block_bytes);
  ROWSPLIT_ASSIGN_OR_RETURN(const LineCounts counts,
                            PlaceBlocks(layout, options.exec, blocks));
  LoadReport report;
  LoadReport header_report;  // what is known at the end of a stream only
  if (options.max_rows < 0 || counts.num_data_lines < options.max_rows) {
    ROWSPLIT_RETURN_IF_ERROR(
        CountIfTolerated(CheckNumRows(layout, counts.num_data_lines, name),
                         options, header_report));
  }
  // A long line has two bytes for each float of its row, so this is at most
  // twice the text.
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_values,
                            CheckedMul(counts.num_long_lines, layout.width));
  BufferBuilder<float> values(static_cast<size_t>(num_values));
  const LineRules rules{layout.width, options.policy, name};
  ROWSPLIT_RETURN_IF_ERROR(
      ParseBlocks(rules, options.exec, blocks, values.span()));
  const StringTensor tokens = JoinBlocks(blocks, layout.width, values, report);
  MergeReport(report, header_report);
  return NameRows(tokens, std::move(values), layout.width, name,
                  std::move(report));
}

}  // namespace

absl::StatusOr<NamedRows> ReadTextRows(const Buffer<char>& file,
                                       const std::string& name,
                                       const ReadRowsOptions& options,
                                       const TextRowsOptions& text) {
  if (IsCompressed(file.span())) {
    return ReadCompressedText(file, name, options, text);
  }
  return ReadPlainText({file.data(), file.size()}, name, options, text);
}

}  // namespace rowsplit::internal
