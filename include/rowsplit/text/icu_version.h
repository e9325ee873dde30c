#ifndef ROWSPLIT_TEXT_ICU_VERSION_H_
#define ROWSPLIT_TEXT_ICU_VERSION_H_

#include <string>

namespace rowsplit {

// The version of Unicode that the ICU in use knows, such as "15.0", and of that
// ICU, such as "72.1". What case mappings, normalization and boundaries give
// may change from one Unicode version to the next.
std::string UnicodeVersion();
std::string IcuVersion();

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_ICU_VERSION_H_
