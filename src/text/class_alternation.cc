#include "text/class_alternation.h"

#include "kernels/utf8_normalize_ref.h"
#include "text/regex_impl.h"

namespace rowsplit::internal {
namespace {

// The size of an escape of one character or a class, behind its backslash:
// `\s`, `\pL`, `\p{Greek}`, `\x{4E00}`, `\.`; 0 for others, such as `\b`.
size_t EscapeSize(std::string_view text) {
  constexpr std::string_view kClasses = "sSdDwWafnrtv";
  if (text.empty()) return 0;
  const char escape = text[0];
  if (kClasses.find(escape) != std::string_view::npos) return 1;
  if (escape == 'p' || escape == 'P' || escape == 'x') {
    if (text.size() < 2) return 0;
    if (text[1] != '{') return escape == 'x' ? 0 : 2;
    const size_t end = text.find('}');
    return end == std::string_view::npos ? 0 : end + 1;
  }
  const bool is_mark = escape > ' ' && escape < 0x7F &&
                       !(escape >= '0' && escape <= '9') &&
                       !((escape | 0x20) >= 'a' && (escape | 0x20) <= 'z');
  return is_mark ? 1 : 0;
}

// The size of a class in brackets at the begin of `text`; 0 if it does not end.
size_t BracketSize(std::string_view text) {
  size_t at = text.substr(1, 1) == "^" ? 2 : 1;
  for (const size_t first = at; at < text.size(); ++at) {
    // A ']' in the first place stands for itself.
    if (text[at] == ']' && at > first) return at + 1;
    if (text[at] == '\\') {
      ++at;
    } else if (text.substr(at, 2) == "[:") {
      const size_t end = text.find(":]", at);
      if (end == std::string_view::npos) return 0;
      at = end + 1;
    }
  }
  return 0;
}

// The size of the class or character at the begin of `text`; 0 if there is
// something else.
size_t AtomSize(std::string_view text) {
  constexpr std::string_view kOperators = ".+*?()|^${";
  if (text.empty() || kOperators.find(text[0]) != std::string_view::npos)
    return 0;
  if (text[0] == '[') return BracketSize(text);
  if (text[0] == '\\') {
    const size_t size = EscapeSize(text.substr(1));
    return size == 0 ? 0 : 1 + size;
  }
  return reference::CharacterAt(reinterpret_cast<const uint8_t*>(text.data()),
                                0, text.size())
      .size;
}

// The size of what has the form of a character at `at`: RE2 takes surrogates,
// and in some classes characters of more bytes than they need. 0 if there is
// none.
size_t CharacterSize(std::string_view text, size_t at) {
  const auto lead = static_cast<uint8_t>(text[at]);
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() - at < size) return 0;
  for (size_t i = 1; i < size; ++i)
    if (static_cast<int8_t>(text[at + i]) >= -64) return 0;
  return size;
}

}  // namespace

bool ClassAlternation::Add(std::string_view alternative) {
  const size_t size = AtomSize(alternative);
  if (size == 0 || regexes_.size() == kMostClasses) return false;
  const std::string_view behind = alternative.substr(size);
  if (!behind.empty() && behind != "+") return false;
  if (behind == "+") runs_ |= Classes{1} << regexes_.size();
  auto regex = std::make_shared<const RE2>(ToPiece(alternative.substr(0, size)),
                                           QuietOptions());
  if (!regex->ok()) return false;
  regexes_.push_back(std::move(regex));
  return true;
}

std::optional<ClassAlternation> ClassAlternation::Parse(
    std::string_view pattern) {
  std::string_view body = pattern;
  if (body.size() > 2 && body.front() == '(' && body.back() == ')') {
    body = body.substr(body.substr(0, 3) == "(?:" ? 3 : 1);
    body.remove_suffix(1);
  }
  ClassAlternation form;
  while (true) {
    // An atom may hold a '|'.
    const size_t end = body.find('|', AtomSize(body));
    if (!form.Add(body.substr(0, end))) return std::nullopt;
    if (end == std::string_view::npos) break;
    body = body.substr(end + 1);
  }
  for (size_t byte = 0; byte < form.ascii_.size(); ++byte) {
    const char text = static_cast<char>(byte);
    form.ascii_[byte] = form.Ask(std::string_view(&text, 1));
  }
  return form;
}

ClassAlternation::Classes ClassAlternation::Ask(
    std::string_view character) const {
  Classes classes = 0;
  for (size_t i = 0; i < regexes_.size(); ++i) {
    if (regexes_[i]->Match(ToPiece(character), 0, character.size(),
                           RE2::ANCHOR_BOTH, nullptr, 0))
      classes |= Classes{1} << i;
  }
  return classes;
}

ClassAlternation::Matcher::Character ClassAlternation::Matcher::Read(
    std::string_view text, size_t at) {
  const auto byte = static_cast<uint8_t>(text[at]);
  if (byte < 0x80) return {1, form_->ascii_[byte]};
  const size_t size = CharacterSize(text, at);
  if (size == 0) return {1, 0};
  const std::string_view character = text.substr(at, size);
  uint32_t bytes = 0;
  for (const char part : character)
    bytes = bytes << 8 | static_cast<uint8_t>(part);
  if (known_.empty()) known_.resize(kKnown);
  // Six bits of each byte but the first.
  Known& known = known_[((bytes & 0x3F) | (bytes >> 2 & 0xFC0)) % kKnown];
  if (known.bytes != bytes) known = {bytes, form_->Ask(character)};
  return {size, known.classes};
}

bool ClassAlternation::Matcher::Find(std::string_view text, size_t* begin,
                                     size_t* end) {
  const Classes* const ascii = form_->ascii_.data();
  size_t at = *begin;
  Character character = {0, 0};
  while (true) {
    while (at < text.size() && static_cast<uint8_t>(text[at]) < 0x80 &&
           ascii[static_cast<uint8_t>(text[at])] == 0)
      ++at;
    if (at == text.size()) return false;
    character = Read(text, at);
    if (character.classes != 0) break;
    at += character.size;
  }
  *begin = at;
  *end = at + character.size;
  const Classes first = character.classes & -character.classes;
  if ((first & form_->runs_) == 0) return true;
  while (*end < text.size()) {
    character = Read(text, *end);
    if ((character.classes & first) == 0) break;
    *end += character.size;
  }
  return true;
}

bool ClassAlternation::Matcher::FullMatch(std::string_view text) {
  if (text.empty()) return false;
  Classes all = ~Classes{0};
  for (size_t at = 0; at < text.size() && all != 0;) {
    const Character character = Read(text, at);
    all &= character.classes;
    at += character.size;
    // All but runs are for one character.
    if (at < text.size()) all &= form_->runs_;
  }
  return all != 0;
}

}  // namespace rowsplit::internal
