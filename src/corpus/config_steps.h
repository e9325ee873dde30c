#ifndef ROWSPLIT_SRC_CORPUS_CONFIG_STEPS_H_
#define ROWSPLIT_SRC_CORPUS_CONFIG_STEPS_H_

#include <toml++/toml.h>

#include "absl/status/statusor.h"
#include "corpus/config_table.h"
#include "rowsplit/pipeline/text_steps.h"

namespace rowsplit::internal {

// One element of [[clean]]: a key says which step it is. Fails with
// InvalidArgument if there is not one such key, or one that belongs to another
// step.
absl::StatusOr<TextStep> ReadStep(ConfigTable table);

// The element that ReadStep reads as this step.
toml::table StepToToml(const TextStep& step);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_CONFIG_STEPS_H_
