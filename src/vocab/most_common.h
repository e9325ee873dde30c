#ifndef ROWSPLIT_SRC_VOCAB_MOST_COMMON_H_
#define ROWSPLIT_SRC_VOCAB_MOST_COMMON_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_builder.h"

// What VocabularyBuilder and TokenCounter make of counts.
namespace rowsplit::internal {

class CountTable;

// The order of a vocabulary, which is that of Keras' adapt: the greater count,
// then the greater bytes first.
inline bool MoreCommon(const TokenCount& a, const TokenCount& b) {
  return a.count != b.count ? a.count > b.count : a.token > b.token;
}

// VocabularyBuilder::MostCommon; refers to the table.
std::vector<TokenCount> MostCommonOf(const CountTable& table,
                                     int64_t max_tokens, int64_t min_count);

// The errors of VocabularyBuilder::Build.
absl::Status CheckVocabularyOptions(const VocabularyOptions& options);

// The special tokens, then the most common others. Requires good options; keeps
// a reference to them.
class VocabularyTokens {
 public:
  explicit VocabularyTokens(const VocabularyOptions& options);
  // In the order of MoreCommon. Needs no more than max_tokens of them, as each
  // special token takes the place of one at most.
  void Add(std::string_view token);
  absl::StatusOr<Vocabulary> Build() &&;

 private:
  const VocabularyOptions& options_;
  StringTensorBuilder tokens_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_MOST_COMMON_H_
