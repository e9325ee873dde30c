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

void WriteType(std::string_view key, std::string_view type, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  json.Member("type", type);
}

// The ids of the special tokens, in order.
absl::StatusOr<std::vector<int64_t>> SpecialIds(
    const Vocabulary& vocabulary, std::span<const std::string> tokens) {
  std::vector<int64_t> ids;
  for (const std::string& token : tokens) {
    ROWSPLIT_RETURN_IF_ERROR(CheckIsIn(vocabulary, token, "special token"));
    if (token.empty()) {
      return absl::InvalidArgumentError(
          "tokenizer.json: the empty token can't be a special token");
    }
    ids.push_back(vocabulary.Find(token));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

// {"SpecialToken": {"id": "[CLS]", "type_id": 0}}
void WriteTemplatePiece(std::string_view kind, std::string_view id, int type_id,
                        JsonWriter& json) {
  json.BeginObject();
  json.Key(kind);
  json.BeginObject();
  json.Member("id", id);
  json.Member("type_id", type_id);
  json.EndObject();
  json.EndObject();
}

// [CLS] text [SEP], or of two texts [CLS] text [SEP] text [SEP].
void WriteTemplate(const Vocabulary& vocabulary, JsonWriter& json) {
  WriteType("post_processor", "TemplateProcessing", json);
  for (const bool is_pair : {false, true}) {
    json.Key(is_pair ? "pair" : "single");
    json.BeginArray();
    WriteTemplatePiece("SpecialToken", "[CLS]", 0, json);
    WriteTemplatePiece("Sequence", "A", 0, json);
    WriteTemplatePiece("SpecialToken", "[SEP]", 0, json);
    if (is_pair) {
      WriteTemplatePiece("Sequence", "B", 1, json);
      WriteTemplatePiece("SpecialToken", "[SEP]", 1, json);
    }
    json.EndArray();
  }
  json.Key("special_tokens");
  json.BeginObject();
  for (const std::string_view token : {"[CLS]", "[SEP]"}) {
    json.Key(token);
    json.BeginObject();
    json.Member("id", token);
    json.Key("ids");
    json.BeginArray();
    json.Int(vocabulary.Find(token));
    json.EndArray();
    json.Key("tokens");
    json.BeginArray();
    json.String(token);
    json.EndArray();
    json.EndObject();
  }
  json.EndObject();
  json.EndObject();
}

// What cuts text into words, and what is around its tokens.
void WriteWordLevelParts(JsonWriter& json) {
  WriteNull("normalizer", json);
  WriteType("pre_tokenizer", "WhitespaceSplit", json);
  json.EndObject();
  WriteNull("post_processor", json);
  WriteNull("decoder", json);
}

void WriteBertParts(const Vocabulary& vocabulary,
                    const WriteVocabularyOptions& options, JsonWriter& json) {
  WriteType("normalizer", "BertNormalizer", json);
  json.Member("clean_text", true);
  json.Member("handle_chinese_chars", true);
  WriteNull("strip_accents", json);
  json.Member("lowercase", options.lower_case);
  json.EndObject();
  WriteType("pre_tokenizer", "BertPreTokenizer", json);
  json.EndObject();
  const auto is_special = [&](std::string_view token) {
    return std::find(options.special_tokens.begin(),
                     options.special_tokens.end(),
                     token) != options.special_tokens.end();
  };
  if (is_special("[CLS]") && is_special("[SEP]")) {
    WriteTemplate(vocabulary, json);
  } else {
    WriteNull("post_processor", json);
  }
  WriteType("decoder", "WordPiece", json);
  json.Member("prefix", "##");
  json.Member("cleanup", true);
  json.EndObject();
}

void WriteModel(const Vocabulary& vocabulary,
                const WriteVocabularyOptions& options, JsonWriter& json) {
  WriteType("model", options.wordpiece ? "WordPiece" : "WordLevel", json);
  if (options.wordpiece) {
    json.Member("continuing_subword_prefix", "##");
    json.Member("max_input_chars_per_word", 100);
  }
  json.Key("vocab");
  WriteTokenIds(vocabulary, json);
  json.Member("unk_token", options.unk_token);
  json.EndObject();
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
    const Vocabulary& vocabulary, const WriteVocabularyOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckUtf8Tokens(vocabulary, "tokenizer.json"));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckIsIn(vocabulary, options.unk_token, "unk_token"));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> special_ids,
                            SpecialIds(vocabulary, options.special_tokens));
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
  if (options.wordpiece) {
    WriteBertParts(vocabulary, options, json);
  } else {
    WriteWordLevelParts(json);
  }
  WriteModel(vocabulary, options, json);
  json.EndObject();
  return std::move(json).Take();
}

}  // namespace rowsplit::internal
