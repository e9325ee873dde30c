#include "rowsplit/text/html.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "text/append_rows.h"
#include "text/append_utf8.h"
#include "text/html_names.h"
#include "text/windows_1252.h"

namespace rowsplit {

namespace {

constexpr size_t kNone = std::string_view::npos;

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Names of elements whose tags separate words, sorted.
constexpr auto kBlocks = std::to_array<std::string_view>(
    {"address", "article",  "aside",    "blockquote", "body",       "br",
     "caption", "center",   "dd",       "details",    "dialog",     "dir",
     "div",     "dl",       "dt",       "fieldset",   "figcaption", "figure",
     "footer",  "form",     "frameset", "h1",         "h2",         "h3",
     "h4",      "h5",       "h6",       "head",       "header",     "hgroup",
     "hr",      "html",     "legend",   "li",         "main",       "menu",
     "nav",     "noscript", "ol",       "optgroup",   "option",     "p",
     "pre",     "section",  "summary",  "table",      "tbody",      "td",
     "tfoot",   "th",       "thead",    "title",      "tr"});
static_assert(std::is_sorted(kBlocks.begin(), kBlocks.end()));

// One string on its way.
class HtmlReader {
 public:
  HtmlReader(std::string_view html, const HtmlOptions& options,
             BufferBuilder<char>& output)
      : html_(html),
        options_(options),
        output_(output),
        first_(output.size()) {}

  int64_t Read() {
    const std::string_view marks = options_.tags && options_.references ? "<&"
                                   : options_.tags                      ? "<"
                                   : options_.references                ? "&"
                                                                        : "";
    while (at_ < html_.size()) {
      const size_t mark =
          std::min(html_.find_first_of(marks, at_), html_.size());
      Text(at_, mark);
      at_ = mark;
      if (at_ == html_.size()) break;
      const size_t size = html_[at_] == '<' ? ReadMarkup() : ReadReference();
      if (size == 0) {
        Text(at_, at_ + 1);
        ++at_;
        continue;
      }
      ++changed_;
      at_ += size;
    }
    return changed_;
  }

 private:
  char At(size_t at) const { return at < html_.size() ? html_[at] : '\0'; }
  void Text(size_t begin, size_t end) {
    if (pending_space_ && begin < end) {
      // Not at the begin of the text, nor beside a space.
      if (output_.size() > first_ && !IsSpace(html_[begin]) &&
          !IsSpace(output_.data()[output_.size() - 1]))
        output_.Append(' ');
      pending_space_ = false;
    }
    internal::AppendText(html_.substr(begin, end - begin), output_);
  }
  // A separating space goes before a character that a reference gives, too.
  void BeforeCharacter() {
    if (!pending_space_) return;
    if (output_.size() > first_ && !IsSpace(output_.data()[output_.size() - 1]))
      output_.Append(' ');
    pending_space_ = false;
  }

  // The size of what begins with the '<' at at_, or 0 if it is text.
  size_t ReadMarkup() {
    if (is_plain_) return 0;
    const char next = At(at_ + 1);
    size_t end = kNone;
    if (IsLetter(next)) {
      end = ReadTag(at_ + 1);
    } else if (next == '/' && IsLetter(At(at_ + 2))) {
      end = ReadTag(at_ + 2);
    } else if (next == '/' && At(at_ + 2) == '>') {
      end = at_ + 3;
    } else if (html_.substr(at_, 4) == "<!--") {
      end = CommentEnd();
    } else if (next == '!' || next == '?' ||
               (next == '/' && at_ + 2 < html_.size())) {
      end = html_.find('>', at_);
      if (end != kNone) ++end;
    } else {
      return 0;
    }
    if (end == kNone) {
      is_plain_ = true;
      return 0;
    }
    return end - at_;
  }

  size_t CommentEnd() const {
    if (html_.substr(at_, 5) == "<!-->") return at_ + 5;
    if (html_.substr(at_, 6) == "<!--->") return at_ + 6;
    for (size_t end = html_.find("--", at_ + 4); end != kNone;
         end = html_.find("--", end + 1)) {
      if (At(end + 2) == '>') return end + 3;
      if (At(end + 2) == '!' && At(end + 3) == '>') return end + 4;
    }
    return kNone;
  }

  // The end of the tag whose name begins at `name`; '>' in the quotes of a
  // value does not end it. Behind <script> and <style>, the end of the element.
  size_t ReadTag(size_t name) {
    size_t at = name;
    std::string lower;
    for (; at < html_.size() && !IsSpace(html_[at]) && html_[at] != '/' &&
           html_[at] != '>';
         ++at) {
      if (lower.size() < 16) lower += Lower(html_[at]);
    }
    at = TagEnd(at);
    if (at == kNone) return kNone;
    const bool begins = html_[name - 1] == '<';
    if (begins && (lower == "script" || lower == "style"))
      return ElementEnd(at, lower);
    if (std::binary_search(kBlocks.begin(), kBlocks.end(),
                           std::string_view(lower)))
      pending_space_ = true;
    return at;
  }

  size_t TagEnd(size_t at) const {
    bool is_value = false;  // behind '=' and white space
    for (; at < html_.size(); ++at) {
      const char c = html_[at];
      if (c == '>') return at + 1;
      if (is_value && (c == '"' || c == '\'')) {
        at = html_.find(c, at + 1);
        if (at == kNone) return kNone;
        is_value = false;
        continue;
      }
      if (!IsSpace(c)) is_value = c == '=';
    }
    return kNone;
  }

  // Behind the end tag of `name`; the end of the text if there is none.
  size_t ElementEnd(size_t at, std::string_view name) const {
    for (at = html_.find("</", at); at != kNone;
         at = html_.find("</", at + 2)) {
      size_t i = 0;
      while (i < name.size() && Lower(At(at + 2 + i)) == name[i]) ++i;
      if (i < name.size()) continue;
      const char behind = At(at + 2 + i);
      if (IsSpace(behind) || behind == '/' || behind == '>') {
        const size_t end = TagEnd(at + 2 + i);
        return end == kNone ? html_.size() : end;
      }
    }
    return html_.size();
  }

  // The size of the reference at at_, or 0 if it is text.
  size_t ReadReference() {
    if (At(at_ + 1) == '#') return ReadNumber();
    size_t end = at_ + 1;
    while (end < html_.size() && end - at_ <= internal::kLongestHtmlName &&
           (IsLetter(html_[end]) || IsDigit(html_[end])))
      ++end;
    const std::string_view name = html_.substr(at_ + 1, end - at_ - 1);
    if (At(end) == ';') {
      const internal::HtmlName* found = internal::FindHtmlName(name);
      if (found != nullptr) return Replace(found->text, name.size() + 2);
    }
    for (size_t size =
             std::min(name.size(), internal::kLongestHtmlNameWithoutSemicolon);
         size >= 2; --size) {
      const internal::HtmlName* found =
          internal::FindHtmlName(name.substr(0, size));
      if (found != nullptr && !found->needs_semicolon)
        return Replace(found->text, size + 1);
    }
    return 0;
  }

  size_t Replace(std::string_view text, size_t size) {
    BeforeCharacter();
    internal::AppendText(text, output_);
    return size;
  }

  size_t ReadNumber() {
    const bool is_hex = (At(at_ + 2) | 0x20) == 'x';
    const size_t first = at_ + (is_hex ? 3 : 2);
    size_t end = first;
    uint32_t number = 0;
    for (; end < html_.size(); ++end) {
      const char c = html_[end];
      const char lower = Lower(c);
      uint32_t digit = 0;
      if (IsDigit(c)) {
        digit = static_cast<uint32_t>(c - '0');
      } else if (is_hex && lower >= 'a' && lower <= 'f') {
        digit = static_cast<uint32_t>(lower - 'a' + 10);
      } else {
        break;
      }
      // Above the last code point it no longer matters by how much.
      if (number <= 0x10FFFF) number = number * (is_hex ? 16 : 10) + digit;
    }
    if (end == first) return 0;
    if (number == 0 || number > 0x10FFFF ||
        (number >= 0xD800 && number < 0xE000))
      number = 0xFFFD;
    // HTML puts Windows-1252 in place of the numbers 80 to 9F.
    if (number >= 0x80 && number < 0xA0 &&
        internal::kWindows1252[number - 0x80] != 0)
      number = internal::kWindows1252[number - 0x80];
    BeforeCharacter();
    internal::AppendUtf8(number, output_);
    return end + (At(end) == ';' ? 1 : 0) - at_;
  }

  std::string_view html_;
  const HtmlOptions& options_;
  BufferBuilder<char>& output_;
  size_t first_;
  size_t at_ = 0;
  bool pending_space_ = false;
  bool is_plain_ = false;  // behind a tag without an end
  int64_t changed_ = 0;
};

}  // namespace

int64_t AppendHtmlText(std::string_view html, const HtmlOptions& options,
                       BufferBuilder<char>& output) {
  return HtmlReader(html, options, output).Read();
}

absl::StatusOr<StringTensor> HtmlToText(StringTensorView input,
                                        const HtmlOptions& options) {
  return internal::AppendEach(
      input, options.exec,
      [&](std::string_view html, BufferBuilder<char>& output) {
        AppendHtmlText(html, options, output);
      });
}

}  // namespace rowsplit
