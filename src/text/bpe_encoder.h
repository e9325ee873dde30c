#ifndef ROWSPLIT_SRC_TEXT_BPE_ENCODER_H_
#define ROWSPLIT_SRC_TEXT_BPE_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/bert_text.h"
#include "text/bpe_model.h"
#include "text/row_encoder.h"

namespace rowsplit::internal {

// What cuts the text of a BPE model into words.
struct WordCut {
  enum class Kind : uint8_t { kNone, kWhitespace, kBert, kByteLevel };
  Kind kind = Kind::kNone;
  // Of kByteLevel.
  bool add_prefix_space = false;
  bool use_regex = true;
};

// Text to the ids of byte pair encoding.
class BpeEncoder : public RowEncoder {
 public:
  // ids[i] is the id of token i of the model.
  BpeEncoder(BpeModel model, std::vector<int32_t> ids, WordCut cut,
             const BertNormalizerOptions& normalizer)
      : model_(std::move(model)),
        ids_(std::move(ids)),
        cut_(cut),
        normalizer_(normalizer) {}

  absl::Status Encode(StringTensorView rows, EncodedRows& out,
                      Offset* row_ends) const override;
  absl::Status EncodeNormalized(const AlignedText& text, size_t begin,
                                size_t end, EncodedRows& out) const override;
  AlignedText Normalize(const AlignedText& text) const override {
    return BertNormalize(text, normalizer_);
  }

 private:
  std::vector<TokenSpan> Words(std::string_view text) const;
  void AppendText(const AlignedText& text, size_t begin, size_t end,
                  BpeModel::Scratch& scratch, EncodedRows& out) const;

  BpeModel model_;
  std::vector<int32_t> ids_;
  WordCut cut_;
  BertNormalizerOptions normalizer_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BPE_ENCODER_H_
