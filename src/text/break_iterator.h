#ifndef ROWSPLIT_SRC_TEXT_BREAK_ITERATOR_H_
#define ROWSPLIT_SRC_TEXT_BREAK_ITERATOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

struct UBreakIterator;

namespace rowsplit::internal {

enum class BreakUnit { kGrapheme, kWord, kSentence };

// ICU's BreakIterator over UTF-8. Not for several threads at a time: Clone it.
class BreakIterator {
 public:
  // Unicode's default rules (UAX 29) of the Unicode version that ICU knows.
  static absl::StatusOr<BreakIterator> OpenPlain(BreakUnit unit);
  // ICU's rules for a locale ("root", "th", "en-u-ss-standard"), dictionaries
  // included. Fails with InvalidArgument if it is not a BCP 47 tag.
  static absl::StatusOr<BreakIterator> OpenLocale(BreakUnit unit,
                                                  const std::string& locale);

  absl::StatusOr<BreakIterator> Clone() const;

  // The boundaries of `text` behind its begin, its end included, appended to
  // `ends`. Ill-formed subparts are characters of their own.
  void AppendEnds(std::string_view text, std::vector<size_t>& ends) const;

  // ICU's compiled rules, aligned; empty if it has none to give.
  std::vector<uint64_t> CompiledRules() const;

 private:
  struct Closer {
    void operator()(UBreakIterator* iterator) const;
  };

  explicit BreakIterator(UBreakIterator* iterator) : iterator_(iterator) {}

  std::unique_ptr<UBreakIterator, Closer> iterator_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BREAK_ITERATOR_H_
