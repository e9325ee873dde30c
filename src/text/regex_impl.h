#ifndef ROWSPLIT_SRC_TEXT_REGEX_IMPL_H_
#define ROWSPLIT_SRC_TEXT_REGEX_IMPL_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "re2/re2.h"
#include "rowsplit/text/regex.h"
#include "text/class_alternation.h"
#include "text/plain_pattern.h"

namespace rowsplit {
namespace internal {

// A range of at most this many bytes rules texts out.
inline constexpr int kRangeBytes = 16;

inline re2::StringPiece ToPiece(std::string_view text) {
  // RE2 tells an empty text from none by its pointer.
  return text.empty() ? re2::StringPiece("", 0)
                      : re2::StringPiece(text.data(), text.size());
}

inline RE2::Options QuietOptions() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace internal

struct Regex::Impl {
  explicit Impl(std::string_view pattern_text)
      : pattern(pattern_text),
        re(internal::ToPiece(pattern), internal::QuietOptions()) {
    if (!re.ok()) return;
    has_range = re.PossibleMatchRange(&min, &max, internal::kRangeBytes);
    if (!min.empty()) first_min = static_cast<uint8_t>(min[0]);
    if (!max.empty()) first_max = static_cast<uint8_t>(max[0]);
    holds_inside = has_range && !min.empty() &&
                   pattern.find("\\b") == std::string::npos &&
                   pattern.find("\\B") == std::string::npos;
    // The members of a class are read off RE2 itself.
    plain = internal::PlainPattern::Parse(pattern, [this](uint8_t byte) {
      const char text = static_cast<char>(byte);
      return Matches(std::string_view(&text, 1));
    });
  }

  // False if the range rules `text` out; most texts by their first byte.
  bool IsInRange(std::string_view text) const {
    if (!has_range) return true;
    if (!text.empty()) {
      const auto first = static_cast<uint8_t>(text[0]);
      if (first < first_min || first > first_max) return false;
    }
    return text >= min && text <= max;
  }

  bool Matches(std::string_view text) const {
    return re.Match(internal::ToPiece(text), 0, text.size(), RE2::ANCHOR_BOTH,
                    nullptr, 0);
  }

  // Made by the first who asks for it, as it takes as long as the rest.
  const std::optional<internal::ClassAlternation>& Classes() const {
    std::call_once(is_parsed_, [this] {
      classes_ = internal::ClassAlternation::Parse(pattern);
    });
    return classes_;
  }

  const std::string pattern;
  const RE2 re;
  // If `has_range`, a text that matches lies in [min, max].
  bool has_range = false;
  std::string min;
  std::string max;
  uint8_t first_min = 0;
  uint8_t first_max = 0xFF;
  // Whether a match inside a text lies in the range too, which does not begin
  // with "", so that none is empty. `\b` and `\B` ask for the byte before it.
  bool holds_inside = false;
  std::optional<internal::PlainPattern> plain;

 private:
  mutable std::once_flag is_parsed_;
  mutable std::optional<internal::ClassAlternation> classes_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_SRC_TEXT_REGEX_IMPL_H_
