#include "rowsplit/text/pre_tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/utf8.h"
#include "rowsplit/core/offset.h"
#include "text/character_size.h"
#include "text/pre_tokenized_row.h"
#include "text/token_pieces.h"

namespace rowsplit {
namespace {

bool IsOneCharacter(std::string_view text) {
  return !text.empty() && internal::CharacterSize(text, 0) == text.size() &&
         internal::IsValidUtf8(text);
}

}  // namespace

PreTokenizer::PreTokenizer(const Step& step)
    : steps_(std::make_shared<std::vector<Step>>(1, step)) {}

PreTokenizer PreTokenizer::Whitespace() {
  return PreTokenizer(Step{.type = Step::Type::kWordRuns});
}
PreTokenizer PreTokenizer::WhitespaceSplit() {
  return PreTokenizer(Step{.type = Step::Type::kKind, .kind = Step::kSpace});
}
absl::StatusOr<PreTokenizer> PreTokenizer::CharDelimiterSplit(
    std::string_view delimiter) {
  if (!IsOneCharacter(delimiter)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "CharDelimiterSplit: the delimiter must be one character, got '%s'",
        delimiter));
  }
  return PreTokenizer(
      Step{.type = Step::Type::kLiteral, .literal = std::string(delimiter)});
}
PreTokenizer PreTokenizer::Punctuation(SplitBehavior behavior) {
  return PreTokenizer(Step{.type = Step::Type::kKind,
                           .kind = Step::kPunctuation,
                           .behavior = behavior});
}
PreTokenizer PreTokenizer::Digits(bool individual_digits) {
  return PreTokenizer(Step{.type = Step::Type::kKind,
                           .kind = Step::kNumber,
                           .behavior = individual_digits
                                           ? SplitBehavior::kIsolated
                                           : SplitBehavior::kContiguous});
}
PreTokenizer PreTokenizer::UnicodeScripts() {
  return PreTokenizer(
      Step{.type = Step::Type::kScripts, .behavior = SplitBehavior::kIsolated});
}
absl::StatusOr<PreTokenizer> PreTokenizer::FixedLength(int64_t length) {
  if (length < 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "FixedLength: length must be at least 1, got %d", length));
  }
  return PreTokenizer(Step{.type = Step::Type::kLength,
                           .behavior = SplitBehavior::kIsolated,
                           .length = length});
}
PreTokenizer PreTokenizer::SplitPattern(Regex pattern, SplitBehavior behavior,
                                        bool invert) {
  return PreTokenizer(Step{.type = Step::Type::kPattern,
                           .behavior = behavior,
                           .invert = invert,
                           .pattern = std::move(pattern)});
}
absl::StatusOr<PreTokenizer> PreTokenizer::Metaspace(
    const MetaspaceOptions& options) {
  if (!IsOneCharacter(options.replacement)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "Metaspace: the replacement must be one character, got '%s'",
        options.replacement));
  }
  return PreTokenizer(Step{.type = Step::Type::kMetaspace,
                           .behavior = SplitBehavior::kMergedWithNext,
                           .metaspace = options});
}
PreTokenizer PreTokenizer::BertPreTokenizer() {
  return Sequence({WhitespaceSplit(), Punctuation()});
}
PreTokenizer PreTokenizer::ByteLevel(bool add_prefix_space, bool use_regex) {
  return PreTokenizer(Step{.type = Step::Type::kByteLevel,
                           .behavior = SplitBehavior::kIsolated,
                           .add_prefix_space = add_prefix_space,
                           .use_regex = use_regex});
}
PreTokenizer PreTokenizer::Sequence(const std::vector<PreTokenizer>& steps) {
  PreTokenizer sequence = Whitespace();
  auto all = std::make_shared<std::vector<Step>>();
  for (const PreTokenizer& step : steps)
    all->insert(all->end(), step.steps_->begin(), step.steps_->end());
  sequence.steps_ = std::move(all);
  return sequence;
}

namespace {

// Offsets in bytes to offsets in characters of `text`.
class CharacterCounter {
 public:
  explicit CharacterCounter(std::string_view text) : text_(text) {}

  // The characters before `byte`; a byte before the last one starts anew.
  Offset Before(Offset byte) {
    const auto wanted = static_cast<size_t>(byte);
    if (wanted < at_) at_ = count_ = 0;
    while (at_ < wanted) {
      at_ += internal::CharacterSize(text_, at_);
      ++count_;
    }
    return static_cast<Offset>(count_);
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
  size_t count_ = 0;
};

}  // namespace

absl::StatusOr<TokensWithOffsets> PreTokenizer::Split(
    StringTensorView input, const PreTokenizeOptions& options) const {
  return internal::MakeTokens(
      input, options.exec,
      [&](int64_t row, std::string_view text, internal::TokenList& tokens) {
        if (static_cast<int64_t>(text.size()) > kMaxBatchBytes / 4) {
          return absl::ResourceExhaustedError(absl::StrFormat(
              "PreTokenizer: a string must have at most %d bytes, string %d "
              "has %d",
              kMaxBatchBytes / 4, row, text.size()));
        }
        PreTokenizedRow made(text);
        made.Apply(*steps_);
        const int64_t first = tokens.size();
        made.AppendTo(tokens);
        if (options.character_offsets) {
          CharacterCounter starts(text);
          CharacterCounter ends(text);
          tokens.MapOffsets(
              first, [&](Offset start) { return starts.Before(start); },
              [&](Offset end) { return ends.Before(end); });
        }
        return absl::OkStatus();
      });
}

}  // namespace rowsplit
