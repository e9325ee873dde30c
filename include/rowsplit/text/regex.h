#ifndef ROWSPLIT_TEXT_REGEX_H_
#define ROWSPLIT_TEXT_REGEX_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/byte_set.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

class Regex;

namespace internal {
class ClassAlternation;
const ClassAlternation* ClassAlternationOf(const Regex& regex);
class FullMatchSet;
class PlainPattern;
const PlainPattern* PlainPatternOf(const Regex& regex);
class PlainReplacer;
class RegexReplacer;
}  // namespace internal

// A compiled regular expression, in RE2's syntax for UTF-8. '.' and negated
// classes match no ill-formed byte, '$' only the end of the text. Immutable;
// copies share it, and any number of threads may use one.
//
//   Regex title = *Regex::Compile("_BOOK_TITLE_.*");
//   title.FullMatch("_BOOK_TITLE_ : Alice.txt")  // true
class Regex {
 public:
  // Fails with InvalidArgument, naming the pattern and what is wrong with it.
  static absl::StatusOr<Regex> Compile(std::string_view pattern);

  const std::string& pattern() const;
  int num_groups() const;

  // True if the pattern matches the whole text. A text that the pattern's first
  // bytes rule out costs a few nanoseconds.
  bool FullMatch(std::string_view text) const;
  // Finds the first match in `text` that begins at byte `from` or behind it:
  // its bytes [*begin, *end). False if there is none. Requires `from <=
  // text.size()`.
  bool Find(std::string_view text, size_t from, size_t* begin,
            size_t* end) const;

  // The bytes that the pattern matches, if it is one ASCII character or one
  // class of them, such as `[,.;]`, `\.` or `\d`; not if it is anything else.
  // Such a pattern can run as a byte map.
  std::optional<ByteSet> AsAsciiByteClass() const;

 private:
  struct Impl;
  friend class Rewrite;
  friend class internal::FullMatchSet;
  friend class internal::RegexReplacer;
  friend const internal::ClassAlternation* internal::ClassAlternationOf(
      const Regex& regex);
  friend const internal::PlainPattern* internal::PlainPatternOf(
      const Regex& regex);

  explicit Regex(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

// What a match is replaced by: text in which `\0` is the match, `\1` to `\9`
// are its groups and `\\` is a backslash. A backslash before anything else ends
// the rewrite there, as it does in TensorFlow.
class Rewrite {
 public:
  // Fails with InvalidArgument if `rewrite` names a group that `regex` lacks.
  static absl::StatusOr<Rewrite> Compile(std::string_view rewrite,
                                         const Regex& regex);

  const std::string& text() const { return text_; }
  // The replacement, if it is the same for each match.
  std::optional<std::string_view> literal() const;

 private:
  friend class internal::PlainReplacer;
  friend class internal::RegexReplacer;
  // Some text, then a group (none if below 0).
  struct Part {
    std::string literal;
    int group;
  };

  Rewrite() = default;

  std::string text_;
  std::vector<Part> parts_;
  int max_group_ = 0;
  bool is_cut_ = false;
};

struct RegexFullMatchOptions {
  ExecOptions exec = {};
};

// Tells for each string whether `regex` matches the whole of it.
//
//   RegexFullMatch({"aa", "ab", ""}, a*)  // {true, false, true}
//
// Fails with Cancelled only. Linear in the bytes.
absl::StatusOr<Buffer<bool>> RegexFullMatch(
    StringTensorView input, const Regex& regex,
    const RegexFullMatchOptions& options = {});

struct RegexReplaceOptions {
  // Replaces every match that does not overlap the one before; else the first.
  bool replace_global = true;
  ExecOptions exec = {};
};

// Replaces what `regex` matches in each string. An empty match right behind
// another match is not replaced: `x*` by `-` makes "-a-b-" of "ab". Requires
// a `rewrite` compiled for `regex`.
//
//   RegexReplace({"a-b", "c"}, [-], " ")  // {"a b", "c"}
//
// Fails with Cancelled, and with ResourceExhausted if the size of the result
// does not fit 64 bits. Linear in the bytes.
absl::StatusOr<StringTensor> RegexReplace(
    StringTensorView input, const Regex& regex, const Rewrite& rewrite,
    const RegexReplaceOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_REGEX_H_
