#include "kernels/pad_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/pad_rows_ref.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pad_rows.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Whole vectors are written, also where a row ends inside of one: the row that
// is written next puts that right. Only the last rows, where there is none or
// too little room, and the rows at the end of the values go the plain way.
using Bytes = hn::CappedTag<uint8_t, kPadSlack>;

// The vector at `byte` of a row whose first `used` bytes are values.
HWY_INLINE void PadVector(Bytes d, const uint8_t* HWY_RESTRICT source,
                          size_t used, const uint8_t* HWY_RESTRICT fill,
                          size_t byte, uint8_t* HWY_RESTRICT output) {
  const size_t lanes = hn::Lanes(d);
  const size_t left = std::min(used - std::min(used, byte), lanes);
  hn::StoreU(hn::IfThenElse(hn::FirstN(d, left), hn::LoadU(d, source + byte),
                            hn::LoadU(d, fill + byte)),
             d, output + byte);
}

// A row of kVectors vectors: no loop of unknown length, so no branch that is
// predicted wrong row by row. Reads kVectors vectors of the source.
template <size_t kVectors>
struct ShortRow {
  static size_t Reach(size_t /*used*/, size_t lanes) {
    return kVectors * lanes;
  }
  HWY_INLINE void operator()(Bytes d, const uint8_t* HWY_RESTRICT source,
                             size_t used, const uint8_t* HWY_RESTRICT fill,
                             size_t /*row_size*/,
                             uint8_t* HWY_RESTRICT output) const {
    for (size_t i = 0; i < kVectors; ++i)
      PadVector(d, source, used, fill, i * hn::Lanes(d), output);
  }
};

struct LongRow {
  static size_t Reach(size_t used, size_t lanes) { return used + lanes; }
  HWY_INLINE void operator()(Bytes d, const uint8_t* HWY_RESTRICT source,
                             size_t used, const uint8_t* HWY_RESTRICT fill,
                             size_t row_size,
                             uint8_t* HWY_RESTRICT output) const {
    const size_t lanes = hn::Lanes(d);
    size_t byte = 0;
    for (; byte + lanes <= used; byte += lanes)
      hn::StoreU(hn::LoadU(d, source + byte), d, output + byte);
    if (byte < row_size) PadVector(d, source, used, fill, byte, output);
    for (byte += lanes; byte < row_size; byte += lanes)
      hn::StoreU(hn::LoadU(d, fill + byte), d, output + byte);
  }
};

template <class Row>
void PadEach(const Row& pad, const int64_t* HWY_RESTRICT splits,
             size_t num_rows, const uint8_t* HWY_RESTRICT values,
             size_t values_size, size_t value_size,
             const uint8_t* HWY_RESTRICT fill, size_t row_size,
             uint8_t* HWY_RESTRICT output) {
  const Bytes d;
  const size_t lanes = hn::Lanes(d);
  const size_t written = (row_size + lanes - 1) / lanes * lanes;
  size_t left = num_rows * row_size;
  for (size_t row = 0; row < num_rows; ++row) {
    const auto begin = static_cast<size_t>(splits[row]) * value_size;
    const auto length = static_cast<size_t>(splits[row + 1] - splits[row]);
    const size_t used = std::min(length * value_size, row_size);
    if (HWY_LIKELY(written <= left &&
                   begin + pad.Reach(used, lanes) <= values_size)) {
      pad(d, values + begin, used, fill, row_size, output);
    } else {
      reference::PadRows(splits + row, 1, values, values_size, value_size, fill,
                         row_size, output);
    }
    output += row_size;
    left -= row_size;
  }
}

void PadRows(const int64_t* splits, size_t num_rows, const uint8_t* values,
             size_t values_size, size_t value_size, const uint8_t* fill,
             size_t row_size, uint8_t* output) {
  const size_t lanes = hn::Lanes(Bytes());
  const auto run = [&](const auto& pad) {
    PadEach(pad, splits, num_rows, values, values_size, value_size, fill,
            row_size, output);
  };
  switch ((row_size + lanes - 1) / lanes) {
    case 0:
      return;
    case 1:
      return run(ShortRow<1>());
    case 2:
      return run(ShortRow<2>());
    case 3:
      return run(ShortRow<3>());
    case 4:
      return run(ShortRow<4>());
    case 5:
      return run(ShortRow<5>());
    case 6:
      return run(ShortRow<6>());
    default:
      return run(LongRow());
  }
}

void UnpadRows(const int64_t* splits, size_t num_rows, const uint8_t* rows,
               size_t row_size, size_t value_size, uint8_t* output) {
  const Bytes d;
  const size_t lanes = hn::Lanes(d);
  size_t rows_left = num_rows * row_size;
  size_t left = static_cast<size_t>(splits[num_rows] - splits[0]) * value_size;
  for (size_t row = 0; row < num_rows; ++row) {
    const size_t used =
        static_cast<size_t>(splits[row + 1] - splits[row]) * value_size;
    if (HWY_LIKELY(used + lanes <= std::min(left, rows_left))) {
      size_t byte = 0;
      do {
        hn::StoreU(hn::LoadU(d, rows + byte), d, output + byte);
        byte += lanes;
      } while (byte < used);
    } else {
      reference::UnpadRows(splits + row, 1, rows, row_size, value_size, output);
    }
    rows += row_size;
    rows_left -= row_size;
    output += used;
    left -= used;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(PadRows);
void PadRows(const int64_t* splits, size_t num_rows, const uint8_t* values,
             size_t values_size, size_t value_size, const uint8_t* fill,
             size_t row_size, uint8_t* output) {
  HWY_DYNAMIC_DISPATCH(PadRows)
  (splits, num_rows, values, values_size, value_size, fill, row_size, output);
}

HWY_EXPORT(UnpadRows);
void UnpadRows(const int64_t* splits, size_t num_rows, const uint8_t* rows,
               size_t row_size, size_t value_size, uint8_t* output) {
  HWY_DYNAMIC_DISPATCH(UnpadRows)
  (splits, num_rows, rows, row_size, value_size, output);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
