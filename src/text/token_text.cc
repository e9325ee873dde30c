#include "text/token_text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/utf8.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "text/byte_level.h"
#include "text/tokenizer_parts.h"

namespace rowsplit::internal {

namespace {

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  std::string replaced;
  size_t at = 0;
  for (size_t found = text.find(from); found != std::string::npos;
       found = text.find(from, at)) {
    replaced.append(text, at, found - at);
    replaced += to;
    at = found + from.size();
  }
  if (at == 0) return;
  replaced.append(text, at);
  text = std::move(replaced);
}

// Takes blanks away that tokens of English text have between them.
void CleanUp(std::string& text) {
  if (text.find(' ') == std::string::npos) return;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11>
      kReplacements = {{{" .", "."},
                        {" ?", "?"},
                        {" !", "!"},
                        {" ,", ","},
                        {" ' ", "'"},
                        {" n't", "n't"},
                        {" 'm", "'m"},
                        {" do not", " don't"},
                        {" 's", "'s"},
                        {" 've", "'ve"},
                        {" 're", "'re"}}};
  for (const auto& [from, to] : kReplacements) ReplaceAll(text, from, to);
}

void AppendWordpieces(const TokenizerParts& parts,
                      std::span<const std::string_view> tokens,
                      std::string& out) {
  std::string text;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view mark = parts.decoder_mark;
    text.clear();
    if (i > 0 && tokens[i].substr(0, mark.size()) == mark) {
      text = tokens[i].substr(mark.size());
    } else {
      if (i > 0) text = ' ';
      text += tokens[i];
    }
    if (parts.decoder_cleanup) CleanUp(text);
    out += text;
  }
}

void AppendByteLevel(std::span<const std::string_view> tokens,
                     std::string& out) {
  std::string bytes;
  for (const std::string_view token : tokens)
    AppendBytesOfCharacters(token, bytes);
  for (size_t at = 0; at < bytes.size();) {
    Utf8Sequence piece = {1, true};
    if (static_cast<uint8_t>(bytes[at]) >= 0x80)
      piece = ReadUtf8Sequence(bytes, at);
    out += piece.good ? std::string_view(bytes).substr(at, piece.size)
                      : kReplacementCharacter;
    at += piece.size;
  }
}

// Each suffix becomes a blank, but that of the last token goes.
void AppendSuffixed(const TokenizerParts& parts,
                    std::span<const std::string_view> tokens,
                    std::string& out) {
  std::string text;
  for (size_t i = 0; i < tokens.size(); ++i) {
    text = tokens[i];
    if (!parts.decoder_mark.empty())
      ReplaceAll(text, parts.decoder_mark, i + 1 == tokens.size() ? "" : " ");
    out += text;
  }
}

// Whether a character of a token stands for white space; U+0120 is the blank of
// ByteLevel.
bool IsSpace(UChar32 c) {
  return c == 0x120 || (c >= 0 && u_isUWhiteSpace(c) != 0);
}

}  // namespace

void AppendText(const TokenizerParts& parts,
                std::span<const std::string_view> tokens, std::string& out) {
  switch (parts.decoder) {
    case TokenizerParts::Decoder::kWordpiece:
      return AppendWordpieces(parts, tokens, out);
    case TokenizerParts::Decoder::kByteLevel:
      return AppendByteLevel(tokens, out);
    case TokenizerParts::Decoder::kBpe:
      return AppendSuffixed(parts, tokens, out);
    case TokenizerParts::Decoder::kNone:
      break;
  }
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0) out += ' ';
    out += tokens[i];
  }
}

void TrimSpaces(std::string_view token, bool has_prefix_space, bool is_first,
                Offset* start, Offset* end) {
  Offset leading = 0;
  for (size_t at = 0; at < token.size(); ++leading) {
    UChar32 c;
    // NOLINTNEXTLINE(bugprone-inc-dec-in-conditions): ICU's macro
    U8_NEXT_OR_FFFD(token.data(), at, token.size(), c);
    if (!IsSpace(c)) break;
  }
  Offset trailing = 0;
  for (auto at = static_cast<int32_t>(token.size()); at > 0; ++trailing) {
    UChar32 c;
    U8_PREV_OR_FFFD(token.data(), 0, at, c);
    if (!IsSpace(c)) break;
  }
  if (leading > 0) {
    const bool is_begin = is_first || *start == 0;
    if (is_begin && has_prefix_space && leading == 1) leading = 0;
    *start = std::min(*start + leading, *end);
  }
  if (trailing > 0 && *end >= trailing)
    *end = std::max(*end - trailing, *start);
}

}  // namespace rowsplit::internal
