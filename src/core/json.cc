#include "core/json.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "core/json_string.h"
#include "core/status_macros.h"
#include "core/utf8.h"

namespace rowsplit::internal {

namespace ondemand = simdjson::ondemand;

// JsonValue: nodes in one array, linked, and the bytes of all strings in
// another, so that a long vocabulary costs no allocation for each word.

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

struct JsonValue::Node {
  Kind kind;
  uint32_t parent;
  uint32_t position;  // In the parent.
  uint32_t first_child = kNone;
  uint32_t next_sibling = kNone;
  uint32_t num_children = 0;
  uint64_t key_begin = 0;
  uint64_t key_size = 0;
  // A string's place in `bytes`.
  uint64_t string_begin = 0;
  uint64_t string_size = 0;
  int64_t integer = 0;  // A bool too.
  double number = 0;
};

struct JsonValue::Document {
  std::string name;
  std::vector<Node> nodes;
  std::string bytes;

  std::string_view Key(const Node& node) const {
    return std::string_view(bytes).substr(node.key_begin, node.key_size);
  }
  std::string_view String(const Node& node) const {
    return std::string_view(bytes).substr(node.string_begin, node.string_size);
  }
};

namespace {

constexpr int kMaxDepth = 100;

std::string_view KindName(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::kNull:
      return "null";
    case JsonValue::Kind::kBool:
      return "a boolean";
    case JsonValue::Kind::kInt:
    case JsonValue::Kind::kDouble:
      return "a number";
    case JsonValue::Kind::kString:
      return "a string";
    case JsonValue::Kind::kArray:
      return "an array";
    case JsonValue::Kind::kObject:
      return "an object";
  }
  return "nothing";
}

// The first control character inside a string, or the start of a string that
// does not end. simdjson's first pass finds them, but keeps no place.
size_t FindBadString(std::string_view json) {
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] != '"') continue;
    const size_t begin = i;
    for (++i; i < json.size() && json[i] != '"'; ++i) {
      if (static_cast<uint8_t>(json[i]) < 0x20) return i;
      if (json[i] == '\\') ++i;
    }
    if (i >= json.size()) return begin;
  }
  return json.size();
}

}  // namespace

// Walks simdjson's cursor once and copies what it sees.
class JsonParser {
 public:
  JsonParser(std::string_view json, std::string_view name)
      : padded_(json), document_(std::make_shared<JsonValue::Document>()) {
    document_->name = std::string(name);
  }

  absl::StatusOr<JsonValue> Parse() {
    if (const auto error = parser_.iterate(padded_).get(cursor_)) {
      return Failed(error);
    }
    ondemand::value top;
    if (const auto error = cursor_.get_value().get(top)) {
      if (error == simdjson::SCALAR_DOCUMENT_AS_VALUE) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "%s: expected an object or an array", document_->name));
      }
      return Failed(error);
    }
    ROWSPLIT_RETURN_IF_ERROR(Add(top, {Kind::kNull, kNone, 0}, 0));
    // There is a place left to look at only where something follows.
    if (cursor_.current_location().error() == simdjson::SUCCESS) {
      return Failed(simdjson::TRAILING_CONTENT);
    }
    return JsonValue(std::move(document_), 0);
  }

 private:
  using Kind = JsonValue::Kind;

  absl::Status Failed(simdjson::error_code error) {
    const std::string_view json(padded_.data(), padded_.size());
    const char* place = nullptr;
    size_t byte = json.size();
    if (error == simdjson::UTF8_ERROR) {
      byte = FindIllFormedUtf8(json);
    } else if (error == simdjson::UNCLOSED_STRING ||
               error == simdjson::UNESCAPED_CHARS) {
      byte = FindBadString(json);
    } else if (error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT) {
      // The outermost bracket has no partner at the end; newer versions of
      // simdjson see that first and stand at its start.
      byte = json.find_last_not_of(" \t\r\n");
    } else if (error != simdjson::EMPTY && error != simdjson::CAPACITY &&
               cursor_.current_location().get(place) == simdjson::SUCCESS) {
      byte = std::min(byte, static_cast<size_t>(place - json.data()));
    }
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: not valid JSON at byte %d: %s", document_->name,
                        byte, simdjson::error_message(error)));
  }

  JsonValue::Node& node(uint32_t index) { return document_->nodes[index]; }

  uint64_t Keep(std::string_view bytes) {
    document_->bytes.append(bytes);
    return document_->bytes.size() - bytes.size();
  }

  // Appends the node of `value`, whose place and key `start` has, and all below
  // it.
  absl::Status Add(ondemand::value& value, const JsonValue::Node& start,
                   int depth) {
    if (depth > kMaxDepth) return Failed(simdjson::DEPTH_ERROR);
    if (document_->nodes.size() >= kNone) return Failed(simdjson::CAPACITY);
    const auto index = static_cast<uint32_t>(document_->nodes.size());
    document_->nodes.push_back(start);
    ondemand::json_type type;
    if (const auto error = value.type().get(type)) return Failed(error);
    switch (type) {
      case ondemand::json_type::array:
        node(index).kind = Kind::kArray;
        return AddArray(value, index, depth);
      case ondemand::json_type::object:
        node(index).kind = Kind::kObject;
        return AddObject(value, index, depth);
      case ondemand::json_type::number:
        return SetNumber(value, node(index));
      case ondemand::json_type::string: {
        std::string_view text;
        if (const auto error = value.get_string().get(text))
          return Failed(error);
        node(index).kind = Kind::kString;
        node(index).string_begin = Keep(text);
        node(index).string_size = text.size();
        return absl::OkStatus();
      }
      case ondemand::json_type::boolean: {
        bool boolean;
        if (const auto error = value.get_bool().get(boolean))
          return Failed(error);
        node(index).kind = Kind::kBool;
        node(index).integer = boolean ? 1 : 0;
        return absl::OkStatus();
      }
      default:
        return CheckNull(value);
    }
  }

  absl::Status CheckNull(ondemand::value& value) {
    bool is_null = false;
    if (value.is_null().get(is_null) != simdjson::SUCCESS || !is_null) {
      return Failed(simdjson::N_ATOM_ERROR);
    }
    return absl::OkStatus();
  }

  absl::Status SetNumber(ondemand::value& value, JsonValue::Node& node) {
    if (value.get_int64().get(node.integer) == simdjson::SUCCESS) {
      node.kind = Kind::kInt;
      node.number = static_cast<double>(node.integer);
      return absl::OkStatus();
    }
    if (const auto error = value.get_double().get(node.number)) {
      return Failed(error);
    }
    node.kind = Kind::kDouble;
    return absl::OkStatus();
  }

  void Link(uint32_t parent, uint32_t& last, uint32_t child) {
    (last == kNone ? node(parent).first_child : node(last).next_sibling) =
        child;
    last = child;
    ++node(parent).num_children;
  }

  absl::Status AddArray(ondemand::value& value, uint32_t index, int depth) {
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return Failed(error);
    uint32_t last = kNone;
    for (auto element : array) {
      ondemand::value child;
      if (const auto error = element.get(child)) return Failed(error);
      const auto child_index = static_cast<uint32_t>(document_->nodes.size());
      ROWSPLIT_RETURN_IF_ERROR(Add(
          child, {Kind::kNull, index, node(index).num_children}, depth + 1));
      Link(index, last, child_index);
    }
    return absl::OkStatus();
  }

  absl::Status AddObject(ondemand::value& value, uint32_t index, int depth) {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return Failed(error);
    uint32_t last = kNone;
    for (auto member : object) {
      ondemand::field field;
      if (const auto error = std::move(member).get(field)) return Failed(error);
      std::string_view key;
      if (const auto error = field.unescaped_key().get(key))
        return Failed(error);
      JsonValue::Node start{Kind::kNull, index, node(index).num_children};
      start.key_begin = Keep(key);
      start.key_size = key.size();
      const auto child_index = static_cast<uint32_t>(document_->nodes.size());
      ROWSPLIT_RETURN_IF_ERROR(Add(field.value(), start, depth + 1));
      Link(index, last, child_index);
    }
    return CheckUnique(index);
  }

  absl::Status CheckUnique(uint32_t index) {
    const JsonValue object(document_, index);
    ROWSPLIT_ASSIGN_OR_RETURN(std::vector<std::string_view> keys,
                              object.Keys());
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice == keys.end()) return absl::OkStatus();
    return object.Error(absl::StrFormat("the key '%s' is there twice", *twice));
  }

  simdjson::padded_string padded_;
  ondemand::parser parser_;
  ondemand::document cursor_;
  std::shared_ptr<JsonValue::Document> document_;
};

absl::StatusOr<JsonValue> JsonValue::Parse(std::string_view json,
                                           std::string_view name) {
  return JsonParser(json, name).Parse();
}

const JsonValue::Node& JsonValue::node() const {
  return document_->nodes[index_];
}

JsonValue::Kind JsonValue::kind() const { return node().kind; }

std::string JsonValue::Path() const {
  if (node().parent == kNone) return ".";
  std::vector<const Node*> steps;
  for (const Node* step = &node(); step->parent != kNone;
       step = &document_->nodes[step->parent]) {
    steps.push_back(step);
  }
  std::string path;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if (document_->nodes[(*step)->parent].kind == Kind::kArray) {
      path += absl::StrFormat("[%d]", (*step)->position);
    } else {
      path += absl::StrFormat(".%s", document_->Key(**step));
    }
  }
  return path;
}

absl::Status JsonValue::Error(std::string_view message) const {
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: %s: %s", document_->name, Path(), message));
}

absl::Status JsonValue::WrongKind(std::string_view expected) const {
  return Error(
      absl::StrFormat("expected %s, got %s", expected, KindName(kind())));
}

absl::StatusOr<bool> JsonValue::AsBool() const {
  if (kind() != Kind::kBool) return WrongKind("a boolean");
  return node().integer != 0;
}

absl::StatusOr<int64_t> JsonValue::AsInt() const {
  if (kind() == Kind::kDouble) {
    return Error(absl::StrFormat("expected an integer, got %g", node().number));
  }
  if (kind() != Kind::kInt) return WrongKind("an integer");
  return node().integer;
}

absl::StatusOr<double> JsonValue::AsDouble() const {
  if (kind() != Kind::kInt && kind() != Kind::kDouble)
    return WrongKind("a number");
  return node().number;
}

absl::StatusOr<std::string_view> JsonValue::AsString() const {
  if (kind() != Kind::kString) return WrongKind("a string");
  return document_->String(node());
}

absl::StatusOr<std::vector<JsonValue>> JsonValue::AsArray() const {
  if (kind() != Kind::kArray) return WrongKind("an array");
  std::vector<JsonValue> values;
  values.reserve(node().num_children);
  for (uint32_t child = node().first_child; child != kNone;
       child = document_->nodes[child].next_sibling) {
    values.push_back(JsonValue(document_, child));
  }
  return values;
}

absl::StatusOr<std::string> JsonValue::AsBytes() const {
  if (kind() != Kind::kObject) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view text, AsString());
    return std::string(text);
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckKeys({"base64"}));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view base64, GetString("base64"));
  std::string bytes;
  if (!absl::Base64Unescape({base64.data(), base64.size()}, &bytes)) {
    return Error("the base64 is broken");
  }
  return bytes;
}

absl::StatusOr<std::optional<JsonValue>> JsonValue::Find(
    std::string_view key) const {
  if (kind() != Kind::kObject) return WrongKind("an object");
  for (uint32_t child = node().first_child; child != kNone;
       child = document_->nodes[child].next_sibling) {
    if (document_->Key(document_->nodes[child]) == key) {
      return std::optional<JsonValue>(JsonValue(document_, child));
    }
  }
  return std::optional<JsonValue>();
}

absl::StatusOr<JsonValue> JsonValue::Get(std::string_view key) const {
  ROWSPLIT_ASSIGN_OR_RETURN(std::optional<JsonValue> value, Find(key));
  if (value.has_value()) return *std::move(value);
  return absl::NotFoundError(absl::StrFormat("%s: %s: the key '%s' is missing",
                                             document_->name, Path(), key));
}

absl::StatusOr<bool> JsonValue::GetBool(std::string_view key) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue value, Get(key));
  return value.AsBool();
}

absl::StatusOr<int64_t> JsonValue::GetInt(std::string_view key) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue value, Get(key));
  return value.AsInt();
}

absl::StatusOr<std::string_view> JsonValue::GetString(
    std::string_view key) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue value, Get(key));
  return value.AsString();
}

absl::StatusOr<std::vector<JsonValue>> JsonValue::GetArray(
    std::string_view key) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue value, Get(key));
  return value.AsArray();
}

absl::StatusOr<std::vector<std::string_view>> JsonValue::Keys() const {
  if (kind() != Kind::kObject) return WrongKind("an object");
  std::vector<std::string_view> keys;
  keys.reserve(node().num_children);
  for (uint32_t child = node().first_child; child != kNone;
       child = document_->nodes[child].next_sibling) {
    keys.push_back(document_->Key(document_->nodes[child]));
  }
  return keys;
}

absl::StatusOr<std::vector<std::pair<std::string_view, JsonValue>>>
JsonValue::Members() const {
  if (kind() != Kind::kObject) return WrongKind("an object");
  std::vector<std::pair<std::string_view, JsonValue>> members;
  members.reserve(node().num_children);
  for (uint32_t child = node().first_child; child != kNone;
       child = document_->nodes[child].next_sibling) {
    members.emplace_back(document_->Key(document_->nodes[child]),
                         JsonValue(document_, child));
  }
  return members;
}

absl::Status JsonValue::CheckKeys(
    std::initializer_list<std::string_view> known) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<std::string_view> keys, Keys());
  for (const std::string_view key : keys) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string list;
    for (const std::string_view name : known) {
      list += absl::StrFormat("%s%s", list.empty() ? "" : ", ", name);
    }
    return Error(absl::StrFormat("unknown key '%s'; known are %s", key, list));
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
