#include "rowsplit/text/pre_tokenizer.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/utf8.h"
#include "rowsplit/core/offset.h"
#include "text/code_point_table.h"
#include "text/token_pieces.h"

namespace rowsplit {
namespace {

enum Kind : uint8_t { kWord = 1, kSpace = 2, kPunctuation = 4, kNumber = 8 };

bool IsOlderThan(UChar32 c, int version) {
  UVersionInfo age;
  u_charAge(c, age);
  return age[0] != 0 && age[0] < version;
}

uint8_t KindOf(uint32_t code_point) {
  const auto c = static_cast<UChar32>(code_point);
  const uint32_t category = U_GET_GC_MASK(c);
  uint8_t kind = 0;
  if (u_isUAlphabetic(c) ||
      (category & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0 ||
      u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL))
    kind |= kWord;
  if (u_isUWhiteSpace(c)) kind |= kSpace;
  if ((category & U_GC_N_MASK) != 0) kind |= kNumber;
  // The marks of Unicode 8; two of them are marks no longer.
  const bool is_ascii_mark = code_point < 0x80 && u_ispunct(c) != 0;
  const bool is_ascii_symbol =
      code_point < 0x80 && (category & U_GC_S_MASK) != 0;
  if (is_ascii_mark || is_ascii_symbol || code_point == 0x166D ||
      code_point == 0x111C9 ||
      ((category & U_GC_P_MASK) != 0 && IsOlderThan(c, 9)))
    kind |= kPunctuation;
  return kind;
}

constexpr uint16_t kAnyScript = 0xFFFF;

// The scripts of Unicode 9 as Hugging Face's tokenizers take them.
uint16_t ScriptOf(uint32_t code_point) {
  const auto c = static_cast<UChar32>(code_point);
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &status);
  if (code_point == ' ' || script == USCRIPT_UNKNOWN || !IsOlderThan(c, 10))
    return kAnyScript;
  if (code_point == 0x0589 || code_point == 0x061C) return USCRIPT_COMMON;
  if (script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
      code_point == 0x30FC)
    return USCRIPT_HAN;
  return static_cast<uint16_t>(script);
}

const internal::CodePointTable<uint8_t>& Kinds() {
  static const auto* table = new internal::CodePointTable<uint8_t>(
      internal::CodePointTable<uint8_t>::Make(KindOf));
  return *table;
}
const internal::CodePointTable<uint16_t>& Scripts() {
  static const auto* table = new internal::CodePointTable<uint16_t>(
      internal::CodePointTable<uint16_t>::Make(ScriptOf));
  return *table;
}

// The bytes of the character, or of the maximal ill-formed subpart, at `at`.
size_t CharacterSize(std::string_view text, size_t at) {
  if (static_cast<uint8_t>(text[at]) < 0x80) return 1;
  return internal::ReadUtf8Sequence(text, at).size;
}

// The property of the character at `*at`, which moves behind it; that of U+FFFD
// for what is ill-formed.
template <typename T>
T Next(const internal::CodePointTable<T>& table, std::string_view text,
       size_t* at) {
  if (static_cast<uint8_t>(text[*at]) >= 0x80) {
    const auto sequence = internal::ReadUtf8Sequence(text, *at);
    if (!sequence.good) {
      *at += sequence.size;
      return table.At(0xFFFD);
    }
  }
  return table.Next(text, at);
}

bool IsOneCharacter(std::string_view text) {
  return !text.empty() && CharacterSize(text, 0) == text.size() &&
         internal::IsValidUtf8(text);
}

// A part of a token: a match, or what is between matches.
struct Part {
  size_t begin;
  size_t end;
  bool is_match;
};

}  // namespace

struct PreTokenizer::Step {
  enum class Type {
    kWordRuns,
    kKind,
    kLiteral,
    kScripts,
    kLength,
    kPattern,
    kMetaspace
  };
  Type type;
  uint8_t kind = 0;
  SplitBehavior behavior = SplitBehavior::kRemoved;
  bool invert = false;
  int64_t length = 0;
  std::optional<Regex> pattern = std::nullopt;
  std::string literal = {};
  MetaspaceOptions metaspace = {};
};

// The tokens of one string while the steps go over them. Offsets of the source
// are kept for each byte once a step has changed the text.
class PreTokenizedRow {
 public:
  using Step = PreTokenizer::Step;

  explicit PreTokenizedRow(std::string_view text) : text_(text) {
    if (!text.empty())
      pieces_.push_back({0, static_cast<uint32_t>(text.size())});
  }

  void Apply(const std::vector<Step>& steps) {
    for (const Step& step : steps) Apply(step);
  }

  void AppendTo(internal::TokenList& tokens) const {
    for (const TokenSpan piece : pieces_) {
      tokens.Append(text_.substr(piece.begin, piece.size),
                    static_cast<Offset>(SourceBegin(piece.begin)),
                    static_cast<Offset>(SourceEnd(piece.end() - 1)));
    }
  }

 private:
  size_t SourceBegin(size_t byte) const {
    return begins_.empty() ? byte : begins_[byte];
  }
  size_t SourceEnd(size_t byte) const {
    return ends_.empty() ? byte + 1 : ends_[byte];
  }

  void Apply(const Step& step) {
    if (step.type == Step::Type::kMetaspace) ReplaceSpaces(step.metaspace);
    std::vector<TokenSpan> before;
    before.swap(pieces_);
    for (const TokenSpan piece : before) {
      const std::string_view text = text_.substr(piece.begin, piece.size);
      parts_.clear();
      FindParts(step, text);
      Combine(step.behavior, piece.begin);
    }
  }

  void Add(size_t begin, size_t end, bool is_match) {
    if (begin < end) parts_.push_back({begin, end, is_match});
  }

  void FindParts(const Step& step, std::string_view text) {
    switch (step.type) {
      case Step::Type::kWordRuns:
        return FindWordRuns(text);
      case Step::Type::kKind:
        return FindKind(step.kind, text);
      case Step::Type::kLiteral:
        return FindLiteral(step.literal, text);
      case Step::Type::kScripts:
        return FindScripts(text);
      case Step::Type::kLength:
        return FindChunks(step.length, text);
      case Step::Type::kPattern:
        return FindPattern(step, text);
      case Step::Type::kMetaspace:
        if (!step.metaspace.split) return Add(0, text.size(), false);
        return FindLiteral(step.metaspace.replacement, text);
    }
  }

  // White space is the match.
  void FindWordRuns(std::string_view text) {
    size_t begin = 0;
    uint8_t before = 0xFF;
    for (size_t at = 0; at < text.size();) {
      const size_t from = at;
      const uint8_t kind = Next(Kinds(), text, &at) & (kWord | kSpace);
      if (kind != before) {
        Add(begin, from, (before & kSpace) != 0);
        begin = from;
      }
      before = kind;
    }
    Add(begin, text.size(), (before & kSpace) != 0);
  }

  void FindKind(uint8_t kind, std::string_view text) {
    size_t begin = 0;
    for (size_t at = 0; at < text.size();) {
      const size_t from = at;
      if ((Next(Kinds(), text, &at) & kind) == 0) continue;
      Add(begin, from, false);
      Add(from, at, true);
      begin = at;
    }
    Add(begin, text.size(), false);
  }

  void FindLiteral(std::string_view literal, std::string_view text) {
    size_t begin = 0;
    for (size_t at = text.find(literal); at != std::string_view::npos;
         at = text.find(literal, begin)) {
      Add(begin, at, false);
      begin = at + literal.size();
      Add(at, begin, true);
    }
    Add(begin, text.size(), false);
  }

  void FindScripts(std::string_view text) {
    size_t begin = 0;
    uint16_t before = 0;
    bool has_before = false;
    for (size_t at = 0; at < text.size();) {
      const size_t from = at;
      const uint16_t script = Next(Scripts(), text, &at);
      if (script == kAnyScript) continue;
      if (has_before && script != before) {
        Add(begin, from, true);
        begin = from;
      }
      before = script;
      has_before = true;
    }
    Add(begin, text.size(), true);
  }

  void FindChunks(int64_t length, std::string_view text) {
    size_t begin = 0;
    int64_t count = 0;
    for (size_t at = 0; at < text.size();) {
      at += CharacterSize(text, at);
      if (++count < length && at < text.size()) continue;
      Add(begin, at, true);
      begin = at;
      count = 0;
    }
  }

  // An empty match is a border.
  void FindPattern(const Step& step, std::string_view text) {
    size_t done = 0;
    size_t from = 0;
    size_t begin = 0;
    size_t end = 0;
    while (from <= text.size() &&
           step.pattern->Find(text, from, &begin, &end)) {
      Add(done, begin, step.invert);
      Add(begin, end, !step.invert);
      done = end;
      from = end;
      if (begin == end)
        from += from < text.size() ? CharacterSize(text, from) : 1;
    }
    Add(done, text.size(), step.invert);
  }

  void Push(size_t base, size_t begin, size_t end) {
    pieces_.push_back({static_cast<uint32_t>(base + begin),
                       static_cast<uint32_t>(end - begin)});
  }

  // Makes tokens of the parts of the piece that begins at `base`.
  void Combine(SplitBehavior behavior, size_t base) {
    const size_t first = pieces_.size();
    bool before_is_match = false;
    if (behavior == SplitBehavior::kMergedWithNext)
      std::reverse(parts_.begin(), parts_.end());
    for (const Part& part : parts_) {
      const bool has_before = pieces_.size() > first;
      bool joins = false;
      switch (behavior) {
        case SplitBehavior::kRemoved:
          if (part.is_match) continue;
          break;
        case SplitBehavior::kIsolated:
          break;
        case SplitBehavior::kContiguous:
          joins = has_before && part.is_match == before_is_match;
          break;
        case SplitBehavior::kMergedWithPrevious:
        case SplitBehavior::kMergedWithNext:
          joins = has_before && part.is_match && !before_is_match;
          break;
      }
      before_is_match = part.is_match;
      if (!joins) {
        Push(base, part.begin, part.end);
        continue;
      }
      TokenSpan& last = pieces_.back();
      const auto size = static_cast<uint32_t>(part.end - part.begin);
      last.size += size;
      if (behavior == SplitBehavior::kMergedWithNext) last.begin -= size;
    }
    if (behavior == SplitBehavior::kMergedWithNext)
      std::reverse(pieces_.begin() + static_cast<ptrdiff_t>(first),
                   pieces_.end());
  }

  // Puts the replacement for ' ', and before the tokens as the scheme says.
  void ReplaceSpaces(const MetaspaceOptions& options) {
    std::string made;
    std::vector<uint32_t> begins;
    std::vector<uint32_t> ends;
    const auto add = [&](std::string_view part, size_t begin, size_t end) {
      made += part;
      begins.resize(made.size(), static_cast<uint32_t>(begin));
      ends.resize(made.size(), static_cast<uint32_t>(end));
    };
    for (TokenSpan& piece : pieces_) {
      const std::string_view text = text_.substr(piece.begin, piece.size);
      const auto made_begin = static_cast<uint32_t>(made.size());
      const bool is_wanted = options.prepend_scheme == PrependScheme::kAlways ||
                             (options.prepend_scheme == PrependScheme::kFirst &&
                              SourceBegin(piece.begin) == 0);
      if (is_wanted && text[0] != ' ' &&
          !text.starts_with(options.replacement)) {
        const size_t first = CharacterSize(text, 0);
        add(options.replacement, SourceBegin(piece.begin),
            SourceEnd(piece.begin + first - 1));
      }
      for (size_t at = 0; at < text.size();) {
        const size_t size = CharacterSize(text, at);
        const size_t begin = SourceBegin(piece.begin + at);
        const size_t end = SourceEnd(piece.begin + at + size - 1);
        add(text[at] == ' ' ? std::string_view(options.replacement)
                            : text.substr(at, size),
            begin, end);
        at += size;
      }
      piece = {made_begin, static_cast<uint32_t>(made.size()) - made_begin};
    }
    made_ = std::move(made);
    text_ = made_;
    begins_ = std::move(begins);
    ends_ = std::move(ends);
  }

  std::string_view text_;
  std::string made_;
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> ends_;
  std::vector<TokenSpan> pieces_;
  std::vector<Part> parts_;
};

PreTokenizer::PreTokenizer(Step step)
    : steps_(std::make_shared<std::vector<Step>>(1, std::move(step))) {}

PreTokenizer PreTokenizer::Whitespace() {
  return PreTokenizer(Step{.type = Step::Type::kWordRuns});
}
PreTokenizer PreTokenizer::WhitespaceSplit() {
  return PreTokenizer(Step{.type = Step::Type::kKind, .kind = kSpace});
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
  return PreTokenizer(Step{
      .type = Step::Type::kKind, .kind = kPunctuation, .behavior = behavior});
}
PreTokenizer PreTokenizer::Digits(bool individual_digits) {
  return PreTokenizer(Step{.type = Step::Type::kKind,
                           .kind = kNumber,
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
      at_ += CharacterSize(text_, at_);
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
