#include "kernels/bag_exp.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bag_exp.cc"
// clang-format off: the first of these sets the target for the others
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "kernels/exp-inl.h"
#include "kernels/row_decode-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The columns [column, column + Lanes(d)) of one bag that has rows.
template <class Row, class D, class V = hn::Vec<D>>
HWY_INLINE V LogSumExp(D d, const TableRows& table, const RowBags& bags,
                       size_t bag, size_t column, V max) {
  const size_t ahead = RowsAhead(table.row_bytes);
  const V infinity = hn::Set(d, std::numeric_limits<float>::infinity());
  const auto finite = hn::Lt(hn::Abs(max), infinity);
  const V shift = hn::IfThenElseZero(finite, max);
  V sum = hn::Zero(d);
  for (int64_t i = bags.splits[bag]; i < bags.splits[bag + 1]; ++i) {
    const uint8_t* row = bags.rows[i];
    PrefetchAhead(bags.rows[i + static_cast<int64_t>(ahead)] +
                  column * Row::kBits / 8);
    V items = Row::Load(d, row, column);
    if constexpr (Row::kQuantized) {
      items = hn::MulAdd(items, hn::Set(d, Row::Scale(row, table.width)),
                         hn::Set(d, Row::Offset(row, table.width)));
    }
    if (bags.weights != nullptr)
      items = hn::Mul(items, hn::Set(d, bags.weights[i]));
    sum = hn::Add(sum, ExpOf(d, hn::Sub(items, shift)));
  }
  const V log = hn::IfThenElse(hn::Eq(sum, sum), hn::Log(d, sum), sum);
  return hn::IfThenElse(finite, hn::Add(log, shift), max);
}

template <class Row, class D>
void LogSumExpRows(D d, const TableRows& table, const RowBags& bags,
                   const float* maxima, float* output) {
  const size_t lanes = hn::Lanes(d);
  const size_t width = table.width;
  const size_t columns = Row::kBits == 4 ? width + width % 2 : width;
  HWY_ALIGN float buffer[hn::MaxLanes(hn::ScalableTag<float>())] = {};
  for (size_t bag = 0; bag < bags.num_bags; ++bag) {
    if (bags.splits[bag] == bags.splits[bag + 1]) {
      std::fill_n(output + bag * width, width, 0.0f);
      continue;
    }
    for (size_t begin = 0; begin < columns; begin += lanes) {
      const size_t column = std::min(begin, columns - lanes);
      // One less than the lanes at the end of an odd number of codes.
      const size_t size = std::min(lanes, width - column) * sizeof(float);
      std::memcpy(buffer, maxima + bag * width + column, size);
      const auto result =
          LogSumExp<Row>(d, table, bags, bag, column, hn::Load(d, buffer));
      hn::Store(result, d, buffer);
      std::memcpy(output + bag * width + column, buffer, size);
    }
  }
}

template <class Row>
void LogSumExpFormat(const TableRows& table, const RowBags& bags,
                     const float* maxima, float* output) {
  const size_t columns = table.width + (Row::kBits == 4 ? table.width % 2 : 0);
  const auto done = [&](auto d) {
    if (columns < hn::Lanes(d)) return false;
    LogSumExpRows<Row>(d, table, bags, maxima, output);
    return true;
  };
  if (done(hn::ScalableTag<float>())) return;
  if (done(hn::CappedTag<float, 8>())) return;
  if (done(hn::CappedTag<float, 4>())) return;
  if (done(hn::CappedTag<float, 2>())) return;
  if constexpr (Row::kBits >= 8) done(hn::CappedTag<float, 1>());
}

void LogSumExpTable(const TableRows& table, const RowBags& bags,
                    const float* maxima, float* output) {
  switch (table.format) {
    case RowFormat::kFloat32:
      return LogSumExpFormat<Float32Rows>(table, bags, maxima, output);
    case RowFormat::kFloat16:
      return LogSumExpFormat<Float16Rows>(table, bags, maxima, output);
    case RowFormat::kBfloat16:
      return LogSumExpFormat<Bfloat16Rows>(table, bags, maxima, output);
    case RowFormat::kInt8:
      return LogSumExpFormat<Int8Rows>(table, bags, maxima, output);
    case RowFormat::kInt4:
      return LogSumExpFormat<Int4Rows>(table, bags, maxima, output);
  }
}

void SoftmaxValues(const int64_t* splits, size_t num_bags, float* values) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  HWY_ALIGN float buffer[hn::MaxLanes(hn::ScalableTag<float>())];
  for (size_t bag = 0; bag < num_bags; ++bag) {
    float* const begin = values + splits[bag];
    const auto size = static_cast<size_t>(splits[bag + 1] - splits[bag]);
    float max = -std::numeric_limits<float>::infinity();
    for (size_t i = 0; i < size; ++i) max = max > begin[i] ? max : begin[i];
    const auto shift = hn::Set(d, max);
    float sum = 0;
    for (size_t i = 0; i < size; i += lanes) {
      const size_t count = std::min(lanes, size - i);
      std::fill_n(buffer, lanes, max);
      std::memcpy(buffer, begin + i, count * sizeof(float));
      hn::Store(ExpOf(d, hn::Sub(hn::Load(d, buffer), shift)), d, buffer);
      for (size_t k = 0; k < count; ++k) sum += begin[i + k] = buffer[k];
    }
    for (size_t i = 0; i < size; ++i) begin[i] /= sum;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {
HWY_EXPORT(LogSumExpTable);
HWY_EXPORT(SoftmaxValues);

void LogSumExpBags(const TableRows& table, const RowBags& bags,
                   const float* maxima, float* output) {
  if (table.width == 0) return;
  HWY_DYNAMIC_DISPATCH(LogSumExpTable)(table, bags, maxima, output);
}

void SoftmaxBags(const int64_t* splits, size_t num_bags, float* values) {
  HWY_DYNAMIC_DISPATCH(SoftmaxValues)(splits, num_bags, values);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
