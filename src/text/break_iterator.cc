#include "text/break_iterator.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "text/icu_locale.h"

namespace rowsplit::internal {
namespace {

// Unicode's default rules, as ICU compiles them. A rule is what stays together;
// by !!chain one may begin with the last character of another, unless ^ says
// that it begins at a boundary.
constexpr std::string_view kWordRules = R"(
!!chain;
!!quoted_literals_only;
$CR = [\p{Word_Break = CR}];
$LF = [\p{Word_Break = LF}];
$NL = [\p{Word_Break = Newline}];
$X = [\p{Word_Break = Extend} \p{Word_Break = Format} \p{Word_Break = ZWJ}];
$ZWJ = [\p{Word_Break = ZWJ}];
$Hebrew = [\p{Word_Break = Hebrew_Letter}];
$Letter = [\p{Word_Break = ALetter} $Hebrew];
$Digit = [\p{Word_Break = Numeric}];
$Kana = [\p{Word_Break = Katakana}];
$Joiner = [\p{Word_Break = ExtendNumLet}];
$Quote = [\p{Word_Break = Single_Quote}];
$DoubleQuote = [\p{Word_Break = Double_Quote}];
$InWord = [\p{Word_Break = MidLetter} \p{Word_Break = MidNumLet} $Quote];
$InNumber = [\p{Word_Break = MidNum} \p{Word_Break = MidNumLet} $Quote];
$Flag = [\p{Word_Break = Regional_Indicator}];
$Space = [\p{Word_Break = WSegSpace}];
$Picture = [\p{Extended_Pictographic}];
.;
$CR $LF;
$ZWJ $Picture;
$Space $Space;
^$X+;
[^$CR $LF $NL $X] $X*;
$Letter $X* $Letter;
$Letter $X* $InWord $X* $Letter;
$Hebrew $X* $Quote;
$Hebrew $X* $DoubleQuote $X* $Hebrew;
$Digit $X* $Digit;
$Letter $X* $Digit;
$Digit $X* $Letter;
$Digit $X* $InNumber $X* $Digit;
$Kana $X* $Kana;
[$Letter $Digit $Kana $Joiner] $X* $Joiner;
$Joiner $X* [$Letter $Digit $Kana];
^$Flag $X* $Flag;
)";

constexpr std::string_view kGraphemeRules = R"(
!!chain;
!!quoted_literals_only;
$CR = [\p{Grapheme_Cluster_Break = CR}];
$LF = [\p{Grapheme_Cluster_Break = LF}];
$Control = [\p{Grapheme_Cluster_Break = Control}];
$Extend = [\p{Grapheme_Cluster_Break = Extend}];
$ZWJ = [\p{Grapheme_Cluster_Break = ZWJ}];
$Mark = [\p{Grapheme_Cluster_Break = SpacingMark}];
$Prepend = [\p{Grapheme_Cluster_Break = Prepend}];
$Flag = [\p{Grapheme_Cluster_Break = Regional_Indicator}];
$L = [\p{Grapheme_Cluster_Break = L}];
$V = [\p{Grapheme_Cluster_Break = V}];
$T = [\p{Grapheme_Cluster_Break = T}];
$LV = [\p{Grapheme_Cluster_Break = LV}];
$LVT = [\p{Grapheme_Cluster_Break = LVT}];
$Picture = [\p{Extended_Pictographic}];
.;
$CR $LF;
$L [$L $V $LV $LVT];
[$LV $V] [$V $T];
[$LVT $T] $T;
[^$Control $CR $LF] [$Extend $ZWJ $Mark];
$Prepend [^$Control $CR $LF];
$Picture $Extend* $ZWJ $Picture;
^$Prepend* $Flag $Flag;
)";

UBreakIteratorType TypeOf(BreakUnit unit) {
  switch (unit) {
    case BreakUnit::kGrapheme:
      return UBRK_CHARACTER;
    case BreakUnit::kWord:
      return UBRK_WORD;
    case BreakUnit::kSentence:
      return UBRK_SENTENCE;
  }
  return UBRK_WORD;
}

// From Unicode 15.1 on the clusters of Indic scripts need a property that ICU
// learned later; its own rules for the root locale are Unicode's then.
bool HasIndicRule() {
  UVersionInfo version;
  u_getUnicodeVersion(version);
  return version[0] > 15 || (version[0] == 15 && version[1] >= 1);
}

absl::Status IcuFailed(const char* what, UErrorCode status) {
  return absl::InternalError(
      absl::StrFormat("ICU could not %s: %s", what, u_errorName(status)));
}

absl::StatusOr<UBreakIterator*> OpenByType(BreakUnit unit,
                                           const std::string& locale) {
  UErrorCode status = U_ZERO_ERROR;
  UBreakIterator* iterator =
      ubrk_open(TypeOf(unit), locale.c_str(), nullptr, 0, &status);
  if (U_FAILURE(status)) return IcuFailed("open a break iterator", status);
  return iterator;
}

}  // namespace

void BreakIterator::Closer::operator()(UBreakIterator* iterator) const {
  ubrk_close(iterator);
}

absl::StatusOr<BreakIterator> BreakIterator::OpenPlain(BreakUnit unit) {
  if (unit == BreakUnit::kSentence ||
      (unit == BreakUnit::kGrapheme && HasIndicRule())) {
    auto opened = OpenByType(unit, "");
    if (!opened.ok()) return opened.status();
    return BreakIterator(*opened);
  }
  const std::string_view rules =
      unit == BreakUnit::kWord ? kWordRules : kGraphemeRules;
  const std::u16string wide(rules.begin(), rules.end());  // ASCII
  UParseError fault;
  UErrorCode status = U_ZERO_ERROR;
  UBreakIterator* iterator =
      ubrk_openRules(wide.data(), static_cast<int32_t>(wide.size()), nullptr, 0,
                     &fault, &status);
  if (U_FAILURE(status)) return IcuFailed("compile break rules", status);
  return BreakIterator(iterator);
}

absl::StatusOr<BreakIterator> BreakIterator::OpenLocale(
    BreakUnit unit, const std::string& locale) {
  std::string name;
  if (locale != "root") {
    auto icu = IcuLocale("boundaries", locale);
    if (!icu.ok()) return icu.status();
    name = *std::move(icu);
  }
  auto opened = OpenByType(unit, name);
  if (!opened.ok()) return opened.status();
  return BreakIterator(*opened);
}

absl::StatusOr<BreakIterator> BreakIterator::Clone() const {
  UErrorCode status = U_ZERO_ERROR;
  UBreakIterator* clone = ubrk_clone(iterator_.get(), &status);
  if (U_FAILURE(status)) return IcuFailed("clone a break iterator", status);
  return BreakIterator(clone);
}

void BreakIterator::AppendEnds(std::string_view text,
                               std::vector<size_t>& ends) const {
  UErrorCode status = U_ZERO_ERROR;
  UText icu_text = UTEXT_INITIALIZER;
  utext_openUTF8(&icu_text, text.data(), static_cast<int64_t>(text.size()),
                 &status);
  ubrk_setUText(iterator_.get(), &icu_text, &status);
  for (int32_t end = ubrk_next(iterator_.get()); end != UBRK_DONE;
       end = ubrk_next(iterator_.get()))
    ends.push_back(static_cast<size_t>(end));
  utext_close(&icu_text);
}

std::vector<uint64_t> BreakIterator::CompiledRules() const {
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size =
      ubrk_getBinaryRules(iterator_.get(), nullptr, 0, &status);
  if (size <= 0 || (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR))
    return {};
  std::vector<uint64_t> rules((static_cast<size_t>(size) + 7) / 8);
  status = U_ZERO_ERROR;
  ubrk_getBinaryRules(iterator_.get(), reinterpret_cast<uint8_t*>(rules.data()),
                      size, &status);
  if (U_FAILURE(status)) return {};
  return rules;
}

}  // namespace rowsplit::internal
