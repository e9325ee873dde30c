#ifndef ROWSPLIT_SRC_TEXT_FAST_WORDPIECE_BLOCKS_H_
#define ROWSPLIT_SRC_TEXT_FAST_WORDPIECE_BLOCKS_H_

#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "kernels/word_blocks.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/fast_wordpiece_state.h"
#include "text/subword_sink.h"

namespace rowsplit::internal {

// Adds the subwords of a row of text, or of a part of one, with their places in
// it.
using CutSlowly =
    absl::FunctionRef<absl::Status(StringTensorView row, SubwordSink& sink)>;

// Adds the subwords of rows of text that `map` changes, with their places in
// the rows as given: words are cut by vectors and looked up whole, and only
// what is no token goes through the automaton. Rows with special characters go
// to `cut`, of long ones the part around the character. row_ends[r] becomes the
// sink's size behind row r. Requires state.by_words. Fails as `cut`. Linear.
absl::Status CutByWords(const FastWordpieceTokenizer::State& state,
                        const kernels::CharacterMap& map, StringTensorView rows,
                        CutSlowly cut, Offset* row_ends, SubwordSink& sink);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_FAST_WORDPIECE_BLOCKS_H_
