#include "rowsplit/core/version.h"

#include <string_view>

namespace rowsplit {

std::string_view Version() { return ROWSPLIT_VERSION; }

}  // namespace rowsplit
