#include "text/stringzilla_spans.h"

#include <stringzilla/stringzilla.h>

#include <string_view>

namespace rowsplit::bench {

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
