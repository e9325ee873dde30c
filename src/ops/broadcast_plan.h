#ifndef ROWSPLIT_SRC_OPS_BROADCAST_PLAN_H_
#define ROWSPLIT_SRC_OPS_BROADCAST_PLAN_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// Which flat value of an operand each flat value of the result takes. The
// common cases need no table.
struct ValueMap {
  enum class Kind {
    kSame,   // value i takes value i
    kFirst,  // all take value 0
    kRows,   // the values [splits[r], splits[r + 1]) take value r
    kTable,  // value i takes table[i]
  };
  Kind kind = Kind::kSame;
  Buffer<Offset> splits;
  Buffer<int64_t> table;

  // Walks over the result's values from `value` on.
  class Cursor {
   public:
    Cursor(const ValueMap& map, int64_t value) : map_(map), value_(value) {
      if (map.kind != Kind::kRows) return;
      const auto next =
          std::upper_bound(map.splits.begin(), map.splits.end(), value);
      row_ = next - map.splits.begin() - 1;
    }
    // The operand's value of the current value.
    int64_t source() {
      switch (map_.kind) {
        case Kind::kSame:
          return value_;
        case Kind::kFirst:
          return 0;
        case Kind::kRows:
          while (map_.splits[row_ + 1] <= value_) ++row_;
          return row_;
        default:
          return map_.table[value_];
      }
    }
    // How many values from the current one on are known to take the same.
    int64_t run() const {
      return map_.kind == Kind::kRows ? map_.splits[row_ + 1] - value_ : 1;
    }
    void Advance(int64_t count) { value_ += count; }

   private:
    const ValueMap& map_;
    int64_t value_;
    int64_t row_ = 0;
  };
};

// How an operand becomes an array of the result's shape.
struct BroadcastOperand {
  enum class Inner { kSame, kFirst, kTable };

  ValueMap values;
  Inner inner = Inner::kSame;
  // Inner::kTable: the item in the operand's value of each of the result's.
  std::vector<int64_t> inner_table;
  int64_t value_items = 1;   // items of one flat value of the operand
  int64_t result_items = 1;  // and of the result

  // The operand's items are the result's.
  bool is_direct() const {
    return values.kind == ValueMap::Kind::kSame && inner == Inner::kSame;
  }
  // All items of the result are the operand's first.
  bool is_constant() const {
    return values.kind == ValueMap::Kind::kFirst &&
           (inner == Inner::kFirst || result_items == 1);
  }

  // Copies the items [begin, end) of the result out of the operand's.
  template <typename T>
  void Fetch(const T* items, int64_t begin, int64_t end, T* out) const;
};

// The broadcast of two shapes.
struct BroadcastPlan {
  std::vector<RowPartition> partitions;
  std::vector<int64_t> flat_shape;
  int64_t num_items = 0;
  BroadcastOperand x, y;
};

// Broadcasts as TensorFlow does: the ranks are made equal by axes of size 1 in
// front; then, axis by axis, a uniform size of 1 takes the other's sizes, and
// other sizes must be equal. A ragged axis is never stretched, and meets a
// uniform size other than 1 only where all of its rows have that size and no
// axis before it was stretched on the uniform side. Fails with InvalidArgument
// that names `op` and the axis; with ResourceExhausted if a size does not fit
// 64 bits.
absl::StatusOr<BroadcastPlan> PlanBroadcast(std::string_view op,
                                            const Tensor& x, const Tensor& y);

// The same where only x may be stretched, to the shape of `like`; a uniform
// size then meets any ragged axis whose rows have that size.
absl::StatusOr<BroadcastPlan> PlanBroadcastTo(std::string_view op,
                                              const Tensor& x,
                                              const Tensor& like);

// The operand's strings as the result has them. Fails with ResourceExhausted.
absl::StatusOr<StringTensor> BroadcastStrings(const BroadcastOperand& operand,
                                              const StringTensor& strings,
                                              int64_t num_items);

template <typename T>
void BroadcastOperand::Fetch(const T* items, int64_t begin, int64_t end,
                             T* out) const {
  if (begin == end) return;  // the result's values may have no items
  if (is_direct()) {
    std::copy(items + begin, items + end, out);
    return;
  }
  ValueMap::Cursor cursor(values, begin / result_items);
  if (result_items == 1) {
    while (begin < end) {
      const T item = items[cursor.source()];
      const int64_t count = std::min(cursor.run(), end - begin);
      for (int64_t i = 0; i < count; ++i) out[i] = item;
      cursor.Advance(count);
      out += count;
      begin += count;
    }
    return;
  }
  int64_t first = begin % result_items;
  while (begin < end) {
    const T* value = items + cursor.source() * value_items;
    const int64_t count = std::min(result_items - first, end - begin);
    if (inner == Inner::kSame) {
      std::copy(value + first, value + first + count, out);
    } else if (inner == Inner::kFirst) {
      std::fill_n(out, count, *value);
    } else {
      for (int64_t i = 0; i < count; ++i)
        out[i] = value[inner_table[first + i]];
    }
    cursor.Advance(1);
    out += count;
    begin += count;
    first = 0;
  }
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_BROADCAST_PLAN_H_
