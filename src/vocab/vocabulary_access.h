#ifndef ROWSPLIT_SRC_VOCAB_VOCABULARY_ACCESS_H_
#define ROWSPLIT_SRC_VOCAB_VOCABULARY_ACCESS_H_

#include "kernels/token_table.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/frozen_layout.h"

namespace rowsplit::internal {

// What the library itself sees of a vocabulary.
struct VocabularyAccess {
  // The table for the kernels; valid as long as a copy of the vocabulary is
  // there. The table of a mapped file may be damaged: kernels::FindKey and the
  // like are safe with it, its offsets and ids are not.
  static const kernels::TokenTableView& Table(const Vocabulary& vocabulary);
  // The header of a frozen file, as valid; null of a vocabulary made from
  // tokens.
  static const FrozenHeader* Header(const Vocabulary& vocabulary);
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_VOCABULARY_ACCESS_H_
