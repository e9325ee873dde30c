#ifndef ROWSPLIT_SRC_CORE_JSON_WRITER_H_
#define ROWSPLIT_SRC_CORE_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// Writes one JSON document; members keep the order in which they are written.
// Pretty style is two spaces a level and a line end at the end.
//
//   JsonWriter json(JsonWriter::Style::kPretty);
//   json.BeginObject();
//   json.Member("lines", int64_t{3});
//   json.Key("shards");
//   json.BeginArray();
//   json.String("a");
//   json.EndArray();
//   json.EndObject();
//   std::string text = std::move(json).Take();
class JsonWriter {
 public:
  enum class Style { kCompact, kPretty };
  explicit JsonWriter(Style style) : style_(style) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }

  // Inside an object, before each value.
  void Key(std::string_view key);

  // Ill-formed UTF-8 becomes U+FFFD.
  void String(std::string_view value);
  // Any bytes: a string where they are UTF-8, else {"base64": "…"}.
  void Bytes(std::string_view value);
  void Int(int64_t value);
  // The shortest form that reads back as the same double, always with a point
  // or an exponent. What JSON has no number for becomes null.
  void Double(double value);
  void Bool(bool value);
  void Null();

  // A key and its value.
  void Member(std::string_view key, std::string_view value) {
    Key(key);
    String(value);
  }
  void Member(std::string_view key, const char* value) {
    Member(key, std::string_view(value));
  }
  void Member(std::string_view key, int64_t value) {
    Key(key);
    Int(value);
  }
  void Member(std::string_view key, int value) { Member(key, int64_t{value}); }
  void Member(std::string_view key, double value) {
    Key(key);
    Double(value);
  }
  void Member(std::string_view key, bool value) {
    Key(key);
    Bool(value);
  }

  // The text. Requires that every array and object is closed.
  std::string Take() &&;

 private:
  void Open(char bracket);
  void Close(char bracket);
  void BeforeValue();
  void NewLine();
  void Put(std::string_view bytes);

  Style style_;
  BufferBuilder<char> out_;
  std::vector<bool> has_members_;  // One for each open array or object.
  bool after_key_ = false;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_JSON_WRITER_H_
