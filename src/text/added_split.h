#ifndef ROWSPLIT_SRC_TEXT_ADDED_SPLIT_H_
#define ROWSPLIT_SRC_TEXT_ADDED_SPLIT_H_

#include "absl/status/status.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/row_encoder.h"
#include "text/tokenizer_parts.h"

namespace rowsplit::internal {

// The ids of some rows, with those of added tokens that are found in them, but
// without post-processing; row_ends as RowEncoder::Encode.
absl::Status EncodeWithAdded(const TokenizerParts& parts, StringTensorView rows,
                             EncodedRows& out, Offset* row_ends);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_ADDED_SPLIT_H_
