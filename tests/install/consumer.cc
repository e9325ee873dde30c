// A program of somebody else's project: makes a ragged tensor with the
// installed library and prints it.
#include <cstdio>

#include "rowsplit/rowsplit.h"

int main() {
  const auto tensor =
      rowsplit::RaggedTensor<int64_t>::FromRowSplits({3, 1, 4}, {0, 2, 2, 3});
  if (!tensor.ok()) {
    std::puts(tensor.status().ToString().c_str());
    return 1;
  }
  for (int64_t row = 0; row < tensor->num_rows(); ++row) {
    std::printf("[");
    for (const int64_t value : tensor->view().row(row)) {
      std::printf(" %lld", static_cast<long long>(value));
    }
    std::puts(" ]");
  }
  const auto wrong =
      rowsplit::RaggedTensor<int64_t>::FromRowSplits({3, 1, 4}, {0, 2, 1});
  std::puts(wrong.status().ToString().c_str());
  std::printf("%016llx\n", static_cast<unsigned long long>(
                               rowsplit::Fingerprint64("rowsplit")));
  return 0;
}
