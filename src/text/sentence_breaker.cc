#include "rowsplit/text/sentence_breaker.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/utf8.h"
#include "kernels/utf8_normalize_ref.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "text/code_point_table.h"
#include "text/token_pieces.h"
#include "text/unicode_tokens.h"

namespace rowsplit {
namespace {

// The emoticons that TF Text finds, by their first byte, longer ones first: of
// its own list, those that another one in front of them does not hide.
constexpr std::string_view kEmoticons =
    "#-) (=^..^=) (=^.^=) (]:{ *-) *) -<@% -_- 0:-) 0;^) 0:) 3:-) 8'( 8-) "
    ":-))))) :-)))) :-))) :'-( :'-) :(:) :-)) :-|| :'( :') :-# :-& :-( :-) "
    ":-* :-, :-. :-/ :-< :-D :-J :-O :-P :-S :-[ :-\\ :-c :-o :-p :-s :-| "
    ":X) :^) :^* :o) :# :$ :& :( :) :* :/ :3 :< :> :@ :D :O :P :S :[ :\\ "
    ":] :c :o :p :s :{ :| :} ;-*=( ;-) ;-P ;-] ;-p ;^) ;_; ;( ;) ;* ;P ;] "
    ";p <\\3 <3 =^_^= ='( =) =/ =D =O =P =\\ =] =o =p =| >:-( >:-) >_>^ "
    ">.< >:( >:) >:/ >:O >:P >:[ >:\\ >;) >=( >_< B-) B) D:< D: DX O:-) "
    "O.O O=) T_T X-( X-O X-o X( XD ^<_< ^_^ o_o; o.o u_u x_x |;-) |-O }:-) "
    "}:) }=) ~@~";

// What a code point can be.
enum Kind : uint8_t {
  kTerminal = 1,  // ends a sentence
  kClose = 2,     // closes behind the end: a bracket or quotation mark
  kParen = 4,     // a closing bracket
};

uint8_t KindOf(uint32_t code_point) {
  const auto c = static_cast<UChar32>(code_point);
  uint8_t kind = 0;
  const auto sentence = u_getIntPropertyValue(c, UCHAR_SENTENCE_BREAK);
  const auto line = u_getIntPropertyValue(c, UCHAR_LINE_BREAK);
  if (sentence == U_SB_ATERM || sentence == U_SB_STERM) kind |= kTerminal;
  if (line == U_LB_CLOSE_PUNCTUATION || line == U_LB_CLOSE_PARENTHESIS)
    kind |= kClose | kParen;
  if (line == U_LB_QUOTATION) kind |= kClose;
  switch (code_point) {
    case 0x037E:  // Greek question mark
    case 0x055C:  // Armenian exclamation mark
    case 0x055E:  // Armenian question mark
    case 0x17D4:  // Khmer full stop
    case 0x2026:  // ellipsis
      return kind | kTerminal;
    case '>':
    case 0xFD3F:  // ornate right parenthesis
      return kind | kClose | kParen;
    case ']':
    case '`':
    case 0xFF02:  // fullwidth quotation mark
    case 0xFF07:  // fullwidth apostrophe
      return kind | kClose;
    default:
      return kind;
  }
}

// What may begin at a place of the text; at most one of the first two.
struct Mark {
  bool is_terminal = false;
  bool is_acronym = false;
  bool is_emoticon = false;
  bool is_ellipsis = false;
  bool is_close = false;
  bool is_paren = false;
  size_t size = 1;
};

class Marks {
 public:
  static const Marks& Get() {
    static const auto* marks = new Marks;
    return *marks;
  }

  // False if nothing but a plain byte can begin with this one.
  bool MayBegin(char byte) const {
    return may_begin_[static_cast<uint8_t>(byte)];
  }

  // The size of a character at `at` that begins no mark; 0 if it may. Most that
  // MayBegin lets through are letters.
  size_t PlainSize(std::string_view text, size_t at) const {
    const auto byte = static_cast<uint8_t>(text[at]);
    if (byte >= 0xC2) {
      const reference::Utf8Character character = reference::CharacterAt(
          reinterpret_cast<const uint8_t*>(text.data()), at, text.size());
      if (character.size == 0) return 1;
      return kinds_.At(character.code_point) == 0 ? character.size : 0;
    }
    const bool may_be_acronym = at + 1 < text.size() && text[at + 1] == '.';
    return byte >= 'A' && byte <= 'Z' && !may_be_acronym &&
                   emoticons_[byte].empty()
               ? 1
               : 0;
  }

  Mark Read(std::string_view text) const {
    Mark mark;
    ReadCharacter(text, mark);
    if (text.starts_with("...")) {
      mark.is_terminal = mark.is_ellipsis = true;
      mark.size = 3;
    }
    if (text.starts_with("''")) mark.size = 2;
    if (const size_t size = AcronymSize(text); size > 0) {
      mark.is_acronym = true;
      mark.is_terminal = false;
      mark.size = size;
    }
    if (const size_t size = EmoticonSize(text); size > 0) {
      mark.is_emoticon = true;
      mark.is_terminal = false;
      mark.size = size;
    }
    return mark;
  }

  // True for what may follow the end of a sentence and still be a part of it.
  bool Extends(std::string_view text) const {
    Mark mark;
    ReadCharacter(text, mark);
    return mark.is_terminal || mark.is_paren || EmoticonSize(text) > 0;
  }

 private:
  Marks() : kinds_(internal::CodePointTable<uint8_t>::Make(KindOf)) {
    for (std::string_view rest = kEmoticons; !rest.empty();) {
      const size_t end = std::min(rest.find(' '), rest.size());
      emoticons_[static_cast<uint8_t>(rest[0])].push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    for (uint32_t byte = 0; byte < 256; ++byte) {
      may_begin_[byte] = byte >= 0xC2 || !emoticons_[byte].empty() ||
                         (byte >= 'A' && byte <= 'Z') ||
                         (byte < 0x80 && kinds_.At(byte) != 0);
    }
  }

  // The mark of the character at the begin of `text`, if it is well-formed.
  void ReadCharacter(std::string_view text, Mark& mark) const {
    if (static_cast<uint8_t>(text[0]) >= 0x80 &&
        !internal::ReadUtf8Sequence(text, 0).good)
      return;
    size_t size = 0;
    const uint8_t kind = kinds_.Next(text, &size);
    mark.is_terminal = (kind & kTerminal) != 0;
    mark.is_close = (kind & kClose) != 0;
    mark.is_paren = (kind & kParen) != 0;
    mark.is_ellipsis = text.starts_with("…");
    if (mark.is_terminal || mark.is_close) mark.size = size;
  }

  // Two or more capital letters of ASCII, each with its full stop; 0 if there
  // are fewer.
  static size_t AcronymSize(std::string_view text) {
    size_t size = 0;
    while (size + 1 < text.size() && text[size] >= 'A' && text[size] <= 'Z' &&
           text[size + 1] == '.')
      size += 2;
    return size >= 4 ? size : 0;
  }

  size_t EmoticonSize(std::string_view text) const {
    for (const std::string_view emoticon :
         emoticons_[static_cast<uint8_t>(text[0])]) {
      if (text.starts_with(emoticon)) return emoticon.size();
    }
    return 0;
  }

  internal::CodePointTable<uint8_t> kinds_;
  std::array<std::vector<std::string_view>, 256> emoticons_;
  std::array<bool, 256> may_begin_{};
};

// Where the sentence that begins at `at` ends.
size_t FindEnd(const Marks& marks, std::string_view text, size_t at) {
  while (at < text.size()) {  // up to the first terminal mark
    if (!marks.MayBegin(text[at])) {
      ++at;
      continue;
    }
    if (const size_t plain = marks.PlainSize(text, at); plain > 0) {
      at += plain;
      continue;
    }
    const Mark mark = marks.Read(text.substr(at));
    at += mark.size;
    if (mark.is_terminal || mark.is_acronym || mark.is_emoticon) break;
  }
  bool is_closing = false;
  while (at < text.size() && marks.Extends(text.substr(at))) {
    const Mark mark = marks.Read(text.substr(at));
    if (!is_closing && !mark.is_terminal && !mark.is_emoticon) {
      if (!mark.is_close) break;
      is_closing = true;
    } else if (is_closing && !mark.is_close && !mark.is_ellipsis &&
               !mark.is_emoticon) {
      break;
    }
    at += mark.size;
  }
  return at;
}

void AppendSentences(const Marks& marks, std::string_view text, Offset base,
                     BufferBuilder<TokenSpan>& tokens) {
  for (size_t at = 0; at < text.size();) {
    if (const size_t space = internal::WhitespaceSize(text, at); space > 0) {
      at += space;
      continue;
    }
    const size_t end = FindEnd(marks, text, at);
    tokens.Append(TokenSpan{static_cast<uint32_t>(base + at),
                            static_cast<uint32_t>(end - at)});
    at = end;
  }
}

}  // namespace

absl::StatusOr<RaggedTensor<TokenSpan>> BreakSentences(
    StringTensorView input, const BreakSentencesOptions& options) {
  const Marks& marks = Marks::Get();
  return internal::SplitIntoSpans(
      "BreakSentences", input, options.exec,
      [&](StringTensorView rows, Offset* row_ends,
          BufferBuilder<TokenSpan>& tokens) {
        for (int64_t row = 0; row < rows.size(); ++row) {
          AppendSentences(marks, rows[row], rows.offsets()[row], tokens);
          row_ends[row] = static_cast<Offset>(tokens.size());
        }
        return absl::OkStatus();
      });
}

}  // namespace rowsplit
