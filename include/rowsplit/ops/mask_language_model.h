#ifndef ROWSPLIT_OPS_MASK_LANGUAGE_MODEL_H_
#define ROWSPLIT_OPS_MASK_LANGUAGE_MODEL_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ops/item_selector.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Selected items of a tensor, row by outermost row.
struct SelectedItems {
  Tensor positions;  // int64: their places in the row
  Tensor ids;        // the items there
};

// The items whose place in `mask` is true; the mask has the first axes of
// `input`, as the ones of SelectItems. Axes behind the second one are merged
// into it.
//
//   TakeSelected({{5, 6}, {7}}, {{false, true}, {true}})
//   // positions {{1}, {0}}, ids {{6}, {7}}
//
// Fails as BooleanMask, and unless the input is ragged without inner
// dimensions. O(items).
absl::StatusOr<SelectedItems> TakeSelected(const Tensor& input,
                                           const Tensor& mask,
                                           const ExecOptions& exec = {});

// The input, its axes behind the second one merged, with `values` at the
// positions. Fails with InvalidArgument unless positions and values are rows as
// many as the input's, the positions lie in them, and the values have the
// input's dtype (int32 or int64). O(items).
absl::StatusOr<Tensor> PutAtPositions(const Tensor& input,
                                      const Tensor& positions,
                                      const Tensor& values);

struct MaskValuesOptions {
  // Random ids lie in [0, vocab_size). Must be set if there are any.
  int64_t vocab_size = 0;
  int64_t mask_token = 0;
  // How likely an id becomes the mask token, or a random id; the rest stays.
  double mask_token_rate = 0.8;
  double random_token_rate = 0.1;
  // Equal seeds and streams choose the same, on every machine and with any
  // number of threads. Of one seed every stream is another choice.
  uint64_t seed = 0;
  uint64_t stream = 0;
  ExecOptions exec = {};
};

// What stands in the place of each id, as TF Text's MaskValuesChooser. With the
// words w0 … w3 of Philox4x32-10 for the counter (i, stream) and the key
// `seed`, where i counts the ids of all rows, and u = floor(w0 / 256) / 2^24:
//
//   u < mask_token_rate                        the mask token
//   u < mask_token_rate + random_token_rate    ((w1 * 2^32 + w2) * vocab_size)
//                                              / 2^64, rounded down
//   otherwise                                  the id itself
//
// Fails with InvalidArgument unless the ids are int32 or int64, the rates lie
// in [0, 1] and are not above 1 together, and the tokens fit the dtype; with
// Cancelled. O(ids).
absl::StatusOr<Tensor> ChooseMaskValues(const Tensor& ids,
                                        const MaskValuesOptions& options);

struct MaskedLanguageModel {
  Tensor masked_input;  // the input with other values at the positions
  SelectedItems masked;
};

// Selects items and puts other values in their place: the input of a masked
// language model and what it is to find. As tf_text.mask_language_model.
//
//   // {{1, 7}, {2, 7, 1}}; the first item of each row, always masked by 99
//   MaskLanguageModel(input, first, always)
//   // masked_input {{99, 7}, {99, 7, 1}}, positions {{0}, {0}}, ids {{1}, {2}}
//
// Fails as SelectItems and ChooseMaskValues.
absl::StatusOr<MaskedLanguageModel> MaskLanguageModel(
    const Tensor& input, const ItemSelectorOptions& selector,
    const MaskValuesOptions& chooser);

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_MASK_LANGUAGE_MODEL_H_
