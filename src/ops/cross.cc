#include "rowsplit/ops/cross.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

constexpr std::string_view kSeparator = "_X_";
// Rows that a thread takes at a time.
constexpr int64_t kGrain = 512;

// One input: rows of strings, or of int64.
struct Feature {
  Tensor tensor;  // keeps the values alive
  StringTensorView strings;
  const int64_t* numbers = nullptr;
  std::vector<uint64_t> fingerprints;

  int64_t begin(int64_t row) const {
    return tensor.is_ragged() ? tensor.partition(0).row_splits()[row]
                              : row * tensor.flat_shape()[1];
  }
  int64_t size(int64_t row) const { return begin(row + 1) - begin(row); }
};

absl::StatusOr<std::vector<Feature>> ReadFeatures(
    std::string_view op, std::span<const Tensor> inputs) {
  if (inputs.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: at least one input is needed", op));
  }
  std::vector<Feature> features;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& input = inputs[i];
    if (!input.is_string() && !IsInteger(input.dtype())) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: inputs must be strings or integers: inputs[%d] "
                          "is of dtype %s",
                          op, i, DTypeName(input.dtype())));
    }
    if (input.rank() != 2) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: inputs must have rank 2: inputs[%d] has rank %d",
                          op, i, input.rank()));
    }
    if (input.num_rows() != inputs[0].num_rows()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: inputs must have one number of rows: inputs[%d] has %d, "
          "inputs[0] has %d",
          op, i, input.num_rows(), inputs[0].num_rows()));
    }
    Feature feature{input, {}, nullptr, {}};
    if (input.is_string()) {
      feature.strings = feature.tensor.strings().view();
    } else {
      ROWSPLIT_ASSIGN_OR_RETURN(feature.tensor, Cast(input, DType::kInt64));
      feature.numbers = feature.tensor.items<int64_t>().data();
    }
    features.push_back(std::move(feature));
  }
  return features;
}

// The rows of the result.
absl::StatusOr<RowPartition> CountRows(const std::vector<Feature>& features) {
  const int64_t num_rows = features[0].tensor.num_rows();
  BufferBuilder<Offset> splits(num_rows + 1);
  splits[0] = 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    bool empty = false;
    for (const Feature& feature : features) empty |= feature.size(row) == 0;
    int64_t count = empty ? 0 : 1;
    for (const Feature& feature : features) {
      if (empty) break;
      ROWSPLIT_ASSIGN_OR_RETURN(count,
                                internal::CheckedMul(count, feature.size(row)));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(splits[row + 1],
                              internal::CheckedAdd(splits[row], count));
  }
  // What each value of the result takes, at least.
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedMul(splits[num_rows], 2 * sizeof(int64_t)).status());
  return RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
}

// Calls `visit` with the values' positions of each combination of a row.
template <typename Visit>
void ForEachOfRow(const std::vector<Feature>& features, int64_t row,
                  std::vector<int64_t>& at, Visit visit) {
  at.resize(features.size());
  for (size_t i = 0; i < features.size(); ++i) {
    if (features[i].size(row) == 0) return;
    at[i] = features[i].begin(row);
  }
  while (true) {
    visit(at);
    size_t last = features.size();
    while (last > 0 && at[last - 1] + 1 == features[last - 1].begin(row + 1)) {
      at[last - 1] = features[last - 1].begin(row);
      --last;
    }
    if (last == 0) return;
    ++at[last - 1];
  }
}

// The texts of an input: its strings, or its numbers in decimal.
StringTensor Texts(const Feature& feature) {
  if (feature.numbers == nullptr) return feature.tensor.strings();
  StringTensorBuilder builder;
  for (int64_t i = 0; i < feature.tensor.num_items(); ++i) {
    char digits[24];
    const auto end =
        std::to_chars(digits, digits + sizeof(digits), feature.numbers[i]);
    builder.Append({digits, static_cast<size_t>(end.ptr - digits)});
  }
  return std::move(builder).Build();
}

// Where each string of the result starts.
absl::StatusOr<RowPartition> Measure(const std::vector<Feature>& features,
                                     const std::vector<StringTensor>& texts,
                                     const RowPartition& rows,
                                     const ExecOptions& exec) {
  BufferBuilder<Offset> offsets(rows.num_values() + 1);
  offsets[0] = 0;
  const auto measure = [&](int64_t first, int64_t last) -> absl::Status {
    std::vector<int64_t> at;
    for (int64_t row = first; row < last; ++row) {
      Offset* size = offsets.data() + rows.row_splits()[row] + 1;
      ForEachOfRow(features, row, at, [&](const std::vector<int64_t>& values) {
        // Each text is in memory and the inputs are few: no overflow here.
        int64_t bytes = static_cast<int64_t>(kSeparator.size()) *
                        static_cast<int64_t>(values.size() - 1);
        for (size_t i = 0; i < values.size(); ++i)
          bytes += texts[i].offsets().row_length(values[i]);
        *size++ = bytes;
      });
    }
    return absl::OkStatus();
  };
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(exec, rows.num_rows(), kGrain, measure));
  for (int64_t i = 0; i < rows.num_values(); ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(offsets[i + 1],
                              internal::CheckedAdd(offsets[i], offsets[i + 1]));
  }
  return RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build());
}

uint64_t ShiftMix(uint64_t x) { return x ^ (x >> 47); }

// TensorFlow's FingerprintCat64.
uint64_t MixFingerprints(uint64_t x, uint64_t y) {
  constexpr uint64_t kMul = 0xc6a4a7935bd1e995;
  uint64_t result = x ^ kMul;
  result ^= ShiftMix(y * kMul) * kMul;
  result *= kMul;
  result = ShiftMix(result) * kMul;
  return ShiftMix(result);
}

void SetFingerprints(Feature& feature) {
  feature.fingerprints.resize(feature.tensor.num_items());
  for (size_t i = 0; i < feature.fingerprints.size(); ++i) {
    feature.fingerprints[i] =
        feature.numbers == nullptr
            ? Fingerprint64(feature.strings[static_cast<int64_t>(i)])
            : static_cast<uint64_t>(feature.numbers[i]);
  }
}

}  // namespace

absl::StatusOr<Tensor> Cross(std::span<const Tensor> inputs,
                             const CrossOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<Feature> features,
                            ReadFeatures("cross", inputs));
  ROWSPLIT_ASSIGN_OR_RETURN(RowPartition rows, CountRows(features));
  std::vector<StringTensor> texts;
  texts.reserve(features.size());
  for (const Feature& feature : features) texts.push_back(Texts(feature));
  ROWSPLIT_ASSIGN_OR_RETURN(RowPartition offsets,
                            Measure(features, texts, rows, options.exec));
  BufferBuilder<char> bytes(offsets.num_values());
  const auto write = [&](int64_t first, int64_t last) -> absl::Status {
    std::vector<int64_t> at;
    char* out = bytes.data() + offsets.row_splits()[rows.row_splits()[first]];
    const auto append = [&](std::string_view text) {
      if (!text.empty()) std::memcpy(out, text.data(), text.size());
      out += text.size();
    };
    for (int64_t row = first; row < last; ++row) {
      ForEachOfRow(features, row, at, [&](const std::vector<int64_t>& values) {
        for (size_t i = 0; i < values.size(); ++i) {
          if (i > 0) append(kSeparator);
          append(texts[i][values[i]]);
        }
      });
    }
    return absl::OkStatus();
  };
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(options.exec, rows.num_rows(), kGrain, write));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(std::move(offsets), std::move(bytes).Build()));
  return Tensor::FromPartition(std::move(rows),
                               Tensor::Vector(std::move(strings)));
}

absl::StatusOr<Tensor> CrossHashed(std::span<const Tensor> inputs,
                                   const CrossHashedOptions& options) {
  if (options.num_buckets < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("cross_hashed: num_buckets must not be negative: %d",
                        options.num_buckets));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(std::vector<Feature> features,
                            ReadFeatures("cross_hashed", inputs));
  ROWSPLIT_ASSIGN_OR_RETURN(RowPartition rows, CountRows(features));
  for (Feature& feature : features) SetFingerprints(feature);
  const auto buckets = static_cast<uint64_t>(
      options.num_buckets > 0 ? options.num_buckets
                              : std::numeric_limits<int64_t>::max());
  BufferBuilder<int64_t> output(rows.num_values());
  const auto hash = [&](int64_t first, int64_t last) -> absl::Status {
    std::vector<int64_t> at;
    int64_t* out = output.data() + rows.row_splits()[first];
    for (int64_t row = first; row < last; ++row) {
      ForEachOfRow(features, row, at, [&](const std::vector<int64_t>& values) {
        uint64_t mixed = options.hash_key;
        for (size_t i = 0; i < values.size(); ++i)
          mixed = MixFingerprints(mixed, features[i].fingerprints[values[i]]);
        *out++ = static_cast<int64_t>(mixed % buckets);
      });
    }
    return absl::OkStatus();
  };
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(options.exec, rows.num_rows(), kGrain, hash));
  return Tensor::FromPartition(std::move(rows),
                               Tensor::Vector(std::move(output).Build()));
}

}  // namespace rowsplit
