#ifndef ROWSPLIT_PIPELINE_TEXT_EMBEDDING_H_
#define ROWSPLIT_PIPELINE_TEXT_EMBEDDING_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Text to one vector a text: a TextVectorization of int mode, and the bag of
// the rows of a table that its ids name. Gives what EmbeddingBag gives for the
// layer's ragged ids, cut to output_sequence_length and not padded, bit for
// bit; where the layer has a fused pass, ids stay in a cache and are never all
// in memory. Immutable; copies share it.
//
//   auto layer = *TextVectorization::Create({}, vocabulary);  // "the", "cat"
//   auto table = *EmbeddingTable::FromValues({0, 1, 2, 3}, 4, 1);
//   auto embedding = *TextEmbedding::Create(layer, table);
//   embedding.Embed(texts)  // "The CAT!", "": {{2.5}, {0}}
class TextEmbedding {
 public:
  // `bag.exec` is how Embed runs where a call does not say. Fails with
  // InvalidArgument unless the layer's mode is int and the options are such as
  // EmbeddingBag takes for the table; likewise if the table has fewer rows than
  // the layer has ids, unless `bag.out_of_range` says what to do with the rest.
  static absl::StatusOr<TextEmbedding> Create(TextVectorization layer,
                                              EmbeddingTable table,
                                              BagOptions bag = {});

  const TextVectorization& layer() const;
  const EmbeddingTable& table() const;
  const BagOptions& bag() const;

  // Each text is a row: float32 of shape [texts, width]. Fails with
  // ResourceExhausted, naming the row, for a text of 2 GiB or more, also where
  // steps make as much of a piece of the texts; and with Cancelled. Linear in
  // the bytes and in the items of the rows that are read. The result does not
  // depend on the number of threads.
  absl::StatusOr<Tensor> Embed(StringTensorView texts,
                               const ExecOptions& exec) const;
  absl::StatusOr<Tensor> Embed(StringTensorView texts) const {
    return Embed(texts, bag().exec);
  }

  // Texts of any rank by Keras' rules: as EmbeddingBag of the ids that
  // TextVectorization::Call gives as ragged. Of split texts (rank 0 or 1, or
  // with a last dimension of 1, which is dropped) each text becomes a vector,
  // the last dimension; with Split::kNone each innermost row of texts. Fails as
  // both.
  absl::StatusOr<Tensor> Call(const Tensor& texts,
                              const ExecOptions& exec) const;
  absl::StatusOr<Tensor> Call(const Tensor& texts) const {
    return Call(texts, bag().exec);
  }

  // A line for each stage of the work, as TextVectorization::Explain.
  std::string Explain() const;
  // The same without the fused pass, to compare and to measure it: all ids are
  // made, then pooled.
  TextEmbedding StageByStage() const;

 private:
  struct State;
  explicit TextEmbedding(std::shared_ptr<const State> state)
      : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

// The options as JSON, but for `exec`; and back: what is left out has its
// default. Fails with InvalidArgument that names the place in `source`.
std::string BagOptionsToJson(const BagOptions& options);
absl::StatusOr<BagOptions> BagOptionsFromJson(std::string_view json,
                                              std::string_view source);

// A JSON document with the vectorizer's, the bag's options and the shape and
// the format of the table, which is kept in a file of its own.
std::string TextEmbeddingToJson(const TextEmbedding& embedding);

// Gives the same vectors with the table that the document was written for.
// Fails as VectorizerFromJson and Create, and with InvalidArgument for a table
// of another shape or format.
absl::StatusOr<TextEmbedding> TextEmbeddingFromJson(std::string_view json,
                                                    std::string_view source,
                                                    EmbeddingTable table);

}  // namespace rowsplit

#endif  // ROWSPLIT_PIPELINE_TEXT_EMBEDDING_H_
