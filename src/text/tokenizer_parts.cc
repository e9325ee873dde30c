#include "text/tokenizer_parts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/json.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "text/added_tokens.h"
#include "text/bert_text.h"
#include "text/bpe_encoder.h"
#include "text/bpe_model.h"
#include "text/wordpiece_encoder.h"

namespace rowsplit::internal {

namespace {

using Member = std::optional<JsonValue>;

absl::Status CannotDo(const JsonValue& value, std::string_view what) {
  return absl::UnimplementedError(
      value.Error(absl::StrFormat("%s is not implemented", what)).message());
}

// A member that is there and not null.
absl::StatusOr<Member> Given(const JsonValue& object, std::string_view key) {
  ROWSPLIT_ASSIGN_OR_RETURN(Member member, object.Find(key));
  if (member.has_value() && member->is_null()) member.reset();
  return member;
}
absl::StatusOr<bool> BoolOr(const JsonValue& object, std::string_view key,
                            bool fallback) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Member member, Given(object, key));
  return member.has_value() ? member->AsBool() : fallback;
}
absl::StatusOr<int64_t> IntOr(const JsonValue& object, std::string_view key,
                              int64_t fallback) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Member member, Given(object, key));
  return member.has_value() ? member->AsInt() : fallback;
}
absl::StatusOr<std::string> TextOr(const JsonValue& object,
                                   std::string_view key,
                                   std::string_view fallback) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Member member, Given(object, key));
  if (!member.has_value()) return std::string(fallback);
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view text, member->AsString());
  return std::string(text);
}
absl::StatusOr<int32_t> IdOf(const JsonValue& value) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t id, value.AsInt());
  if (id < 0 || id > std::numeric_limits<int32_t>::max()) {
    return value.Error(
        absl::StrFormat("an id must be from 0 to 2147483647, got %d", id));
  }
  return static_cast<int32_t>(id);
}

// Tokens in the order of their ids.
struct ModelVocabulary {
  Vocabulary tokens;
  std::vector<int32_t> ids;
};

absl::StatusOr<ModelVocabulary> OrderById(
    std::vector<std::pair<int32_t, std::string_view>> tokens) {
  std::sort(tokens.begin(), tokens.end());
  StringTensorBuilder builder;
  ModelVocabulary vocabulary;
  for (const auto& [id, token] : tokens) {
    builder.Append(token);
    vocabulary.ids.push_back(id);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(vocabulary.tokens,
                            Vocabulary::FromTokens(std::move(builder).Build()));
  return vocabulary;
}

absl::StatusOr<std::vector<std::pair<int32_t, std::string_view>>> ReadVocab(
    const JsonValue& model) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue vocab, model.Get("vocab"));
  ROWSPLIT_ASSIGN_OR_RETURN(const auto members, vocab.Members());
  std::vector<std::pair<int32_t, std::string_view>> tokens;
  tokens.reserve(members.size());
  for (const auto& [token, value] : members) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int32_t id, IdOf(value));
    tokens.emplace_back(id, token);
  }
  return tokens;
}

absl::StatusOr<std::vector<AddedToken>> ReadAdded(const JsonValue& root) {
  std::vector<AddedToken> added;
  ROWSPLIT_ASSIGN_OR_RETURN(const Member list, Given(root, "added_tokens"));
  if (!list.has_value()) return added;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            list->AsArray());
  for (const JsonValue& value : values) {
    AddedToken token;
    ROWSPLIT_ASSIGN_OR_RETURN(token.content, TextOr(value, "content", ""));
    ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue id, value.Get("id"));
    ROWSPLIT_ASSIGN_OR_RETURN(token.id, IdOf(id));
    ROWSPLIT_ASSIGN_OR_RETURN(token.single_word,
                              BoolOr(value, "single_word", false));
    ROWSPLIT_ASSIGN_OR_RETURN(token.lstrip, BoolOr(value, "lstrip", false));
    ROWSPLIT_ASSIGN_OR_RETURN(token.rstrip, BoolOr(value, "rstrip", false));
    ROWSPLIT_ASSIGN_OR_RETURN(token.special, BoolOr(value, "special", false));
    ROWSPLIT_ASSIGN_OR_RETURN(token.normalized,
                              BoolOr(value, "normalized", !token.special));
    if (!token.content.empty()) added.push_back(std::move(token));
  }
  return added;
}

absl::StatusOr<BertNormalizerOptions> ReadNormalizer(const JsonValue& root) {
  BertNormalizerOptions options;
  options.normalize = false;
  ROWSPLIT_ASSIGN_OR_RETURN(const Member value, Given(root, "normalizer"));
  if (!value.has_value()) return options;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string type, TextOr(*value, "type", ""));
  if (type != "BertNormalizer")
    return CannotDo(*value, absl::StrFormat("the normalizer %s", type));
  options.normalize = true;
  ROWSPLIT_ASSIGN_OR_RETURN(options.clean_text,
                            BoolOr(*value, "clean_text", true));
  ROWSPLIT_ASSIGN_OR_RETURN(options.handle_chinese_chars,
                            BoolOr(*value, "handle_chinese_chars", true));
  ROWSPLIT_ASSIGN_OR_RETURN(options.lowercase,
                            BoolOr(*value, "lowercase", true));
  ROWSPLIT_ASSIGN_OR_RETURN(options.strip_accents,
                            BoolOr(*value, "strip_accents", options.lowercase));
  return options;
}

absl::StatusOr<WordCut> ReadPreTokenizer(const JsonValue& root) {
  WordCut cut;
  ROWSPLIT_ASSIGN_OR_RETURN(const Member value, Given(root, "pre_tokenizer"));
  if (!value.has_value()) return cut;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string type, TextOr(*value, "type", ""));
  if (type == "BertPreTokenizer") {
    cut.kind = WordCut::Kind::kBert;
  } else if (type == "WhitespaceSplit") {
    cut.kind = WordCut::Kind::kWhitespace;
  } else if (type == "ByteLevel") {
    cut.kind = WordCut::Kind::kByteLevel;
    ROWSPLIT_ASSIGN_OR_RETURN(cut.add_prefix_space,
                              BoolOr(*value, "add_prefix_space", true));
    ROWSPLIT_ASSIGN_OR_RETURN(cut.use_regex, BoolOr(*value, "use_regex", true));
  } else {
    return CannotDo(*value, absl::StrFormat("the pre_tokenizer %s", type));
  }
  return cut;
}

absl::StatusOr<std::unique_ptr<const RowEncoder>> ReadWordpiece(
    const JsonValue& model, const ModelVocabulary& vocabulary,
    BertNormalizerOptions normalizer, const WordCut& cut) {
  if (cut.kind != WordCut::Kind::kBert &&
      cut.kind != WordCut::Kind::kWhitespace) {
    return CannotDo(model,
                    "a WordPiece model without BertPreTokenizer or "
                    "WhitespaceSplit");
  }
  WordpieceOptions options;
  normalizer.split_punctuation = cut.kind == WordCut::Kind::kBert;
  options.normalizer = normalizer;
  ROWSPLIT_ASSIGN_OR_RETURN(options.unk_token,
                            TextOr(model, "unk_token", "[UNK]"));
  ROWSPLIT_ASSIGN_OR_RETURN(options.continuing_prefix,
                            TextOr(model, "continuing_subword_prefix", "##"));
  ROWSPLIT_ASSIGN_OR_RETURN(options.max_characters,
                            IntOr(model, "max_input_chars_per_word", 100));
  return WordpieceEncoder::Make(vocabulary.tokens, vocabulary.ids,
                                std::move(options));
}

// Merges as "a b" or ["a", "b"].
absl::StatusOr<std::vector<std::pair<std::string_view, std::string_view>>>
ReadMerges(const JsonValue& model) {
  std::vector<std::pair<std::string_view, std::string_view>> merges;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            model.GetArray("merges"));
  for (const JsonValue& value : values) {
    if (value.kind() == JsonValue::Kind::kString) {
      ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view text, value.AsString());
      const size_t blank = text.find(' ');
      if (blank == std::string_view::npos ||
          text.find(' ', blank + 1) != std::string_view::npos)
        return value.Error("a merge must be two tokens and a blank between");
      merges.emplace_back(text.substr(0, blank), text.substr(blank + 1));
      continue;
    }
    ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> pair,
                              value.AsArray());
    if (pair.size() != 2) return value.Error("a merge must be two tokens");
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view left, pair[0].AsString());
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view right, pair[1].AsString());
    merges.emplace_back(left, right);
  }
  return merges;
}

absl::StatusOr<std::unique_ptr<const RowEncoder>> ReadBpe(
    const JsonValue& model, const ModelVocabulary& vocabulary,
    const BertNormalizerOptions& normalizer, const WordCut& cut) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Member dropout, Given(model, "dropout"));
  if (dropout.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const double rate, dropout->AsDouble());
    if (rate != 0) return CannotDo(*dropout, "dropout of a BPE model");
  }
  BpeOptions options;
  ROWSPLIT_ASSIGN_OR_RETURN(const Member unknown, Given(model, "unk_token"));
  if (unknown.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view token,
                              unknown->AsString());
    options.unk_token = token;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(options.continuing_prefix,
                            TextOr(model, "continuing_subword_prefix", ""));
  ROWSPLIT_ASSIGN_OR_RETURN(options.end_of_word_suffix,
                            TextOr(model, "end_of_word_suffix", ""));
  ROWSPLIT_ASSIGN_OR_RETURN(options.fuse_unk, BoolOr(model, "fuse_unk", false));
  ROWSPLIT_ASSIGN_OR_RETURN(options.byte_fallback,
                            BoolOr(model, "byte_fallback", false));
  ROWSPLIT_ASSIGN_OR_RETURN(options.ignore_merges,
                            BoolOr(model, "ignore_merges", false));
  ROWSPLIT_ASSIGN_OR_RETURN(const auto merges, ReadMerges(model));
  ROWSPLIT_ASSIGN_OR_RETURN(
      BpeModel bpe,
      BpeModel::Make(vocabulary.tokens, merges, std::move(options)));
  return std::make_unique<const BpeEncoder>(std::move(bpe), vocabulary.ids, cut,
                                            normalizer);
}

absl::Status ReadModel(const JsonValue& root, TokenizerParts& parts) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue model, root.Get("model"));
  ROWSPLIT_ASSIGN_OR_RETURN(const BertNormalizerOptions normalizer,
                            ReadNormalizer(root));
  ROWSPLIT_ASSIGN_OR_RETURN(const WordCut cut, ReadPreTokenizer(root));
  parts.has_normalizer = normalizer.normalize;
  // Files of old have no type; only BPE has merges.
  ROWSPLIT_ASSIGN_OR_RETURN(const Member merges, model.Find("merges"));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const std::string type,
      TextOr(model, "type", merges.has_value() ? "BPE" : "WordPiece"));
  if (type != "WordPiece" && type != "BPE")
    return CannotDo(model, absl::StrFormat("the model %s", type));
  ROWSPLIT_ASSIGN_OR_RETURN(auto tokens, ReadVocab(model));
  ROWSPLIT_ASSIGN_OR_RETURN(const ModelVocabulary vocabulary,
                            OrderById(tokens));
  ROWSPLIT_ASSIGN_OR_RETURN(
      parts.encoder, type == "BPE"
                         ? ReadBpe(model, vocabulary, normalizer, cut)
                         : ReadWordpiece(model, vocabulary, normalizer, cut));
  // All tokens: an added one that the model has must have the same id.
  for (const AddedToken& token : parts.added) {
    const int64_t known = vocabulary.tokens.Find(token.content);
    if (known < 0) {
      tokens.emplace_back(token.id, token.content);
    } else if (vocabulary.ids[known] != token.id) {
      return root.Error(absl::StrFormat(
          "added_tokens: \"%s\" has the id %d, and %d in the model",
          token.content, token.id, vocabulary.ids[known]));
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(ModelVocabulary all, OrderById(std::move(tokens)));
  parts.tokens = std::move(all.tokens);
  parts.ids = std::move(all.ids);
  return absl::OkStatus();
}

absl::Status IndexIds(const JsonValue& root, TokenizerParts& parts) {
  const int64_t count = parts.tokens.size();
  const int64_t end = count == 0 ? 0 : int64_t{parts.ids.back()} + 1;
  // Ids are as dense as those of a vocabulary are.
  if (end > 4 * count + 65536) {
    return root.Error(absl::StrFormat(
        "ids must not leave large gaps: the highest is %d, of %d tokens",
        end - 1, count));
  }
  parts.token_of_id.assign(static_cast<size_t>(end), -1);
  parts.is_special.assign(static_cast<size_t>(end), false);
  for (int64_t i = 0; i < count; ++i)
    parts.token_of_id[parts.ids[i]] = static_cast<int32_t>(i);
  for (const AddedToken& token : parts.added) {
    if (token.special) parts.is_special[token.id] = true;
  }
  return absl::OkStatus();
}

absl::Status MakeFinders(TokenizerParts& parts) {
  std::vector<AddedToken> raw;
  std::vector<AddedToken> normalized;
  std::vector<std::string> raw_texts;
  std::vector<std::string> normalized_texts;
  for (const AddedToken& token : parts.added) {
    if (token.normalized) {
      normalized.push_back(token);
      normalized_texts.push_back(
          parts.encoder->Normalize(AlignText(token.content)).bytes);
      if (normalized_texts.back() != token.content) {
        parts.written_as[token.id] = normalized_texts.back();
        // Special tokens are known by their text.
        parts.is_special[token.id] = false;
      }
    } else {
      raw.push_back(token);
      raw_texts.push_back(token.content);
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(parts.raw_finder,
                            AddedTokenFinder::Make(std::move(raw), raw_texts));
  ROWSPLIT_ASSIGN_OR_RETURN(
      parts.normalized_finder,
      AddedTokenFinder::Make(std::move(normalized), normalized_texts));
  return absl::OkStatus();
}

// {"SpecialToken": {"id": "[CLS]", …}}: its ids by the template's own map.
absl::Status AppendSpecial(const JsonValue& processor, const JsonValue& special,
                           std::vector<int32_t>& ids) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view name,
                            special.GetString("id"));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue tokens,
                            processor.Get("special_tokens"));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue token, tokens.Get(name));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> values,
                            token.GetArray("ids"));
  for (const JsonValue& value : values) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int32_t id, IdOf(value));
    ids.push_back(id);
  }
  return absl::OkStatus();
}

absl::Status ReadTemplate(const JsonValue& processor, TokenizerParts& parts) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> pieces,
                            processor.GetArray("single"));
  int num_texts = 0;
  for (const JsonValue& piece : pieces) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Member special, piece.Find("SpecialToken"));
    if (special.has_value()) {
      ROWSPLIT_RETURN_IF_ERROR(AppendSpecial(
          processor, *special, num_texts == 0 ? parts.before : parts.behind));
      continue;
    }
    ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue text, piece.Get("Sequence"));
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view name,
                              text.GetString("id"));
    if (name != "A" || ++num_texts > 1)
      return CannotDo(processor, "a template whose text is not A, once,");
  }
  if (num_texts == 1) return absl::OkStatus();
  return CannotDo(processor, "a template without the text A");
}

// ["[CLS]", 101]
absl::StatusOr<int32_t> NamedId(const JsonValue& processor,
                                std::string_view key) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> pair,
                            processor.GetArray(key));
  if (pair.size() != 2) return processor.Error("expected a token and its id");
  return IdOf(pair[1]);
}

absl::Status ReadPostProcessor(const JsonValue& root, TokenizerParts& parts) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Member value, Given(root, "post_processor"));
  if (!value.has_value()) return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string type, TextOr(*value, "type", ""));
  if (type == "TemplateProcessing") return ReadTemplate(*value, parts);
  const bool is_roberta = type == "RobertaProcessing";
  if (type == "BertProcessing" || is_roberta) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int32_t cls, NamedId(*value, "cls"));
    ROWSPLIT_ASSIGN_OR_RETURN(const int32_t sep, NamedId(*value, "sep"));
    parts.before.push_back(cls);
    parts.behind.push_back(sep);
  } else if (type != "ByteLevel") {
    return CannotDo(*value, absl::StrFormat("the post_processor %s", type));
  }
  if (type == "BertProcessing") return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(parts.trim_offsets,
                            BoolOr(*value, "trim_offsets", true));
  ROWSPLIT_ASSIGN_OR_RETURN(parts.trims_with_prefix_space,
                            BoolOr(*value, "add_prefix_space", true));
  return absl::OkStatus();
}

absl::StatusOr<bool> IsLeft(const JsonValue& value) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string direction,
                            TextOr(value, "direction", "Right"));
  if (direction == "Left" || direction == "Right") return direction == "Left";
  return value.Error(
      absl::StrFormat("direction must be Left or Right, got %s", direction));
}

absl::Status ReadTruncation(const JsonValue& root, TokenizerParts& parts) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Member value, Given(root, "truncation"));
  if (!value.has_value()) return absl::OkStatus();
  TokenizerParts::Truncation truncation;
  ROWSPLIT_ASSIGN_OR_RETURN(truncation.max_length, value->GetInt("max_length"));
  ROWSPLIT_ASSIGN_OR_RETURN(truncation.from_left, IsLeft(*value));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string strategy,
                            TextOr(*value, "strategy", "LongestFirst"));
  if (strategy != "LongestFirst" && strategy != "OnlyFirst")
    return CannotDo(*value, absl::StrFormat("truncation by %s", strategy));
  if (truncation.max_length < 0)
    return value->Error("max_length must not be negative");
  parts.truncation = truncation;
  return absl::OkStatus();
}

absl::Status ReadPadding(const JsonValue& root, TokenizerParts& parts) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Member value, Given(root, "padding"));
  if (!value.has_value()) return absl::OkStatus();
  TokenPadding padding;
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue strategy, value->Get("strategy"));
  if (strategy.kind() == JsonValue::Kind::kObject) {
    ROWSPLIT_ASSIGN_OR_RETURN(padding.length, strategy.GetInt("Fixed"));
  } else {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view name, strategy.AsString());
    if (name != "BatchLongest")
      return CannotDo(strategy, absl::StrFormat("padding by %s", name));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(padding.on_left, IsLeft(*value));
  ROWSPLIT_ASSIGN_OR_RETURN(padding.multiple_of,
                            IntOr(*value, "pad_to_multiple_of", 0));
  for (const int64_t size : {padding.length.value_or(0), padding.multiple_of}) {
    if (size >= 0 && size <= kMaxPadding) continue;
    return value->Error(absl::StrFormat(
        "a row can be padded to 0 to %d ids, got %d", kMaxPadding, size));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue id, value->Get("pad_id"));
  ROWSPLIT_ASSIGN_OR_RETURN(padding.id, IdOf(id));
  parts.padding = padding;
  return absl::OkStatus();
}

absl::Status ReadDecoder(const JsonValue& root, TokenizerParts& parts) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Member value, Given(root, "decoder"));
  if (!value.has_value()) return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string type, TextOr(*value, "type", ""));
  if (type == "WordPiece") {
    parts.decoder = TokenizerParts::Decoder::kWordpiece;
    ROWSPLIT_ASSIGN_OR_RETURN(parts.decoder_mark,
                              TextOr(*value, "prefix", "##"));
    ROWSPLIT_ASSIGN_OR_RETURN(parts.decoder_cleanup,
                              BoolOr(*value, "cleanup", true));
  } else if (type == "ByteLevel") {
    parts.decoder = TokenizerParts::Decoder::kByteLevel;
  } else if (type == "BPEDecoder") {
    parts.decoder = TokenizerParts::Decoder::kBpe;
    ROWSPLIT_ASSIGN_OR_RETURN(parts.decoder_mark,
                              TextOr(*value, "suffix", "</w>"));
  } else {
    return CannotDo(*value, absl::StrFormat("the decoder %s", type));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TokenizerParts> ReadTokenizerParts(std::string_view json,
                                                  std::string_view name) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue root, JsonValue::Parse(json, name));
  TokenizerParts parts;
  ROWSPLIT_ASSIGN_OR_RETURN(parts.added, ReadAdded(root));
  ROWSPLIT_RETURN_IF_ERROR(ReadModel(root, parts));
  ROWSPLIT_RETURN_IF_ERROR(IndexIds(root, parts));
  ROWSPLIT_RETURN_IF_ERROR(MakeFinders(parts));
  ROWSPLIT_RETURN_IF_ERROR(ReadPostProcessor(root, parts));
  ROWSPLIT_RETURN_IF_ERROR(ReadTruncation(root, parts));
  ROWSPLIT_RETURN_IF_ERROR(ReadPadding(root, parts));
  ROWSPLIT_RETURN_IF_ERROR(ReadDecoder(root, parts));
  return parts;
}

}  // namespace rowsplit::internal
