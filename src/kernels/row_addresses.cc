#include "kernels/row_addresses.h"

#include <cstddef>
#include <cstdint>

#include "kernels/row_addresses_ref.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/row_addresses.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
HWY_INLINE hn::Vec<D> LoadIds(D d, const int64_t* ids) {
  return hn::LoadU(d, ids);
}
template <class D>
HWY_INLINE hn::Vec<D> LoadIds(D d, const int32_t* ids) {
  return hn::PromoteTo(d, hn::LoadU(hn::Rebind<int32_t, D>(), ids));
}

// An id is a row if neither it nor the last row less it has a sign. Then its
// low half is all of it, and one multiplication of halves will do.
template <typename Id>
bool FindAddresses(const TableRows& table, const Id* HWY_RESTRICT ids,
                   size_t num_ids, const uint8_t** rows) {
  size_t i = 0;
  bool good = true;
#if HWY_TARGET != HWY_SCALAR
  constexpr uint64_t kMostHalf = 0xFFFFFFFFu;
  if (static_cast<uint64_t>(table.num_rows) <= kMostHalf &&
      table.row_bytes <= kMostHalf) {
    const hn::ScalableTag<int64_t> d;
    const hn::RebindToUnsigned<decltype(d)> du;
    const hn::Repartition<uint32_t, decltype(d)> d32;
    const size_t lanes = hn::Lanes(d);
    const auto last = hn::Set(d, table.num_rows - 1);
    const auto row_bytes = hn::BitCast(d32, hn::Set(du, table.row_bytes));
    const auto base =
        hn::Set(du, uint64_t{reinterpret_cast<uintptr_t>(table.rows)});
    auto signs = hn::Zero(d);
    for (; i + lanes <= num_ids; i += lanes) {
      const auto id = LoadIds(d, ids + i);
      signs = hn::Or(signs, hn::Or(id, hn::Sub(last, id)));
      const auto offset = hn::MulEven(hn::BitCast(d32, id), row_bytes);
      hn::StoreU(hn::Add(base, offset), du,
                 reinterpret_cast<uint64_t*>(rows + i));
    }
    good = hn::AllFalse(d, hn::Lt(signs, hn::Zero(d)));
  }
#endif
  return reference::FindRowAddresses(table, ids + i, num_ids - i, rows + i) &&
         good;
}

bool FindWideAddresses(const TableRows& table, const int64_t* ids,
                       size_t num_ids, const uint8_t** rows) {
  return FindAddresses(table, ids, num_ids, rows);
}
bool FindNarrowAddresses(const TableRows& table, const int32_t* ids,
                         size_t num_ids, const uint8_t** rows) {
  return FindAddresses(table, ids, num_ids, rows);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

static_assert(sizeof(const uint8_t*) == sizeof(uint64_t));

HWY_EXPORT(FindWideAddresses);
HWY_EXPORT(FindNarrowAddresses);

bool FindRowAddresses(const TableRows& table, const int64_t* ids,
                      size_t num_ids, const uint8_t** rows) {
  return HWY_DYNAMIC_DISPATCH(FindWideAddresses)(table, ids, num_ids, rows);
}

bool FindRowAddresses(const TableRows& table, const int32_t* ids,
                      size_t num_ids, const uint8_t** rows) {
  return HWY_DYNAMIC_DISPATCH(FindNarrowAddresses)(table, ids, num_ids, rows);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
