#include "rowsplit/text/mojibake.h"

#include <array>
#include <cstddef>
#include <vector>

#include "text/append_rows.h"
#include "text/read_character.h"
#include "text/windows_1252.h"

namespace rowsplit {

namespace {

struct Character {
  uint32_t code_point;
  size_t size;  // 0: none, or ill-formed
};

Character ReadCharacter(std::string_view text, size_t at) {
  if (at >= text.size()) return {0, 0};
  const internal::Character read = internal::ReadCharacter(text, at);
  if (read.code_point < 0) return {0, 0};
  return {static_cast<uint32_t>(read.code_point), read.end - at};
}

// The byte above 7F that a character stands for; -1 if there is none.
int ByteOf(uint32_t code_point) {
  if (code_point >= 0x80 && code_point <= 0xFF)
    return static_cast<int>(code_point);
  for (size_t i = 0; i < internal::kWindows1252.size(); ++i) {
    if (internal::kWindows1252[i] == code_point && code_point != 0)
      return static_cast<int>(0x80 + i);
  }
  return -1;
}

// What may well stand behind a capital letter.
bool MayFollow(uint32_t code_point) {
  switch (code_point) {
    case 0xA0:    // no-break space
    case 0xAA:    // ª
    case 0xAB:    // «
    case 0xBA:    // º
    case 0xBB:    // »
    case 0xB7:    // ·
    case 0x0160:  // Š
    case 0x0161:
    case 0x0152:  // Œ
    case 0x0153:
    case 0x017D:  // Ž
    case 0x017E:
    case 0x0178:  // Ÿ
    case 0x2013:  // dashes
    case 0x2014:
    case 0x2018:  // quotes
    case 0x2019:
    case 0x201A:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x2026:  // …
    case 0x2039:
    case 0x203A:
    case 0x2122:  // ™
      return true;
    default:
      return false;
  }
}

// A place that may be repaired.
struct Place {
  size_t begin;
  size_t size;
  std::array<char, 4> bytes;
  size_t num_bytes;  // 0: nothing is there
  bool sure;
};

Place ReadPlace(std::string_view text, size_t begin) {
  Place place{begin, 0, {}, 0, false};
  const Character lead = ReadCharacter(text, begin);
  const int first = ByteOf(lead.code_point);
  const size_t num_bytes = first < 0xC2   ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  if (lead.size == 0 || num_bytes == 0) return place;
  place.bytes[0] = static_cast<char>(first);
  place.size = lead.size;
  uint32_t last = 0;
  for (size_t i = 1; i < num_bytes; ++i) {
    const Character next = ReadCharacter(text, begin + place.size);
    const int byte = next.size == 0 ? -1 : ByteOf(next.code_point);
    if (byte < 0x80 || byte > 0xBF) return place;
    place.bytes[i] = static_cast<char>(byte);
    place.size += next.size;
    last = next.code_point;
  }
  const std::string_view bytes(place.bytes.data(), num_bytes);
  const Character result = ReadCharacter(bytes, 0);
  if (result.size != num_bytes) return place;
  place.num_bytes = num_bytes;
  const bool behind_small =
      begin > 0 && text[begin - 1] >= 'a' && text[begin - 1] <= 'z';
  const bool is_control = result.code_point < 0xA0;
  place.sure =
      num_bytes > 2 || (!is_control && (behind_small || !MayFollow(last)));
  return place;
}

}  // namespace

int64_t AppendRepaired(std::string_view text, BufferBuilder<char>& output) {
  // The bytes C2 to F4 stand for U+00C2 to U+00F4, all of which begin with C3.
  constexpr char kLead = '\xC3';
  std::vector<Place> places;
  bool sure = false;
  for (size_t at = text.find(kLead); at != std::string_view::npos;) {
    const Place place = ReadPlace(text, at);
    if (place.num_bytes > 0) {
      places.push_back(place);
      sure = sure || place.sure;
    }
    at = text.find(kLead, place.num_bytes > 0 ? at + place.size : at + 1);
  }
  if (!sure) places.clear();
  size_t copied = 0;
  for (const Place& place : places) {
    internal::AppendText(text.substr(copied, place.begin - copied), output);
    internal::AppendText({place.bytes.data(), place.num_bytes}, output);
    copied = place.begin + place.size;
  }
  internal::AppendText(text.substr(copied), output);
  return static_cast<int64_t>(places.size());
}

absl::StatusOr<StringTensor> RepairMojibake(StringTensorView input,
                                            const MojibakeOptions& options) {
  return internal::AppendEach(
      input, options.exec,
      [](std::string_view text, BufferBuilder<char>& output) {
        AppendRepaired(text, output);
      });
}

}  // namespace rowsplit
