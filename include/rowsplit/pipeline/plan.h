#ifndef ROWSPLIT_PIPELINE_PLAN_H_
#define ROWSPLIT_PIPELINE_PLAN_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/text_steps.h"

namespace rowsplit {

// Rows of text that are changed in place: spans into bytes. Rows are in order
// and do not overlap; bytes between them belong to no row.
struct TextRows {
  BufferBuilder<char> bytes;
  BufferBuilder<TokenSpan> rows;
};

// The steps compiled to the cheapest plan with the same answer: neighbouring
// steps that work byte by byte (lower case, delete punctuation, a regex that is
// one class of ASCII bytes replaced by nothing or one byte) become one pass
// over the bytes, and so do replacements of plain patterns that can't meet;
// filters in a row run as one, after a look at a row's first byte.
// Immutable; copies share it.
class TextPlan {
 public:
  // A plan that changes nothing.
  TextPlan();

  // Fails with InvalidArgument for a wrong pattern, rewrite or option, naming
  // the step.
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
