#ifndef ROWSPLIT_SRC_PIPELINE_KERAS_CONFIG_H_
#define ROWSPLIT_SRC_PIPELINE_KERAS_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/json.h"
#include "rowsplit/pipeline/text_vectorization.h"

namespace rowsplit::internal {

// A layer of what keras.layers.TextVectorization's get_config() gives, with the
// vocabulary (get_vocabulary()) and, for tf_idf, the idf_weights in their
// places. Fails with InvalidArgument that names the place: for a member or a
// value that is not known (a function), without a vocabulary, and where the
// vocabulary is not as large as the layer's was.
absl::StatusOr<TextVectorization> ReadKerasConfig(const JsonValue& config);

// The other way: ToKerasConfig.
absl::StatusOr<std::string> WriteKerasConfig(const TextVectorization& layer);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_KERAS_CONFIG_H_
