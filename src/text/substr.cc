#include "rowsplit/text/substr.h"

#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/count_characters.h"
#include "ops/broadcast_plan.h"
#include "ops/index_tensor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/text/any_rank.h"
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

const uint8_t* Unsigned(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// The first byte begins a character whatever it is.
int64_t NumCharacters(std::string_view text) {
  if (text.empty()) return 0;
  return 1 + static_cast<int64_t>(
                 kernels::CountCharacters(Unsigned(text) + 1, text.size() - 1));
}

// Where character `index` begins; the size if there are not more characters.
size_t CharacterBegin(std::string_view text, int64_t index) {
  if (index == 0 || text.empty()) return 0;
  return 1 + kernels::FindCharacter(Unsigned(text) + 1, text.size() - 1,
                                    static_cast<size_t>(index - 1));
}

struct Part {
  size_t begin;
  size_t size;
};

// False if the position is not in the string.
bool FindBytes(std::string_view text, int64_t position, int64_t length,
               Part* part) {
  const auto size = static_cast<int64_t>(text.size());
  if (position > size || position < -size) return false;
  const int64_t begin = position < 0 ? position + size : position;
  *part = {static_cast<size_t>(begin), static_cast<size_t>(size - begin)};
  if (length >= 0 && length < size - begin)
    part->size = static_cast<size_t>(length);
  return true;
}

bool FindCharacters(std::string_view text, int64_t position, int64_t length,
                    Part* part) {
  if (position < 0) {
    const int64_t count = NumCharacters(text);
    if (position < -count || length < 0) return false;
    part->begin = CharacterBegin(text, position + count);
  } else {
    part->begin = CharacterBegin(text, position);
    if (part->begin == text.size() && NumCharacters(text) != position)
      return false;
  }
  part->size =
      length <= 0 ? 0 : CharacterBegin(text.substr(part->begin), length);
  return true;
}

absl::Status OutOfString(int64_t row, std::string_view text, int64_t position,
                         int64_t length) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "Substr: the position must lie in the string: string %d of %d bytes, "
      "position %d, length %d",
      row, text.size(), position, length));
}

absl::Status CheckNumber(std::string_view name, size_t number, int64_t rows) {
  if (number == 1 || static_cast<int64_t>(number) == rows)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("Substr: there must be one of %s or one for each of the "
                      "%d strings, got %d",
                      name, rows, number));
}

absl::StatusOr<StringTensor> CopyParts(StringTensorView input,
                                       std::span<const Part> parts,
                                       std::span<const int64_t> borders,
                                       const ExecOptions& exec) {
  BufferBuilder<Offset> offsets(parts.size() + 1);
  offsets[0] = 0;
  for (size_t row = 0; row < parts.size(); ++row) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        offsets[row + 1],
        internal::CheckedAdd(offsets[row],
                             static_cast<int64_t>(parts[row].size)));
  }
  BufferBuilder<char> bytes(static_cast<size_t>(offsets[parts.size()]));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, static_cast<int64_t>(borders.size()) - 1, 1,
      [&](int64_t piece, int64_t last) {
        for (int64_t row = borders[piece]; row < borders[last]; ++row) {
          if (parts[row].size == 0) continue;
          std::memcpy(bytes.data() + offsets[row],
                      input[row].data() + parts[row].begin, parts[row].size);
        }
        return absl::OkStatus();
      }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
      std::move(bytes).Build());
}

}  // namespace

absl::StatusOr<StringTensor> Substr(StringTensorView input,
                                    std::span<const int64_t> positions,
                                    std::span<const int64_t> lengths,
                                    const SubstrOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckNumber("positions", positions.size(), input.size()));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckNumber("lengths", lengths.size(), input.size()));
  const auto find =
      options.unit == CharUnit::kByte ? FindBytes : FindCharacters;
  BufferBuilder<Part> parts(static_cast<size_t>(input.size()));
  const std::vector<int64_t> borders =
      internal::CutRows(input.offsets(), internal::kValuesInPiece);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(borders.size()) - 1, 1,
      [&](int64_t piece, int64_t last) {
        for (int64_t row = borders[piece]; row < borders[last]; ++row) {
          const int64_t position = positions[positions.size() == 1 ? 0 : row];
          const int64_t length = lengths[lengths.size() == 1 ? 0 : row];
          if (!find(input[row], position, length, &parts[row]))
            return OutOfString(row, input[row], position, length);
        }
        return absl::OkStatus();
      }));
  return CopyParts(input, parts.span(), borders, options.exec);
}

absl::StatusOr<Tensor> Substr(const Tensor& input, const Tensor& positions,
                              const Tensor& lengths,
                              const SubstrOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckStrings(input));
  if (positions.is_ragged() || lengths.is_ragged() ||
      positions.flat_shape() != lengths.flat_shape() ||
      positions.num_items() == 0) {
    return absl::InvalidArgumentError(
        "Substr: positions and lengths must be dense, of one shape, and not "
        "empty");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor begins, internal::AsIndices("Substr: positions", positions));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor sizes,
                            internal::AsIndices("Substr: lengths", lengths));
  const auto take = [&](const StringTensor& strings,
                        std::span<const int64_t> at,
                        std::span<const int64_t> size) {
    return Substr(strings.view(), at, size, options);
  };
  const Tensor flat = input.flat_values();
  if (positions.rank() == 0 || positions.flat_shape() == flat.flat_shape()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        StringTensor parts,
        take(flat.strings(), begins.items<int64_t>(), sizes.items<int64_t>()));
    return InShapeOf(input, std::move(parts));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::BroadcastPlan plan,
                            internal::PlanBroadcast("Substr", flat, begins));
  if (input.is_ragged() && plan.flat_shape != flat.flat_shape()) {
    return absl::InvalidArgumentError(
        "Substr: the flat values of ragged strings must keep their shape");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const StringTensor strings,
      internal::BroadcastStrings(plan.x, flat.strings(), plan.num_items));
  BufferBuilder<int64_t> at(static_cast<size_t>(plan.num_items));
  BufferBuilder<int64_t> size(static_cast<size_t>(plan.num_items));
  plan.y.Fetch(begins.items<int64_t>().data(), 0, plan.num_items, at.data());
  plan.y.Fetch(sizes.items<int64_t>().data(), 0, plan.num_items, size.data());
  ROWSPLIT_ASSIGN_OR_RETURN(StringTensor parts,
                            take(strings, at.span(), size.span()));
  const std::span<const RowPartition> partitions = input.partitions();
  return Tensor::FromPartitionsUnchecked(
      {partitions.begin(), partitions.end()},
      Tensor::DenseUnchecked(std::move(parts), plan.flat_shape));
}

}  // namespace rowsplit
