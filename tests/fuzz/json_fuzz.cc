// Documents that parse read back as the same document when they are written;
// strings come back whole, whatever their bytes; nothing else but an error.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "core/json.h"
#include "core/json_string.h"
#include "core/utf8.h"
#include "fuzz/input.h"

namespace rowsplit::fuzz {
namespace {

using internal::JsonValue;
using internal::JsonWriter;

constexpr std::string_view kTokens[] = {"{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        ":",
                                        "\"a\":",
                                        "\"b\":",
                                        "\"\"",
                                        "true",
                                        "null",
                                        "false",
                                        "1",
                                        "-0.5",
                                        "1e3",
                                        " ",
                                        "\n",
                                        "\"\\n\"",
                                        "[1]",
                                        "{}",
                                        "\"é\"",
                                        "\"\\ud83d\\ude00\"",
                                        "\"",
                                        "\\",
                                        "\xFF",
                                        "9223372036854775807",
                                        "99999999999999999999",
                                        "[]",
                                        "/"};

void Write(const JsonValue& value, JsonWriter& json) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      return json.Null();
    case JsonValue::Kind::kBool:
      return json.Bool(*value.AsBool());
    case JsonValue::Kind::kInt:
      return json.Int(*value.AsInt());
    case JsonValue::Kind::kDouble:
      return json.Double(*value.AsDouble());
    case JsonValue::Kind::kString:
      return json.String(*value.AsString());
    case JsonValue::Kind::kArray: {
      json.BeginArray();
      const auto children = *value.AsArray();
      for (const JsonValue& child : children) Write(child, json);
      return json.EndArray();
    }
    case JsonValue::Kind::kObject: {
      json.BeginObject();
      const auto keys = *value.Keys();
      for (const std::string_view key : keys) {
        json.Key(key);
        Write(*value.Get(key), json);
      }
      return json.EndObject();
    }
  }
}

std::string Written(const JsonValue& value, JsonWriter::Style style) {
  JsonWriter json(style);
  Write(value, json);
  return std::move(json).Take();
}

void CheckDocument(const std::string& text) {
  const auto value = JsonValue::Parse(text, "fuzz");
  if (!value.ok()) {
    ROWSPLIT_FUZZ_CHECK(value.status().code() ==
                        absl::StatusCode::kInvalidArgument);
    return;
  }
  const std::string compact = Written(*value, JsonWriter::Style::kCompact);
  const std::string pretty = Written(*value, JsonWriter::Style::kPretty);
  const auto again = JsonValue::Parse(pretty, "fuzz");
  ROWSPLIT_FUZZ_CHECK(again.ok());
  ROWSPLIT_FUZZ_CHECK(Written(*again, JsonWriter::Style::kCompact) == compact);
}

std::string Quoted(std::string_view text) {
  BufferBuilder<char> out;
  internal::AppendJsonString(text, out);
  return std::string(out.data(), out.size());
}

void CheckString(std::string_view bytes) {
  const std::string quoted = Quoted(bytes);
  const auto value = JsonValue::Parse("[" + quoted + "]", "fuzz");
  ROWSPLIT_FUZZ_CHECK(value.ok());
  const std::string text(*value->AsArray()->at(0).AsString());
  ROWSPLIT_FUZZ_CHECK(Quoted(text) == quoted);
  ROWSPLIT_FUZZ_CHECK(internal::FindIllFormedUtf8(text) == text.size());
  const bool well_formed = internal::FindIllFormedUtf8(bytes) == bytes.size();
  ROWSPLIT_FUZZ_CHECK(well_formed == (text == bytes));
}

}  // namespace
}  // namespace rowsplit::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  rowsplit::fuzz::CheckString(bytes);
  rowsplit::fuzz::CheckDocument(std::string(bytes));
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text +=
        rowsplit::fuzz::kTokens[data[i] % std::size(rowsplit::fuzz::kTokens)];
  }
  rowsplit::fuzz::CheckDocument(text);
  return 0;
}
