#ifndef ROWSPLIT_SRC_PIPELINE_STEP_BYTE_MAP_H_
#define ROWSPLIT_SRC_PIPELINE_STEP_BYTE_MAP_H_

#include <optional>

#include "kernels/byte_map.h"
#include "rowsplit/pipeline/plan.h"

namespace rowsplit::internal {

// The byte map that does what `step` does; nothing if there is none, or if the
// step is wrong. Defined in plan.cc.
std::optional<kernels::ByteMap> ByteMapOf(const TextStep& step);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_STEP_BYTE_MAP_H_
