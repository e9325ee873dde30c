#ifndef ROWSPLIT_TESTS_SUPPORT_STRINGS_H_
#define ROWSPLIT_TESTS_SUPPORT_STRINGS_H_

#include <string_view>
#include <vector>

#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::testing {

inline StringTensor Strings(const std::vector<std::string_view>& strings) {
  return StringTensor::FromStrings(strings);
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_STRINGS_H_
