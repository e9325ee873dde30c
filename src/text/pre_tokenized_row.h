#ifndef ROWSPLIT_SRC_TEXT_PRE_TOKENIZED_ROW_H_
#define ROWSPLIT_SRC_TEXT_PRE_TOKENIZED_ROW_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rowsplit/core/offset.h"
#include "rowsplit/text/pre_tokenizer.h"
#include "rowsplit/text/regex.h"
#include "text/character_size.h"
#include "text/token_pieces.h"

namespace rowsplit {

// One of the things that a PreTokenizer does, in turn.
struct PreTokenizer::Step {
  enum class Type {
    kWordRuns,
    kKind,
    kLiteral,
    kScripts,
    kLength,
    kPattern,
    kMetaspace,
    kByteLevel
  };
  // What a character can be.
  static constexpr uint8_t kWord = 1;
  static constexpr uint8_t kSpace = 2;
  static constexpr uint8_t kPunctuation = 4;
  static constexpr uint8_t kNumber = 8;

  Type type;
  uint8_t kind = 0;
  SplitBehavior behavior = SplitBehavior::kRemoved;
  bool invert = false;
  bool add_prefix_space = false;
  bool use_regex = false;
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

  // `text` must outlive the row.
  explicit PreTokenizedRow(std::string_view text);

  void Apply(const std::vector<Step>& steps);
  void AppendTo(internal::TokenList& tokens) const;

 private:
  class Rewriter;
  // A part of a token: a match, or what is between matches.
  struct Part {
    size_t begin;
    size_t end;
    bool is_match;
  };

  size_t SourceBegin(size_t byte) const {
    return begins_.empty() ? byte : begins_[byte];
  }
  size_t SourceEnd(size_t byte) const {
    return ends_.empty() ? byte + 1 : ends_[byte];
  }

  void Apply(const Step& step);
  void Add(size_t begin, size_t end, bool is_match) {
    if (begin < end) parts_.push_back({begin, end, is_match});
  }

  // Each appends the parts of a token.
  void FindParts(const Step& step, std::string_view text);
  void FindWordRuns(std::string_view text);
  void FindKind(uint8_t kind, std::string_view text);
  void FindLiteral(std::string_view literal, std::string_view text);
  void FindScripts(std::string_view text);
  void FindChunks(int64_t length, std::string_view text);
  void FindPattern(const Step& step, std::string_view text);
  void FindByteLevelWords(std::string_view text);

  // Makes tokens of the parts of the token that begins at `base`.
  void Combine(SplitBehavior behavior, size_t base);

  // Change the text of all tokens.
  void ReplaceSpaces(const MetaspaceOptions& options);
  void AddPrefixSpaces();
  void BytesToCharacters();

  std::string_view text_;
  std::string made_;
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> ends_;
  std::vector<TokenSpan> pieces_;
  std::vector<Part> parts_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_SRC_TEXT_PRE_TOKENIZED_ROW_H_
