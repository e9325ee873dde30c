// The clean-up ops and plain patterns over any bytes: HTML, masks, repeats,
// controls, mojibake, languages, and replacements beside RE2's way.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "fuzz/input.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/text/controls.h"
#include "rowsplit/text/html.h"
#include "rowsplit/text/language.h"
#include "rowsplit/text/mask.h"
#include "rowsplit/text/mojibake.h"
#include "rowsplit/text/regex.h"
#include "rowsplit/text/repeats.h"
#include "text/plain_replacer.h"
#include "text/regex_replacer.h"

namespace rowsplit {
namespace {

std::string MakeText(fuzz::Input& input) {
  constexpr std::string_view kParts[] = {
      "<",    ">",   "&", ";", "#x", "!--", "script", "\"",    "=", "/",
      "http", "://", "@", ".", "w",  "1",   "a",      "ab",    " ", "\n",
      "Ã",    "©",   "â", "€", "™",  "é",   "\u200B", "\u202E"};
  std::string text;
  for (int64_t i = input.Byte(); i > 0; --i) {
    const uint8_t byte = input.Byte();
    if (byte < 200) {
      text += kParts[byte % std::size(kParts)];
    } else {
      text += static_cast<char>(input.Byte());
    }
  }
  return text;
}

std::string ToString(const BufferBuilder<char>& output) {
  return {output.data(), output.size()};
}

void CheckCleanUp(const std::string& text, bool flag) {
  BufferBuilder<char> html;
  AppendHtmlText(text, {.tags = flag}, html);
  // `&nGt;` becomes six bytes.
  ROWSPLIT_FUZZ_CHECK(html.size() <= 2 * text.size() + 1);
  // Well-formed text stays so.
  const bool is_utf8 = internal::IsValidUtf8(text);
  BufferBuilder<char> repaired;
  AppendRepaired(text, repaired);
  BufferBuilder<char> seen;
  AppendWithoutControls(text, {.joiners = flag}, seen);
  BufferBuilder<char> limited;
  AppendLimited(text, {.max_characters = 1, .max_lines = 1}, limited);
  BufferBuilder<char> masked;
  AppendMasked(text, {.urls = "", .emails = "", .numbers = ""}, masked);
  for (const auto* output : {&html, &repaired, &seen, &limited, &masked}) {
    ROWSPLIT_FUZZ_CHECK(!is_utf8 || internal::IsValidUtf8(ToString(*output)));
  }
  for (const auto* output : {&repaired, &seen, &limited, &masked}) {
    ROWSPLIT_FUZZ_CHECK(output->size() <= text.size());
  }
  // What is clean is left alone; fragments may come together to be characters.
  const std::string once = ToString(seen);
  BufferBuilder<char> twice;
  ROWSPLIT_FUZZ_CHECK(
      !is_utf8 || AppendWithoutControls(once, {.joiners = flag}, twice) == 0);
  const LanguageGuess guess = DetectLanguage(text);
  ROWSPLIT_FUZZ_CHECK(guess.confidence >= 0 && guess.confidence <= 1);
}

// A pattern that needs no RE2 beside RE2.
void CheckPlain(fuzz::Input& input, const std::string& text) {
  constexpr std::string_view kParts[] = {"a", "b", "ab", "|", "1", "\\.", "é"};
  std::string pattern = input.Flag() ? "(" : "";
  const bool has_group = !pattern.empty();
  for (int64_t i = 1 + input.Below(8); i > 0; --i)
    pattern += kParts[input.Byte() % std::size(kParts)];
  if (has_group) pattern += ")";
  if (input.Below(4) == 0) pattern = "[ab1.]+";
  const auto regex = Regex::Compile(pattern);
  if (!regex.ok()) return;
  const auto rewrite = Rewrite::Compile(input.Flag() ? "<\\0>" : "", *regex);
  ROWSPLIT_FUZZ_CHECK(rewrite.ok());
  const bool global = input.Flag();
  const auto plain = internal::PlainReplacer::Create(*regex, *rewrite, global);
  if (!plain.has_value()) return;
  BufferBuilder<char> got;
  internal::PlainReplacer::Scan(*plain, text).AppendRow(0, text.size(), got);
  BufferBuilder<char> expected;
  internal::RegexReplacer(*regex, *rewrite, global).Append(text, expected);
  ROWSPLIT_FUZZ_CHECK(ToString(got) == ToString(expected));
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rowsplit::fuzz::Input input(data, size);
  const std::string text = rowsplit::MakeText(input);
  rowsplit::CheckPlain(input, text);
  rowsplit::CheckCleanUp(text, input.Flag());
  return 0;
}
