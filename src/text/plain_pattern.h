#ifndef ROWSPLIT_SRC_TEXT_PLAIN_PATTERN_H_
#define ROWSPLIT_SRC_TEXT_PLAIN_PATTERN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "rowsplit/core/byte_set.h"

namespace rowsplit {
class Regex;
}  // namespace rowsplit

namespace rowsplit::internal {

// A regular expression that needs no automaton, and what it matches:
//
//   kLiterals   `a`, `the cat`, `a\.b|c`: one of several texts; where more
//               than one begins, the one that stands first
//   kClass      `[,.]`, `\d`: one byte of a class of ASCII bytes
//   kClassRun   `[0-9]+`, `\s+`: as many of them as there are
//
// Each also inside one group, `(?:…)` or `(…)`.
class PlainPattern {
 public:
  enum class Kind : uint8_t { kLiterals, kClass, kClassRun };

  // A pattern that RE2 accepts; nothing if it is none of these, has a literal
  // of more than kMostLiteralBytes, or too many literals. `matches_byte` says
  // of a byte whether the pattern matches it from end to end; it is asked for
  // the members of a class, which is ASCII.
  static constexpr size_t kMostLiteralBytes = 64;
  static std::optional<PlainPattern> Parse(
      std::string_view pattern,
      absl::FunctionRef<bool(uint8_t byte)> matches_byte);

  Kind kind() const { return kind_; }
  // Whether group 1 is there; it is the whole match.
  bool has_group() const { return has_group_; }
  // Of kLiterals: those that can match, in order.
  const std::vector<std::string>& literals() const { return literals_; }
  // The class, or all bytes of the literals.
  const ByteSet& bytes() const { return bytes_; }
  // The bytes that a match can begin with.
  const ByteSet& first_bytes() const { return first_bytes_; }

  // The size of the match that begins text[begin]; 0 if there is none. Requires
  // begin < text.size(). At most kMostLiteralBytes are looked at, or, of a run,
  // the match and one more.
  size_t MatchAt(std::string_view text, size_t begin) const;
  // Whether the whole text is a match.
  bool FullMatch(std::string_view text) const;

 private:
  // What a node of the tree of literals leads to. Node 0 stands for nothing:
  // it is no node's child but the root.
  struct Node {
    bool is_end = false;         // a literal that can match ends here
    bool is_full_end = false;    // a literal ends here
    std::vector<uint16_t> next;  // by the number of the byte
  };

  PlainPattern() = default;
  bool AddLiterals(std::string_view body);
  bool AddToTree(const std::string& literal);
  size_t MatchLiteral(std::string_view text, size_t begin) const;

  Kind kind_ = Kind::kLiterals;
  bool has_group_ = false;
  size_t longest_ = 0;  // of all literals
  std::vector<std::string> literals_;
  ByteSet bytes_;
  ByteSet first_bytes_;
  std::array<uint8_t, 256> number_{};  // 0: a byte of no literal
  size_t num_numbers_ = 1;
  std::vector<Node> tree_;
};

// The plain form of a compiled pattern; null if it has none.
const PlainPattern* PlainPatternOf(const Regex& regex);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_PLAIN_PATTERN_H_
