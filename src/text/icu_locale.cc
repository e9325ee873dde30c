#include "text/icu_locale.h"

#include <unicode/uloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

namespace rowsplit::internal {

absl::StatusOr<std::string> IcuLocale(const char* op, const std::string& tag) {
  std::string hyphens = tag;
  std::replace(hyphens.begin(), hyphens.end(), '_', '-');
  char name[ULOC_FULLNAME_CAPACITY];
  int32_t parsed = 0;
  UErrorCode status = U_ZERO_ERROR;
  uloc_forLanguageTag(hyphens.c_str(), name, sizeof(name), &parsed, &status);
  if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING ||
      tag.empty() || static_cast<size_t>(parsed) != hyphens.size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: the locale must be a language tag such as 'th' or "
                        "'en-u-ss-standard', got '%s'",
                        op, tag));
  }
  return std::string(name);
}

}  // namespace rowsplit::internal
