#ifndef ROWSPLIT_SRC_CORE_JSON_H_
#define ROWSPLIT_SRC_CORE_JSON_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/json_writer.h"  // IWYU pragma: export

namespace rowsplit::internal {

// A value of a parsed document; a handle, cheap to copy, that keeps the whole
// document alive. Errors name the document and the path to the value:
//
//   vectorizer.json: .vocabulary[3]: expected a string, got a number
class JsonValue {
 public:
  enum class Kind { kNull, kBool, kInt, kDouble, kString, kArray, kObject };

  // Parses a document whose top is an object or an array. Fails with
  // InvalidArgument, naming the byte, on anything but one valid document
  // without duplicate keys, nested at most 100 deep. `name` is for messages.
  static absl::StatusOr<JsonValue> Parse(std::string_view json,
                                         std::string_view name);

  Kind kind() const;
  bool is_null() const { return kind() == Kind::kNull; }

  absl::StatusOr<bool> AsBool() const;
  absl::StatusOr<int64_t> AsInt() const;
  absl::StatusOr<double> AsDouble() const;  // An integer too.
  absl::StatusOr<std::string_view> AsString() const;
  absl::StatusOr<std::vector<JsonValue>> AsArray() const;
  // What JsonWriter::Bytes wrote: a string or {"base64": "…"}.
  absl::StatusOr<std::string> AsBytes() const;

  // A member of an object. Get fails with NotFound where there is none.
  absl::StatusOr<JsonValue> Get(std::string_view key) const;
  absl::StatusOr<std::optional<JsonValue>> Find(std::string_view key) const;
  absl::StatusOr<bool> GetBool(std::string_view key) const;
  absl::StatusOr<int64_t> GetInt(std::string_view key) const;
  absl::StatusOr<std::string_view> GetString(std::string_view key) const;
  absl::StatusOr<std::vector<JsonValue>> GetArray(std::string_view key) const;

  // The members' keys, in order. Fails unless this is an object.
  absl::StatusOr<std::vector<std::string_view>> Keys() const;
  // The keys with their values, in order. Fails unless this is an object.
  absl::StatusOr<std::vector<std::pair<std::string_view, JsonValue>>> Members()
      const;
  // Fails with InvalidArgument if the object has a key that is not listed.
  absl::Status CheckKeys(std::initializer_list<std::string_view> known) const;

  // `.vocabulary[3]`; the top is `.`.
  std::string Path() const;
  // InvalidArgument: `<document>: <path>: <message>`.
  absl::Status Error(std::string_view message) const;

 private:
  friend class JsonParser;
  struct Node;
  struct Document;
  JsonValue(std::shared_ptr<const Document> document, uint32_t index)
      : document_(std::move(document)), index_(index) {}
  const Node& node() const;
  absl::Status WrongKind(std::string_view expected) const;

  std::shared_ptr<const Document> document_;
  uint32_t index_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_JSON_H_
