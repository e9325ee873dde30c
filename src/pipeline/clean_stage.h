#ifndef ROWSPLIT_SRC_PIPELINE_CLEAN_STAGE_H_
#define ROWSPLIT_SRC_PIPELINE_CLEAN_STAGE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "pipeline/text_stages.h"
#include "rowsplit/pipeline/text_steps.h"

namespace rowsplit::internal {

// The stage of a Unicode case mapping or of a step that works on one row after
// the other: UnicodeLowerCase and those behind it in TextStep. Fails with
// InvalidArgument for options that can't be, and those that leave the step
// nothing to do. Requires such a step.
absl::StatusOr<Stage> MakeCleanStage(size_t step, const TextStep& text_step);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_CLEAN_STAGE_H_
