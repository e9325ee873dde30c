#include "text/plain_pattern.h"

#include <algorithm>
#include <utility>

#include "text/class_pattern.h"

namespace rowsplit::internal {
namespace {

// Nodes times bytes of the tree: 2 MB.
constexpr size_t kMostLinks = size_t{1} << 20;

// What an escape outside of a class stands for, if it is one character.
std::optional<char> EscapedCharacter(char escape) {
  switch (escape) {
    case 'a':
      return '\a';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      break;
  }
  const bool is_mark = escape > ' ' && escape < 0x7F &&
                       !(escape >= '0' && escape <= '9') &&
                       !((escape | 0x20) >= 'a' && (escape | 0x20) <= 'z');
  return is_mark ? std::optional<char>(escape) : std::nullopt;
}

// The literals of `a|b|c`; nothing if there is anything else or one is empty.
std::optional<std::vector<std::string>> ParseLiterals(std::string_view body) {
  constexpr std::string_view kOperators = ".+*?()[^${";
  std::vector<std::string> literals(1);
  for (size_t i = 0; i < body.size(); ++i) {
    char byte = body[i];
    if (byte == '|') {
      literals.emplace_back();
      continue;
    }
    if (kOperators.find(byte) != std::string_view::npos) return std::nullopt;
    if (byte == '\\') {
      if (++i == body.size()) return std::nullopt;
      const std::optional<char> escaped = EscapedCharacter(body[i]);
      if (!escaped.has_value()) return std::nullopt;
      byte = *escaped;
    }
    literals.back() += byte;
  }
  for (const std::string& literal : literals) {
    if (literal.empty() || literal.size() > PlainPattern::kMostLiteralBytes)
      return std::nullopt;
  }
  return literals;
}

}  // namespace

std::optional<PlainPattern> PlainPattern::Parse(
    std::string_view pattern,
    absl::FunctionRef<bool(uint8_t byte)> matches_byte) {
  PlainPattern plain;
  std::string_view body = pattern;
  if (body.size() > 2 && body.front() == '(' && body.back() == ')') {
    const bool is_named = body.substr(0, 3) != "(?:";
    plain.has_group_ = is_named;
    body = body.substr(is_named ? 1 : 3);
    body.remove_suffix(1);
  }
  const bool is_class = IsAsciiClassPattern(body);
  if (is_class || (body.size() > 1 && body.back() == '+' &&
                   IsAsciiClassPattern(body.substr(0, body.size() - 1)))) {
    plain.kind_ = is_class ? Kind::kClass : Kind::kClassRun;
    for (int byte = 0; byte < 128; ++byte) {
      if (matches_byte(static_cast<uint8_t>(byte)))
        plain.bytes_.Add(static_cast<uint8_t>(byte));
    }
    plain.first_bytes_ = plain.bytes_;
    return plain;
  }
  if (!plain.AddLiterals(body)) return std::nullopt;
  // `a|b` is `[ab]`.
  if (plain.longest_ == 1 && plain.bytes_.is_ascii())
    plain.kind_ = Kind::kClass;
  return plain;
}

bool PlainPattern::AddLiterals(std::string_view body) {
  std::optional<std::vector<std::string>> literals = ParseLiterals(body);
  if (!literals.has_value()) return false;
  for (const std::string& literal : *literals) {
    longest_ = std::max(longest_, literal.size());
    for (const char c : literal) {
      const auto byte = static_cast<uint8_t>(c);
      if (number_[byte] == 0) {
        // All 256 bytes can't be: none of UTF-8's is FF.
        number_[byte] = static_cast<uint8_t>(num_numbers_++);
        bytes_.Add(byte);
      }
    }
  }
  tree_.push_back({false, false, std::vector<uint16_t>(num_numbers_)});
  for (std::string& literal : *literals) {
    const size_t num_before = literals_.size();
    if (!AddToTree(literal)) return false;
    if (literals_.size() > num_before)
      first_bytes_.Add(static_cast<uint8_t>(literals_.back()[0]));
  }
  return true;
}

// A literal that an earlier one begins never matches: there the earlier does.
// So of those that match somewhere the longest is the first.
bool PlainPattern::AddToTree(const std::string& literal) {
  bool can_match = true;
  size_t node = 0;
  for (const char c : literal) {
    const uint8_t number = number_[static_cast<uint8_t>(c)];
    if (tree_[node].next[number] == 0) {
      if ((tree_.size() + 1) * num_numbers_ > kMostLinks ||
          tree_.size() > UINT16_MAX) {
        return false;
      }
      tree_[node].next[number] = static_cast<uint16_t>(tree_.size());
      tree_.push_back({false, false, std::vector<uint16_t>(num_numbers_)});
    }
    node = tree_[node].next[number];
    can_match = can_match && !tree_[node].is_end;
  }
  tree_[node].is_full_end = true;
  if (can_match) {
    tree_[node].is_end = true;
    literals_.push_back(literal);
  }
  return true;
}

size_t PlainPattern::MatchLiteral(std::string_view text, size_t begin) const {
  size_t matched = 0;
  size_t node = 0;
  for (size_t at = begin; at < text.size(); ++at) {
    const uint8_t number = number_[static_cast<uint8_t>(text[at])];
    node = tree_[node].next[number];
    if (node == 0) break;
    if (tree_[node].is_end) matched = at + 1 - begin;
  }
  return matched;
}

size_t PlainPattern::MatchAt(std::string_view text, size_t begin) const {
  const auto is_in_class = [&](size_t at) {
    return bytes_.contains(static_cast<uint8_t>(text[at]));
  };
  switch (kind_) {
    case Kind::kClass:
      return is_in_class(begin) ? 1 : 0;
    case Kind::kClassRun: {
      size_t end = begin;
      while (end < text.size() && is_in_class(end)) ++end;
      return end - begin;
    }
    case Kind::kLiterals:
      break;
  }
  if (literals_.size() > 1) return MatchLiteral(text, begin);
  return text.substr(begin, literals_[0].size()) == literals_[0]
             ? literals_[0].size()
             : 0;
}

bool PlainPattern::FullMatch(std::string_view text) const {
  if (text.empty()) return false;
  if (kind_ == Kind::kClass && text.size() > 1) return false;
  if (kind_ != Kind::kLiterals) return MatchAt(text, 0) == text.size();
  if (text.size() > kMostLiteralBytes) return false;
  size_t node = 0;
  for (const char c : text) {
    node = tree_[node].next[number_[static_cast<uint8_t>(c)]];
    if (node == 0) return false;
  }
  return tree_[node].is_full_end;
}

}  // namespace rowsplit::internal
