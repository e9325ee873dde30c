// TextEmbedding as data.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "core/status_macros.h"
#include "pipeline/option_words.h"
#include "pipeline/options_json.h"
#include "pipeline/vectorizer_json.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/core/version.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/pipeline/text_embedding.h"
#include "rowsplit/pipeline/vectorizer.h"

namespace rowsplit {

namespace {

using internal::JsonValue;
using internal::JsonWriter;

constexpr std::string_view kFormat = "rowsplit.text_embedding";
constexpr int64_t kFormatVersion = 1;

void WriteOptional(JsonWriter& json, std::string_view key,
                   std::optional<int64_t> value) {
  json.Key(key);
  if (value.has_value()) {
    json.Int(*value);
  } else {
    json.Null();
  }
}

void WriteBag(JsonWriter& json, const BagOptions& bag) {
  json.BeginObject();
  json.Member("mode", internal::WordOf(internal::kBagModeWords, bag.mode));
  WriteOptional(json, "padding_idx", bag.padding_idx);
  json.Member("out_of_range",
              internal::WordOf(internal::kOutOfRangeWords, bag.out_of_range));
  json.Member("out_of_range_row", bag.out_of_range_row);
  json.Key("max_norm");
  if (bag.max_norm.has_value()) {
    // Of an infinity, which JSON does not have, the effect is none.
    json.Double(static_cast<double>(*bag.max_norm));
  } else {
    json.Null();
  }
  WriteOptional(json, "empty_row", bag.empty_row);
  json.EndObject();
}

// Leaves the option as it is where there is no member.
absl::Status ReadOptional(const JsonValue& object, std::string_view key,
                          std::optional<int64_t>& option) {
  ROWSPLIT_ASSIGN_OR_RETURN(const auto value, object.Find(key));
  if (!value.has_value() || value->is_null()) return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(option, value->AsInt());
  return absl::OkStatus();
}

absl::StatusOr<BagOptions> ReadBag(const JsonValue& object) {
  ROWSPLIT_RETURN_IF_ERROR(
      object.CheckKeys({"mode", "padding_idx", "out_of_range",
                        "out_of_range_row", "max_norm", "empty_row"}));
  BagOptions bag;
  ROWSPLIT_ASSIGN_OR_RETURN(const auto mode, object.Find("mode"));
  if (mode.has_value()) {
    ROWSPLIT_RETURN_IF_ERROR(
        internal::ReadWord(*mode, internal::kBagModeWords, bag.mode));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const auto policy, object.Find("out_of_range"));
  if (policy.has_value()) {
    ROWSPLIT_RETURN_IF_ERROR(internal::ReadWord(
        *policy, internal::kOutOfRangeWords, bag.out_of_range));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const auto max_norm, object.Find("max_norm"));
  if (max_norm.has_value() && !max_norm->is_null()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const double norm, max_norm->AsDouble());
    bag.max_norm = static_cast<float>(norm);
  }
  std::optional<int64_t> row;
  ROWSPLIT_RETURN_IF_ERROR(ReadOptional(object, "out_of_range_row", row));
  bag.out_of_range_row = row.value_or(bag.out_of_range_row);
  ROWSPLIT_RETURN_IF_ERROR(
      ReadOptional(object, "padding_idx", bag.padding_idx));
  ROWSPLIT_RETURN_IF_ERROR(ReadOptional(object, "empty_row", bag.empty_row));
  return bag;
}

absl::Status CheckTable(const JsonValue& object, const EmbeddingTable& table) {
  ROWSPLIT_RETURN_IF_ERROR(
      object.CheckKeys({"num_rows", "width", "row_format"}));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_rows, object.GetInt("num_rows"));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t width, object.GetInt("width"));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view format,
                            object.GetString("row_format"));
  if (num_rows == table.num_rows() && width == table.width() &&
      format == RowFormatName(table.format())) {
    return absl::OkStatus();
  }
  return object.Error(absl::StrFormat(
      "expected a table of %d rows of %d items as %s; got %d of %d as %s",
      num_rows, width, format, table.num_rows(), table.width(),
      RowFormatName(table.format())));
}

absl::StatusOr<TextEmbedding> ReadTextEmbedding(const JsonValue& root,
                                                EmbeddingTable table) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view format,
                            root.GetString("format"));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t version,
                            root.GetInt("format_version"));
  if (format != kFormat || version != kFormatVersion) {
    return root.Error(
        absl::StrFormat("expected %s version %d, got %s version %d", kFormat,
                        kFormatVersion, format, version));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      root.CheckKeys({"format", "format_version", "rowsplit_version",
                      "vectorizer", "bag", "table"}));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue table_value, root.Get("table"));
  ROWSPLIT_RETURN_IF_ERROR(CheckTable(table_value, table));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue bag_value, root.Get("bag"));
  ROWSPLIT_ASSIGN_OR_RETURN(const BagOptions bag, ReadBag(bag_value));
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue layer_value,
                            root.Get("vectorizer"));
  ROWSPLIT_ASSIGN_OR_RETURN(const Vectorizer vectorizer,
                            internal::ReadVectorizer(layer_value));
  ROWSPLIT_ASSIGN_OR_RETURN(TextVectorization layer,
                            WithCleaningSteps(vectorizer));
  return TextEmbedding::Create(std::move(layer), std::move(table), bag);
}

// A member that is missing makes the document a wrong one.
template <typename T>
absl::StatusOr<T> Checked(absl::StatusOr<T> result) {
  if (absl::IsNotFound(result.status()))
    return absl::InvalidArgumentError(result.status().message());
  return result;
}

}  // namespace

std::string BagOptionsToJson(const BagOptions& options) {
  JsonWriter json(JsonWriter::Style::kCompact);
  WriteBag(json, options);
  return std::move(json).Take();
}

absl::StatusOr<BagOptions> BagOptionsFromJson(std::string_view json,
                                              std::string_view source) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue root,
                            JsonValue::Parse(json, source));
  return Checked(ReadBag(root));
}

std::string TextEmbeddingToJson(const TextEmbedding& embedding) {
  JsonWriter json(JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("format", kFormat);
  json.Member("format_version", kFormatVersion);
  json.Member("rowsplit_version", Version());
  json.Key("vectorizer");
  internal::WriteVectorizer(json, {TextPlan(), embedding.layer()});
  json.Key("bag");
  WriteBag(json, embedding.bag());
  json.Key("table");
  json.BeginObject();
  json.Member("num_rows", embedding.table().num_rows());
  json.Member("width", embedding.table().width());
  json.Member("row_format", RowFormatName(embedding.table().format()));
  json.EndObject();
  json.EndObject();
  return std::move(json).Take();
}

absl::StatusOr<TextEmbedding> TextEmbeddingFromJson(std::string_view json,
                                                    std::string_view source,
                                                    EmbeddingTable table) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue root,
                            JsonValue::Parse(json, source));
  return Checked(ReadTextEmbedding(root, std::move(table)));
}

}  // namespace rowsplit
