#include "rowsplit/text/regex_split.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/byte_set.h"
#include "rowsplit/core/offset.h"
#include "text/class_alternation.h"
#include "text/token_pieces.h"

namespace rowsplit {
namespace {

// Appends spans of one string, which begins at `base` of the batch.
class RowTokens {
 public:
  RowTokens(Offset base, BufferBuilder<TokenSpan>& tokens)
      : base_(static_cast<uint32_t>(base)), tokens_(tokens) {}

  // The piece [begin, end) of the string, unless it is empty.
  void Add(size_t begin, size_t end) {
    if (begin == end) return;
    tokens_.Append(TokenSpan{base_ + static_cast<uint32_t>(begin),
                             static_cast<uint32_t>(end - begin)});
  }

 private:
  uint32_t base_;
  BufferBuilder<TokenSpan>& tokens_;
};

absl::Status EmptyMatch(const Regex& delimiter, std::string_view text,
                        size_t at) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "RegexSplit: the delimiter must not match an empty piece of a string, "
      "'%s' does at byte %d of a string of %d bytes",
      delimiter.pattern(), at, text.size()));
}

using Matcher = internal::ClassAlternation::Matcher;

// A regular expression with what it knows of characters, if it is one or
// several classes.
class Pattern {
 public:
  explicit Pattern(const Regex& regex) : regex_(&regex) {
    if (const auto* classes = internal::ClassAlternationOf(regex))
      matcher_.emplace(*classes);
  }

  // The first match in text[from, …), as if the text began there.
  bool Find(std::string_view text, size_t from, size_t* begin, size_t* end) {
    if (matcher_.has_value()) {
      *begin = from;
      return matcher_->Find(text, begin, end);
    }
    if (!regex_->Find(text.substr(from), 0, begin, end)) return false;
    *begin += from;
    *end += from;
    return true;
  }
  bool FullMatch(std::string_view text) {
    return matcher_.has_value() ? matcher_->FullMatch(text)
                                : regex_->FullMatch(text);
  }
  const Regex& regex() const { return *regex_; }

 private:
  const Regex* regex_;
  std::optional<Matcher> matcher_;
};

absl::Status SplitRow(std::string_view text, Pattern& delimiter,
                      std::optional<Pattern>& keep, RowTokens tokens) {
  size_t from = 0;
  size_t begin = 0;
  size_t end = 0;
  while (delimiter.Find(text, from, &begin, &end)) {
    if (begin == end) return EmptyMatch(delimiter.regex(), text, begin);
    tokens.Add(from, begin);
    if (keep.has_value() && keep->FullMatch(text.substr(begin, end - begin)))
      tokens.Add(begin, end);
    from = end;
  }
  tokens.Add(from, text.size());
  return absl::OkStatus();
}

// What a byte is to a delimiter that is one of some ASCII bytes.
enum class Role : uint8_t { kToken, kDropped, kKept };
using Roles = std::array<Role, 256>;

Roles RolesOf(const ByteSet& delimiters, const std::optional<Regex>& keep) {
  Roles roles;
  for (int byte = 0; byte < 256; ++byte) {
    const char text = static_cast<char>(byte);
    Role& role = roles[byte];
    role = Role::kToken;
    if (!delimiters.contains(static_cast<uint8_t>(byte))) continue;
    role = keep.has_value() && keep->FullMatch(std::string_view(&text, 1))
               ? Role::kKept
               : Role::kDropped;
  }
  return roles;
}

void SplitRowAtBytes(std::string_view text, const Roles& roles,
                     RowTokens tokens) {
  size_t from = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const Role role = roles[static_cast<uint8_t>(text[at])];
    if (role == Role::kToken) continue;
    tokens.Add(from, at);
    if (role == Role::kKept) tokens.Add(at, at + 1);
    from = at + 1;
  }
  tokens.Add(from, text.size());
}

}  // namespace

absl::StatusOr<RaggedTensor<TokenSpan>> RegexSplit(
    StringTensorView input, const Regex& delimiter,
    const RegexSplitOptions& options) {
  const std::optional<ByteSet> bytes = delimiter.AsAsciiByteClass();
  const Roles roles =
      bytes.has_value() ? RolesOf(*bytes, options.keep) : Roles{};
  return internal::SplitIntoSpans(
      "RegexSplit", input, options.exec,
      [&](StringTensorView rows, Offset* row_ends,
          BufferBuilder<TokenSpan>& tokens) -> absl::Status {
        Pattern pattern(delimiter);
        std::optional<Pattern> keep;
        if (options.keep.has_value()) keep.emplace(*options.keep);
        for (int64_t row = 0; row < rows.size(); ++row) {
          const RowTokens row_tokens(rows.offsets()[row], tokens);
          if (bytes.has_value()) {
            SplitRowAtBytes(rows[row], roles, row_tokens);
          } else {
            ROWSPLIT_RETURN_IF_ERROR(
                SplitRow(rows[row], pattern, keep, row_tokens));
          }
          row_ends[row] = static_cast<Offset>(tokens.size());
        }
        return absl::OkStatus();
      });
}

}  // namespace rowsplit
