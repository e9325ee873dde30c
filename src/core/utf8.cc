#include "core/utf8.h"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {
namespace {

// What may follow a lead byte: how many bytes, and the range of the first.
struct Lead {
  int continuations;  // 0: not a lead byte
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
};

Lead LeadOf(uint8_t byte) {
  if (byte < 0xC2 || byte > 0xF4) return {0};
  if (byte < 0xE0) return {1};
  if (byte == 0xE0) return {2, 0xA0};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte < 0xF0) return {2};
  if (byte == 0xF0) return {3, 0x90};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  return {3};
}

// The end of a block from `begin` on, before a character if one reaches over
// the place.
size_t BlockEnd(std::string_view text, size_t begin) {
  if (text.size() - begin <= Utf8Stretches::kMostBytes) return text.size();
  const size_t most = begin + Utf8Stretches::kMostBytes;
  for (size_t end = most; end + 4 > most; --end)
    if (static_cast<int8_t>(text[end]) >= -64) return end;
  return most;
}

// The first byte at or after `begin` that is NUL or not ASCII.
size_t SkipPlainAscii(std::string_view text, size_t begin) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  size_t at = begin;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    // A byte of 0 borrows into its high bit; one of 0x80 or more has it.
    if (((word | (word - kOnes)) & kHighs) != 0) break;
  }
  while (at < text.size() && static_cast<uint8_t>(text[at]) - 1u < 0x7F) ++at;
  return at;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

Utf8Sequence ReadUtf8Sequence(std::string_view text, size_t begin) {
  Lead lead = LeadOf(static_cast<uint8_t>(text[begin]));
  if (lead.continuations == 0) return {1, false};
  for (int i = 1; i <= lead.continuations; ++i) {
    if (begin + i >= text.size()) return {text.size() - begin, false};
    const uint8_t byte = static_cast<uint8_t>(text[begin + i]);
    if (byte < lead.low || byte > lead.high) {
      return {static_cast<size_t>(i), false};
    }
    lead.low = 0x80;
    lead.high = 0xBF;
  }
  return {static_cast<size_t>(lead.continuations) + 1, true};
}

size_t FindIllFormedUtf8(std::string_view text) {
  Utf8Stretches stretches(text);
  Utf8Stretch stretch = stretches.Next();
  while (stretch.good) stretch = stretches.Next();
  return stretch.begin;
}

Utf8Stretch Utf8Stretches::Next() {
  const size_t begin = at_;
  if (at_ >= bad_end_) {
    const size_t end = BlockEnd(text_, begin);
    if (begin == end) return {begin, 0, false};
    if (IsValidUtf8(text_.substr(begin, end - begin))) {
      at_ = end;
      return {begin, end - begin, true};
    }
    bad_end_ = end;
  }
  // A character at a time, up to a fault.
  while (at_ < bad_end_) {
    if (static_cast<uint8_t>(text_[at_]) < 0x80) {
      ++at_;
      continue;
    }
    const Utf8Sequence piece = ReadUtf8Sequence(text_, at_);
    if (!piece.good) {
      if (at_ > begin) break;
      at_ += piece.size;
      return {begin, piece.size, false};
    }
    at_ += piece.size;
  }
  return {begin, at_ - begin, true};
}

TextFault FindTextFault(std::string_view text, size_t begin) {
  size_t at = begin;
  while (true) {
    at = SkipPlainAscii(text, at);
    if (at >= text.size()) return {text.size(), 0, false};
    if (text[at] == '\0') return {at, 1, true};
    const Utf8Sequence sequence = ReadUtf8Sequence(text, at);
    if (!sequence.good) return {at, sequence.size, false};
    at += sequence.size;
  }
}

MendCounts AppendMended(std::string_view text, BufferBuilder<char>& out) {
  MendCounts counts;
  size_t begin = 0;
  while (true) {
    const TextFault fault = FindTextFault(text, begin);
    out.Append(std::span(text.data() + begin, fault.begin - begin));
    if (fault.size == 0) return counts;
    out.Append(
        std::span(kReplacementCharacter.data(), kReplacementCharacter.size()));
    MendCounts::OfKind& found = fault.nul ? counts.nuls : counts.ill_formed;
    if (found.count++ == 0) found.first = fault;
    begin = fault.begin + fault.size;
  }
}

}  // namespace rowsplit::internal
