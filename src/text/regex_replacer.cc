#include "text/regex_replacer.h"

#include <cstddef>
#include <cstdint>

#include "re2/re2.h"
#include "text/append_rows.h"
#include "text/regex_impl.h"

namespace rowsplit::internal {
namespace {

// The size of the UTF-8 character at the begin of `text`, surrogates too; 1
// if there is none.
size_t Re2CharacterSize(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (text.empty()) return 1;
  const size_t size = byte(0) < 0xC2   ? 1
                      : byte(0) < 0xE0 ? 2
                      : byte(0) < 0xF0 ? 3
                      : byte(0) < 0xF5 ? 4
                                       : 1;
  if (size > text.size()) return 1;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 1;
  }
  const bool is_overlong = (byte(0) == 0xE0 && byte(1) < 0xA0) ||
                           (byte(0) == 0xF0 && byte(1) < 0x90);
  const bool is_beyond = byte(0) == 0xF4 && byte(1) > 0x8F;
  return is_overlong || is_beyond ? 1 : size;
}

}  // namespace

void RegexReplacer::AppendRewrite(const re2::StringPiece* groups,
                                  BufferBuilder<char>& output) const {
  for (const Rewrite::Part& part : rewrite_.parts_) {
    AppendText(part.literal, output);
    if (part.group < 0) continue;
    const re2::StringPiece& group = groups[part.group];
    AppendText(std::string_view(group.data(), group.size()), output);
  }
}

void RegexReplacer::Append(std::string_view text,
                           BufferBuilder<char>& output) const {
  const RE2& re = regex_.impl_->re;
  const re2::StringPiece piece = ToPiece(text);
  re2::StringPiece groups[10];
  size_t copied = 0;
  size_t from = 0;
  size_t last_end = std::string_view::npos;
  while (!ChangesNothing() && from <= text.size() &&
         re.Match(piece, from, text.size(), RE2::UNANCHORED, groups,
                  rewrite_.max_group_ + 1)) {
    const auto begin = static_cast<size_t>(groups[0].data() - piece.data());
    if (groups[0].empty() && begin == last_end) {
      from = begin + Re2CharacterSize(text.substr(begin));
      continue;
    }
    AppendText(text.substr(copied, begin - copied), output);
    AppendRewrite(groups, output);
    copied = from = last_end = begin + groups[0].size();
    if (!replace_global_) break;
  }
  AppendText(text.substr(copied), output);
}

}  // namespace rowsplit::internal
