#include "text/gap_text.h"

#include <unicode/utf16.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace rowsplit::internal {

namespace {
constexpr int64_t kMaxUnits = std::numeric_limits<int32_t>::max();
constexpr char16_t kOutside = 0xFFFF;  // icu::UnicodeString's
}  // namespace

GapText::GapText(const icu::UnicodeString& text)
    : units_(text.getBuffer(), text.getBuffer() + text.length()),
      gap_begin_(text.length()),
      gap_end_(text.length()) {}

icu::UnicodeString GapText::ToString() const {
  icu::UnicodeString text;
  Append(0, getLength(), text);
  return text;
}

int32_t GapText::getLength() const {
  return static_cast<int32_t>(static_cast<int64_t>(units_.size()) - gap_size());
}

char16_t GapText::getCharAt(int32_t offset) const {
  return offset < 0 || offset >= getLength() ? kOutside : Unit(offset);
}

UChar32 GapText::getChar32At(int32_t offset) const {
  const char16_t unit = getCharAt(offset);
  if (U16_IS_LEAD(unit)) {
    const char16_t next = getCharAt(offset + 1);
    return U16_IS_TRAIL(next) ? U16_GET_SUPPLEMENTARY(unit, next) : unit;
  }
  if (U16_IS_TRAIL(unit)) {
    const char16_t before = getCharAt(offset - 1);
    return U16_IS_LEAD(before) ? U16_GET_SUPPLEMENTARY(before, unit) : unit;
  }
  return unit;
}

void GapText::Append(int32_t start, int32_t limit,
                     icu::UnicodeString& target) const {
  const auto middle =
      static_cast<int32_t>(std::clamp<int64_t>(gap_begin_, start, limit));
  target.append(units_.data() + start, middle - start);
  target.append(units_.data() + middle + gap_size(), limit - middle);
}

void GapText::extractBetween(int32_t start, int32_t limit,
                             icu::UnicodeString& target) const {
  const int32_t length = getLength();
  start = std::clamp(start, 0, length);
  limit = std::clamp(limit, start, length);
  target.remove();
  Append(start, limit, target);
}

void GapText::MoveGap(int64_t begin) {
  char16_t* const units = units_.data();
  if (begin < gap_begin_) {
    std::move_backward(units + begin, units + gap_begin_, units + gap_end_);
  } else {
    std::move(units + gap_end_, units + begin + gap_size(), units + gap_begin_);
  }
  gap_end_ += begin - gap_begin_;
  gap_begin_ = begin;
}

void GapText::GrowGap(int64_t size) {
  if (gap_size() >= size) return;
  const int64_t more = size + static_cast<int64_t>(units_.size()) / 4 + 64;
  const int64_t after = static_cast<int64_t>(units_.size()) - gap_end_;
  units_.resize(units_.size() + static_cast<size_t>(more));
  std::move_backward(units_.begin() + gap_end_,
                     units_.begin() + gap_end_ + after, units_.end());
  gap_end_ += more;
}

void GapText::handleReplaceBetween(int32_t start, int32_t limit,
                                   const icu::UnicodeString& text) {
  const int32_t length = getLength();
  start = std::clamp(start, 0, length);
  limit = std::clamp(limit, start, length);
  const int64_t size = text.length();
  if (length - (limit - start) + size > kMaxUnits) {
    overflowed_ = true;
    return;
  }
  MoveGap(start);
  gap_end_ += limit - start;
  GrowGap(size);
  std::copy_n(text.getBuffer(), size, units_.begin() + gap_begin_);
  gap_begin_ += size;
}

void GapText::copy(int32_t start, int32_t limit, int32_t dest) {
  icu::UnicodeString text;
  extractBetween(start, limit, text);
  handleReplaceBetween(dest, dest, text);
}

}  // namespace rowsplit::internal
