#include "vocab/vocabulary_json.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/json.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/token_text.h"

namespace rowsplit::internal {

absl::StatusOr<StringTensor> ReadTokenArray(const JsonValue& array) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            array.AsArray());
  StringTensorBuilder tokens;
  for (const JsonValue& value : values) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string token, value.AsBytes());
    tokens.Append(token);
  }
  return std::move(tokens).Build();
}

void WriteTokenArray(const Vocabulary& vocabulary, JsonWriter& json) {
  json.BeginArray();
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    json.Bytes(vocabulary.token(id));
  }
  json.EndArray();
}

absl::StatusOr<StringTensor> TokensById::InOrder() const {
  const auto size = static_cast<int64_t>(tokens_.size());
  std::vector<int64_t> place_of(size, -1);
  for (int64_t place = 0; place < size; ++place) {
    const auto& [token, id] = tokens_[place];
    if (id < 0 || id >= size) {
      return where_.Error(absl::StrFormat(
          "the ids of %d tokens must be 0 to %d, each once: %s has %d", size,
          size - 1, TokenText(token), id));
    }
    if (place_of[id] >= 0) {
      return where_.Error(absl::StrFormat(
          "the ids of %d tokens must be 0 to %d, each once: %s and %s both "
          "have %d",
          size, size - 1, TokenText(tokens_[place_of[id]].token),
          TokenText(token), id));
    }
    place_of[id] = place;
  }
  StringTensorBuilder in_order;
  for (const int64_t place : place_of) in_order.Append(tokens_[place].token);
  return std::move(in_order).Build();
}

absl::Status AddTokenIds(const JsonValue& object, TokensById& tokens) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto members, object.Members());
  for (const auto& [token, value] : members) {
    if (value.kind() != JsonValue::Kind::kInt) {
      return object.Error(
          absl::StrFormat("the id of %s must be an integer", TokenText(token)));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t id, value.AsInt());
    tokens.Add(token, id);
  }
  return absl::OkStatus();
}

void WriteTokenIds(const Vocabulary& vocabulary, JsonWriter& json) {
  json.BeginObject();
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    json.Member(vocabulary.token(id), id);
  }
  json.EndObject();
}

absl::Status CheckUtf8Tokens(const Vocabulary& vocabulary,
                             std::string_view format) {
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    if (IsValidUtf8(vocabulary.token(id))) continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("a token that is no UTF-8 can't be in %s: token %d, %s",
                        format, id, TokenText(vocabulary.token(id))));
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
