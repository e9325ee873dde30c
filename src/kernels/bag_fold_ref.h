#ifndef ROWSPLIT_SRC_KERNELS_BAG_FOLD_REF_H_
#define ROWSPLIT_SRC_KERNELS_BAG_FOLD_REF_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/bag_fold.h"
#include "kernels/convert_rows_ref.h"

namespace rowsplit::reference {

inline float FoldItems(kernels::BagFold fold, float a, float b) {
  switch (fold) {
    case kernels::BagFold::kSum:
      return a + b;
    case kernels::BagFold::kMax:
      return a > b ? a : b;
    case kernels::BagFold::kMin:
      return a < b ? a : b;
  }
  return 0;
}

inline void FoldBags(const kernels::TableRows& table, kernels::BagFold fold,
                     const kernels::RowBags& bags, const float* divisors,
                     float* output) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<float> row(table.width);
  std::vector<float> folded(table.width);
  for (size_t bag = 0; bag < bags.num_bags; ++bag, output += table.width) {
    const bool empty = bags.splits[bag] == bags.splits[bag + 1];
    folded.assign(table.width, empty || fold == kernels::BagFold::kSum ? 0
                               : fold == kernels::BagFold::kMax ? -kInfinity
                                                                : kInfinity);
    for (int64_t i = bags.splits[bag]; i < bags.splits[bag + 1]; ++i) {
      DecodeRow(table.format, bags.rows[i], table.width, row.data());
      const float weight = bags.weights == nullptr ? 1 : bags.weights[i];
      for (size_t column = 0; column < table.width; ++column)
        folded[column] = FoldItems(fold, folded[column], weight * row[column]);
    }
    for (size_t column = 0; column < table.width; ++column) {
      output[column] = divisors == nullptr || empty
                           ? folded[column]
                           : folded[column] / divisors[bag];
    }
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_BAG_FOLD_REF_H_
