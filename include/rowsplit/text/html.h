#ifndef ROWSPLIT_TEXT_HTML_H_
#define ROWSPLIT_TEXT_HTML_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct HtmlOptions {
  // Drops tags, comments, declarations, and all of <script> and <style>. The
  // tag of a block (p, br, div, li, td …) becomes a space where words would run
  // together.
  bool tags = true;
  // Puts characters in place of references: `&eacute;`, `&#233;`, `&#xE9;`.
  bool references = true;
  ExecOptions exec = {};
};

// Turns HTML into its text.
//
//   HtmlToText({"<p>Caf&eacute; &amp; <b>bar</b><br>open"})
//       // {"Café & bar open"}
//   HtmlToText({"1 < 2 && a <b"})  // {"1 < 2 && a <b"}
//
// Text is what no rule takes: a '<' that begins no tag, and a tag without an
// end, with all behind it. Bytes need not be UTF-8. Fails with Cancelled only.
// Linear in the bytes.
absl::StatusOr<StringTensor> HtmlToText(StringTensorView input,
                                        const HtmlOptions& options = {});

// Appends one string's text, and returns how many tags were dropped and
// references replaced.
int64_t AppendHtmlText(std::string_view html, const HtmlOptions& options,
                       BufferBuilder<char>& output);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_HTML_H_
