#ifndef ROWSPLIT_SRC_PIPELINE_TEXT_VECTORIZATION_STATE_H_
#define ROWSPLIT_SRC_PIPELINE_TEXT_VECTORIZATION_STATE_H_

#include "pipeline/vectorize_plan.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/vocab/encode_ids.h"

namespace rowsplit {

struct TextVectorization::State {
  TextVectorizationOptions options;
  Buffer<float> idf_weights;
  internal::VectorizePlan plan;

  // What makes rows of columns of ids.
  EncodeIdsOptions EncodeOptions(const ExecOptions& exec) const;
};

namespace internal {

// What the library itself sees of a layer.
struct TextVectorizationAccess {
  static const VectorizePlan& Plan(const TextVectorization& layer) {
    return layer.state_->plan;
  }
};

}  // namespace internal

}  // namespace rowsplit

#endif  // ROWSPLIT_SRC_PIPELINE_TEXT_VECTORIZATION_STATE_H_
