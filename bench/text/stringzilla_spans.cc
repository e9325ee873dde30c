#include "text/stringzilla_spans.h"

#include <string_view>

#if __has_include(<stringzilla/stringzilla.h>)

#include <stringzilla/stringzilla.h>

namespace rowsplit::bench {

bool HasZilla() { return true; }

void ZillaWhitespace(std::string_view text, ZillaSpans& spans) {
  spans.count = sz_utf8_whitespaces(text.data(), text.size(),
                                    spans.begins.data(), spans.sizes.data(),
                                    ZillaSpans::kMost, &spans.consumed);
}

void ZillaWords(std::string_view text, ZillaSpans& spans) {
  spans.count = sz_utf8_wordbreaks(text.data(), text.size(),
                                   spans.begins.data(), spans.sizes.data(),
                                   ZillaSpans::kMost, &spans.consumed);
}

}  // namespace rowsplit::bench

#else

namespace rowsplit::bench {

bool HasZilla() { return false; }
void ZillaWhitespace(std::string_view /*text*/, ZillaSpans& /*spans*/) {}
void ZillaWords(std::string_view /*text*/, ZillaSpans& /*spans*/) {}

}  // namespace rowsplit::bench

#endif
