#include "text/pre_tokenized_row.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/utf8.h"
#include "rowsplit/core/offset.h"
#include "text/byte_level.h"
#include "text/character_size.h"
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

}  // namespace

// Makes another text of the tokens, with the places of the source.
class PreTokenizedRow::Rewriter {
 public:
  explicit Rewriter(PreTokenizedRow& row) : row_(row) {}

  // Appends what bytes [begin, end) of the text before become.
  void Add(std::string_view part, size_t begin, size_t end) {
    made_ += part;
    begins_.resize(made_.size(),
                   static_cast<uint32_t>(row_.SourceBegin(begin)));
    ends_.resize(made_.size(), static_cast<uint32_t>(row_.SourceEnd(end - 1)));
  }
  // Makes `piece` what was appended since the piece before.
  void EndPiece(TokenSpan& piece) {
    piece = {begin_, static_cast<uint32_t>(made_.size()) - begin_};
    begin_ = static_cast<uint32_t>(made_.size());
  }
  void Finish() {
    row_.made_ = std::move(made_);
    row_.text_ = row_.made_;
    row_.begins_ = std::move(begins_);
    row_.ends_ = std::move(ends_);
  }

 private:
  PreTokenizedRow& row_;
  uint32_t begin_ = 0;
  std::string made_;
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> ends_;
};

PreTokenizedRow::PreTokenizedRow(std::string_view text) : text_(text) {
  if (!text.empty()) pieces_.push_back({0, static_cast<uint32_t>(text.size())});
}

void PreTokenizedRow::Apply(const std::vector<Step>& steps) {
  for (const Step& step : steps) Apply(step);
}

void PreTokenizedRow::AppendTo(internal::TokenList& tokens) const {
  for (const TokenSpan piece : pieces_) {
    tokens.Append(text_.substr(piece.begin, piece.size),
                  static_cast<Offset>(SourceBegin(piece.begin)),
                  static_cast<Offset>(SourceEnd(piece.end() - 1)));
  }
}

void PreTokenizedRow::Apply(const Step& step) {
  if (step.type == Step::Type::kMetaspace) ReplaceSpaces(step.metaspace);
  if (step.add_prefix_space) AddPrefixSpaces();
  std::vector<TokenSpan> before;
  before.swap(pieces_);
  for (const TokenSpan piece : before) {
    parts_.clear();
    FindParts(step, text_.substr(piece.begin, piece.size));
    Combine(step.behavior, piece.begin);
  }
  if (step.type == Step::Type::kByteLevel) BytesToCharacters();
}

void PreTokenizedRow::FindParts(const Step& step, std::string_view text) {
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
    case Step::Type::kByteLevel:
      if (!step.use_regex) return Add(0, text.size(), false);
      return FindByteLevelWords(text);
  }
}

// White space is the match.
void PreTokenizedRow::FindWordRuns(std::string_view text) {
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

void PreTokenizedRow::FindKind(uint8_t kind, std::string_view text) {
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

void PreTokenizedRow::FindLiteral(std::string_view literal,
                                  std::string_view text) {
  size_t begin = 0;
  for (size_t at = text.find(literal); at != std::string_view::npos;
       at = text.find(literal, begin)) {
    Add(begin, at, false);
    begin = at + literal.size();
    Add(at, begin, true);
  }
  Add(begin, text.size(), false);
}

void PreTokenizedRow::FindScripts(std::string_view text) {
  size_t begin = 0;
  uint16_t before = 0;
  bool has_before = false;
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    const uint16_t script = Next(Scripts(), text, &at);
    if (script == kAnyScript) continue;
    // What is of any script at the begin of a token is dropped.
    if (!has_before) begin = from;
    if (has_before && script != before) {
      Add(begin, from, true);
      begin = from;
    }
    before = script;
    has_before = true;
  }
  if (has_before) Add(begin, text.size(), true);
}

void PreTokenizedRow::FindChunks(int64_t length, std::string_view text) {
  size_t begin = 0;
  int64_t count = 0;
  for (size_t at = 0; at < text.size();) {
    at += internal::CharacterSize(text, at);
    if (++count < length && at < text.size()) continue;
    Add(begin, at, true);
    begin = at;
    count = 0;
  }
}

// An empty match is a border.
void PreTokenizedRow::FindPattern(const Step& step, std::string_view text) {
  size_t done = 0;
  size_t from = 0;
  size_t begin = 0;
  size_t end = 0;
  while (from <= text.size() && step.pattern->Find(text, from, &begin, &end)) {
    Add(done, begin, step.invert);
    Add(begin, end, !step.invert);
    done = end;
    from = end;
    if (begin == end)
      from += from < text.size() ? internal::CharacterSize(text, from) : 1;
  }
  Add(done, text.size(), step.invert);
}

void PreTokenizedRow::FindByteLevelWords(std::string_view text) {
  if (!internal::IsValidUtf8(text)) return Add(0, text.size(), true);
  for (const TokenSpan word : internal::ByteLevelWords(text))
    Add(word.begin, word.end(), true);
}

void PreTokenizedRow::Combine(SplitBehavior behavior, size_t base) {
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
      pieces_.push_back({static_cast<uint32_t>(base + part.begin),
                         static_cast<uint32_t>(part.end - part.begin)});
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

void PreTokenizedRow::ReplaceSpaces(const MetaspaceOptions& options) {
  Rewriter rewriter(*this);
  for (TokenSpan& piece : pieces_) {
    const std::string_view text = text_.substr(piece.begin, piece.size);
    const bool is_wanted = options.prepend_scheme == PrependScheme::kAlways ||
                           (options.prepend_scheme == PrependScheme::kFirst &&
                            SourceBegin(piece.begin) == 0);
    if (is_wanted && text[0] != ' ' && !text.starts_with(options.replacement)) {
      rewriter.Add(options.replacement, piece.begin,
                   piece.begin + internal::CharacterSize(text, 0));
    }
    for (size_t at = 0; at < text.size();) {
      const size_t size = internal::CharacterSize(text, at);
      rewriter.Add(text[at] == ' ' ? std::string_view(options.replacement)
                                   : text.substr(at, size),
                   piece.begin + at, piece.begin + at + size);
      at += size;
    }
    rewriter.EndPiece(piece);
  }
  rewriter.Finish();
}

void PreTokenizedRow::AddPrefixSpaces() {
  Rewriter rewriter(*this);
  for (TokenSpan& piece : pieces_) {
    const std::string_view text = text_.substr(piece.begin, piece.size);
    if (text[0] != ' ') {
      rewriter.Add(" ", piece.begin,
                   piece.begin + internal::CharacterSize(text, 0));
    }
    for (size_t at = 0; at < text.size();) {
      const size_t size = internal::CharacterSize(text, at);
      rewriter.Add(text.substr(at, size), piece.begin + at,
                   piece.begin + at + size);
      at += size;
    }
    rewriter.EndPiece(piece);
  }
  rewriter.Finish();
}

void PreTokenizedRow::BytesToCharacters() {
  Rewriter rewriter(*this);
  std::string character;
  for (TokenSpan& piece : pieces_) {
    const std::string_view text = text_.substr(piece.begin, piece.size);
    for (size_t at = 0; at < text.size();) {
      const size_t size = internal::CharacterSize(text, at);
      character.clear();
      for (const char byte : text.substr(at, size))
        internal::AppendByteCharacter(static_cast<uint8_t>(byte), character);
      rewriter.Add(character, piece.begin + at, piece.begin + at + size);
      at += size;
    }
    rewriter.EndPiece(piece);
  }
  rewriter.Finish();
}

}  // namespace rowsplit
