#ifndef ROWSPLIT_SRC_KERNELS_TOKEN_IDS_REF_H_
#define ROWSPLIT_SRC_KERNELS_TOKEN_IDS_REF_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kernels/byte_map.h"
#include "kernels/token_ids.h"
#include "kernels/token_spans_ref.h"
#include "kernels/token_table.h"
#include "rowsplit/core/offset.h"

// The meaning of the kernels of token_ids.h.
namespace rowsplit::reference {

// Calls add(token) for each token, as a string_view, and sets row_ends.
template <typename Add>
size_t ForEachToken(const kernels::ByteMap& map,
                    const kernels::TextRowsView& rows, Offset* row_ends,
                    const Add& add) {
  size_t num_tokens = 0;
  std::string token;
  const auto end_token = [&] {
    if (token.empty()) return;
    add(std::string_view(token));
    ++num_tokens;
    token.clear();
  };
  for (size_t row = 0; row < rows.num_rows; ++row) {
    for (Offset i = rows.offsets[row]; i < rows.offsets[row + 1]; ++i) {
      const uint8_t byte = rows.bytes[i];
      if (map.drop[byte]) continue;
      if (IsWhitespace(map.to[byte])) {
        end_token();
      } else {
        token += static_cast<char>(map.to[byte]);
      }
    }
    end_token();
    row_ends[row] = static_cast<Offset>(num_tokens);
  }
  return num_tokens;
}

inline size_t FindTokenIds(const kernels::ByteMap& map,
                           const kernels::TextRowsView& rows,
                           const kernels::TokenTableView& table,
                           int64_t first_id, int64_t unknown_id, int64_t* ids,
                           Offset* row_ends) {
  return ForEachToken(map, rows, row_ends, [&](std::string_view token) {
    const int64_t id = kernels::FindId(table, token);
    *ids++ = id < 0 ? unknown_id : first_id + id;
  });
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_IDS_REF_H_
