#include "text/segment_writer.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "kernels/word_breaks.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "text/break_iterator.h"
#include "text/break_machine.h"

namespace rowsplit::internal {
namespace {

constexpr size_t kBlock = 64;
constexpr size_t kWindowBytes = size_t{32} * 1024;
// The automaton asks for room for as many segments at a time.
constexpr size_t kRoom = 4096;

bool ContinuesCharacter(std::string_view text, size_t at) {
  return at < text.size() && static_cast<int8_t>(text[at]) < -64;
}

// As the automaton's classes say it, where there is none.
bool HasAlphanumeric(std::string_view text) {
  UChar32 c = 0;
  for (size_t at = 0; at < text.size();) {
    U8_NEXT_UNSAFE(text.data(), at, c);
    if ((U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK)) != 0) return true;
  }
  return false;
}

}  // namespace

SegmentWriter::SegmentWriter(const BreakRules& rules, bool alphanumeric_only)
    : rules_(rules),
      machine_(rules.machine.has_value() ? &*rules.machine : nullptr),
      ascii_words_(machine_ != nullptr && machine_->ascii_words().has_value()
                       ? &*machine_->ascii_words()
                       : nullptr),
      alphanumeric_only_(alphanumeric_only) {}

absl::Status SegmentWriter::AppendRows(StringTensorView rows, Offset* row_ends,
                                       BufferBuilder<TokenSpan>& out) {
  text_ = rows.text();
  base_ = static_cast<uint32_t>(rows.offsets().front());
  window_.begin = window_.end = 0;
  bool is_good = IsValidUtf8(text_);
  for (int64_t row = 0; row < rows.size(); ++row) {
    const auto begin = static_cast<size_t>(rows.offsets()[row]) - base_;
    const auto end = static_cast<size_t>(rows.offsets()[row + 1]) - base_;
    const bool is_row_good =
        is_good ? !ContinuesCharacter(text_, begin) &&
                      !ContinuesCharacter(text_, end)
                : IsValidUtf8(text_.substr(begin, end - begin));
    ROWSPLIT_RETURN_IF_ERROR(is_row_good ? AppendRow(begin, end, out)
                                         : AppendIllFormed(begin, end, out));
    row_ends[row] = static_cast<Offset>(out.size());
  }
  return absl::OkStatus();
}

bool SegmentWriter::IsWanted(std::string_view segment) const {
  if (!alphanumeric_only_) return true;
  if (machine_ == nullptr) return HasAlphanumeric(segment);
  for (size_t at = 0; at < segment.size();) {
    const uint8_t kind = machine_->classes().Next(segment, &at);
    if ((kind & BreakMachine::kAlphanumeric) != 0) return true;
  }
  return false;
}

void SegmentWriter::Append(size_t begin, size_t end,
                           BufferBuilder<TokenSpan>& out) const {
  out.Append(TokenSpan{base_ + static_cast<uint32_t>(begin),
                       static_cast<uint32_t>(end - begin)});
}

absl::Status SegmentWriter::AppendByIcu(std::string_view text, size_t begin,
                                        BufferBuilder<TokenSpan>& out) {
  if (!icu_.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(BreakIterator clone, rules_.iterator.Clone());
    icu_ = std::move(clone);
  }
  if (text.size() > INT32_MAX) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "boundaries: ICU takes at most %d bytes that it must look at as a "
        "whole, got %d",
        INT32_MAX, text.size()));
  }
  ends_.clear();
  icu_->AppendEnds(text, ends_);
  size_t at = 0;
  for (const size_t end : ends_) {
    if (IsWanted(text.substr(at, end - at)))
      Append(begin + at, begin + end, out);
    at = end;
  }
  return absl::OkStatus();
}

// The segments of the mended text, whose U+FFFD are then as long as what they
// stand for.
absl::Status SegmentWriter::AppendIllFormed(size_t begin, size_t end,
                                            BufferBuilder<TokenSpan>& out) {
  const std::string_view row = text_.substr(begin, end - begin);
  mended_.Clear();
  Utf8Stretches stretches(row);
  for (Utf8Stretch stretch = stretches.Next(); stretch.size > 0;
       stretch = stretches.Next()) {
    const std::string_view piece = stretch.good
                                       ? row.substr(stretch.begin, stretch.size)
                                       : kReplacementCharacter;
    mended_.Append(std::span<const char>(piece.data(), piece.size()));
  }
  if (static_cast<int64_t>(mended_.size()) > kMaxBatchBytes) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "boundaries: ill-formed text must have at most %d bytes with U+FFFD "
        "for what is ill-formed, got %d",
        kMaxBatchBytes, mended_.size()));
  }
  SegmentWriter writer(rules_, alphanumeric_only_);
  writer.text_ = {mended_.data(), mended_.size()};
  const size_t first = out.size();
  ROWSPLIT_RETURN_IF_ERROR(writer.AppendRow(0, mended_.size(), out));
  // The same pieces again: a boundary at `at` of the mended text is in or
  // behind the last piece that begins before it.
  Utf8Stretches pieces(row);
  Utf8Stretch piece = pieces.Next();
  size_t mended_begin = 0;  // of the piece
  const auto in_row = [&](size_t at) {
    while (piece.size > 0) {
      const size_t mended_size =
          piece.good ? piece.size : kReplacementCharacter.size();
      if (at < mended_begin + mended_size) break;
      mended_begin += mended_size;
      piece = pieces.Next();
    }
    return begin + piece.begin + (at - mended_begin);
  };
  for (TokenSpan& segment : out.span().subspan(first)) {
    const size_t segment_begin = in_row(segment.begin);
    const size_t segment_end = in_row(segment.end());
    segment = {base_ + static_cast<uint32_t>(segment_begin),
               static_cast<uint32_t>(segment_end - segment_begin)};
  }
  return absl::OkStatus();
}

absl::Status SegmentWriter::AppendRow(size_t begin, size_t end,
                                      BufferBuilder<TokenSpan>& out) {
  if (machine_ == nullptr) {
    const std::string_view row = text_.substr(begin, end - begin);
    return AppendByIcu(row, begin, out);
  }
  size_t at = begin;
  while (at < end) {
    size_t until = end;
    if (ascii_words_ != nullptr) {
      if (at < window_.begin || at + kBlock > window_.end ||
          window_.end == window_.begin)
        FillWindow(at);
      at = AppendAscii(at, begin, end, out);
      if (at == end) break;
      until = FindAsciiBlock(at, end);
    }
    ROWSPLIT_ASSIGN_OR_RETURN(at, Run(at, until, end, out));
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> SegmentWriter::Run(size_t begin, size_t until,
                                          size_t end,
                                          BufferBuilder<TokenSpan>& out) {
  return alphanumeric_only_ ? RunSteps<true>(begin, until, end, out)
                            : RunSteps<false>(begin, until, end, out);
}

absl::StatusOr<size_t> SegmentWriter::AppendSlowly(
    size_t begin, size_t end, BufferBuilder<TokenSpan>& out) {
  const BreakMachine::Segment segment =
      machine_->FindEnd(text_.substr(0, end), begin);
  const std::string_view text = text_.substr(begin, segment.end - begin);
  if (segment.has_dictionary) {
    ROWSPLIT_RETURN_IF_ERROR(AppendByIcu(text, begin, out));
  } else if (IsWanted(text)) {
    Append(begin, segment.end, out);
  }
  return segment.end;
}

template <bool kAlphanumericOnly>
absl::StatusOr<size_t> SegmentWriter::RunSteps(size_t begin, size_t until,
                                               size_t end,
                                               BufferBuilder<TokenSpan>& out) {
  const uint32_t* steps = machine_->steps();
  const uint8_t* ascii = machine_->ascii();
  const CodePointTable<uint8_t>& classes = machine_->classes();
  const auto* bytes = reinterpret_cast<const uint8_t*>(text_.data());
  size_t at = begin;
  uint32_t row = machine_->start();
  uint8_t kinds = 0;  // of the characters of the segment
  while (at < end) {
    // A step makes one segment at most.
    const size_t room = std::min(end - at, kRoom);
    const size_t count_before = out.size();
    TokenSpan* const first = out.AppendUninitialized(room);
    TokenSpan* next = first;
    bool is_slow = false;
    bool is_done = false;
    while (at < end && next < first + room) {
      size_t behind = at + 1;
      uint8_t kind;
      if (bytes[at] < 0x80) {
        kind = ascii[bytes[at]];
      } else {
        behind = at;
        kind = classes.Next(text_, &behind);
      }
      const uint32_t step = steps[row + (kind & 0x7F)];
      if ((step & BreakMachine::kSlow) != 0) {
        is_slow = true;
        break;
      }
      const bool is_boundary = (step & BreakMachine::kBoundary) != 0;
      *next = {base_ + static_cast<uint32_t>(begin),
               static_cast<uint32_t>(at - begin)};
      next += is_boundary && (!kAlphanumericOnly || kinds >= 0x80) ? 1 : 0;
      begin = is_boundary ? at : begin;
      if (kAlphanumericOnly) kinds = is_boundary ? kind : kinds | kind;
      if (at >= until && is_boundary) {
        is_done = true;
        break;
      }
      row = step >> BreakMachine::kShift;
      at = behind;
    }
    out.ResizeUninitialized(count_before + static_cast<size_t>(next - first));
    if (is_done) return begin;
    if (!is_slow) continue;
    ROWSPLIT_ASSIGN_OR_RETURN(begin, AppendSlowly(begin, end, out));
    at = begin;
    if (at >= until) return at;
    row = machine_->start();
    kinds = 0;
  }
  if (machine_->MayEnd(row) && begin < end) {
    if (!kAlphanumericOnly || kinds >= 0x80) Append(begin, end, out);
    return end;
  }
  while (begin < end) {
    ROWSPLIT_ASSIGN_OR_RETURN(begin, AppendSlowly(begin, end, out));
  }
  return end;
}

void SegmentWriter::FillWindow(size_t begin) {
  const size_t size = std::min(kWindowBytes, text_.size() - begin);
  window_.begin = begin;
  window_.end = begin + size;
  window_.breaks.resize(size / kBlock + 1);
  window_.wide.resize(size / kBlock + 1);
  kernels::FindAsciiWordBreaks(
      *ascii_words_, reinterpret_cast<const uint8_t*>(text_.data()) + begin,
      size, window_.breaks.data(), window_.wide.data());
}

size_t SegmentWriter::FindWide(size_t begin, size_t end) const {
  end = std::min(end, window_.end);
  size_t block = (begin - window_.begin) / kBlock;
  uint64_t bits = window_.wide[block] &
                  (~uint64_t{0} << ((begin - window_.begin) % kBlock));
  while (bits == 0) {
    if (window_.begin + ++block * kBlock >= end) return end;
    bits = window_.wide[block];
  }
  return std::min(end, window_.begin + block * kBlock +
                           static_cast<size_t>(std::countr_zero(bits)));
}

size_t SegmentWriter::FindAsciiBlock(size_t begin, size_t end) const {
  size_t block = (begin - window_.begin) / kBlock + 1;
  for (; window_.begin + (block + 1) * kBlock <= window_.end; ++block) {
    const size_t place = window_.begin + block * kBlock;
    if (place >= end) return end;
    if (window_.wide[block] == 0) return place;
  }
  return std::min(end, window_.begin + block * kBlock);
}

// The window does not know where rows end: a mark that stays with what is on
// both sides of it has no side there.
void SegmentWriter::MendBreak(size_t mark, size_t at) {
  const auto byte = static_cast<uint8_t>(text_[mark]);
  if (!kernels::AsciiWordClasses::Has(ascii_words_->in_word, byte) &&
      !kernels::AsciiWordClasses::Has(ascii_words_->in_number, byte))
    return;
  if (at < window_.begin || at >= window_.end) return;
  at -= window_.begin;
  window_.breaks[at / kBlock] |= uint64_t{1} << (at % kBlock);
}

size_t SegmentWriter::AppendAscii(size_t begin, size_t row_begin, size_t end,
                                  BufferBuilder<TokenSpan>& out) {
  const size_t wide = FindWide(begin, end);
  const bool is_whole = wide == end;
  if (is_whole) MendBreak(end - 1, end - 1);
  if (begin == row_begin && begin + 1 < end) MendBreak(begin, begin + 1);
  // A boundary depends on the byte behind it.
  const size_t sure = is_whole ? end : wide - std::min<size_t>(1, wide - begin);
  const size_t count_before = out.size();
  TokenSpan* const first = out.AppendUninitialized(sure - begin + 1);
  TokenSpan* next = first;
  const uint8_t* ascii = machine_->ascii();
  const auto add = [&](size_t to) {
    *next = {base_ + static_cast<uint32_t>(begin),
             static_cast<uint32_t>(to - begin)};
    const auto byte = static_cast<uint8_t>(text_[begin]);
    bool is_wanted = !alphanumeric_only_ || ascii[byte] >= 0x80;
    // A mark that joins, such as '_', may have a letter behind it.
    if (!is_wanted && to - begin > 1)
      is_wanted = IsWanted(text_.substr(begin, to - begin));
    next += is_wanted ? 1 : 0;
    begin = to;
  };
  const size_t from = begin + 1;
  for (size_t at = from; at < sure;) {
    const size_t place = at - window_.begin;
    const size_t last = std::min(sure, at + kBlock - place % kBlock);
    uint64_t bits = window_.breaks[place / kBlock] >> (place % kBlock);
    if (last - at < kBlock) bits &= (uint64_t{1} << (last - at)) - 1;
    for (; bits != 0; bits &= bits - 1)
      add(at + static_cast<size_t>(std::countr_zero(bits)));
    at = last;
  }
  if (is_whole && begin < end) add(end);
  out.ResizeUninitialized(count_before + static_cast<size_t>(next - first));
  return begin;
}

}  // namespace rowsplit::internal
