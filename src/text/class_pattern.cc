#include "text/class_pattern.h"

#include <cstddef>

namespace rowsplit::internal {
namespace {

constexpr std::string_view kMarks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
// Escapes of one ASCII character, and of the classes of ASCII characters.
constexpr std::string_view kEscapes = "afnrtvdsw";
// What is no literal outside of a class.
constexpr std::string_view kOperators = "\\.+*?()|[^$";

bool Contains(std::string_view set, char byte) {
  return set.find(byte) != std::string_view::npos;
}

bool IsAscii(std::string_view pattern) {
  for (const char byte : pattern) {
    if (static_cast<unsigned char>(byte) > 0x7F) return false;
  }
  return true;
}

// The size of a `[:name:]` at the begin of `text`, or 0.
size_t NamedClassSize(std::string_view text) {
  size_t end = 2;
  while (end < text.size() && text[end] >= 'a' && text[end] <= 'z') ++end;
  return end > 2 && text.substr(end, 2) == ":]" ? end + 2 : 0;
}

// The size of the character or escape at the begin of `text`, or 0 if it is not
// one of those known.
size_t CharacterOrEscapeSize(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] != '\\') return 1;
  const bool is_known = text.size() > 1 && (Contains(kMarks, text[1]) ||
                                            Contains(kEscapes, text[1]));
  return is_known ? 2 : 0;
}

// The size of the item of a class at the begin of `text`: a named class, a
// character or a range of them. 0 if it is not one of those known.
size_t ItemSize(std::string_view text) {
  if (text.substr(0, 2) == "[:") return NamedClassSize(text);
  const size_t size = CharacterOrEscapeSize(text);
  if (size == 0) return 0;
  const std::string_view behind = text.substr(size);
  if (behind.size() < 2 || behind[0] != '-' || behind[1] == ']') return size;
  // The end of a range may be a '[' that would begin a named class elsewhere.
  const size_t end_size = CharacterOrEscapeSize(behind.substr(1));
  return end_size == 0 ? 0 : size + 1 + end_size;
}

}  // namespace

bool IsAsciiClassPattern(std::string_view pattern) {
  if (pattern.empty() || !IsAscii(pattern)) return false;
  if (pattern[0] == '\\')
    return CharacterOrEscapeSize(pattern) == pattern.size();
  if (pattern[0] != '[')
    return pattern.size() == 1 && !Contains(kOperators, pattern[0]);
  if (pattern.substr(1, 1) == "^") return false;
  for (size_t i = 1; i < pattern.size();) {
    // A ']' in the first place stands for itself.
    if (pattern[i] == ']' && i > 1) return i + 1 == pattern.size();
    const size_t size = ItemSize(pattern.substr(i));
    if (size == 0) return false;
    i += size;
  }
  return false;
}

}  // namespace rowsplit::internal
