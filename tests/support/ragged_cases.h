#ifndef ROWSPLIT_TESTS_SUPPORT_RAGGED_CASES_H_
#define ROWSPLIT_TESTS_SUPPORT_RAGGED_CASES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "support/seed.h"

namespace rowsplit::testing {

// The row splits of a view over `num_values` values, and what they stress.
struct RaggedCase {
  std::string name;
  std::vector<Offset> splits;
  int64_t num_values;
};

// What every ragged op must stand: no rows, empty rows, one huge row, random
// rows, and each of them once more as a view whose splits start above 0 with
// unreachable values on both sides.
inline std::vector<RaggedCase> RaggedCases(uint64_t seed,
                                           int64_t huge_row = 20'000) {
  Random random(seed);
  const auto random_rows = [&](int64_t num_rows, int64_t max_length) {
    std::vector<int64_t> lengths;
    for (int64_t row = 0; row < num_rows; ++row)
      lengths.push_back(static_cast<int64_t>(Below(random, max_length + 1)));
    return lengths;
  };
  const std::vector<std::pair<std::string, std::vector<int64_t>>> shapes = {
      {"no rows", {}},
      {"one empty row", {0}},
      {"only empty rows", {0, 0, 0}},
      {"one value", {1}},
      {"one huge row among empty ones", {0, huge_row, 0}},
      {"rows of one value", std::vector<int64_t>(300, 1)},
      {"few rows", random_rows(7, 4)},
      {"short rows", random_rows(2'000, 3)},
      {"mixed rows", random_rows(200, 50)},
  };
  std::vector<RaggedCase> cases;
  for (const auto& [name, lengths] : shapes) {
    for (const Offset first : {Offset{0}, Offset{5}}) {
      RaggedCase made{first == 0 ? name : name + ", in a slice", {first}, 0};
      for (const int64_t length : lengths)
        made.splits.push_back(made.splits.back() + length);
      made.num_values = made.splits.back() + first;
      cases.push_back(std::move(made));
    }
  }
  return cases;
}

// Shapes of ragged rank 1 to 4.
inline std::vector<RaggedShape> DeepShapes(uint64_t seed) {
  Random random(seed);
  std::vector<RaggedShape> shapes;
  for (int rank = 1; rank <= 4; ++rank) {
    std::vector<RowPartition> partitions;
    int64_t num_rows = 5;
    for (int axis = 0; axis < rank; ++axis) {
      std::vector<int64_t> lengths;
      for (int64_t row = 0; row < num_rows; ++row)
        lengths.push_back(static_cast<int64_t>(Below(random, 4)));
      partitions.push_back(*RowPartition::FromRowLengths(lengths));
      num_rows = partitions.back().num_values();
    }
    shapes.push_back(*RaggedShape::FromPartitions(std::move(partitions)));
  }
  return shapes;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_RAGGED_CASES_H_
