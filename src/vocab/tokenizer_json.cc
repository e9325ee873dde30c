#include "vocab/tokenizer_json.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/json.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_formats.h"
#include "vocab/token_text.h"
#include "vocab/vocabulary_json.h"

namespace rowsplit::internal {

namespace {

struct AddedToken {
  std::string_view content;
  int64_t id;
  bool special;
};

absl::StatusOr<std::vector<AddedToken>> ReadAddedTokens(const JsonValue& root) {
  std::vector<AddedToken> added;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::optional<JsonValue> list,
                            root.Find("added_tokens"));
  if (!list.has_value() || list->is_null()) return added;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            list->AsArray());
  for (const JsonValue& value : values) {
    AddedToken token;
    ROWSPLIT_ASSIGN_OR_RETURN(token.content, value.GetString("content"));
    ROWSPLIT_ASSIGN_OR_RETURN(token.id, value.GetInt("id"));
    ROWSPLIT_ASSIGN_OR_RETURN(token.special, value.GetBool("special"));
    added.push_back(token);
  }
  std::stable_sort(
      added.begin(), added.end(),
      [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
  return added;
}

absl::StatusOr<JsonValue> WordLevelModel(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(JsonValue model, root.Get("model"));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view type,
                            model.GetString("type"));
  if (type != "WordLevel") {
    return absl::UnimplementedError(
        model
            .Error(absl::StrFormat("expected a WordLevel model, got %s; only "
                                   "its tokens are whole words",
                                   type))
            .message());
  }
  return model;
}

// Adds the tokens that the model lacks; those that it has must agree.
absl::Status AddAddedTokens(const JsonValue& root, const JsonValue& vocab,
                            std::span<const AddedToken> added,
                            TokensById& tokens) {
  if (added.empty()) return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(const auto members, vocab.Members());
  absl::flat_hash_map<std::string_view, int64_t> known;
  known.reserve(members.size() + added.size());
  for (const auto& [token, value] : members) {
    ROWSPLIT_ASSIGN_OR_RETURN(known[token], value.AsInt());
  }
  for (const AddedToken& token : added) {
    const auto [place, is_new] = known.try_emplace(token.content, token.id);
    if (is_new) tokens.Add(token.content, token.id);
    if (place->second != token.id) {
      return root.Error(absl::StrFormat(
          "added_tokens: %s has the id %d, and %d in the model or earlier",
          TokenText(token.content), token.id, place->second));
    }
  }
  return absl::OkStatus();
}

void WriteAddedToken(std::string_view token, int64_t id, JsonWriter& json) {
  json.BeginObject();
  json.Member("id", id);
  json.Member("content", token);
  json.Member("single_word", false);
  json.Member("lstrip", false);
  json.Member("rstrip", false);
  json.Member("normalized", false);
  json.Member("special", true);
  json.EndObject();
}

absl::Status CheckIsIn(const Vocabulary& vocabulary, std::string_view token,
                       std::string_view what) {
  if (vocabulary.Find(token) >= 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("tokenizer.json: the vocabulary lacks the %s, %s", what,
                      TokenText(token)));
}

void WriteNull(std::string_view key, JsonWriter& json) {
  json.Key(key);
  json.Null();
}

}  // namespace

bool IsTokenizerJson(const JsonValue& root) {
  const auto model = root.Find("model");
  return model.ok() && model->has_value() &&
         (*model)->kind() == JsonValue::Kind::kObject;
}

absl::StatusOr<VocabularyFile> ReadTokenizerJson(const JsonValue& root) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue model, WordLevelModel(root));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue vocab, model.Get("vocab"));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<AddedToken> added,
                            ReadAddedTokens(root));
  TokensById tokens(added.empty() ? vocab : root);
  ROWSPLIT_RETURN_IF_ERROR(AddTokenIds(vocab, tokens));
  ROWSPLIT_RETURN_IF_ERROR(AddAddedTokens(root, vocab, added, tokens));
  ROWSPLIT_ASSIGN_OR_RETURN(StringTensor in_order, tokens.InOrder());
  VocabularyFile file;
  file.format = VocabularyFormat::kTokenizerJson;
  ROWSPLIT_ASSIGN_OR_RETURN(file.vocabulary,
                            Vocabulary::FromTokens(std::move(in_order)));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view unk_token,
                            model.GetString("unk_token"));
  if (file.vocabulary.Find(unk_token) >= 0) file.unk_token = unk_token;
  for (const AddedToken& token : added) {
    if (token.special) file.special_tokens.emplace_back(token.content);
  }
  return file;
}

absl::StatusOr<std::string> FormatTokenizerJson(
    const Vocabulary& vocabulary, const std::string& unk_token,
    std::span<const std::string> special_tokens) {
  ROWSPLIT_RETURN_IF_ERROR(CheckUtf8Tokens(vocabulary, "tokenizer.json"));
  ROWSPLIT_RETURN_IF_ERROR(CheckIsIn(vocabulary, unk_token, "unk_token"));
  std::vector<int64_t> special_ids;
  for (const std::string& token : special_tokens) {
    ROWSPLIT_RETURN_IF_ERROR(CheckIsIn(vocabulary, token, "special token"));
    if (token.empty()) {
      return absl::InvalidArgumentError(
          "tokenizer.json: the empty token can't be a special token");
    }
    special_ids.push_back(vocabulary.Find(token));
  }
  std::sort(special_ids.begin(), special_ids.end());
  special_ids.erase(std::unique(special_ids.begin(), special_ids.end()),
                    special_ids.end());
  JsonWriter json(JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("version", "1.0");
  WriteNull("truncation", json);
  WriteNull("padding", json);
  json.Key("added_tokens");
  json.BeginArray();
  for (const int64_t id : special_ids) {
    WriteAddedToken(vocabulary.token(id), id, json);
  }
  json.EndArray();
  WriteNull("normalizer", json);
  json.Key("pre_tokenizer");
  json.BeginObject();
  json.Member("type", "WhitespaceSplit");
  json.EndObject();
  WriteNull("post_processor", json);
  WriteNull("decoder", json);
  json.Key("model");
  json.BeginObject();
  json.Member("type", "WordLevel");
  json.Key("vocab");
  WriteTokenIds(vocabulary, json);
  json.Member("unk_token", unk_token);
  json.EndObject();
  json.EndObject();
  return std::move(json).Take();
}

}  // namespace rowsplit::internal
