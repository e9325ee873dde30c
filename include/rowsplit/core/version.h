#ifndef ROWSPLIT_CORE_VERSION_H_
#define ROWSPLIT_CORE_VERSION_H_

#include <string_view>

namespace rowsplit {

// The library's version, as "major.minor.patch".
std::string_view Version();

}  // namespace rowsplit

#endif  // ROWSPLIT_CORE_VERSION_H_
