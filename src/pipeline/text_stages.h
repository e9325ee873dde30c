#ifndef ROWSPLIT_SRC_PIPELINE_TEXT_STAGES_H_
#define ROWSPLIT_SRC_PIPELINE_TEXT_STAGES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/byte_map.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/text/regex.h"
#include "text/case_mapper.h"
#include "text/full_match_set.h"
#include "text/plain_replacer.h"

// What a TextPlan runs. A step that counts or drops something is named by its
// place in the plan.
namespace rowsplit::internal {

// Consecutive steps that work byte by byte.
struct MapStage {
  kernels::CompiledByteMap map;
};

// Consecutive filters: the i-th pattern is that of step first_step + i.
struct FilterStage {
  size_t first_step;
  FullMatchSet patterns;
};

struct RegexStage {
  Regex regex;
  Rewrite rewrite;
  bool replace_global;
};

// One or more replacements in one pass, without a regular expression.
struct PlainStage {
  PlainReplacer replacer;
  std::string description;
};

// A mapping of Unicode characters, which may change their size.
struct CaseStage {
  const CaseMapper* mapper;
  std::string name;
};

// Appends what a row becomes, and returns how often something was changed, or
// why it can't be done.
struct RowStage {
  size_t step;
  std::string name;
  std::function<absl::StatusOr<int64_t>(std::string_view row,
                                        BufferBuilder<char>& output)>
      append;
};

// Says of each row whether it is dropped.
struct DropStage {
  size_t step;
  std::string name;
  std::function<bool(std::string_view row)> drops;
};

using Stage = std::variant<MapStage, FilterStage, RegexStage, PlainStage,
                           CaseStage, RowStage, DropStage>;

// Runs a stage. `result` may be null. Fails with ResourceExhausted if the rows
// grow past kMaxBatchBytes.
absl::Status RunStage(const Stage& stage, TextRows& text,
                      TextPlan::Result* result);

// What Explain says of a stage.
std::string DescribeStage(const Stage& stage);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_TEXT_STAGES_H_
