#include "rowsplit/ragged/string_tensor.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

absl::StatusOr<StringTensor> StringTensor::FromBytes(RowPartition offsets,
                                                     Buffer<char> bytes) {
  if (offsets.num_values() != static_cast<int64_t>(bytes.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the last offset must be the number of bytes: %d, %d bytes",
        offsets.num_values(), bytes.size()));
  }
  return StringTensor(std::move(offsets), std::move(bytes));
}

StringTensor StringTensor::FromStrings(
    std::span<const std::string_view> strings) {
  size_t num_bytes = 0;
  for (const std::string_view string : strings) num_bytes += string.size();
  StringTensorBuilder builder;
  builder.Reserve(static_cast<int64_t>(strings.size()),
                  static_cast<int64_t>(num_bytes));
  for (const std::string_view string : strings) builder.Append(string);
  return std::move(builder).Build();
}

bool operator==(const StringTensor& a, const StringTensor& b) {
  return a.offsets_ == b.offsets_ &&
         std::string_view(a.bytes_.data(), a.bytes_.size()) ==
             std::string_view(b.bytes_.data(), b.bytes_.size());
}

StringTensor StringTensorBuilder::Build() && {
  return StringTensor(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets_).Build()),
      std::move(bytes_).Build());
}

}  // namespace rowsplit
