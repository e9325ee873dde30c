#ifndef ROWSPLIT_TEXT_BOISE_H_
#define ROWSPLIT_TEXT_BOISE_H_

#include "absl/status/statusor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// BOISE tags say for each token of a row which span of text it is of: "O"
// (outside of all), "S-type" (the whole span), or "B-type", "I-type" and
// "E-type" (the begin of a span, inside of it, its end).

struct BoiseOptions {
  // A token that overlaps the border of a span is outside of it.
  bool use_strict_boundary_mode = false;
};

// The tag of each token, from the byte offsets of tokens and spans, as
// tf_text.offsets_to_boise_tags. Tokens and spans of a row must be in order. Of
// several spans that a token overlaps, the last counts. The rows are those of
// the innermost axis; vectors are one row. The result has the tokens' shape.
//
//   // tokens {{[0, 3), [4, 7), [8, 11)}}, spans {{[4, 11)}} of types {{"x"}}
//   OffsetsToBoiseTags(…)  // {{"O", "B-x", "E-x"}}
//
// Fails with InvalidArgument unless all tensors are dense or all ragged,
// offsets int32 or int64 and types strings, tokens and spans each have one
// shape, and there are as many rows of spans as of tokens. O(tokens + spans +
// bytes of the result).
absl::StatusOr<Tensor> OffsetsToBoiseTags(const Tensor& token_begin,
                                          const Tensor& token_end,
                                          const Tensor& span_begin,
                                          const Tensor& span_end,
                                          const Tensor& span_type,
                                          const BoiseOptions& options = {});

struct TaggedSpans {
  Tensor begin;  // int32
  Tensor end;
  Tensor type;
};

// The spans that tags stand for, as tf_text.boise_tags_to_offsets: from a token
// with B or I up to the next one with E or S, or the one before the next O. An
// E or S by itself is a span of one token. The type is that of the last tag. A
// tag of another form is passed over.
//
//   // tokens {{[0, 3), [4, 7), [8, 11)}}, tags {{"O", "B-x", "E-x"}}
//   BoiseTagsToOffsets(…)  // begin {{4}}, end {{11}}, type {{"x"}}
//
// Of a ragged rank above 1, the rows of the innermost axis give the rows of the
// result. Fails likewise, and for an offset that int32 can't hold.
absl::StatusOr<TaggedSpans> BoiseTagsToOffsets(const Tensor& token_begin,
                                               const Tensor& token_end,
                                               const Tensor& tags);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_BOISE_H_
