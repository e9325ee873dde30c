#ifndef ROWSPLIT_SRC_TEXT_ROW_ENCODER_H_
#define ROWSPLIT_SRC_TEXT_ROW_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/bert_text.h"

namespace rowsplit::internal {

// Ids of some rows, behind one another, and, if asked for, the bytes of its row
// that each is made of.
struct EncodedRows {
  BufferBuilder<int32_t> ids;
  BufferBuilder<Offset> starts;
  BufferBuilder<Offset> ends;
  bool with_offsets = false;

  void Append(int32_t id, Offset start, Offset end) {
    ids.Append(id);
    if (!with_offsets) return;
    starts.Append(start);
    ends.Append(end);
  }
  void Resize(size_t size) {
    ids.ResizeUninitialized(size);
    if (!with_offsets) return;
    starts.ResizeUninitialized(size);
    ends.ResizeUninitialized(size);
  }
};

// A normalizer, a pre-tokenizer and a model: text to ids. Safe to call from any
// number of threads.
class RowEncoder {
 public:
  virtual ~RowEncoder() = default;

  // Appends the ids of all rows; row_ends[r] becomes the size of out.ids after
  // row r. Fails with InvalidArgument where the model has no id for unknown
  // text and needs one.
  virtual absl::Status Encode(StringTensorView rows, EncodedRows& out,
                              Offset* row_ends) const = 0;

  // The same of text that is normalized: of its bytes [begin, end).
  virtual absl::Status EncodeNormalized(const AlignedText& text, size_t begin,
                                        size_t end, EncodedRows& out) const = 0;

  // What the normalizer makes of text.
  virtual AlignedText Normalize(const AlignedText& text) const = 0;

 protected:
  // Places in normalized text are 32-bit numbers.
  static absl::Status CheckSize(size_t size, int64_t most) {
    if (static_cast<int64_t>(size) <= most) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrFormat(
        "it must have at most %d bytes once it is normalized, got %d", most,
        size));
  }
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_ROW_ENCODER_H_
