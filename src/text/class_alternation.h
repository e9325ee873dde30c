#ifndef ROWSPLIT_SRC_TEXT_CLASS_ALTERNATION_H_
#define ROWSPLIT_SRC_TEXT_CLASS_ALTERNATION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "re2/re2.h"

namespace rowsplit {
class Regex;
}  // namespace rowsplit

namespace rowsplit::internal {

// A regular expression that is one or several classes of characters, each for
// one character or, with '+', for as many as there are, such as the delimiters
// of a tokenizer:
//
//   \s+|[!-/]|[:-@]|[\p{P}]|[\x{4E00}-\x{9FFF}]
//
// also inside one group. A match at a place is then of the first class that has
// the character there. RE2 is asked once for each character. Immutable.
class ClassAlternation {
 public:
  static constexpr size_t kMostClasses = 32;

  // A pattern that RE2 accepts; nothing if it is anything else.
  static std::optional<ClassAlternation> Parse(std::string_view pattern);

  // Bit i: class i has the character.
  using Classes = uint32_t;

  // Looks for matches in texts, and remembers the characters beyond ASCII. Not
  // for several threads at a time.
  class Matcher {
   public:
    explicit Matcher(const ClassAlternation& form) : form_(&form) {}

    // The first match at `*begin` or behind it: text[*begin, *end). False if
    // there is none. Linear in what it passes.
    bool Find(std::string_view text, size_t* begin, size_t* end);
    // Whether the whole text is a match.
    bool FullMatch(std::string_view text);

   private:
    struct Character {
      size_t size;
      Classes classes;
    };
    Character Read(std::string_view text, size_t at);

    // The character that was asked for last of those that share a place.
    struct Known {
      uint32_t bytes = 0;
      Classes classes = 0;
    };
    static constexpr size_t kKnown = 4096;

    const ClassAlternation* form_;
    std::vector<Known> known_;  // kKnown of them, once there is one
  };

 private:
  ClassAlternation() = default;
  bool Add(std::string_view alternative);
  Classes Ask(std::string_view character) const;

  std::vector<std::shared_ptr<const RE2>> regexes_;  // of the classes
  Classes runs_ = 0;                                 // those with '+'
  std::array<Classes, 128> ascii_{};
};

// The form of a compiled pattern; null if it has none.
const ClassAlternation* ClassAlternationOf(const Regex& regex);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_CLASS_ALTERNATION_H_
