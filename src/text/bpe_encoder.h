#ifndef ROWSPLIT_SRC_TEXT_BPE_ENCODER_H_
#define ROWSPLIT_SRC_TEXT_BPE_ENCODER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
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

// Text to the ids of byte pair encoding. The pieces of short words that came
// lately are kept, in 256 KiB for each thread that was ever in it at once.
class BpeEncoder : public RowEncoder {
 public:
  // ids[i] is the id of token i of the model.
  BpeEncoder(BpeModel model, std::vector<int32_t> ids, WordCut cut,
             const BertNormalizerOptions& normalizer);
  ~BpeEncoder() override;

  absl::Status Encode(StringTensorView rows, EncodedRows& out,
                      Offset* row_ends) const override;
  absl::Status EncodeNormalized(const AlignedText& text, size_t begin,
                                size_t end, EncodedRows& out) const override;
  AlignedText Normalize(const AlignedText& text) const override {
    return BertNormalize(text, normalizer_);
  }

 private:
  struct Worker;
  class Lease;

  std::vector<TokenSpan> Words(std::string_view text) const;
  // Sets worker.pieces.
  void CutWord(std::string_view word, Worker& worker) const;
  // The same of a word that is not known, by the model.
  void SplitWord(std::string_view word, Worker& worker) const;
  bool SplitBytes(std::string_view word, Worker& worker) const;
  template <typename Source>
  void AppendText(std::string_view text, const Source& source, Worker& worker,
                  EncodedRows& out) const;

  BpeModel model_;
  std::vector<int32_t> ids_;
  WordCut cut_;
  BertNormalizerOptions normalizer_;
  // Of kByteLevel: the token of each byte's character, or -1; all -1 if that
  // is not all that a token depends on.
  std::array<int32_t, 256> byte_tokens_;
  // Memory that calls use again.
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BPE_ENCODER_H_
