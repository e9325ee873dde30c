#include "kernels/bag_fold.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bag_fold.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/row_decode-inl.h"

// The accumulators of a block of columns: names rather than an array, as a
// vector may have no size at compile time.
#ifndef ROWSPLIT_EACH_VECTOR
// clang-format off
#define ROWSPLIT_EACH_VECTOR(X)                  \
  X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)        \
  X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)  \
  X(16) X(17) X(18) X(19)
// clang-format on
#endif

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Vectors that fit into the registers beside what decoding needs.
#if HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64
constexpr size_t kMaxVectors = 20;
#else
constexpr size_t kMaxVectors = 12;
#endif

// A table of that size is in the second cache anyway.
constexpr size_t kNearBytes = 256 << 10;

struct BagSum {
  static constexpr bool kIsSum = true;
  static constexpr float kStart = 0;
};
// The minimum is the maximum of what is negated by its weight, negated.
struct BagMax {
  static constexpr bool kIsSum = false;
  static constexpr float kStart = -std::numeric_limits<float>::infinity();
};

struct FoldArguments {
  const uint8_t* const* rows;
  const float* weights;
  size_t weight_step;  // 0 for one weight for all
  const int64_t* splits;
  const float* divisors;
  float* output;
  size_t row_bytes;
  size_t width;    // of an output row
  size_t columns;  // width, made even where a byte holds two codes
  size_t ahead;
  bool prefetches;
  bool crosses_lines;  // rows, so that their last line is one more
  float sign;          // of the weights and of the result
};

// One row into the accumulators of one vector.
template <class Row, class Fold, bool kWeighted, class V>
HWY_INLINE V FoldVector(V sum, V items, V scale, V offset) {
  if constexpr (Fold::kIsSum && Row::kQuantized) {
    return hn::MulAdd(items, scale, sum);  // the offsets are added at the end
  } else {
    if constexpr (Row::kQuantized) {
      items = hn::MulAdd(items, scale, offset);
    } else if constexpr (kWeighted) {
      items = hn::Mul(items, scale);
    }
    if constexpr (Fold::kIsSum) return hn::Add(sum, items);
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
    // One instruction, which is `sum > items ? sum : items` there: 1.4 times as
    // fast for rows of 64 numbers in the first cache.
    return hn::Max(sum, items);
#else
    // What hn::Max does with NaN differs by target.
    return hn::IfThenElse(hn::Gt(sum, items), sum, items);
#endif
  }
}

// What a row's items are multiplied by and what is added to them. Floats, as a
// vector may have no size at compile time.
struct RowFactors {
  float scale = 0;
  float offset = 0;
};

// Those of the row of pointer `i`. Of sums of quantized rows the offset goes to
// `offsets`, which is added once a bag.
template <class Row, class Fold, bool kWeighted>
HWY_INLINE RowFactors FactorsOf(const FoldArguments& a,
                                const uint8_t* HWY_RESTRICT row, int64_t i,
                                float& offsets) {
  RowFactors factors;
  [[maybe_unused]] float weight = 1;
  if constexpr (kWeighted)
    weight = a.weights[static_cast<size_t>(i) * a.weight_step] * a.sign;
  if constexpr (Row::kQuantized) {
    factors.scale = Row::Scale(row, a.width);
    factors.offset = Row::Offset(row, a.width);
    if constexpr (kWeighted) {
      factors.scale *= weight;
      factors.offset *= weight;
    }
    if constexpr (Fold::kIsSum) offsets += factors.offset;
  } else if constexpr (kWeighted) {
    factors.scale = weight;
  }
  return factors;
}

// What is done to the columns of a bag when its rows are in them.
struct BagEnd {
  float offsets;  // of sums of quantized rows: added
  bool divides;   // sums
  float factor;   // a divisor of sums, the sign of others
};

HWY_INLINE BagEnd EndOf(const FoldArguments& a, size_t bag, float offsets) {
  if (a.divisors == nullptr || a.splits[bag] == a.splits[bag + 1])
    return {offsets, false, a.sign};
  return {offsets, true, a.divisors[bag]};
}

template <class Row, class Fold, bool kWeighted, class D, class V = hn::Vec<D>>
HWY_INLINE V FinishVector(D d, const BagEnd& bag_end, V column) {
  if constexpr (Fold::kIsSum && Row::kQuantized)
    column = hn::Add(column, hn::Set(d, bag_end.offsets));
  if constexpr (Fold::kIsSum) {
    if (bag_end.divides) column = hn::Div(column, hn::Set(d, bag_end.factor));
  } else if constexpr (kWeighted) {
    column = hn::Mul(column, hn::Set(d, bag_end.factor));
  }
  return column;
}

// The columns from `first` of kCount vectors, of bags [begin, end). Vectors
// past the last column move back to end with it, and fold some columns twice.
template <size_t kCount, class Row, class Fold, bool kWeighted, class D>
HWY_NOINLINE void FoldBlock(D d, const FoldArguments& arguments, size_t begin,
                            size_t end, size_t first) {
  using V = hn::Vec<D>;
  constexpr size_t kMoved = kCount <= 2 ? kCount : kCount <= 4 ? 2 : 4;
  const FoldArguments a = arguments;
  const size_t lanes = hn::Lanes(d);
  const size_t last = a.columns - lanes;
  const size_t tail_byte =
      std::min(a.row_bytes - 1, (first + kCount * lanes) * Row::kBits / 8);
#define ROWSPLIT_COLUMN(i)                    \
  [[maybe_unused]] const size_t column##i =   \
      i + kMoved < kCount ? first + i * lanes \
                          : std::min(first + i * lanes, last);
  ROWSPLIT_EACH_VECTOR(ROWSPLIT_COLUMN)
#undef ROWSPLIT_COLUMN
  for (size_t bag = begin; bag < end; ++bag) {
    const int64_t first_row = a.splits[bag];
    const int64_t last_row = a.splits[bag + 1];
    float* HWY_RESTRICT output = a.output + bag * a.width;
    const V start =
        hn::Set(d, first_row == last_row ? 0.0f * a.sign : Fold::kStart);
#define ROWSPLIT_START(i) [[maybe_unused]] V sum##i = start;
    ROWSPLIT_EACH_VECTOR(ROWSPLIT_START)
#undef ROWSPLIT_START
    float offsets = 0;
    for (int64_t i = first_row; i < last_row; ++i) {
      const uint8_t* HWY_RESTRICT row = a.rows[i];
      const RowFactors factors =
          FactorsOf<Row, Fold, kWeighted>(a, row, i, offsets);
      [[maybe_unused]] const V scale = hn::Set(d, factors.scale);
      [[maybe_unused]] const V offset = hn::Set(d, factors.offset);
      if (a.prefetches) {
        const uint8_t* HWY_RESTRICT next = a.rows[i + a.ahead];
#define ROWSPLIT_PREFETCH(i)                            \
  if constexpr (i < kCount) {                           \
    if (i * lanes * Row::kBits % 512 == 0)              \
      PrefetchAhead(next + column##i * Row::kBits / 8); \
  }
        ROWSPLIT_EACH_VECTOR(ROWSPLIT_PREFETCH)
#undef ROWSPLIT_PREFETCH
        if (a.crosses_lines) PrefetchAhead(next + tail_byte);
      }
#define ROWSPLIT_FOLD(i)                                      \
  if constexpr (i < kCount) {                                 \
    sum##i = FoldVector<Row, Fold, kWeighted>(                \
        sum##i, Row::Load(d, row, column##i), scale, offset); \
  }
      ROWSPLIT_EACH_VECTOR(ROWSPLIT_FOLD)
#undef ROWSPLIT_FOLD
    }
    const BagEnd finish = EndOf(a, bag, offsets);
#define ROWSPLIT_STORE(i)                                                \
  if constexpr (i < kCount) {                                            \
    hn::StoreU(FinishVector<Row, Fold, kWeighted>(d, finish, sum##i), d, \
               output + column##i);                                      \
  }
    ROWSPLIT_EACH_VECTOR(ROWSPLIT_STORE)
#undef ROWSPLIT_STORE
  }
}

// The most vectors of a block that still need the columns of no other one.
constexpr size_t BlockVectors(size_t vectors) {
  if (vectors >= kMaxVectors) return kMaxVectors;
  if (vectors > 16) return 20;
  if (vectors > 12 && kMaxVectors > 12) return 16;
  if (vectors > 8) return kMaxVectors > 12 ? 8 : 12;
  return vectors > 4 ? 8 : vectors > 2 ? 4 : vectors;
}

template <class Row, class Fold, bool kWeighted, class D>
void FoldColumns(D d, const FoldArguments& a, size_t begin, size_t end) {
  const size_t lanes = hn::Lanes(d);
  size_t vectors = (a.columns + lanes - 1) / lanes;
  for (size_t first = 0; vectors > 0;) {
    const size_t count = BlockVectors(vectors);
    switch (count) {
#define ROWSPLIT_BLOCK(n)                                          \
  case n:                                                          \
    if constexpr (n <= kMaxVectors)                                \
      FoldBlock<n, Row, Fold, kWeighted>(d, a, begin, end, first); \
    break;
      ROWSPLIT_BLOCK(1)
      ROWSPLIT_BLOCK(2)
      ROWSPLIT_BLOCK(4)
      ROWSPLIT_BLOCK(8)
      ROWSPLIT_BLOCK(12)
      ROWSPLIT_BLOCK(16)
      ROWSPLIT_BLOCK(20)
#undef ROWSPLIT_BLOCK
    }
    first += count * lanes;
    vectors -= std::min(count, vectors);
  }
}

// All columns of a bag before the next one, so that the later blocks of its
// rows come from the first cache.
template <class Row, class Fold, bool kWeighted>
void FoldAll(const FoldArguments& a, size_t num_bags) {
  const hn::ScalableTag<float> whole;
  const size_t lanes = hn::Lanes(whole);
  if (a.columns > kMaxVectors * lanes ||
      BlockVectors((a.columns + lanes - 1) / lanes) * lanes < a.columns) {
    for (size_t bag = 0; bag < num_bags; ++bag)
      FoldColumns<Row, Fold, kWeighted>(whole, a, bag, bag + 1);
    return;
  }
  if (a.columns >= lanes)
    return FoldColumns<Row, Fold, kWeighted>(whole, a, 0, num_bags);
  const auto narrow = [&](auto d) {
    if (a.columns < hn::Lanes(d)) return false;
    FoldBlock<2, Row, Fold, kWeighted>(d, a, 0, num_bags, 0);
    return true;
  };
  if (narrow(hn::CappedTag<float, 8>())) return;
  if (narrow(hn::CappedTag<float, 4>())) return;
  if (narrow(hn::CappedTag<float, 2>())) return;
  if constexpr (Row::kBits >= 8) narrow(hn::CappedTag<float, 1>());
}

template <class Row>
void FoldFormat(BagFold fold, const FoldArguments& a, size_t num_bags) {
  const bool weighted = a.weights != nullptr;
  if (fold == BagFold::kSum) {
    return weighted ? FoldAll<Row, BagSum, true>(a, num_bags)
                    : FoldAll<Row, BagSum, false>(a, num_bags);
  }
  return weighted ? FoldAll<Row, BagMax, true>(a, num_bags)
                  : FoldAll<Row, BagMax, false>(a, num_bags);
}

void FoldTable(const TableRows& table, BagFold fold, const RowBags& bags,
               const float* divisors, float* output) {
  static constexpr float kOne = 1;
  FoldArguments a;
  a.rows = bags.rows;
  a.weights = bags.weights;
  a.weight_step = 1;
  a.splits = bags.splits;
  a.divisors = divisors;
  a.output = output;
  a.row_bytes = table.row_bytes;
  a.width = table.width;
  a.columns = table.width;
  a.ahead = RowsAhead(table.row_bytes);
  a.prefetches =
      static_cast<uint64_t>(table.num_rows) > kNearBytes / table.row_bytes;
  // The rows begin where the first one does, or anywhere in a line.
  a.crosses_lines =
      (a.row_bytes | reinterpret_cast<uintptr_t>(bags.rows[0])) % 64 != 0;
  a.sign = 1;
  if (fold == BagFold::kMin) {
    a.sign = -1;
    if (a.weights == nullptr) {
      a.weights = &kOne;
      a.weight_step = 0;
    }
  }
  switch (table.format) {
    case RowFormat::kFloat32:
      return FoldFormat<Float32Rows>(fold, a, bags.num_bags);
    case RowFormat::kFloat16:
      return FoldFormat<Float16Rows>(fold, a, bags.num_bags);
    case RowFormat::kBfloat16:
      return FoldFormat<Bfloat16Rows>(fold, a, bags.num_bags);
    case RowFormat::kInt8:
      return FoldFormat<Int8Rows>(fold, a, bags.num_bags);
    case RowFormat::kInt4:
      a.columns += a.columns % 2;
      return FoldFormat<Int4Rows>(fold, a, bags.num_bags);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {
HWY_EXPORT(FoldTable);

void FoldBags(const TableRows& table, BagFold fold, const RowBags& bags,
              const float* divisors, float* output) {
  if (table.width == 0 || bags.num_bags == 0) return;
  if (table.format != RowFormat::kInt4 || table.width % 2 == 0) {
    return HWY_DYNAMIC_DISPATCH(FoldTable)(table, fold, bags, divisors, output);
  }
  // A row of two codes a byte and odd width is written with one item more,
  // which the next row replaces; the last one needs a place for it.
  const size_t last = bags.num_bags - 1;
  RowBags part = bags;
  part.num_bags = last;
  if (last > 0)
    HWY_DYNAMIC_DISPATCH(FoldTable)(table, fold, part, divisors, output);
  part.num_bags = 1;
  part.splits += last;
  std::vector<float> row(table.width + 1);
  HWY_DYNAMIC_DISPATCH(FoldTable)
  (table, fold, part, divisors == nullptr ? nullptr : divisors + last,
   row.data());
  std::copy_n(row.data(), table.width, output + last * table.width);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
