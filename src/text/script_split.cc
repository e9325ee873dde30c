#include "rowsplit/text/script_split.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/utf8.h"
#include "rowsplit/core/offset.h"
#include "text/code_point_table.h"
#include "text/token_pieces.h"

namespace rowsplit {
namespace {

// The bit of white space; the others are the script.
constexpr uint16_t kSpace = 0x8000;

using ScriptTable = internal::CodePointTable<uint16_t>;

// The script of each code point, and whether it is white space.
const ScriptTable& Scripts() {
  static const auto* table =
      new ScriptTable(ScriptTable::Make([](uint32_t code_point) {
        const auto c = static_cast<UChar32>(code_point);
        UErrorCode status = U_ZERO_ERROR;
        auto value = static_cast<uint16_t>(uscript_getScript(c, &status));
        if (u_isUWhiteSpace(c)) value |= kSpace;
        return value;
      }));
  return *table;
}

// A character of text that may be ill-formed.
struct Character {
  std::string_view text;  // U+FFFD for what is ill-formed
  size_t size;            // of its bytes in the text
  uint16_t script;
};

Character ReadCharacter(const ScriptTable& scripts, std::string_view text,
                        size_t at) {
  internal::Utf8Sequence sequence = {1, true};
  if (static_cast<uint8_t>(text[at]) >= 0x80)
    sequence = internal::ReadUtf8Sequence(text, at);
  Character character = {internal::kReplacementCharacter, sequence.size, 0};
  if (sequence.good) character.text = text.substr(at, sequence.size);
  size_t from = 0;
  character.script = scripts.Next(character.text, &from);
  return character;
}

void AppendScriptTokens(const ScriptTable& scripts, std::string_view text,
                        bool keep_whitespace, internal::TokenList& tokens) {
  // With keep_whitespace its bit is a part of what must not change.
  const uint16_t same = keep_whitespace ? 0xFFFF : kSpace - 1;
  bool is_open = false;
  size_t start = 0;
  size_t end = 0;
  uint32_t before = ~uint32_t{0};
  for (size_t at = 0; at < text.size();) {
    const Character character = ReadCharacter(scripts, text, at);
    const uint32_t script = character.script & same;
    if (script != before && is_open) {
      tokens.EndToken(static_cast<Offset>(start), static_cast<Offset>(end));
      is_open = false;
    }
    before = script;
    const size_t begin = at;
    at += character.size;
    if ((character.script & kSpace) != 0 && !keep_whitespace) continue;
    if (!is_open) start = begin;
    is_open = true;
    end = at;
    tokens.AppendPart(character.text);
  }
  if (is_open)
    tokens.EndToken(static_cast<Offset>(start), static_cast<Offset>(end));
}

}  // namespace

absl::StatusOr<TokensWithOffsets> SplitScripts(
    StringTensorView input, const SplitScriptsOptions& options) {
  const ScriptTable& scripts = Scripts();
  return internal::MakeTokens(
      input, options.exec,
      [&](int64_t, std::string_view text, internal::TokenList& tokens) {
        AppendScriptTokens(scripts, text, options.keep_whitespace, tokens);
        return absl::OkStatus();
      });
}

}  // namespace rowsplit
