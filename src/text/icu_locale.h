#ifndef ROWSPLIT_SRC_TEXT_ICU_LOCALE_H_
#define ROWSPLIT_SRC_TEXT_ICU_LOCALE_H_

#include <string>

#include "absl/status/statusor.h"

namespace rowsplit::internal {

// The name by which ICU knows the locale of a BCP 47 tag, whose parts may be
// joined by '_' too: IcuLocale("title", "nl-BE") is "nl_BE". Fails with
// InvalidArgument, in the name of `op`, for what is no tag.
absl::StatusOr<std::string> IcuLocale(const char* op, const std::string& tag);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_ICU_LOCALE_H_
