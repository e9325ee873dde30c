#include "corpus/config_table.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"

namespace rowsplit::internal {

struct ConfigSource {
  std::string name;
  toml::table table;
  std::map<std::string, std::string> flags;  // full key -> the flag that set it
};

namespace {

std::string_view TypeName(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a float";
    case toml::node_type::boolean:
      return "a boolean";
    default:
      return "a date or time";
  }
}

// The number of one-character edits that turn `a` into `b`.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

const ConfigFlag* FindFlag(std::string_view key) {
  for (const ConfigFlag& flag : ConfigFlags()) {
    if (flag.key == key) return &flag;
  }
  return nullptr;
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

absl::Status ApplyOverride(const ConfigOverride& override_,
                           ConfigSource& source) {
  const ConfigFlag* flag = FindFlag(override_.key);
  if (flag == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrFormat("no flag sets the key %s", std::string(override_.key)));
  }
  const size_t dot = flag->key.find('.');
  const std::string table_name(flag->key.substr(0, dot));
  const std::string_view name = flag->key.substr(dot + 1);
  toml::node* node = source.table.get(table_name);
  if (node == nullptr)
    node = &source.table.insert(table_name, toml::table()).first->second;
  toml::table* table = node->as_table();
  // A key that has the wrong type is reported when it is read.
  if (table == nullptr) return absl::OkStatus();
  source.flags[std::string(flag->key)] = std::string(flag->flag);

  switch (flag->kind) {
    case ConfigFlag::Kind::kSwitch:
      table->insert_or_assign(name, true);
      return absl::OkStatus();
    case ConfigFlag::Kind::kString:
    case ConfigFlag::Kind::kBytes:
      table->insert_or_assign(name, override_.values.at(0));
      return absl::OkStatus();
    case ConfigFlag::Kind::kStrings: {
      toml::array array;
      for (const std::string& value : override_.values) array.push_back(value);
      table->insert_or_assign(name, std::move(array));
      return absl::OkStatus();
    }
    case ConfigFlag::Kind::kInteger:
      break;
  }
  const std::optional<int64_t> number = ParseInteger(override_.values.at(0));
  if (!number.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: expected an integer, got \"%s\"",
                        std::string(flag->flag), override_.values.at(0)));
  }
  table->insert_or_assign(name, *number);
  return absl::OkStatus();
}

}  // namespace

std::optional<int64_t> ParseBytes(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9')
    ++digits;
  const std::optional<int64_t> number = ParseInteger(text.substr(0, digits));
  if (!number.has_value()) return std::nullopt;
  const std::string_view unit = text.substr(digits);
  int shift = -1;
  if (unit.empty()) shift = 0;
  if (unit == "K" || unit == "KiB") shift = 10;
  if (unit == "M" || unit == "MiB") shift = 20;
  if (unit == "G" || unit == "GiB") shift = 30;
  if (shift < 0 || *number > (INT64_MAX >> shift)) return std::nullopt;
  return *number << shift;
}

std::string_view NearestWord(std::string_view word,
                             std::span<const std::string_view> known) {
  std::string_view nearest;
  size_t least = word.size() / 2 + 1;  // further away than this is another word
  for (const std::string_view candidate : known) {
    const size_t distance = EditDistance(word, candidate);
    if (distance <= least && (nearest.empty() || distance < least)) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

const toml::node* ConfigTable::Find(std::string_view key) {
  asked_.push_back(key);
  return table_->get(key);
}

bool ConfigTable::Has(std::string_view key) { return Find(key) != nullptr; }

std::string ConfigTable::FullKey(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

absl::Status ConfigTable::ErrorAt(std::string_view key, const toml::node& node,
                                  std::string_view message) const {
  const std::string full_key = FullKey(key);
  if (const auto flag = source_->flags.find(full_key);
      flag != source_->flags.end()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %s", flag->second, std::string(message)));
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("%s:%d: %s: %s", source_->name, node.source().begin.line,
                      full_key, std::string(message)));
}

absl::Status ConfigTable::Error(std::string_view message) const {
  // A table that flags alone made has no place in a file.
  const auto line = table_->source().begin.line;
  if (line == 0) return absl::InvalidArgumentError(std::string(message));
  return absl::InvalidArgumentError(
      absl::StrFormat("%s:%d: %s", source_->name, line, std::string(message)));
}

absl::Status ConfigTable::WrongType(std::string_view key,
                                    const toml::node& node,
                                    std::string_view expected) const {
  return ErrorAt(key, node,
                 absl::StrFormat("expected %s, got %s", std::string(expected),
                                 std::string(TypeName(node))));
}

absl::Status ConfigTable::UnknownWord(std::string_view key,
                                      std::string_view word,
                                      std::span<const std::string_view> words) {
  std::string message = "expected ";
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) message += i + 1 == words.size() ? " or " : ", ";
    message += words[i];
  }
  message += ", got \"" + std::string(word) + "\"";
  return ErrorAt(key, *table_->get(key), message);
}

absl::Status ConfigTable::Read(std::string_view key, std::string& value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return absl::OkStatus();
  if (!node->is_string()) return WrongType(key, *node, "a string");
  value = node->as_string()->get();
  return absl::OkStatus();
}

absl::Status ConfigTable::Read(std::string_view key, bool& value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return absl::OkStatus();
  if (!node->is_boolean()) return WrongType(key, *node, "a boolean");
  value = node->as_boolean()->get();
  return absl::OkStatus();
}

absl::Status ConfigTable::Read(std::string_view key, double& value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return absl::OkStatus();
  const auto number = node->value<double>();
  if (!node->is_number() || !number.has_value())
    return WrongType(key, *node, "a number");
  value = *number;
  return absl::OkStatus();
}

absl::Status ConfigTable::Read(std::string_view key,
                               std::vector<std::string>& value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return absl::OkStatus();
  const toml::array* array = node->as_array();
  if (array == nullptr) return WrongType(key, *node, "an array of strings");
  value.clear();
  for (const toml::node& element : *array) {
    if (!element.is_string())
      return WrongType(key, element, "an array of strings");
    value.push_back(element.as_string()->get());
  }
  return absl::OkStatus();
}

absl::Status ConfigTable::Read(std::string_view key, Range range,
                               int64_t& value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return absl::OkStatus();
  if (!node->is_integer()) return WrongType(key, *node, "an integer");
  const int64_t number = node->as_integer()->get();
  if (number < range.lowest || number > range.highest) {
    return ErrorAt(key, *node,
                   absl::StrFormat("must be from %d to %d, got %d",
                                   range.lowest, range.highest, number));
  }
  value = number;
  return absl::OkStatus();
}

absl::Status ConfigTable::Read(std::string_view key, Range range, int& value) {
  int64_t wide = value;
  ROWSPLIT_RETURN_IF_ERROR(Read(key, range, wide));
  value = static_cast<int>(wide);
  return absl::OkStatus();
}

absl::Status ConfigTable::ReadBytes(std::string_view key, Range range,
                                    int64_t& value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return absl::OkStatus();
  if (!node->is_string()) return Read(key, range, value);
  const std::string& text = node->as_string()->get();
  const std::optional<int64_t> bytes = ParseBytes(text);
  if (!bytes.has_value()) {
    return ErrorAt(
        key, *node,
        absl::StrFormat(
            "expected a number of bytes such as 65536, 64K or 1G, got \"%s\"",
            text));
  }
  if (*bytes < range.lowest || *bytes > range.highest) {
    return ErrorAt(key, *node,
                   absl::StrFormat("must be from %d to %d bytes, got \"%s\"",
                                   range.lowest, range.highest, text));
  }
  value = *bytes;
  return absl::OkStatus();
}

absl::Status ConfigTable::ReadTable(
    std::string_view key,
    const std::function<absl::Status(ConfigTable)>& read) {
  const toml::node* node = Find(key);
  if (node == nullptr) return absl::OkStatus();
  if (!node->is_table()) return WrongType(key, *node, "a table");
  return read(ConfigTable(source_, node->as_table(), FullKey(key)));
}

absl::Status ConfigTable::ReadTables(
    std::string_view key,
    const std::function<absl::Status(ConfigTable)>& read) {
  const toml::node* node = Find(key);
  if (node == nullptr) return absl::OkStatus();
  const toml::array* array = node->as_array();
  if (array == nullptr) return WrongType(key, *node, "an array of tables");
  for (const toml::node& element : *array) {
    if (!element.is_table())
      return WrongType(key, element, "an array of tables");
    ROWSPLIT_RETURN_IF_ERROR(
        read(ConfigTable(source_, element.as_table(), FullKey(key))));
  }
  return absl::OkStatus();
}

absl::Status ConfigTable::Finish() const {
  for (const auto& [key, node] : *table_) {
    if (std::find(asked_.begin(), asked_.end(), key.str()) != asked_.end())
      continue;
    const std::string_view nearest = NearestWord(key.str(), asked_);
    return ErrorAt(key.str(), node,
                   nearest.empty()
                       ? std::string("unknown key")
                       : absl::StrFormat("unknown key; did you mean %s?",
                                         FullKey(nearest)));
  }
  return absl::OkStatus();
}

absl::StatusOr<ConfigDocument> ConfigDocument::Parse(
    std::string_view toml, std::string_view source,
    std::span<const ConfigOverride> overrides) {
  auto parsed = std::make_shared<ConfigSource>();
  parsed->name = std::string(source);
  try {
    parsed->table = toml::parse(toml, parsed->name);
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s:%d:%d: %s", parsed->name, error.source().begin.line,
        error.source().begin.column, std::string(error.description())));
  }
  for (const ConfigOverride& override_ : overrides) {
    ROWSPLIT_RETURN_IF_ERROR(ApplyOverride(override_, *parsed));
  }
  ConfigDocument document;
  document.source_ = std::move(parsed);
  return document;
}

ConfigTable ConfigDocument::root() const {
  return ConfigTable(source_.get(), &source_->table, "");
}

}  // namespace rowsplit::internal
