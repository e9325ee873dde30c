#include "core/json_writer.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "core/check.h"
#include "core/json_string.h"
#include "core/utf8.h"

namespace rowsplit::internal {

void JsonWriter::Put(std::string_view bytes) {
  out_.Append(std::span<const char>(bytes.data(), bytes.size()));
}

void JsonWriter::NewLine() {
  if (style_ == Style::kCompact) return;
  Put("\n");
  for (size_t level = 0; level < has_members_.size(); ++level) Put("  ");
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_members_.empty()) return;
  if (has_members_.back()) Put(",");
  has_members_.back() = true;
  NewLine();
}

void JsonWriter::Open(char bracket) {
  BeforeValue();
  out_.Append(bracket);
  has_members_.push_back(false);
}

void JsonWriter::Close(char bracket) {
  ROWSPLIT_DCHECK(!has_members_.empty() && !after_key_);
  const bool has_members = has_members_.back();
  has_members_.pop_back();
  if (has_members) NewLine();
  out_.Append(bracket);
}

void JsonWriter::Bytes(std::string_view value) {
  if (IsValidUtf8(value)) {
    String(value);
    return;
  }
  BeginObject();
  Member("base64", absl::Base64Escape({value.data(), value.size()}));
  EndObject();
}

void JsonWriter::Key(std::string_view key) {
  BeforeValue();
  AppendJsonString(key, out_);
  Put(style_ == Style::kPretty ? ": " : ":");
  after_key_ = true;
}

void JsonWriter::String(std::string_view value) {
  BeforeValue();
  AppendJsonString(value, out_);
}

void JsonWriter::Int(int64_t value) {
  BeforeValue();
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  Put(std::string_view(digits, end - digits));
}

void JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  BeforeValue();
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  const std::string_view text(digits, end - digits);
  Put(text);
  if (text.find_first_of(".e") == std::string_view::npos) Put(".0");
}

void JsonWriter::Bool(bool value) {
  BeforeValue();
  Put(value ? "true" : "false");
}

void JsonWriter::Null() {
  BeforeValue();
  Put("null");
}

std::string JsonWriter::Take() && {
  ROWSPLIT_DCHECK(has_members_.empty() && !after_key_);
  if (style_ == Style::kPretty) Put("\n");
  std::string text(out_.data(), out_.size());
  out_.Clear();
  return text;
}

}  // namespace rowsplit::internal
