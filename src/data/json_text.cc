#include "data/json_text.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

namespace rowsplit::internal {
namespace {

namespace ondemand = simdjson::ondemand;

size_t SkipDigits(std::string_view token, size_t at) {
  while (at < token.size() && token[at] >= '0' && token[at] <= '9') ++at;
  return at;
}

bool IsJsonNumber(std::string_view token) {
  size_t at = token.starts_with('-') ? 1 : 0;
  size_t end = SkipDigits(token, at);
  if (end == at || (token[at] == '0' && end > at + 1)) return false;
  if (end < token.size() && token[end] == '.') {
    at = end + 1;
    end = SkipDigits(token, at);
    if (end == at) return false;
  }
  if (end < token.size() && (token[end] == 'e' || token[end] == 'E')) {
    at = end + 1;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    end = SkipDigits(token, at);
    if (end == at) return false;
  }
  return end == token.size();
}

std::string_view TrimmedEnd(std::string_view token) {
  const size_t last = token.find_last_not_of(" \t\r\n");
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// "~1" stands for "/", "~0" for "~".
bool UnescapePointerStep(std::string& step) {
  std::string result;
  for (size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      result += step[i];
    } else if (i + 1 < step.size() &&
               (step[i + 1] == '0' || step[i + 1] == '1')) {
      result += step[++i] == '0' ? '~' : '/';
    } else {
      return false;
    }
  }
  step = std::move(result);
  return true;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ParseJsonPath(std::string_view path) {
  const bool pointer = path.starts_with('/');
  const char separator = pointer ? '/' : '.';
  std::vector<std::string> steps;
  size_t begin = pointer ? 1 : 0;
  while (true) {
    const size_t end = std::min(path.find(separator, begin), path.size());
    std::string step(path.substr(begin, end - begin));
    if (pointer ? !UnescapePointerStep(step) : step.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "text_field must be a field, a dotted path or a JSON pointer: \"%s\"",
          path));
    }
    steps.push_back(std::move(step));
    if (end == path.size()) return steps;
    begin = end + 1;
  }
}

struct JsonTextExtractor::State {
  explicit State(const std::vector<std::string>& path) : path(path) {}

  static constexpr int kOffPath = -1;
  static constexpr int kMaxLevels = 1000;  // each takes some of the stack

  // Each visit checks all of a value. `depth` steps of the path lead to it, or
  // it is off the path.
  simdjson::error_code Visit(ondemand::value value, int depth);
  simdjson::error_code VisitNested(ondemand::value value,
                                   ondemand::json_type type, int depth);
  simdjson::error_code VisitObject(ondemand::object object, int depth);
  simdjson::error_code VisitArray(ondemand::array array, int depth);
  simdjson::error_code VisitString(ondemand::value value, int depth);
  simdjson::error_code VisitLine(std::string_view line);

  bool Matches(int depth, std::string_view step) const {
    return depth >= 0 && depth < static_cast<int>(path.size()) &&
           path[static_cast<size_t>(depth)] == step;
  }
  bool IsTarget(int depth) const {
    return depth == static_cast<int>(path.size());
  }

  const std::vector<std::string>& path;
  ondemand::parser parser;
  std::optional<std::string_view> text;
  bool wrong_type = false;
  int level = 0;
};

simdjson::error_code JsonTextExtractor::State::Visit(ondemand::value value,
                                                     int depth) {
  ondemand::json_type type;
  if (const auto error = value.type().get(type)) return error;
  if (type == ondemand::json_type::string) return VisitString(value, depth);
  if (IsTarget(depth)) {
    text.reset();
    wrong_type = true;
  }
  if (type == ondemand::json_type::object ||
      type == ondemand::json_type::array) {
    return VisitNested(value, type, depth);
  }
  const std::string_view token = TrimmedEnd(value.raw_json_token());
  const bool good = token == "true" || token == "false" || token == "null" ||
                    IsJsonNumber(token);
  return good ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

simdjson::error_code JsonTextExtractor::State::VisitNested(
    ondemand::value value, ondemand::json_type type, int depth) {
  if (level == kMaxLevels) return simdjson::DEPTH_ERROR;
  ++level;
  simdjson::error_code error;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    error = value.get_object().get(object);
    if (!error) error = VisitObject(object, depth);
  } else {
    ondemand::array array;
    error = value.get_array().get(array);
    if (!error) error = VisitArray(array, depth);
  }
  --level;
  return error;
}

simdjson::error_code JsonTextExtractor::State::VisitString(
    ondemand::value value, int depth) {
  // Without an escape, the bytes in the line are the string.
  std::string_view token = TrimmedEnd(value.raw_json_token());
  if (token.size() < 2 || token.back() != '"') return simdjson::STRING_ERROR;
  token = token.substr(1, token.size() - 2);
  if (token.find('\\') != std::string_view::npos) {
    if (const auto error = value.get_string().get(token)) return error;
  }
  if (IsTarget(depth)) {
    text = token;
    wrong_type = false;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code JsonTextExtractor::State::VisitObject(
    ondemand::object object, int depth) {
  for (auto result : object) {
    ondemand::field field;
    if (const auto error = std::move(result).get(field)) return error;
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return error;
    const int next = Matches(depth, key) ? depth + 1 : kOffPath;
    if (const auto error = Visit(field.value(), next)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code JsonTextExtractor::State::VisitArray(ondemand::array array,
                                                          int depth) {
  size_t index = 0;
  char digits[24];
  for (auto result : array) {
    ondemand::value value;
    if (const auto error = std::move(result).get(value)) return error;
    int next = kOffPath;
    if (depth >= 0) {
      const char* end =
          std::to_chars(digits, digits + sizeof digits, index).ptr;
      if (Matches(depth, std::string_view(digits, end))) next = depth + 1;
    }
    if (const auto error = Visit(value, next)) return error;
    ++index;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code JsonTextExtractor::State::VisitLine(
    std::string_view line) {
  ondemand::document document;
  const size_t readable = line.size() + simdjson::SIMDJSON_PADDING;
  if (const auto error = parser
                             .iterate(simdjson::padded_string_view(
                                 line.data(), line.size(), readable))
                             .get(document)) {
    return error;
  }
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) return error;
  if (const auto error = VisitObject(object, 0)) return error;
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS
             ? simdjson::SUCCESS
             : simdjson::TAPE_ERROR;
}

JsonTextExtractor::JsonTextExtractor(const std::vector<std::string>& path)
    : state_(std::make_unique<State>(path)) {}
JsonTextExtractor::~JsonTextExtractor() = default;

bool JsonTextExtractor::Extract(std::string_view line, std::string_view& text,
                                std::string& fault) {
  state_->text.reset();
  state_->wrong_type = false;
  if (const simdjson::error_code error = state_->VisitLine(line)) {
    fault = error == simdjson::INCORRECT_TYPE
                ? "not a JSON object"
                : std::string("broken JSON: ") + simdjson::error_message(error);
    return false;
  }
  if (!state_->text.has_value()) {
    std::string name;
    for (const std::string& step : state_->path) {
      if (!name.empty()) name += '.';
      name += step;
    }
    fault = state_->wrong_type
                ? absl::StrFormat("field \"%s\" is no string", name)
                : absl::StrFormat("no field \"%s\"", name);
    return false;
  }
  text = *state_->text;
  return true;
}

}  // namespace rowsplit::internal
