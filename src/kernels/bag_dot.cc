#include "kernels/bag_dot.h"

#include <cstddef>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bag_dot.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/row_decode-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The items of a row by vectors, its scale and offset read once.
template <class Row, class D>
class RowItems {
 public:
  HWY_INLINE RowItems(const uint8_t* row, size_t width) : row_(row) {
    if constexpr (Row::kQuantized) {
      scale_ = Row::Scale(row, width);
      offset_ = Row::Offset(row, width);
    }
  }
  HWY_INLINE hn::Vec<D> Load(D d, size_t column) const {
    const auto items = Row::Load(d, row_, column);
    if constexpr (Row::kQuantized) {
      return hn::MulAdd(items, hn::Set(d, scale_), hn::Set(d, offset_));
    } else {
      return items;
    }
  }
  // The last item of an odd number of codes of four bits.
  HWY_INLINE float LoadLast(size_t column) const {
    return static_cast<float>(row_[column / 2] & 15) * scale_ + offset_;
  }

 private:
  const uint8_t* row_;
  float scale_ = 1;
  float offset_ = 0;
};

// The dot product with `query`, or with the row itself where that is null.
// Requires `width` of a vector at least, or of one and one item for codes of
// four bits.
template <class Row, class D>
HWY_INLINE float RowTotal(D d, const uint8_t* HWY_RESTRICT row,
                          const float* HWY_RESTRICT query, size_t width) {
  const RowItems<Row, D> items(row, width);
  const size_t lanes = hn::Lanes(d);
  const size_t columns = Row::kBits == 4 ? width & ~size_t{1} : width;
  const auto factor = [&](auto item, size_t column) {
    return query == nullptr ? item : hn::LoadU(d, query + column);
  };
  auto a = hn::Zero(d);
  auto b = hn::Zero(d);
  size_t column = 0;
  for (; column + 2 * lanes <= columns; column += 2 * lanes) {
    const auto x = items.Load(d, column);
    const auto y = items.Load(d, column + lanes);
    a = hn::MulAdd(x, factor(x, column), a);
    b = hn::MulAdd(y, factor(y, column + lanes), b);
  }
  if (column + lanes <= columns) {
    const auto x = items.Load(d, column);
    a = hn::MulAdd(x, factor(x, column), a);
    column += lanes;
  }
  if (column < columns) {  // the last vector, without the lanes that are done
    const size_t last = columns - lanes;
    const auto x = items.Load(d, last);
    const auto product = hn::Mul(x, factor(x, last));
    b = hn::Add(b, hn::IfThenZeroElse(hn::FirstN(d, column - last), product));
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(a, b)));
  if (columns < width) {
    const float x = items.LoadLast(columns);
    sum += x * (query == nullptr ? x : query[columns]);
  }
  return sum;
}

template <class Row, class D>
void DotRows(D d, const TableRows& table, const RowBags& bags,
             const float* queries, float* output) {
  const size_t ahead = RowsAhead(table.row_bytes);
  for (size_t bag = 0; bag < bags.num_bags; ++bag) {
    const float* query =
        queries == nullptr ? nullptr : queries + bag * table.width;
    for (int64_t i = bags.splits[bag]; i < bags.splits[bag + 1]; ++i) {
      const uint8_t* next = bags.rows[i + static_cast<int64_t>(ahead)];
      for (size_t byte = 0; byte < table.row_bytes; byte += 64)
        PrefetchAhead(next + byte);
      PrefetchAhead(next + table.row_bytes - 1);
      const float sum = RowTotal<Row>(d, bags.rows[i], query, table.width);
      output[i] = bags.weights == nullptr ? sum : sum * bags.weights[i];
    }
  }
}

template <class Row>
void DotFormat(const TableRows& table, const RowBags& bags,
               const float* queries, float* output) {
  const auto done = [&](auto d) {
    if (table.width < hn::Lanes(d)) return false;
    DotRows<Row>(d, table, bags, queries, output);
    return true;
  };
  if (done(hn::ScalableTag<float>())) return;
  if (done(hn::CappedTag<float, 8>())) return;
  if (done(hn::CappedTag<float, 4>())) return;
  if (done(hn::CappedTag<float, 2>())) return;
  if constexpr (Row::kBits >= 8) {
    done(hn::CappedTag<float, 1>());
  } else {  // a single code: no vector of two is read
    DotRows<Row>(hn::CappedTag<float, 2>(), table, bags, queries, output);
  }
}

void DotTable(const TableRows& table, const RowBags& bags, const float* queries,
              float* output) {
  switch (table.format) {
    case RowFormat::kFloat32:
      return DotFormat<Float32Rows>(table, bags, queries, output);
    case RowFormat::kFloat16:
      return DotFormat<Float16Rows>(table, bags, queries, output);
    case RowFormat::kBfloat16:
      return DotFormat<Bfloat16Rows>(table, bags, queries, output);
    case RowFormat::kInt8:
      return DotFormat<Int8Rows>(table, bags, queries, output);
    case RowFormat::kInt4:
      return DotFormat<Int4Rows>(table, bags, queries, output);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {
HWY_EXPORT(DotTable);

void DotBags(const TableRows& table, const RowBags& bags, const float* queries,
             float* output) {
  if (table.width == 0) {
    for (int64_t i = bags.splits[0]; i < bags.splits[bags.num_bags]; ++i)
      output[i] = 0;
    return;
  }
  HWY_DYNAMIC_DISPATCH(DotTable)(table, bags, queries, output);
}

void SquaredNorms(const TableRows& table, const uint8_t* const* rows,
                  size_t num_rows, float* output) {
  const int64_t splits[] = {0, static_cast<int64_t>(num_rows)};
  DotBags(table, {rows, nullptr, splits, 1}, nullptr, output);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
