#include "rowsplit/data/corpus_reader.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "data/block_parser.h"
#include "data/block_reader.h"
#include "data/json_text.h"

namespace rowsplit {
namespace {

constexpr int64_t kMaxBlockBytes = 256 << 20;
// A block and a line, every byte mended to three, still are one batch.
constexpr int64_t kMaxLineBytes = 1 << 30;

absl::Status CheckRange(const char* name, int64_t value, int64_t least,
                        int64_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s must be between %d and %d: %d", name, least, most, value));
}

}  // namespace

void RawBlock::Clear() {
  bytes.Clear();
  input = 0;
  first_line = 1;
  first_byte = 0;
  continues_line = is_piece = false;
  faults.Clear();
}

void RowBatch::Clear() {
  bytes.Clear();
  rows.Clear();
  input = 0;
  first_line = 1;
  first_byte = 0;
  faults.Clear();
}

struct CorpusReader::Impl {
  Impl(std::vector<InputFile> inputs, ReadOptions options,
       std::vector<std::string> text_path)
      : inputs(std::move(inputs)),
        options(std::move(options)),
        text_path(std::move(text_path)),
        reader(this->inputs, this->options) {}

  const std::vector<InputFile> inputs;
  const ReadOptions options;
  const std::vector<std::string> text_path;
  internal::BlockReader reader;
};

absl::StatusOr<CorpusReader> CorpusReader::Open(std::vector<InputFile> inputs,
                                                ReadOptions options) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckRange("block_bytes", options.block_bytes, 1, kMaxBlockBytes));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckRange("max_line_bytes", options.max_line_bytes, 4, kMaxLineBytes));
  if (options.encoding != "auto" && !IsKnownCharset(options.encoding)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "encoding must be auto or one that ICU knows, got \"%s\"",
        options.encoding));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(std::vector<std::string> path,
                            internal::ParseJsonPath(options.text_field));
  return CorpusReader(std::make_unique<Impl>(
      std::move(inputs), std::move(options), std::move(path)));
}

CorpusReader::CorpusReader(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
CorpusReader::CorpusReader(CorpusReader&&) noexcept = default;
CorpusReader& CorpusReader::operator=(CorpusReader&&) noexcept = default;
CorpusReader::~CorpusReader() = default;

absl::StatusOr<bool> CorpusReader::ReadBlock(RawBlock& block) {
  return impl_->reader.ReadBlock(block);
}

absl::Status CorpusReader::ParseBlock(RawBlock& block, RowBatch& batch) const {
  return internal::ParseBlock(
      impl_->inputs[static_cast<size_t>(block.input)],
      {.read = impl_->options, .text_path = impl_->text_path}, block, batch);
}

std::span<const InputFile> CorpusReader::inputs() const {
  return impl_->inputs;
}

int64_t CorpusReader::bytes_read() const { return impl_->reader.bytes_read(); }

int64_t CorpusReader::total_bytes() const {
  int64_t total = 0;
  for (const InputFile& input : impl_->inputs) {
    if (input.size_bytes < 0) return -1;
    total += input.size_bytes;
  }
  return total;
}

std::span<const InputSummary> CorpusReader::summaries() const {
  return impl_->reader.summaries();
}

}  // namespace rowsplit
