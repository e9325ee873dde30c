#ifndef ROWSPLIT_SRC_VOCAB_MOST_COMMON_H_
#define ROWSPLIT_SRC_VOCAB_MOST_COMMON_H_

#include "rowsplit/vocab/vocabulary_builder.h"

namespace rowsplit::internal {

// The order of a vocabulary, which is that of Keras' adapt: the greater count,
// then the greater bytes first.
inline bool MoreCommon(const TokenCount& a, const TokenCount& b) {
  return a.count != b.count ? a.count > b.count : a.token > b.token;
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_MOST_COMMON_H_
