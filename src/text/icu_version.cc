#include "rowsplit/text/icu_version.h"

#include "unicode/uchar.h"
#include "unicode/uversion.h"

namespace rowsplit {

namespace {

std::string ToString(const UVersionInfo& version) {
  return std::to_string(version[0]) + "." + std::to_string(version[1]);
}

}  // namespace

std::string UnicodeVersion() {
  UVersionInfo version;
  u_getUnicodeVersion(version);
  return ToString(version);
}

std::string IcuVersion() {
  UVersionInfo version;
  u_getVersion(version);
  return ToString(version);
}

}  // namespace rowsplit
