#include "embedding/bag_ids.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "kernels/row_addresses.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

namespace {

absl::Status OutOfRange(const IdRules& rules, const BagBlock& block) {
  for (size_t bag = 0; bag < block.num_bags(); ++bag) {
    for (Offset i = block.splits[bag]; i < block.splits[bag + 1]; ++i) {
      const int64_t id = block.ids[static_cast<size_t>(i)];
      if (id == rules.padding_idx || (id >= 0 && id < rules.rows.num_rows))
        continue;
      return absl::OutOfRangeError(absl::StrFormat(
          "embedding bag: id %d of bag %d, position %d is not a row of a table "
          "of %d rows",
          id, block.first_bag + static_cast<int64_t>(bag),
          i - block.splits[bag] + (bag == 0 ? block.first_position : 0),
          rules.rows.num_rows));
    }
  }
  return absl::InternalError("embedding bag: ids changed while they were read");
}

// The address of a row, also of one that is not there: no pointer to it is
// formed before the check.
class RowAddress {
 public:
  explicit RowAddress(const kernels::TableRows& table)
      : base_(reinterpret_cast<uintptr_t>(table.rows)),
        row_bytes_(table.row_bytes) {}
  const uint8_t* operator()(uint64_t row) const {
    return reinterpret_cast<const uint8_t*>(  // NOLINT: an address, unread
        base_ + static_cast<uintptr_t>(row) * row_bytes_);
  }

 private:
  uintptr_t base_;
  size_t row_bytes_;
};

// What the kernels may ask the memory for behind the last row.
void PadRows(const kernels::TableRows& table, size_t num_rows,
             const uint8_t** rows) {
  std::fill_n(rows + num_rows, kernels::kMaxRowsAhead,
              num_rows == 0 ? table.rows : rows[num_rows - 1]);
}

// Without a branch an id: each is written, and counts or not.
template <typename Id>
bool ResolveByRules(const IdRules& rules, const Id* ids, const BagBlock& block,
                    BagScratch& scratch) {
  const RowAddress address(rules.rows);
  const auto num_rows = static_cast<uint64_t>(rules.rows.num_rows);
  const bool pads = rules.padding_idx.has_value();
  const int64_t padding = rules.padding_idx.value_or(0);
  const bool keeps_others = rules.out_of_range != OutOfRangeIds::kSkip;
  const uint8_t* const other =
      rules.out_of_range == OutOfRangeIds::kRow
          ? address(static_cast<uint64_t>(rules.out_of_range_row))
          : rules.zero_row;
  const uint8_t** const rows = scratch.rows.data();
  float* const weights = scratch.weights.data();
  bool bad = false;
  size_t size = 0;
  scratch.splits[0] = 0;
  for (size_t bag = 0; bag < block.num_bags(); ++bag) {
    const size_t begin = size;
    for (Offset i = block.splits[bag]; i < block.splits[bag + 1]; ++i) {
      const auto id = static_cast<int64_t>(ids[i]);
      const bool is_row = static_cast<uint64_t>(id) < num_rows;
      const bool is_padding = pads & (id == padding);
      const bool counts = !is_padding;
      bad |= !(is_row | is_padding);
      rows[size] = is_row ? address(static_cast<uint64_t>(id)) : other;
      if (block.weights != nullptr) weights[size] = block.weights[i];
      size += static_cast<size_t>(counts & (is_row | keeps_others));
    }
    if (rules.mode == BagMode::kLast && size > begin) {
      rows[begin] = rows[size - 1];
      weights[begin] = weights[size - 1];
    }
    if (rules.mode == BagMode::kFirst || rules.mode == BagMode::kLast)
      size = std::min(size, begin + 1);
    if (size == begin && rules.empty_row.has_value()) {
      rows[size] = address(static_cast<uint64_t>(*rules.empty_row));
      weights[size++] = 1;
    }
    scratch.splits[bag + 1] = static_cast<Offset>(size);
  }
  return !bad || rules.out_of_range != OutOfRangeIds::kError;
}

bool ArePlain(const IdRules& rules) {
  return !rules.padding_idx.has_value() && !rules.empty_row.has_value() &&
         rules.out_of_range == OutOfRangeIds::kError &&
         rules.mode != BagMode::kFirst && rules.mode != BagMode::kLast;
}

}  // namespace

absl::StatusOr<kernels::RowBags> ResolveIds(const IdRules& rules,
                                            const BagBlock& block,
                                            BagScratch& scratch) {
  const size_t num_bags = block.num_bags();
  kernels::RowBags bags;
  bags.num_bags = num_bags;
  if (num_bags == 0) return bags;
  const Offset begin = block.splits.front();
  const auto num_ids = static_cast<size_t>(block.splits.back() - begin);
  if (ArePlain(rules)) {
    scratch.rows.resize(num_ids + kernels::kMaxRowsAhead);
    const bool good = block.ids.VisitData([&](const auto* ids) {
      return kernels::FindRowAddresses(rules.rows, ids + begin, num_ids,
                                       scratch.rows.data());
    });
    if (!good) return OutOfRange(rules, block);
    PadRows(rules.rows, num_ids, scratch.rows.data());
    bags.rows = scratch.rows.data();
    bags.splits = block.splits.data();
    if (block.weights != nullptr) bags.weights = block.weights + begin;
    if (begin != 0) {
      scratch.splits.resize(num_bags + 1);
      for (size_t bag = 0; bag <= num_bags; ++bag)
        scratch.splits[bag] = block.splits[bag] - begin;
      bags.splits = scratch.splits.data();
    }
    return bags;
  }
  // One more for each bag: a place for the row of an empty one, and for what
  // an id that does not count writes.
  const size_t room = num_ids + num_bags + 1;
  scratch.rows.resize(room + kernels::kMaxRowsAhead);
  scratch.weights.resize(room);
  scratch.splits.resize(num_bags + 1);
  const bool good = block.ids.VisitData([&](const auto* ids) {
    return ResolveByRules(rules, ids, block, scratch);
  });
  if (!good) return OutOfRange(rules, block);
  PadRows(rules.rows, static_cast<size_t>(scratch.splits[num_bags]),
          scratch.rows.data());
  bags.rows = scratch.rows.data();
  bags.splits = scratch.splits.data();
  if (block.weights != nullptr) bags.weights = scratch.weights.data();
  return bags;
}

}  // namespace rowsplit::internal
