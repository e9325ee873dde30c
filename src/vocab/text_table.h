#ifndef ROWSPLIT_SRC_VOCAB_TEXT_TABLE_H_
#define ROWSPLIT_SRC_VOCAB_TEXT_TABLE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/static_hash_table.h"

namespace rowsplit::internal {

// Two vectors of one size.
struct TextTable {
  Tensor keys;
  Tensor values;
};

// The keys and values of a text file, by the rules of
// StaticHashTable::FromFile.
absl::StatusOr<TextTable> ReadTextTable(const std::string& path,
                                        const TextTableOptions& options);

// The same of its content; `path` is for messages.
absl::StatusOr<TextTable> ParseTextTable(std::string_view content,
                                         const std::string& path,
                                         const TextTableOptions& options);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_TEXT_TABLE_H_
