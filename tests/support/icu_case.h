#ifndef ROWSPLIT_TESTS_SUPPORT_ICU_CASE_H_
#define ROWSPLIT_TESTS_SUPPORT_ICU_CASE_H_

#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace rowsplit::testing {

enum class IcuCase { kLower, kUpper, kFold };

inline std::string ToUtf8(std::u16string_view text) {
  std::string utf8(text.size() * 3, '\0');
  int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8(utf8.data(), static_cast<int32_t>(utf8.size()), &size,
              text.data(), static_cast<int32_t>(text.size()), &status);
  utf8.resize(size);
  return utf8;
}

// UTF-8, and ill-formed pieces of it as U+FFFD, by ICU.
inline std::u16string FromUtf8(std::string_view text) {
  std::u16string utf16(text.size(), u'\0');
  int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8WithSub(utf16.data(), static_cast<int32_t>(utf16.size()), &size,
                       text.data(), static_cast<int32_t>(text.size()), 0xFFFD,
                       nullptr, &status);
  utf16.resize(size);
  return utf16;
}

// What ICU makes of a whole string.
inline std::string MapByIcu(IcuCase to, std::string_view text) {
  const std::u16string source = FromUtf8(text);
  std::u16string mapped(source.size() * 3 + 1, u'\0');
  const auto room = static_cast<int32_t>(mapped.size());
  const auto size = static_cast<int32_t>(source.size());
  UErrorCode status = U_ZERO_ERROR;
  int32_t mapped_size = 0;
  switch (to) {
    case IcuCase::kLower:
      mapped_size =
          u_strToLower(mapped.data(), room, source.data(), size, "", &status);
      break;
    case IcuCase::kUpper:
      mapped_size =
          u_strToUpper(mapped.data(), room, source.data(), size, "", &status);
      break;
    case IcuCase::kFold:
      mapped_size = u_strFoldCase(mapped.data(), room, source.data(), size,
                                  U_FOLD_CASE_DEFAULT, &status);
      break;
  }
  mapped.resize(mapped_size);
  return ToUtf8(mapped);
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_ICU_CASE_H_
