#ifndef ROWSPLIT_TEXT_BLOCK_WORDS_H_
#define ROWSPLIT_TEXT_BLOCK_WORDS_H_

#include <cstdint>

#include "kernels/token_ids.h"
#include "kernels/word_blocks.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/vocabulary_access.h"

namespace rowsplit::internal {

// Looks the words of a block up whole: ids[i] becomes the id of word i in the
// vocabulary, or `unknown`.
inline void FindBlockWords(const Vocabulary& vocabulary, int64_t unknown,
                           const kernels::WordBlock& block,
                           kernels::TokenScratch& scratch,
                           BufferBuilder<int64_t>& ids) {
  ids.ResizeUninitialized(block.num_words);
  if (block.num_words == 0) return;
  kernels::TokenBlock tokens = {};
  tokens.bytes = block.bytes;
  tokens.begins = block.begins;
  tokens.ends = block.ends;
  tokens.num_tokens = block.num_words;
  kernels::FindBlockIds(VocabularyAccess::Table(vocabulary), 0, unknown,
                        scratch, tokens, ids.data());
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_TEXT_BLOCK_WORDS_H_
