#ifndef ROWSPLIT_TESTS_SUPPORT_ICU_BOUNDARIES_H_
#define ROWSPLIT_TESTS_SUPPORT_ICU_BOUNDARIES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/break_iterator.h"

namespace rowsplit::testing {

// The segments of a text by ICU's own iterator.
inline std::vector<std::string> SegmentsByIcu(
    const internal::BreakIterator& iterator, std::string_view text) {
  std::vector<size_t> ends;
  iterator.AppendEnds(text, ends);
  std::vector<std::string> segments;
  size_t begin = 0;
  for (const size_t end : ends) {
    segments.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  return segments;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_ICU_BOUNDARIES_H_
