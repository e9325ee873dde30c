#ifndef ROWSPLIT_SRC_VOCAB_FROZEN_FILE_H_
#define ROWSPLIT_SRC_VOCAB_FROZEN_FILE_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "vocab/frozen_layout.h"

// Reads and writes the parts of a frozen vocabulary as bytes; what they mean is
// the business of Vocabulary and of frozen_check.h.
namespace rowsplit::internal {

// The bytes of each section but the checksums.
using FrozenParts = std::array<std::span<const char>, kFrozenDataSections>;

// Gives the bytes of the file to `append`, in order, without a copy of them.
// `header` is of LayOutFrozen, with the table's parameters set; the parts have
// the sizes that it says. O(bytes), checksums on all cores.
absl::Status WriteFrozen(
    FrozenHeader header, const FrozenParts& parts, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(std::string_view bytes)> append);

// The sections of a file with a checked header.
FrozenParts FrozenPartsOf(const FrozenHeader& header,
                          std::span<const char> file);

// Compares all checksums, and looks at the zeros between sections. DataLoss
// names the first section and block that differ. O(bytes), on all cores.
absl::Status CheckAllBlocks(const FrozenHeader& header,
                            std::span<const char> file, const std::string& name,
                            const ExecOptions& exec);

// The same of the checksums' own, the zeros, and at most 16 blocks of each
// section: the first, the last and others at equal distances.
absl::Status CheckSampledBlocks(const FrozenHeader& header,
                                std::span<const char> file,
                                const std::string& name);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_FROZEN_FILE_H_
