#ifndef ROWSPLIT_SRC_VOCAB_VOCABULARY_JSON_H_
#define ROWSPLIT_SRC_VOCAB_VOCABULARY_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/json.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::internal {

// The JSON forms of a vocabulary: ["a", "b"] and {"a": 0, "b": 1}. Readers take
// the value at which it stands and name it in errors.

absl::StatusOr<StringTensor> ReadTokenArray(const JsonValue& array);
void WriteTokenArray(const Vocabulary& vocabulary, JsonWriter& json);

// Tokens that name their ids, in any order.
class TokensById {
 public:
  // For messages: the value that holds them. Requires no string of its own.
  explicit TokensById(const JsonValue& where) : where_(where) {}

  // `token` stays the caller's.
  void Add(std::string_view token, int64_t id) {
    tokens_.push_back({token, id});
  }
  // Fails with InvalidArgument unless the ids are 0 … n-1, each once.
  absl::StatusOr<StringTensor> InOrder() const;

 private:
  struct TokenWithId {
    std::string_view token;
    int64_t id;
  };

  JsonValue where_;
  std::vector<TokenWithId> tokens_;
};

// The members of {"a": 0, "b": 1}, whose document the result refers to.
absl::Status AddTokenIds(const JsonValue& object, TokensById& tokens);
// Requires that every token is UTF-8.
void WriteTokenIds(const Vocabulary& vocabulary, JsonWriter& json);
// InvalidArgument that names the first token that is no UTF-8, and `format`.
absl::Status CheckUtf8Tokens(const Vocabulary& vocabulary,
                             std::string_view format);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_VOCABULARY_JSON_H_
