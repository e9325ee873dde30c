#include "rowsplit/text/wordshape.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/text/regex.h"

namespace rowsplit {
namespace {

constexpr std::string_view kEmoticons[] = {
    "#-)", "%)", "%-)", "(=^..^=)", "(=^.^=)", "(]:{", "*)", "*-)", "*<|:-)",
    ",:-)", "-<@%", "-_-", "0:)", "0:-)", "0;^)", "3:-)", "7:^]", "8'(", "8-)",
    ":#", ":$", ":&", ":'(", ":')", ":'-(", ":'-)", ":(", ":(:)", ":(|)", ":)",
    ":*", ":-#", ":-&", ":-(", ":-)", ":-))", ":-)))", ":-))))", ":-)))))",
    ":-*", ":-,", ":-.", ":-/", ":-<", ":-D", ":-J", ":-O", ":-P", ":-S", ":-[",
    ":-\\", ":-c", ":-o", ":-p", ":-s", ":-|", ":-||", ":/", ":3", ":<", ":>",
    ":@", ":D", ":O", ":P", ":S", ":X)", ":[", ":\\", ":]", ":^)", ":^*", ":c",
    ":o", ":o)", ":p", ":s", ":{", ":|", ":}", ";(", ";)", ";*", ";-)", ";-*",
    ";-P", ";-]", ";-p", ";P", ";]", ";^)", ";_;", ";p", "</3", "<3", "<:-|",
    "<\\3", "='(", "=(", "=)", "=/", "=:o]", "=D", "=O", "=P", "=\\", "=]",
    "=^_^=", "=o", "=p", "=|", ">.<", ">:(", ">:)", ">:-(", ">:-)", ">:/",
    ">:O", ">:P", ">:[", ">:\\", ">;)", ">=(", ">_<", ">_>^", "B)", "B-)",
    "D:", "D:<", "O.O", "O:-)", "O=)", "T_T", "X(", "X-(", "X-O", "X-o", "XD",
    "^<_<", "^_^", "^_^;;", "o.o", "o_o;", "u_u", "x_x", "|-O", "|;-)", "}:)",
    "}:-)", "}=)", "~:-\\", "~@~",
    // As TF Text has the last ones: DX and the third run into each other.
    ":\u3063C", "DX:\u3063)", "\u0CA0_\u0CA0"};

struct CodePointRange {
  uint32_t first;
  uint32_t last;
};
// Emoji of Unicode 13, and the blocks that hold most of them.
constexpr CodePointRange kEmoji[] = {
    {0x203C, 0x203C},   {0x2049, 0x2049},   {0x2139, 0x2139},
    {0x2194, 0x2199},   {0x21A9, 0x21AA},   {0x231A, 0x231B},
    {0x2328, 0x2328},   {0x23CF, 0x23CF},   {0x23E9, 0x23F3},
    {0x23F8, 0x23FA},   {0x24C2, 0x24C2},   {0x25AA, 0x25AB},
    {0x25B6, 0x25B6},   {0x25C0, 0x25C0},   {0x25FB, 0x25FE},
    {0x2600, 0x26FF},   {0x2702, 0x2702},   {0x2705, 0x2705},
    {0x2708, 0x270D},   {0x270F, 0x270F},   {0x2712, 0x2712},
    {0x2714, 0x2714},   {0x2716, 0x2716},   {0x271D, 0x271D},
    {0x2721, 0x2721},   {0x2728, 0x2728},   {0x2733, 0x2734},
    {0x2744, 0x2744},   {0x2747, 0x2747},   {0x274C, 0x274C},
    {0x274E, 0x274E},   {0x2753, 0x2755},   {0x2757, 0x2757},
    {0x2763, 0x2764},   {0x2795, 0x2797},   {0x2934, 0x2935},
    {0x2B05, 0x2B07},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},
    {0x2B55, 0x2B55},   {0x3030, 0x3030},   {0x303D, 0x303D},
    {0x3297, 0x3297},   {0x3299, 0x3299},   {0x1F004, 0x1F004},
    {0x1F0CF, 0x1F0CF}, {0x1F170, 0x1F171}, {0x1F17E, 0x1F17F},
    {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F1E6, 0x1F1FF},
    {0x1F201, 0x1F202}, {0x1F21A, 0x1F21A}, {0x1F22F, 0x1F22F},
    {0x1F232, 0x1F23A}, {0x1F250, 0x1F251}, {0x1F300, 0x1F6FF},
    {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FA74}, {0x1FA78, 0x1FA7A},
    {0x1FA80, 0x1FA86}, {0x1FA90, 0x1FAA8}, {0x1FAB0, 0x1FAB6},
    {0x1FAC0, 0x1FAC2}, {0x1FAD0, 0x1FAD6}};

constexpr std::string_view kOpenQuotes =
    "\"'`\uFF07\uFF02\u2018\u201A\u201B\u201C\u00AB\u201E\u201F\u2039\u300C"
    "\u300E\u301D\u2E42\uFF62\uFE41\uFE43";
constexpr std::string_view kCloseQuotes =
    "\"'`\uFF07\uFF02\u00BB\u2019\u201D\u203A\u300D\u300F\u301E\u301F\uFE42"
    "\uFE44\uFF63";
constexpr std::string_view kMark = "[\\p{P}\\p{S}]";
constexpr std::string_view kNoMark = "[^\\p{P}\\p{S}]";

std::string Text(std::string_view part) { return std::string(part); }

// Anything but line ends and ill-formed bytes, `part`, the same.
std::string Has(std::string_view part) { return ".*" + Text(part) + ".*"; }

// The two in either order, with `between` between and around them.
std::string BothOf(std::string_view a, std::string_view b,
                   std::string_view around, std::string_view between) {
  const auto in_order = [&](std::string_view first, std::string_view second) {
    return Text(around) + Text(first) + Text(between) + Text(second) +
           Text(around);
  };
  return in_order(a, b) + "|" + in_order(b, a);
}

std::string EmoticonPattern() {
  std::string pattern = "(?:";
  for (const std::string_view emoticon : kEmoticons) {
    if (pattern.size() > 3) pattern += '|';
    for (const char byte : emoticon) {
      const bool is_mark =
          std::string_view("\\.+*?()|[]{}^$").find(byte) != std::string::npos;
      if (is_mark) pattern += '\\';
      pattern += byte;
    }
  }
  return pattern + ")";
}

std::string EmojiClass() {
  std::string pattern = "[";
  for (const auto [first, last] : kEmoji)
    absl::StrAppendFormat(&pattern, "\\x{%X}-\\x{%X}", first, last);
  return pattern + "]";
}

std::string PatternOf(WordShape shape) {
  const std::string open = Text(kOpenQuotes);
  const std::string close = Text(kCloseQuotes);
  switch (shape) {
    case WordShape::kHasPunctuationDash:
      return Has("\\p{Pd}");
    case WordShape::kHasNoDigits:
      return "\\P{Nd}*";
    case WordShape::kHasSomeDigits:
      return BothOf("\\p{Nd}", "\\P{Nd}", ".*", "");
    case WordShape::kHasOnlyDigits:
      return "\\p{Nd}+";
    case WordShape::kIsNumericValue:
      return "[+-]?(?:\\p{Nd}+\\.?\\p{Nd}*|\\.\\p{Nd}+)(?:[eE]-?\\p{Nd}+)?";
    case WordShape::kHasNoPunctOrSymbol:
      return Text(kNoMark) + "*";
    case WordShape::kHasSomePunctOrSymbol:
      return BothOf(kMark, kNoMark, ".*", "");
    case WordShape::kIsPunctOrSymbol:
      return Text(kMark) + "+";
    case WordShape::kBeginsWithPunctOrSymbol:
      return Text(kMark) + ".*";
    case WordShape::kEndsWithPunctOrSymbol:
      return ".*" + Text(kMark);
    case WordShape::kEndsWithEllipsis:
      return ".*(?:\\.\\.\\.|[\u2026\u22EF])";
    case WordShape::kIsEmoticon:
      return EmoticonPattern();
    case WordShape::kEndsWithEmoticon:
      return ".*" + EmoticonPattern();
    case WordShape::kHasEmoji:
      return Has(EmojiClass());
    case WordShape::kIsAcronymWithPeriods:
      return "(?:\\p{Lu}\\.)+";
    case WordShape::kIsUppercase:
      return "\\p{Lu}+";
    case WordShape::kIsLowercase:
      return "\\p{Ll}+";
    case WordShape::kHasMixedCase:
      return BothOf("\\p{Lu}", "\\p{Ll}", ".*", ".*");
    case WordShape::kIsMixedCaseLetters:
      return BothOf("\\p{Lu}", "\\p{Ll}", "\\p{L}*", "\\p{L}*");
    case WordShape::kHasTitleCase:
      return "\\P{L}*[\\p{Lu}\\p{Lt}]\\p{Ll}+.*";
    case WordShape::kBeginsWithOpenQuote:
      return "``.*|[" + open + "][^" + open + "]*";
    case WordShape::kEndsWithCloseQuote:
      return ".*''|[^" + close + "]*[" + close + "]";
    case WordShape::kHasMathSymbol:
      return Has("\\p{Sm}");
    case WordShape::kHasCurrencySymbol:
      return Has("\\p{Sc}");
    case WordShape::kHasNonLetter:
      return Has("\\P{L}");
  }
  return "";
}

constexpr std::string_view kNames[] = {
    "HAS_PUNCTUATION_DASH",
    "HAS_NO_DIGITS",
    "HAS_SOME_DIGITS",
    "HAS_ONLY_DIGITS",
    "IS_NUMERIC_VALUE",
    "HAS_NO_PUNCT_OR_SYMBOL",
    "HAS_SOME_PUNCT_OR_SYMBOL",
    "IS_PUNCT_OR_SYMBOL",
    "BEGINS_WITH_PUNCT_OR_SYMBOL",
    "ENDS_WITH_PUNCT_OR_SYMBOL",
    "ENDS_WITH_ELLIPSIS",
    "IS_EMOTICON",
    "ENDS_WITH_EMOTICON",
    "HAS_EMOJI",
    "IS_ACRONYM_WITH_PERIODS",
    "IS_UPPERCASE",
    "IS_LOWERCASE",
    "HAS_MIXED_CASE",
    "IS_MIXED_CASE_LETTERS",
    "HAS_TITLE_CASE",
    "BEGINS_WITH_OPEN_QUOTE",
    "ENDS_WITH_CLOSE_QUOTE",
    "HAS_MATH_SYMBOL",
    "HAS_CURRENCY_SYMBOL",
    "HAS_NON_LETTER",
};
constexpr size_t kNumShapes = std::size(kNames);

// Compiled at its first use.
absl::StatusOr<Regex> RegexOf(WordShape shape) {
  static auto* regexes = new std::array<std::unique_ptr<Regex>, kNumShapes>;
  static auto* mutex = new std::mutex;
  const std::lock_guard<std::mutex> lock(*mutex);
  std::unique_ptr<Regex>& regex = (*regexes)[static_cast<size_t>(shape)];
  if (regex == nullptr) {
    ROWSPLIT_ASSIGN_OR_RETURN(Regex compiled, Regex::Compile(PatternOf(shape)));
    regex = std::make_unique<Regex>(std::move(compiled));
  }
  return *regex;
}

}  // namespace

absl::StatusOr<WordShape> WordShapeByName(std::string_view name) {
  for (size_t i = 0; i < kNumShapes; ++i) {
    if (kNames[i] == name) return static_cast<WordShape>(i);
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("wordshape: there is no shape named \"%s\"", name));
}

absl::StatusOr<Buffer<bool>> MatchWordShape(
    StringTensorView input, WordShape shape,
    const MatchWordShapeOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Regex regex, RegexOf(shape));
  return RegexFullMatch(input, regex, {.exec = options.exec});
}

}  // namespace rowsplit
