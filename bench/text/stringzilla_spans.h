#ifndef ROWSPLIT_BENCH_TEXT_STRINGZILLA_SPANS_H_
#define ROWSPLIT_BENCH_TEXT_STRINGZILLA_SPANS_H_

#include <array>
#include <cstddef>
#include <string_view>

// StringZilla's scanners, called as its C interface is meant to be: many spans
// a call, into arrays that are reused. For the machine that compiles it.
namespace rowsplit::bench {

struct ZillaSpans {
  static constexpr size_t kMost = 1024;
  std::array<size_t, kMost> begins;
  std::array<size_t, kMost> sizes;
  size_t count = 0;
  // Of the text; the rest is for the next call.
  size_t consumed = 0;
};

// Whether the headers were there; without them the others do nothing.
bool HasZilla();

// The next white-space characters, Unicode's.
void ZillaWhitespace(std::string_view text, ZillaSpans& spans);
// The next words of UAX 29.
void ZillaWords(std::string_view text, ZillaSpans& spans);

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_TEXT_STRINGZILLA_SPANS_H_
