#ifndef ROWSPLIT_SRC_TEXT_CHARACTER_TABLES_H_
#define ROWSPLIT_SRC_TEXT_CHARACTER_TABLES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "kernels/utf8_normalize.h"

namespace rowsplit::internal {

// Tables for NormalMapper of a mapping of characters, each by itself:
// `result(code_point)` is what one becomes, nothing if it stays. Asked once for
// each code point but surrogates. ASCII letters that become small must do so
// all. Results are at most 255 bytes.
kernels::Utf8NormalTables MakeCharacterTables(
    absl::FunctionRef<std::optional<std::string>(uint32_t code_point)> result);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_CHARACTER_TABLES_H_
