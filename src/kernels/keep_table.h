#ifndef ROWSPLIT_SRC_KERNELS_KEEP_TABLE_H_
#define ROWSPLIT_SRC_KERNELS_KEEP_TABLE_H_

#include <cstdint>

namespace rowsplit::kernels {

// For each set of kept bytes among eight, where they are.
struct KeepTable {
  alignas(64) uint8_t positions[256][8];
};

constexpr KeepTable MakeKeepTable() {
  KeepTable table{};
  for (int keep = 0; keep < 256; ++keep) {
    int size = 0;
    for (int bit = 0; bit < 8; ++bit) {
      if ((keep >> bit & 1) != 0)
        table.positions[keep][size++] = static_cast<uint8_t>(bit);
    }
  }
  return table;
}

inline constexpr KeepTable kKeepTable = MakeKeepTable();

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_KEEP_TABLE_H_
