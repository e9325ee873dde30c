#ifndef ROWSPLIT_SRC_EMBEDDING_TENSOR_CHOICE_H_
#define ROWSPLIT_SRC_EMBEDDING_TENSOR_CHOICE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace rowsplit::internal {

// A tensor that a file has, as the choice among them sees it.
struct NamedTensor {
  std::string name;
  // float16, bfloat16, float32 or float64, with two dimensions.
  bool is_table = false;
};

// The index of the tensor called `wanted`; without a name, of the only one that
// is a table. InvalidArgument, which lists some of the names, if there is none
// or more than one; `file` is for the message.
absl::StatusOr<size_t> ChooseTensor(const std::vector<NamedTensor>& tensors,
                                    std::string_view wanted,
                                    const std::string& file);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_TENSOR_CHOICE_H_
