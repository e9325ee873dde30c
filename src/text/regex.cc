#include "rowsplit/text/regex.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/byte_map.h"
#include "text/append_rows.h"
#include "text/byte_map_op.h"
#include "text/plain_replacer.h"
#include "text/regex_impl.h"
#include "text/regex_replacer.h"
#include "text/row_pieces.h"

namespace rowsplit {

absl::StatusOr<Regex> Regex::Compile(std::string_view pattern) {
  auto impl = std::make_shared<const Impl>(pattern);
  if (!impl->re.ok()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("Regex: the pattern is not valid: %s: '%s'",
                        impl->re.error(), pattern));
  }
  return Regex(std::move(impl));
}

const std::string& Regex::pattern() const { return impl_->pattern; }

int Regex::num_groups() const { return impl_->re.NumberOfCapturingGroups(); }

bool Regex::FullMatch(std::string_view text) const {
  if (impl_->plain.has_value()) return impl_->plain->FullMatch(text);
  return impl_->IsInRange(text) && impl_->Matches(text);
}

namespace {

bool FindPlain(const internal::PlainPattern& plain, std::string_view text,
               size_t from, size_t* begin, size_t* end) {
  using Kind = internal::PlainPattern::Kind;
  if (plain.kind() == Kind::kLiterals && plain.literals().size() == 1) {
    const std::string& literal = plain.literals()[0];
    *begin = text.find(literal, from);
    *end = *begin + literal.size();
    return *begin != std::string_view::npos;
  }
  for (size_t at = from; at < text.size(); ++at) {
    if (!plain.first_bytes().contains(static_cast<uint8_t>(text[at]))) continue;
    const size_t size = plain.MatchAt(text, at);
    if (size == 0) continue;
    *begin = at;
    *end = at + size;
    return true;
  }
  return false;
}

}  // namespace

bool Regex::Find(std::string_view text, size_t from, size_t* begin,
                 size_t* end) const {
  if (impl_->plain.has_value())
    return FindPlain(*impl_->plain, text, from, begin, end);
  // A match that is not empty begins with a byte of the range.
  if (impl_->holds_inside) {
    while (from < text.size() &&
           (static_cast<uint8_t>(text[from]) < impl_->first_min ||
            static_cast<uint8_t>(text[from]) > impl_->first_max))
      ++from;
    if (from == text.size()) return false;
  }
  const re2::StringPiece piece = internal::ToPiece(text);
  re2::StringPiece match;
  // Where a match begins at once, nothing looks for its begin.
  const bool is_found =
      (impl_->holds_inside && impl_->re.Match(piece, from, piece.size(),
                                              RE2::ANCHOR_START, &match, 1)) ||
      impl_->re.Match(piece, from, piece.size(), RE2::UNANCHORED, &match, 1);
  if (!is_found) return false;
  *begin = static_cast<size_t>(match.data() - piece.data());
  *end = *begin + match.size();
  return true;
}

std::optional<ByteSet> Regex::AsAsciiByteClass() const {
  const std::optional<internal::PlainPattern>& plain = impl_->plain;
  if (!plain.has_value() || plain->has_group() ||
      plain->kind() != internal::PlainPattern::Kind::kClass) {
    return std::nullopt;
  }
  return plain->bytes();
}

const internal::PlainPattern* internal::PlainPatternOf(const Regex& regex) {
  const std::optional<PlainPattern>& plain = regex.impl_->plain;
  return plain.has_value() ? &*plain : nullptr;
}

const internal::ClassAlternation* internal::ClassAlternationOf(
    const Regex& regex) {
  const std::optional<ClassAlternation>& classes = regex.impl_->Classes();
  return classes.has_value() ? &*classes : nullptr;
}

absl::StatusOr<Rewrite> Rewrite::Compile(std::string_view rewrite,
                                         const Regex& regex) {
  Rewrite compiled;
  compiled.text_ = rewrite;
  std::string literal;
  for (size_t i = 0; i < rewrite.size(); ++i) {
    if (rewrite[i] != '\\') {
      literal += rewrite[i];
      continue;
    }
    ++i;
    if (i < rewrite.size() && rewrite[i] == '\\') {
      literal += '\\';
    } else if (i < rewrite.size() && rewrite[i] >= '0' && rewrite[i] <= '9') {
      const int group = rewrite[i] - '0';
      if (group > regex.num_groups()) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "Rewrite: the rewrite '%s' must name groups of the pattern '%s', "
            "which has %d: it names group %d at byte %d",
            rewrite, regex.pattern(), regex.num_groups(), group, i - 1));
      }
      compiled.max_group_ = std::max(compiled.max_group_, group);
      compiled.parts_.push_back({std::exchange(literal, {}), group});
    } else {
      compiled.is_cut_ = true;
      break;
    }
  }
  if (!literal.empty()) compiled.parts_.push_back({std::move(literal), -1});
  return compiled;
}

std::optional<std::string_view> Rewrite::literal() const {
  if (parts_.empty()) return std::string_view();
  if (parts_.size() > 1 || parts_[0].group >= 0) return std::nullopt;
  return parts_[0].literal;
}

absl::StatusOr<Buffer<bool>> RegexFullMatch(
    StringTensorView input, const Regex& regex,
    const RegexFullMatchOptions& options) {
  BufferBuilder<bool> matches(static_cast<size_t>(input.size()));
  const std::vector<int64_t> borders =
      internal::CutRows(input.offsets(), internal::kValuesInPiece);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(borders.size()) - 1, 1,
      [&](int64_t begin, int64_t end) {
        for (int64_t row = borders[begin]; row < borders[end]; ++row)
          matches[row] = regex.FullMatch(input[row]);
        return absl::OkStatus();
      }));
  return std::move(matches).Build();
}

namespace {

void AppendPlain(const internal::PlainReplacer& replacer, StringTensorView rows,
                 Offset* row_ends, BufferBuilder<char>& output) {
  const std::string_view text = rows.text();
  internal::ReserveMore(text.size() + 64, output);
  internal::PlainReplacer::Scan scan(replacer, text);
  const std::span<const Offset> offsets = rows.offsets();
  for (int64_t row = 0; row < rows.size(); ++row) {
    scan.AppendRow(static_cast<size_t>(offsets[row] - offsets[0]),
                   static_cast<size_t>(offsets[row + 1] - offsets[0]), output);
    row_ends[row] = static_cast<Offset>(output.size());
  }
}

}  // namespace

absl::StatusOr<StringTensor> RegexReplace(StringTensorView input,
                                          const Regex& regex,
                                          const Rewrite& rewrite,
                                          const RegexReplaceOptions& options) {
  const auto map = options.replace_global ? internal::AsByteMap(regex, rewrite)
                                          : std::nullopt;
  if (map.has_value()) {
    return internal::ApplyByteMap(kernels::CompiledByteMap(*map), input,
                                  options.exec);
  }
  const auto plain =
      internal::PlainReplacer::Create(regex, rewrite, options.replace_global);
  const std::vector<int64_t> borders =
      internal::CutRows(input.offsets(), internal::kValuesInPiece);
  if (plain.has_value()) {
    // Most texts grow little, if at all.
    const size_t size = input.text().size();
    return internal::AppendPieces(
        borders, size + size / 8 + 64, options.exec,
        [&](int64_t begin, int64_t end, Offset* row_ends,
            BufferBuilder<char>& output) {
          AppendPlain(*plain, input.Slice(begin, end), row_ends, output);
          return absl::OkStatus();
        });
  }
  const internal::RegexReplacer replacer(regex, rewrite,
                                         options.replace_global);
  return internal::AppendRows(borders, options.exec,
                              [&](int64_t row, BufferBuilder<char>& output) {
                                replacer.Append(input[row], output);
                                return absl::OkStatus();
                              });
}

}  // namespace rowsplit
