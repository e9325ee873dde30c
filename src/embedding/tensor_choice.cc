#include "embedding/tensor_choice.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "vocab/token_text.h"

namespace rowsplit::internal {

namespace {

constexpr size_t kShownNames = 5;

std::string ListOf(const std::vector<NamedTensor>& tensors, bool tables_only) {
  std::string list;
  size_t num_shown = 0;
  size_t num_left = 0;
  for (const NamedTensor& tensor : tensors) {
    if (tables_only && !tensor.is_table) continue;
    if (num_shown == kShownNames) {
      ++num_left;
      continue;
    }
    list += (num_shown++ > 0 ? ", " : "") + TokenText(tensor.name);
  }
  if (num_left > 0) list += absl::StrFormat(" and %d more", num_left);
  return num_shown == 0 ? "none" : list;
}

}  // namespace

absl::StatusOr<size_t> ChooseTensor(const std::vector<NamedTensor>& tensors,
                                    std::string_view wanted,
                                    const std::string& file) {
  size_t chosen = tensors.size();
  size_t num_matches = 0;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const bool matches =
        wanted.empty() ? tensors[i].is_table : tensors[i].name == wanted;
    if (!matches) continue;
    if (num_matches++ == 0) chosen = i;
  }
  if (num_matches == 1) return chosen;
  if (!wanted.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: %s tensor is called %s; it has %s", file,
        num_matches == 0 ? "no" : "more than one", TokenText(wanted),
        ListOf(tensors, /*tables_only=*/false)));
  }
  if (num_matches == 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: no tensor has two dimensions of float16, bfloat16, float32 or "
        "float64; it has %s",
        file, ListOf(tensors, /*tables_only=*/false)));
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: more than one tensor has two dimensions of floats, so the name of "
      "one must be given: %s",
      file, ListOf(tensors, /*tables_only=*/true)));
}

}  // namespace rowsplit::internal
