#include "rowsplit/ops/item_selector.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/philox.h"
#include "core/status_macros.h"
#include "ops/item_axis.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {

namespace {

using internal::ItemAxis;

// Rows of a piece of work.
constexpr int64_t kRowsInPiece = 1024;

absl::Status CheckOptions(const Tensor& input, int64_t num_rows,
                          const ItemSelectorOptions& options) {
  const DType dtype = input.dtype();
  if (!options.unselectable_ids.empty() && dtype != DType::kInt32 &&
      dtype != DType::kInt64) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "item_selector: unselectable_ids need int32 or int64 items, got %s",
        DTypeName(dtype)));
  }
  if (options.selection == ItemSelection::kFirst ||
      options.selection == ItemSelection::kLast) {
    const std::vector<int64_t>& counts = options.num_to_select;
    if (counts.size() != 1 && static_cast<int64_t>(counts.size()) != num_rows) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "item_selector: num_to_select must be one number or one a row: %d "
          "numbers for %d rows",
          counts.size(), num_rows));
    }
    for (size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] >= 0) continue;
      return absl::InvalidArgumentError(
          absl::StrFormat("item_selector: num_to_select must not be negative: "
                          "num_to_select[%d]=%d",
                          i, counts[i]));
    }
  }
  if (options.selection == ItemSelection::kRandom) {
    if (!(options.selection_rate >= 0)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("item_selector: selection_rate must be 0 or more: %g",
                          options.selection_rate));
    }
    if (options.max_selections < 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "item_selector: max_selections_per_batch must not be negative: %d",
          options.max_selections));
    }
  }
  return absl::OkStatus();
}

template <typename T>
void MarkSelectable(std::span<const T> values, const ItemAxis& axis,
                    std::span<const int64_t> unselectable, int64_t begin,
                    int64_t end, bool* items) {
  for (int64_t item = begin; item < end; ++item) {
    bool selectable = true;
    for (Offset i = axis.begin(item); i < axis.end(item); ++i) {
      for (const int64_t id : unselectable) selectable &= values[i] != id;
    }
    items[item] = selectable;
  }
}

// How many of `count` selectable items are taken by chance. In float32, as the
// reference computes it.
int64_t NumByChance(int64_t count, const ItemSelectorOptions& options) {
  const int64_t most = std::min(count, options.max_selections);
  // Of none, an infinite rate would be no number.
  if (most == 0) return 0;
  const float wanted = std::ceil(static_cast<float>(count) *
                                 static_cast<float>(options.selection_rate));
  return wanted >= static_cast<float>(most) ? most
                                            : static_cast<int64_t>(wanted);
}

// Works on the items of one row after the other.
class Selector {
 public:
  Selector(const ItemSelectorOptions& options, bool* items)
      : options_(options), items_(items) {}

  // Leaves those of the row's selectable items true that are selected.
  void Select(int64_t row, Offset begin, Offset end) {
    switch (options_.selection) {
      case ItemSelection::kAll:
        return;
      case ItemSelection::kNone:
        std::fill(items_ + begin, items_ + end, false);
        return;
      case ItemSelection::kFirst: {
        int64_t left = Count(row);
        for (Offset item = begin; item < end; ++item) Take(item, left);
        return;
      }
      case ItemSelection::kLast: {
        int64_t left = Count(row);
        for (Offset item = end - 1; item >= begin; --item) Take(item, left);
        return;
      }
      case ItemSelection::kRandom:
        return SelectByChance(begin, end);
    }
  }

 private:
  struct Key {
    uint64_t bits;
    Offset item;
    friend bool operator<(const Key& a, const Key& b) {
      return a.bits != b.bits ? a.bits < b.bits : a.item < b.item;
    }
  };

  int64_t Count(int64_t row) const {
    return options_.num_to_select.size() == 1 ? options_.num_to_select[0]
                                              : options_.num_to_select[row];
  }
  void Take(Offset item, int64_t& left) {
    items_[item] = items_[item] && left > 0;
    if (items_[item]) --left;
  }

  void SelectByChance(Offset begin, Offset end) {
    keys_.clear();
    for (Offset item = begin; item < end; ++item) {
      if (!items_[item]) continue;
      const auto words = internal::PhiloxBits(options_.seed, options_.stream,
                                              static_cast<uint64_t>(item));
      keys_.push_back({uint64_t{words[0]} << 32 | words[1], item});
      items_[item] = false;
    }
    const int64_t count =
        NumByChance(static_cast<int64_t>(keys_.size()), options_);
    std::nth_element(keys_.begin(), keys_.begin() + count, keys_.end());
    for (int64_t i = 0; i < count; ++i) items_[keys_[i].item] = true;
  }

  const ItemSelectorOptions& options_;
  bool* items_;
  std::vector<Key> keys_;
};

absl::StatusOr<Tensor> MaskOf(const Tensor& input, bool select,
                              const ItemSelectorOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const ItemAxis axis,
      ItemAxis::Create("item_selector", input, options.axis));
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(input, axis.num_rows(), options));
  const std::span<const Offset> splits = axis.row_splits();
  BufferBuilder<bool> items(static_cast<size_t>(axis.num_items()));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, axis.num_rows(), kRowsInPiece,
      [&](int64_t begin, int64_t end) {
        if (options.unselectable_ids.empty()) {
          std::fill(items.data() + splits[begin], items.data() + splits[end],
                    true);
        } else if (input.dtype() == DType::kInt32) {
          MarkSelectable(input.items<int32_t>(), axis, options.unselectable_ids,
                         splits[begin], splits[end], items.data());
        } else {
          MarkSelectable(input.items<int64_t>(), axis, options.unselectable_ids,
                         splits[begin], splits[end], items.data());
        }
        Selector selector(options, items.data());
        for (int64_t row = begin; select && row < end; ++row)
          selector.Select(row, splits[row], splits[row + 1]);
        return absl::OkStatus();
      }));
  return axis.Mask(input, std::move(items));
}

}  // namespace

absl::StatusOr<Tensor> SelectableItems(const Tensor& input,
                                       const ItemSelectorOptions& options) {
  return MaskOf(input, options.selection != ItemSelection::kRandom, options);
}

absl::StatusOr<Tensor> SelectItems(const Tensor& input,
                                   const ItemSelectorOptions& options) {
  return MaskOf(input, true, options);
}

}  // namespace rowsplit
