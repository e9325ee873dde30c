#include "text/character_tables.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "kernels/utf8_normalize.h"

namespace rowsplit::internal {

using kernels::NormalEntry;

kernels::Utf8NormalTables MakeCharacterTables(
    absl::FunctionRef<std::optional<std::string>(uint32_t code_point)> result) {
  kernels::Utf8NormalTables tables;
  tables.folds_ascii = result('A') == std::optional<std::string>("a");
  // The results of the block before, since many in a row become the same.
  std::string last;
  uint32_t last_result = 0;
  for (uint32_t first = 0; first < 0x110000; first += 64) {
    if (first >= 0xD800 && first < 0xE000) continue;
    kernels::Utf8NormalTables::Block block;
    for (uint32_t i = 0; i < 64; ++i) {
      const std::optional<std::string> becomes = result(first + i);
      if (!becomes.has_value()) continue;
      if (last_result == 0 || *becomes != last) {
        last = *becomes;
        last_result = tables.AddResult(last);
      }
      block.entries[i].flags |= NormalEntry::kMapped;
      block.entries[i].result = last_result;
      block.candidates |= uint64_t{1} << i;
      if (first + i < 0x20 || first + i == 0x7F) tables.maps_controls = true;
    }
    if (block.candidates != 0) tables.SetBlock(first / 64, block);
  }
  return tables;
}

}  // namespace rowsplit::internal
