#include "rowsplit/text/regex.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/byte_map.h"
#include "re2/re2.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/byte_map_op.h"
#include "text/class_pattern.h"
#include "text/row_pieces.h"

namespace rowsplit {
namespace {

// A range of at most this many bytes rules texts out.
constexpr int kRangeBytes = 16;

re2::StringPiece ToPiece(std::string_view text) {
  // RE2 tells an empty text from none by its pointer.
  return text.empty() ? re2::StringPiece("", 0)
                      : re2::StringPiece(text.data(), text.size());
}

RE2::Options MakeOptions() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

struct Regex::Impl {
  explicit Impl(std::string_view pattern_text)
      : pattern(pattern_text), re(ToPiece(pattern), MakeOptions()) {
    if (!re.ok()) return;
    has_range = re.PossibleMatchRange(&min, &max, kRangeBytes);
    if (!min.empty()) first_min = static_cast<uint8_t>(min[0]);
    if (!max.empty()) first_max = static_cast<uint8_t>(max[0]);
    if (internal::IsAsciiClassPattern(pattern)) ProbeClass();
  }

  // Reads the members of the class off RE2 itself.
  void ProbeClass() {
    ByteSet members;
    for (int byte = 0; byte < 256; ++byte) {
      const char text = static_cast<char>(byte);
      if (Matches(std::string_view(&text, 1)))
        members.Add(static_cast<uint8_t>(byte));
    }
    if (members.is_ascii()) byte_class = members;
  }

  // False if the range rules `text` out; most texts by their first byte.
  bool IsInRange(std::string_view text) const {
    if (!has_range) return true;
    if (!text.empty()) {
      const auto first = static_cast<uint8_t>(text[0]);
      if (first < first_min || first > first_max) return false;
    }
    return text >= min && text <= max;
  }

  bool Matches(std::string_view text) const {
    return re.Match(ToPiece(text), 0, text.size(), RE2::ANCHOR_BOTH, nullptr,
                    0);
  }

  const std::string pattern;
  const RE2 re;
  // If `has_range`, a text that matches lies in [min, max].
  bool has_range = false;
  std::string min;
  std::string max;
  uint8_t first_min = 0;
  uint8_t first_max = 0xFF;
  std::optional<ByteSet> byte_class;
};

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
  return impl_->IsInRange(text) && impl_->Matches(text);
}

bool Regex::Find(std::string_view text, size_t* begin, size_t* end) const {
  const re2::StringPiece piece = ToPiece(text);
  re2::StringPiece match;
  if (!impl_->re.Match(piece, 0, piece.size(), RE2::UNANCHORED, &match, 1))
    return false;
  *begin = static_cast<size_t>(match.data() - piece.data());
  *end = *begin + match.size();
  return true;
}

std::optional<ByteSet> Regex::AsAsciiByteClass() const {
  return impl_->byte_class;
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

// Appends strings to bytes, with their matches replaced.
class RegexReplacer {
 public:
  RegexReplacer(const Regex& regex, const Rewrite& rewrite, bool replace_global)
      : re_(regex.impl_->re),
        rewrite_(rewrite),
        num_groups_(rewrite.max_group_ + 1),
        replace_global_(replace_global) {}

  // The first match alone is replaced only by a whole rewrite.
  bool ChangesNothing() const { return rewrite_.is_cut_ && !replace_global_; }

  void Append(std::string_view text, BufferBuilder<char>* output) const {
    const re2::StringPiece piece = ToPiece(text);
    re2::StringPiece groups[10];
    size_t copied = 0;
    size_t from = 0;
    size_t last_end = std::string_view::npos;
    while (!ChangesNothing() && from <= text.size() &&
           re_.Match(piece, from, text.size(), RE2::UNANCHORED, groups,
                     num_groups_)) {
      const auto begin = static_cast<size_t>(groups[0].data() - piece.data());
      if (groups[0].empty() && begin == last_end) {
        from = begin + CharacterSize(text.substr(begin));
        continue;
      }
      AppendText(text.substr(copied, begin - copied), output);
      AppendRewrite(groups, output);
      copied = from = last_end = begin + groups[0].size();
      if (!replace_global_) break;
    }
    AppendText(text.substr(copied), output);
  }

 private:
  static void AppendText(std::string_view text, BufferBuilder<char>* output) {
    output->Append(std::span<const char>(text.data(), text.size()));
  }

  void AppendRewrite(const re2::StringPiece* groups,
                     BufferBuilder<char>* output) const {
    for (const Rewrite::Part& part : rewrite_.parts_) {
      AppendText(part.literal, output);
      if (part.group < 0) continue;
      const re2::StringPiece& group = groups[part.group];
      AppendText(std::string_view(group.data(), group.size()), output);
    }
  }

  // The size of the UTF-8 character at the begin of `text`, surrogates too; 1
  // if there is none.
  static size_t CharacterSize(std::string_view text) {
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

  const RE2& re_;
  const Rewrite& rewrite_;
  int num_groups_;
  bool replace_global_;
};

void AppendReplaced(std::string_view text, const Regex& regex,
                    const Rewrite& rewrite, bool replace_global,
                    BufferBuilder<char>& output) {
  RegexReplacer(regex, rewrite, replace_global).Append(text, &output);
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

// The strings of all pieces behind each other.
absl::StatusOr<StringTensor> Concatenate(
    const std::vector<int64_t>& borders,
    const std::vector<BufferBuilder<char>>& pieces,
    BufferBuilder<Offset> offsets, const ExecOptions& exec) {
  std::vector<Offset> begins(borders.size(), 0);
  for (size_t piece = 0; piece < pieces.size(); ++piece) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        begins[piece + 1],
        internal::CheckedAdd(begins[piece],
                             static_cast<int64_t>(pieces[piece].size())));
  }
  BufferBuilder<char> bytes(static_cast<size_t>(begins.back()));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, static_cast<int64_t>(pieces.size()), 1,
      [&](int64_t piece, int64_t end) {
        for (; piece < end; ++piece) {
          std::copy(pieces[piece].span().begin(), pieces[piece].span().end(),
                    bytes.data() + begins[piece]);
          for (int64_t row = borders[piece]; row < borders[piece + 1]; ++row)
            offsets[row + 1] += begins[piece];
        }
        return absl::OkStatus();
      }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
      std::move(bytes).Build());
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
  const RegexReplacer replacer(regex, rewrite, options.replace_global);
  const std::vector<int64_t> borders =
      internal::CutRows(input.offsets(), internal::kValuesInPiece);
  std::vector<BufferBuilder<char>> pieces(borders.size() - 1);
  BufferBuilder<Offset> offsets(static_cast<size_t>(input.size()) + 1);
  offsets[0] = 0;
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(pieces.size()), 1,
      [&](int64_t piece, int64_t end) {
        for (; piece < end; ++piece) {
          for (int64_t row = borders[piece]; row < borders[piece + 1]; ++row) {
            replacer.Append(input[row], &pieces[piece]);
            offsets[row + 1] = static_cast<Offset>(pieces[piece].size());
          }
        }
        return absl::OkStatus();
      }));
  return Concatenate(borders, pieces, std::move(offsets), options.exec);
}

}  // namespace rowsplit
