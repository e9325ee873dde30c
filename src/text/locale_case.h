#ifndef ROWSPLIT_SRC_TEXT_LOCALE_CASE_H_
#define ROWSPLIT_SRC_TEXT_LOCALE_CASE_H_

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace rowsplit::internal {

enum class CaseKind : uint8_t { kLower, kUpper, kTitle, kFold };

// The name of the op: "lower", "upper", "title", "fold_case".
const char* CaseName(CaseKind kind);

// A case mapping by the rules of a locale, as ICU does it. Immutable.
class LocaleCase {
 public:
  // `tag` is a BCP 47 tag, "" the root locale. Fails with InvalidArgument, in
  // the name of the op, for what is none, and for a language unknown to ICU.
  static absl::StatusOr<LocaleCase> Create(CaseKind kind,
                                           const std::string& tag);

  CaseKind kind() const { return kind_; }
  // Whether CaseMapper does the same, faster.
  bool is_root() const;

  // Maps a string in place.
  void Map(icu::UnicodeString& text) const;

 private:
  LocaleCase(CaseKind kind, icu::Locale locale, bool dotless)
      : kind_(kind), locale_(std::move(locale)), dotless_(dotless) {}

  CaseKind kind_;
  icu::Locale locale_;
  bool dotless_;  // a language with a dotless i: all that folding asks
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_LOCALE_CASE_H_
