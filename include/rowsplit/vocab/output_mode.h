#ifndef ROWSPLIT_VOCAB_OUTPUT_MODE_H_
#define ROWSPLIT_VOCAB_OUTPUT_MODE_H_

#include <cstdint>

namespace rowsplit {

// What becomes of ids: Keras' output_mode of StringLookup, IntegerLookup,
// Hashing and TextVectorization.
enum class OutputMode : uint8_t {
  // The ids themselves.
  kInt,
  // One row of zeros and a one for each id.
  kOneHot,
  // One row for each sample: 1 in the columns of its ids.
  kMultiHot,
  // One row for each sample: how often each id occurs.
  kCount,
  // Counts times the inverse document frequency of the id, as float32.
  kTfIdf,
};

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_OUTPUT_MODE_H_
