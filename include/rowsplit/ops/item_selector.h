#ifndef ROWSPLIT_OPS_ITEM_SELECTOR_H_
#define ROWSPLIT_OPS_ITEM_SELECTOR_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Which of a row's selectable items are selected.
enum class ItemSelection {
  kAll,
  kFirst,   // the first num_to_select
  kLast,    // the last num_to_select
  kRandom,  // a part of them, `selection_rate`, by chance
  kNone,
};

struct ItemSelectorOptions {
  ItemSelection selection = ItemSelection::kAll;
  // Items that are never selected: those with one of these ids. Only of int32
  // and int64 items.
  std::vector<int64_t> unselectable_ids = {};
  // For kFirst and kLast: one number, or one a row.
  std::vector<int64_t> num_to_select = {};
  // For kRandom: of n selectable items of a row, ceil(n * selection_rate), but
  // at most max_selections.
  double selection_rate = 0;
  int64_t max_selections = std::numeric_limits<int64_t>::max();
  // For kRandom: equal seeds and streams select the same items, on every
  // machine and with any number of threads. Of one seed every stream is another
  // choice.
  uint64_t seed = 0;
  uint64_t stream = 0;
  // The items: those of this ragged axis, within an outermost row. An item of
  // an axis above the innermost (a word) is selectable if all its ids are, and
  // is selected as a whole.
  int axis = 1;
  ExecOptions exec = {};
};

// The items that may be selected: a bool for each, in the input's shape down to
// the axis. Of kFirst and kLast those that are selected, of kNone none; as
// get_selectable of TF Text's selectors. An item without a value is true.
//
//   SelectableItems({{1, 7}, {2, 7, 1}}, {.unselectable_ids = {7}})
//   // {{true, false}, {true, false, true}}
//
// Fails with InvalidArgument unless the input is ragged without inner
// dimensions and the axis a ragged one, for ids of another dtype, for a number
// that is negative or missing, and for a rate below 0 or no number; with
// Cancelled. O(items * unselectable ids).
absl::StatusOr<Tensor> SelectableItems(const Tensor& input,
                                       const ItemSelectorOptions& options);

// The items that are selected; as get_selection_mask of TF Text's selectors.
//
//   SelectItems({{1, 7}, {2, 7, 1}}, {.selection = ItemSelection::kLast,
//                                     .num_to_select = {1}})
//   // {{false, true}, {false, false, true}}
//
// kRandom: item i (counted through all rows) has the key w0 * 2^32 + w1 of
// Philox4x32-10's words for the counter (i, stream) and the key `seed`; a row
// selects those of its selectable items with the smallest keys.
absl::StatusOr<Tensor> SelectItems(const Tensor& input,
                                   const ItemSelectorOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_ITEM_SELECTOR_H_
