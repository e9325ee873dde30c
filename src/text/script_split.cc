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

// The tokens of one string, made of runs of characters that are alike. Bytes
// are copied as late as can be, many at a time.
class TokenMaker {
 public:
  TokenMaker(std::string_view text, bool keep_whitespace,
             internal::TokenList& tokens)
      : text_(text),
        keep_whitespace_(keep_whitespace),
        // With keep_whitespace its bit is a part of what must not change.
        same_(keep_whitespace ? 0xFFFF : kSpace - 1),
        tokens_(tokens) {}

  // Characters of one value in text[begin, end), behind what was added before.
  void Add(uint16_t value, size_t begin, size_t end) {
    if (!Continue(value, begin)) return;
    if (end_ != begin) CopyUpTo(begin);
    end_ = end;
  }
  // What is ill-formed, of the value of U+FFFD.
  void AddFault(uint16_t value, size_t begin, size_t end) {
    if (!Continue(value, begin)) return;
    CopyUpTo(end);
    tokens_.AppendPart(internal::kReplacementCharacter);
    end_ = end;
  }
  void Finish() {
    if (!is_open_) return;
    CopyUpTo(end_);
    tokens_.EndToken(static_cast<Offset>(start_), static_cast<Offset>(end_));
    is_open_ = false;
  }

 private:
  // Ends the token if the script changes. False for white space that is left
  // out.
  bool Continue(uint16_t value, size_t begin) {
    const uint32_t script = value & same_;
    if (script != script_) Finish();
    script_ = script;
    if ((value & kSpace) != 0 && !keep_whitespace_) return false;
    if (!is_open_) start_ = end_ = copied_ = begin;
    is_open_ = true;
    return true;
  }
  // Copies what the token has up to end_; what follows begins at `begin`.
  void CopyUpTo(size_t begin) {
    tokens_.AppendPart(text_.substr(copied_, end_ - copied_));
    copied_ = begin;
  }

  std::string_view text_;
  bool keep_whitespace_;
  uint16_t same_;
  internal::TokenList& tokens_;
  bool is_open_ = false;
  uint32_t script_ = ~uint32_t{0};
  size_t start_ = 0;
  size_t end_ = 0;     // of the token so far
  size_t copied_ = 0;  // text_[copied_, end_) is of the token, but not copied
};

// The end of the characters of `value` from `at` on; text[at, end) is
// well-formed.
size_t FindRunEnd(const ScriptTable& scripts, const uint16_t* ascii,
                  std::string_view text, size_t at, size_t end,
                  uint16_t value) {
  while (at < end) {
    const auto byte = static_cast<uint8_t>(text[at]);
    if (byte < 0x80) {
      if (ascii[byte] != value) break;
      ++at;
      continue;
    }
    size_t next = at;
    if (scripts.Next(text, &next) != value) break;
    at = next;
  }
  return at;
}

void AppendScriptTokens(const ScriptTable& scripts, std::string_view text,
                        bool keep_whitespace, internal::TokenList& tokens) {
  uint16_t ascii[128];
  for (uint32_t byte = 0; byte < 128; ++byte) ascii[byte] = scripts.At(byte);
  TokenMaker maker(text, keep_whitespace, tokens);
  internal::Utf8Stretches stretches(text);
  for (internal::Utf8Stretch stretch = stretches.Next(); stretch.size > 0;
       stretch = stretches.Next()) {
    const size_t end = stretch.begin + stretch.size;
    if (!stretch.good) {
      maker.AddFault(scripts.At(0xFFFD), stretch.begin, end);
      continue;
    }
    for (size_t at = stretch.begin; at < end;) {
      const size_t begin = at;
      const uint16_t value = scripts.Next(text, &at);
      at = FindRunEnd(scripts, ascii, text, at, end, value);
      maker.Add(value, begin, at);
    }
  }
  maker.Finish();
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
