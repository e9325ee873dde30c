#ifndef ROWSPLIT_PIPELINE_PLAN_H_
#define ROWSPLIT_PIPELINE_PLAN_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {

// The steps that clean rows of text: plain data, so that a pipeline can be
// saved, shown and compiled.

// Drops the rows that `pattern` (RE2) matches from end to end.
struct DropFullMatch {
  std::string pattern;
  friend bool operator==(const DropFullMatch&, const DropFullMatch&) = default;
};

// Replaces what `pattern` (RE2) matches, as tf.strings.regex_replace: \0 to \9
// in `rewrite` are groups.
struct ReplaceRegex {
  std::string pattern;
  std::string rewrite;
  bool replace_global = true;
  friend bool operator==(const ReplaceRegex&, const ReplaceRegex&) = default;
};

// Lower-cases ASCII letters.
struct LowerCase {
  friend bool operator==(const LowerCase&, const LowerCase&) = default;
};

// Deletes the ASCII punctuation marks that Keras strips.
struct DeletePunctuation {
  friend bool operator==(const DeletePunctuation&,
                         const DeletePunctuation&) = default;
};

// Lower-cases the letters of all alphabets, and folds their case, as
// LowerUnicode and FoldCase do. Ill-formed UTF-8 becomes U+FFFD.
struct UnicodeLowerCase {
  friend bool operator==(const UnicodeLowerCase&,
                         const UnicodeLowerCase&) = default;
};
struct UnicodeFoldCase {
  friend bool operator==(const UnicodeFoldCase&,
                         const UnicodeFoldCase&) = default;
};

using TextStep =
    std::variant<DropFullMatch, ReplaceRegex, LowerCase, DeletePunctuation,
                 UnicodeLowerCase, UnicodeFoldCase>;

// Rows of text that are changed in place: spans into bytes. Rows are in order
// and do not overlap; bytes between them belong to no row.
struct TextRows {
  BufferBuilder<char> bytes;
  BufferBuilder<TokenSpan> rows;
};

// The steps compiled to the cheapest plan with the same answer: neighbouring
// steps that work byte by byte (lower case, delete punctuation, a regex that is
// one class of ASCII bytes replaced by nothing or one byte) become one pass
// over the bytes; a filter looks at a row's first bytes before its regex.
// Immutable; copies share it.
class TextPlan {
 public:
  // A plan that changes nothing.
  TextPlan();

  // Fails with InvalidArgument for a wrong pattern or rewrite, naming the step.
  static absl::StatusOr<TextPlan> Compile(std::vector<TextStep> steps);

  const std::vector<TextStep>& steps() const;

  // What one call of Apply dropped.
  struct Result {
    // For each step, the rows that it dropped.
    std::vector<int64_t> dropped;
    // For each step, how often it changed something, if it counts that.
    std::vector<int64_t> changed;
    // For each row that is left, which one it was before.
    std::vector<int64_t> kept;
  };

  // Runs the steps on `text`, whose rows become those that are left. Linear in
  // the bytes. Fails with ResourceExhausted if the rows grow past
  // kMaxBatchBytes. `result` may be null.
  absl::Status Apply(TextRows& text, Result* result) const;

  // One line for each stage that runs, in order.
  std::string Explain() const;

 private:
  struct Compiled;
  explicit TextPlan(std::shared_ptr<const Compiled> compiled)
      : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_PIPELINE_PLAN_H_
