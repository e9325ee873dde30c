#include "rowsplit/vocab/static_hash_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/integer_table.h"
#include "vocab/integer_values.h"
#include "vocab/oov_bucket.h"
#include "vocab/text_table.h"
#include "vocab/token_text.h"

namespace rowsplit {

using internal::IntegerTable;
using internal::OovBuckets;

struct StaticHashTable::State {
  Tensor keys;
  Tensor values;
  Tensor default_value;
  // One of the two.
  std::optional<TokenLookup> strings;
  IntegerTable integers;
  // The values are 0, 1, 2, … and the places of the keys are the answer.
  bool is_iota = false;
};

namespace {

constexpr int64_t kGrain = 16384;

// Item `index` as messages show it.
std::string Shown(const Tensor& tensor, int64_t index) {
  if (tensor.is_string()) return internal::TokenText(tensor.strings()[index]);
  if (tensor.dtype() == DType::kInt64)
    return std::to_string(tensor.items<int64_t>()[index]);
  if (tensor.dtype() == DType::kInt32)
    return std::to_string(tensor.items<int32_t>()[index]);
  if (tensor.dtype() == DType::kFloat32)
    return absl::StrFormat("%g", tensor.items<float>()[index]);
  return absl::StrFormat("#%d", index);
}

bool SameItem(const Tensor& tensor, int64_t a, int64_t b) {
  if (tensor.is_string()) return tensor.strings()[a] == tensor.strings()[b];
  const auto size = static_cast<size_t>(DTypeSize(tensor.dtype()));
  const std::byte* const data = tensor.bytes().data();
  return std::memcmp(data + a * size, data + b * size, size) == 0;
}

absl::Status CheckTensors(const Tensor& keys, const Tensor& values,
                          const Tensor& default_value) {
  if (!keys.is_string() && keys.dtype() != DType::kInt64 &&
      keys.dtype() != DType::kInt32) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "hash_table: keys must be strings, int64 or int32, got %s",
        DTypeName(keys.dtype())));
  }
  if (keys.is_ragged() || values.is_ragged() || keys.rank() != 1 ||
      values.rank() != 1 || keys.num_items() != values.num_items()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "hash_table: keys and values must be vectors of one size, got %d keys "
        "of rank %d and %d values of rank %d",
        keys.num_items(), keys.rank(), values.num_items(), values.rank()));
  }
  if (keys.num_items() == 0) {
    return absl::InvalidArgumentError(
        "hash_table: keys and values must not be empty");
  }
  if (default_value.rank() != 0 || default_value.dtype() != values.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "hash_table: default_value must be a scalar of the values' dtype %s, "
        "got %s of rank %d",
        DTypeName(values.dtype()), DTypeName(default_value.dtype()),
        default_value.rank()));
  }
  return absl::OkStatus();
}

// The items at `places`, the default value at -1; in the shape of `like`.
template <typename T>
absl::StatusOr<Tensor> GatherItems(const Tensor& like, DType dtype,
                                   const Buffer<std::byte>& values,
                                   const Tensor& default_value,
                                   std::span<const int64_t> places,
                                   const ExecOptions& exec) {
  BufferBuilder<T> items(places.size());
  const T* const from = reinterpret_cast<const T*>(values.data());
  T missing;
  std::memcpy(&missing, default_value.bytes().data(), sizeof(T));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, static_cast<int64_t>(places.size()), kGrain,
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
          items[i] = places[i] < 0 ? missing : from[places[i]];
        return absl::OkStatus();
      }));
  const Buffer<T> built = std::move(items).Build();
  return Tensor::FromPartitionsUnchecked(
      {like.partitions().begin(), like.partitions().end()},
      Tensor::DenseBytesUnchecked(
          dtype, Buffer<std::byte>(std::as_bytes(built.span()), built.owner()),
          like.flat_shape()));
}

absl::StatusOr<Tensor> GatherStrings(const Tensor& like, const Tensor& values,
                                     const Tensor& default_value,
                                     std::span<const int64_t> places) {
  const StringTensorView from = values.strings();
  const std::string_view missing = default_value.strings()[0];
  const auto at = [&](int64_t place) {
    return place < 0 ? missing : from[place];
  };
  BufferBuilder<Offset> offsets(places.size() + 1);
  offsets[0] = 0;
  for (size_t i = 0; i < places.size(); ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        offsets[i + 1],
        internal::CheckedAdd(offsets[i],
                             static_cast<int64_t>(at(places[i]).size())));
  }
  BufferBuilder<char> bytes(static_cast<size_t>(offsets[places.size()]));
  for (size_t i = 0; i < places.size(); ++i) {
    const std::string_view text = at(places[i]);
    if (!text.empty())
      std::memcpy(bytes.data() + offsets[i], text.data(), text.size());
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(
          RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
          std::move(bytes).Build()));
  return Tensor::FromPartitionsUnchecked(
      {like.partitions().begin(), like.partitions().end()},
      Tensor::DenseUnchecked(std::move(strings), like.flat_shape()));
}

absl::StatusOr<Tensor> Gather(const Tensor& like, const Tensor& values,
                              const Tensor& default_value,
                              std::span<const int64_t> places,
                              const ExecOptions& exec) {
  if (values.is_string())
    return GatherStrings(like, values, default_value, places);
  const auto gather = [&]<typename T>(T) {
    return GatherItems<T>(like, values.dtype(), values.bytes(), default_value,
                          places, exec);
  };
  switch (DTypeSize(values.dtype())) {
    case 1:
      return gather(uint8_t{});
    case 2:
      return gather(uint16_t{});
    case 4:
      return gather(uint32_t{});
    default:
      return gather(uint64_t{});
  }
}

// The places of the keys that come first. Fails with FailedPrecondition if a
// key has two values.
template <typename Key, typename At>
absl::StatusOr<std::vector<int64_t>> FirstPlaces(const Tensor& keys,
                                                 const Tensor& values,
                                                 const At& at) {
  absl::flat_hash_map<Key, int64_t> first;
  std::vector<int64_t> places;
  for (int64_t i = 0; i < keys.num_items(); ++i) {
    const auto [found, is_new] = first.try_emplace(at(i), i);
    if (is_new) {
      places.push_back(i);
    } else if (!SameItem(values, found->second, i)) {
      return absl::FailedPreconditionError(absl::StrFormat(
          "hash_table: the key %s has the value %s at %d and %s at %d",
          Shown(keys, i), Shown(values, found->second), found->second,
          Shown(values, i), i));
    }
  }
  return places;
}

absl::StatusOr<std::vector<int64_t>> FirstPlaces(const Tensor& keys,
                                                 const Tensor& values) {
  if (keys.is_string()) {
    const StringTensorView strings = keys.strings();
    return FirstPlaces<std::string_view>(keys, values,
                                         [&](int64_t i) { return strings[i]; });
  }
  const std::span<const int64_t> integers = keys.items<int64_t>();
  return FirstPlaces<int64_t>(keys, values,
                              [&](int64_t i) { return integers[i]; });
}

bool IsIota(const Tensor& values) {
  if (values.dtype() != DType::kInt64) return false;
  const std::span<const int64_t> items = values.items<int64_t>();
  for (size_t i = 0; i < items.size(); ++i)
    if (items[i] != static_cast<int64_t>(i)) return false;
  return true;
}

}  // namespace

absl::StatusOr<StaticHashTable> StaticHashTable::Create(
    const Tensor& keys, const Tensor& values, const Tensor& default_value) {
  ROWSPLIT_RETURN_IF_ERROR(CheckTensors(keys, values, default_value));
  auto state = std::make_shared<State>();
  state->keys = keys;
  if (!keys.is_string()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int64_t> wide,
                              internal::IntegerItems(keys, "hash_table"));
    state->keys = Tensor::Vector(wide);
  }
  state->values = values;
  state->default_value = default_value;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> places,
                            FirstPlaces(state->keys, values));
  if (static_cast<int64_t>(places.size()) < keys.num_items()) {
    const Tensor like = Tensor::Vector(Buffer<int64_t>::Copy(places));
    const Tensor no_key = keys.is_string() ? Tensor::Scalar(std::string_view())
                                           : Tensor::Scalar(int64_t{0});
    ROWSPLIT_ASSIGN_OR_RETURN(state->keys,
                              Gather(like, state->keys, no_key, places, {}));
    ROWSPLIT_ASSIGN_OR_RETURN(state->values,
                              Gather(like, values, default_value, places, {}));
  }
  state->is_iota = IsIota(state->values);
  if (keys.is_string()) {
    ROWSPLIT_ASSIGN_OR_RETURN(Vocabulary vocabulary,
                              Vocabulary::FromTokens(state->keys.strings()));
    const int64_t absent =
        state->is_iota ? default_value.items<int64_t>()[0] : -1;
    ROWSPLIT_ASSIGN_OR_RETURN(
        state->strings,
        TokenLookup::Create(std::move(vocabulary),
                            {.num_oov = 0, .default_id = absent}));
  } else {
    std::optional<std::pair<int64_t, int64_t>> repeat;
    ROWSPLIT_ASSIGN_OR_RETURN(
        state->integers,
        IntegerTable::Create(state->keys.items<int64_t>(), &repeat));
  }
  return StaticHashTable(std::move(state));
}

absl::StatusOr<StaticHashTable> StaticHashTable::FromFile(
    const std::string& path, const TextTableOptions& options,
    const Tensor& default_value) {
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::TextTable table,
                            internal::ReadTextTable(path, options));
  return Create(table.keys, table.values, default_value);
}

absl::StatusOr<Tensor> StaticHashTable::Lookup(const Tensor& keys,
                                               const ExecOptions& exec) const {
  const State& state = *state_;
  const bool fits =
      state.strings.has_value()
          ? keys.is_string()
          : keys.dtype() == DType::kInt64 || keys.dtype() == DType::kInt32;
  if (!fits) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "hash_table: expected keys of %s, got %s",
        DTypeName(state.keys.dtype()), DTypeName(keys.dtype())));
  }
  if (state.strings.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int64_t> places,
                              state.strings->Lookup(keys.strings(), exec));
    if (state.is_iota) return internal::WithItems(keys, places);
    return Gather(keys, state.values, state.default_value, places.span(), exec);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int64_t> wide,
                            internal::IntegerItems(keys, "hash_table"));
  BufferBuilder<int64_t> places(wide.size());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, keys.num_items(), kGrain, [&](int64_t begin, int64_t end) {
        state.integers.FindAll(wide.span().subspan(begin, end - begin),
                               places.span().subspan(begin, end - begin));
        return absl::OkStatus();
      }));
  return Gather(keys, state.values, state.default_value, places.span(), exec);
}

int64_t StaticHashTable::size() const { return state_->keys.num_items(); }
const Tensor& StaticHashTable::keys() const { return state_->keys; }
const Tensor& StaticHashTable::values() const { return state_->values; }
const Tensor& StaticHashTable::default_value() const {
  return state_->default_value;
}

absl::StatusOr<StaticVocabularyTable> StaticVocabularyTable::Create(
    StaticHashTable table, int64_t num_oov_buckets) {
  if (num_oov_buckets <= 0 || num_oov_buckets > internal::kMaxOovBuckets) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "vocabulary_table: num_oov_buckets must be positive, at most 2^62, got "
        "%d",
        num_oov_buckets));
  }
  if (table.values().dtype() != DType::kInt64) {
    return absl::InvalidArgumentError(
        absl::StrFormat("vocabulary_table: values must be int64, got %s",
                        DTypeName(table.values().dtype())));
  }
  // Absent keys must be -1, whatever the table's default is.
  ROWSPLIT_ASSIGN_OR_RETURN(
      table, StaticHashTable::Create(table.keys(), table.values(),
                                     Tensor::Scalar(int64_t{-1})));
  return StaticVocabularyTable(std::move(table), num_oov_buckets);
}

absl::StatusOr<Tensor> StaticVocabularyTable::Lookup(
    const Tensor& keys, const ExecOptions& exec) const {
  Tensor wide = keys;
  if (IsInteger(keys.dtype())) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<int64_t> items,
                              internal::IntegerItems(keys, "vocabulary_table"));
    wide = internal::WithItems(keys, items);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor found, table_.Lookup(wide, exec));
  const std::span<const int64_t> values = found.items<int64_t>();
  BufferBuilder<int64_t> ids(values.size());
  const OovBuckets buckets{.num_buckets = num_oov_buckets_};
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, found.num_items(), kGrain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          ids[i] = values[i];
          if (values[i] != -1) continue;
          ids[i] =
              table_.size() +
              (wide.is_string() ? buckets.Of(wide.strings()[i])
                                : buckets.OfInteger(wide.items<int64_t>()[i]));
        }
        return absl::OkStatus();
      }));
  return internal::WithItems(keys, std::move(ids).Build());
}

}  // namespace rowsplit
