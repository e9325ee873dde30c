#include "data/block_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "data/byte_stream.h"
#include "kernels/token_spans.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/data/corpus_reader.h"
#include "rowsplit/data/tfrecord.h"

namespace rowsplit::internal {
namespace {

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

bool IsAsciiSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view TextOf(const BufferBuilder<char>& bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace

size_t FindCut(std::string_view text, size_t limit) {
  const size_t least = limit > kCutLookBack ? limit - kCutLookBack : 0;
  for (size_t at = limit; at > least; --at) {
    if (IsAsciiSpace(text[at - 1])) return at;
  }
  for (size_t back = 0; back < 4; ++back) {
    if (!IsContinuation(text[limit - back])) {
      return back < limit ? limit - back : limit;
    }
  }
  return limit;  // no UTF-8
}

int64_t CountLineEnds(std::string_view text) {
  return static_cast<int64_t>(kernels::CountByte(
      reinterpret_cast<const uint8_t*>(text.data()), text.size(), '\n'));
}

std::string DescribeOverlong(const ReadOptions& options) {
  return absl::StrFormat("longer than the limit of %d bytes",
                         options.max_line_bytes);
}

BlockReader::BlockReader(const std::vector<InputFile>& inputs,
                         const ReadOptions& options)
    : inputs_(inputs), options_(options) {}

absl::StatusOr<bool> BlockReader::ReadBlock(RawBlock& block) {
  block.Clear();
  while (input_ < inputs_.size()) {
    if (stream_ == nullptr) OpenInput();
    ROWSPLIT_ASSIGN_OR_RETURN(const bool more, ReadFromInput(block));
    if (more) {
      block.faults = std::exchange(faults_, FaultReport());
      return true;
    }
    ROWSPLIT_RETURN_IF_ERROR(CloseInput());
  }
  if (faults_.empty()) return false;
  block.Clear();
  block.input = static_cast<int>(inputs_.size()) - 1;
  block.faults = std::exchange(faults_, FaultReport());
  return true;
}

void BlockReader::OpenInput() {
  stream_ =
      std::make_unique<ByteStream>(file(), bytes_read_, options_.cancellation);
  // Records are no text.
  text_ = std::make_unique<ConvertedStream>(
      *stream_, records() ? "utf-8" : options_.encoding);
  carry_.Clear();
  line_ = 1;
  byte_ = text_bytes_ = 0;
  last_line_unended_ = continues_line_ = dropping_line_ = false;
  dropping_bytes_ = 0;
}

absl::Status BlockReader::CloseInput() {
  if (stream_->fault().has_value()) {
    const ByteStream::Fault& fault = *stream_->fault();
    FaultPlace place = PlaceHere(fault.detail);
    place.byte = text_bytes_;
    if (fault.kind == FaultKind::kUnreadableFile && text_bytes_ == 0) {
      place.line = 0;
    }
    ROWSPLIT_RETURN_IF_ERROR(Drop(fault.kind, std::move(place)));
  }
  ROWSPLIT_RETURN_IF_ERROR(stream_->Drain());
  summaries_.push_back({.stored_bytes = stream_->stored_bytes(),
                        .stored_digest = stream_->stored_digest(),
                        .text_bytes = text_bytes_,
                        .lines = line_ - 1 + (last_line_unended_ ? 1 : 0),
                        .encoding = text_->guess()});
  text_.reset();
  stream_.reset();
  ++input_;
  return absl::OkStatus();
}

FaultPlace BlockReader::PlaceHere(std::string detail) const {
  return {.input = file().path,
          .line = line_,
          .byte = byte_,
          .detail = std::move(detail),
          .record = records()};
}

absl::Status BlockReader::Drop(FaultKind kind, FaultPlace place) {
  if (options_.on_error == ErrorPolicy::kStrict) return FaultError(kind, place);
  faults_.AddSkipped(kind, std::move(place));
  return absl::OkStatus();
}

absl::Status BlockReader::Fill(BufferBuilder<char>& bytes) {
  const size_t size = bytes.size();
  const size_t block = static_cast<size_t>(options_.block_bytes);
  const size_t limit = static_cast<size_t>(options_.max_line_bytes);
  const size_t wanted = size < block ? block : size + block;
  if (wanted + kBlockPadding > bytes.capacity()) {
    // Doubling, so that a long line is copied O(1) times a byte; never past
    // what may be held.
    bytes.Reserve(std::max(wanted, std::min(2 * size, limit + block)) +
                  kBlockPadding);
  }
  bytes.ResizeUninitialized(wanted);
  absl::StatusOr<size_t> count =
      text_->Read(bytes.data() + size, wanted - size);
  bytes.ResizeUninitialized(size + (count.ok() ? *count : 0));
  if (count.ok()) text_bytes_ += static_cast<int64_t>(*count);
  return count.status();
}

void BlockReader::Recycle(BufferBuilder<char>& bytes) const {
  const size_t usual = 4 * static_cast<size_t>(options_.block_bytes);
  if (bytes.capacity() > usual + 4096) bytes = BufferBuilder<char>();
  bytes.Clear();
}

void BlockReader::Cut(RawBlock& block, size_t size, int64_t lines) {
  carry_.Clear();
  carry_.Append(block.bytes.span().subspan(size));
  block.bytes.ResizeUninitialized(size);
  line_ += lines;
  byte_ += static_cast<int64_t>(size);
}

void BlockReader::Forget(RawBlock& block, size_t size) {
  BufferBuilder<char>& bytes = block.bytes;
  if (size > 0) {
    std::memmove(bytes.data(), bytes.data() + size, bytes.size() - size);
    bytes.ResizeUninitialized(bytes.size() - size);
  }
  byte_ += static_cast<int64_t>(size);
}

absl::StatusOr<bool> BlockReader::ReadFromInput(RawBlock& block) {
  Recycle(block.bytes);
  block.bytes.Append(std::as_const(carry_).span());
  Recycle(carry_);
  size_t searched = 0;
  while (true) {
    if (block.bytes.size() < static_cast<size_t>(options_.block_bytes) ||
        searched > 0) {
      if (!text_->ended()) ROWSPLIT_RETURN_IF_ERROR(Fill(block.bytes));
    }
    if (records()) {
      ForgetDroppedRecord(block);
    } else if (dropping_line_) {
      ForgetDroppedLine(block);
      searched = 0;
    }
    block.input = static_cast<int>(input_);
    block.first_line = line_;
    block.first_byte = byte_;
    ROWSPLIT_ASSIGN_OR_RETURN(const bool cut, records()
                                                  ? CutRecords(block)
                                                  : CutLines(block, searched));
    if (cut) return true;
    if (text_->ended()) return false;
    searched = block.bytes.size();
  }
}

// Lines.

absl::StatusOr<bool> BlockReader::CutLines(RawBlock& block, size_t searched) {
  const std::string_view text = TextOf(block.bytes);
  block.continues_line = continues_line_;
  const size_t last = text.substr(searched).rfind('\n');
  if (last != std::string_view::npos) {
    const size_t size = searched + last + 1;
    continues_line_ = false;
    Cut(block, size, CountLineEnds(text.substr(0, size)));
    return true;
  }
  // With two bytes too many, the line is too long even if it ends in "\r\n".
  if (static_cast<int64_t>(text.size()) >= options_.max_line_bytes + 2) {
    ROWSPLIT_ASSIGN_OR_RETURN(const bool piece, CutOverlongLine(block));
    if (piece) return true;
  }
  return text_->ended() && CutLastLine(block);
}

absl::StatusOr<bool> BlockReader::CutOverlongLine(RawBlock& block) {
  if (options_.on_error == ErrorPolicy::kReplace &&
      file().format == InputFormat::kText) {
    block.is_piece = true;
    continues_line_ = true;
    Cut(block,
        FindCut(TextOf(block.bytes),
                static_cast<size_t>(options_.max_line_bytes)),
        0);
    return true;
  }
  ROWSPLIT_RETURN_IF_ERROR(
      Drop(FaultKind::kOverlongLine, PlaceHere(DescribeOverlong(options_))));
  dropping_line_ = true;
  ForgetDroppedLine(block);
  return false;
}

void BlockReader::ForgetDroppedLine(RawBlock& block) {
  const size_t end = TextOf(block.bytes).find('\n');
  last_line_unended_ = true;
  if (end == std::string_view::npos) {
    Forget(block, block.bytes.size());
    return;
  }
  Forget(block, end + 1);
  ++line_;
  dropping_line_ = last_line_unended_ = false;
}

bool BlockReader::CutLastLine(RawBlock& block) {
  if (block.bytes.empty()) return false;
  // Half a line before a break is worth keeping only where nothing is dropped.
  if (stream_->fault().has_value() &&
      (options_.on_error != ErrorPolicy::kReplace ||
       file().format == InputFormat::kJsonLines)) {
    block.bytes.Clear();
    return false;
  }
  last_line_unended_ = true;
  Cut(block, block.bytes.size(), 0);
  return true;
}

// Records.

absl::StatusOr<bool> BlockReader::CutRecords(RawBlock& block) {
  while (true) {
    const std::string_view bytes = TextOf(block.bytes);
    const uint64_t limit = static_cast<uint64_t>(options_.max_line_bytes);
    size_t at = 0;
    int64_t count = 0;
    TfrecordHeader header{.length = 0, .valid = true};
    while (bytes.size() - at >= kTfrecordHeaderBytes) {
      header = ParseTfrecordHeader(bytes.data() + at);
      if (!header.valid || header.length > limit) break;
      const size_t size = kTfrecordHeaderBytes +
                          static_cast<size_t>(header.length) +
                          kTfrecordFooterBytes;
      if (size > bytes.size() - at) break;
      at += size;
      ++count;
    }
    if (at > 0) {
      Cut(block, at, count);
      return true;
    }
    if (!header.valid) {
      ROWSPLIT_RETURN_IF_ERROR(
          BreakRecords(block, "the checksum of the length is wrong"));
      return false;
    }
    if (header.length > limit) {
      ROWSPLIT_RETURN_IF_ERROR(Drop(FaultKind::kOverlongLine,
                                    PlaceHere(DescribeOverlong(options_))));
      dropping_bytes_ =
          header.length + kTfrecordHeaderBytes + kTfrecordFooterBytes;
      if (dropping_bytes_ < header.length) dropping_bytes_ = ~uint64_t{0};
      ForgetDroppedRecord(block);
      block.first_line = line_;
      block.first_byte = byte_;
      if (dropping_bytes_ == 0) continue;
    }
    if (text_->ended() && !stream_->fault().has_value() &&
        (!block.bytes.empty() || dropping_bytes_ > 0)) {
      const bool in_header =
          dropping_bytes_ == 0 && block.bytes.size() < kTfrecordHeaderBytes;
      ROWSPLIT_RETURN_IF_ERROR(BreakRecords(
          block, in_header ? "the file ends inside a record's header"
                           : "the file ends inside a record"));
    }
    return false;
  }
}

void BlockReader::ForgetDroppedRecord(RawBlock& block) {
  if (dropping_bytes_ == 0) return;
  const size_t size = static_cast<size_t>(
      std::min<uint64_t>(dropping_bytes_, block.bytes.size()));
  Forget(block, size);
  dropping_bytes_ -= size;
  if (dropping_bytes_ == 0) ++line_;
}

absl::Status BlockReader::BreakRecords(RawBlock& block, std::string detail) {
  ROWSPLIT_RETURN_IF_ERROR(
      Drop(FaultKind::kBrokenTfrecord, PlaceHere(std::move(detail))));
  block.bytes.Clear();
  dropping_bytes_ = 0;
  return stream_->Drain();
}

}  // namespace rowsplit::internal
