#include "text/locale_case.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/unistr.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "text/icu_locale.h"

namespace rowsplit::internal {

const char* CaseName(CaseKind kind) {
  switch (kind) {
    case CaseKind::kLower:
      return "lower";
    case CaseKind::kUpper:
      return "upper";
    case CaseKind::kTitle:
      return "title";
    case CaseKind::kFold:
      return "fold_case";
  }
  return "";
}

absl::StatusOr<LocaleCase> LocaleCase::Create(CaseKind kind,
                                              const std::string& tag) {
  if (tag.empty() || tag == "root")
    return LocaleCase(kind, icu::Locale::getRoot(), false);
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string name,
                            IcuLocale(CaseName(kind), tag));
  const icu::Locale locale(name.c_str());
  const std::string_view language = locale.getLanguage();
  // ICU takes any language, and goes by its root locale for one it does not
  // know.
  if (!language.empty() && uloc_getISO3Language(name.c_str())[0] == '\0') {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: ICU does not know the language of the locale '%s'",
                        CaseName(kind), tag));
  }
  return LocaleCase(kind, locale, language == "tr" || language == "az");
}

bool LocaleCase::is_root() const {
  if (kind_ == CaseKind::kTitle) return false;
  return kind_ == CaseKind::kFold ? !dotless_
                                  : locale_ == icu::Locale::getRoot();
}

void LocaleCase::Map(icu::UnicodeString& text) const {
  switch (kind_) {
    case CaseKind::kLower:
      text.toLower(locale_);
      break;
    case CaseKind::kUpper:
      text.toUpper(locale_);
      break;
    case CaseKind::kTitle:
      text.toTitle(nullptr, locale_);
      break;
    case CaseKind::kFold:
      text.foldCase(dotless_ ? U_FOLD_CASE_EXCLUDE_SPECIAL_I
                             : U_FOLD_CASE_DEFAULT);
      break;
  }
}

}  // namespace rowsplit::internal
