#include "rowsplit/vocab/id_map.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

namespace {

constexpr int64_t kGrain = 16384;

template <typename T>
absl::Status RemapRange(std::span<const T> ids, int64_t begin,
                        std::span<const int64_t> old_to_new,
                        const RemapIdsOptions& options, T* out) {
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto id = static_cast<uint64_t>(ids[i]);
    if (id >= old_to_new.size()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "remap_ids: ids must be in [0, %d), got ids[%d]=%d",
          old_to_new.size(), begin + static_cast<int64_t>(i), ids[i]));
    }
    int64_t new_id = old_to_new[id];
    if (new_id < 0) {
      if (!options.oov_id.has_value()) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "remap_ids: ids[%d]=%d has no new id, and there is no oov_id",
            begin + static_cast<int64_t>(i), ids[i]));
      }
      new_id = *options.oov_id;
    }
    out[i] = static_cast<T>(new_id);
  }
  return absl::OkStatus();
}

// Whether every id that can come out fits T.
template <typename T>
absl::Status CheckFits(const IdMap& map, const RemapIdsOptions& options) {
  const auto fits = [](int64_t id) { return std::in_range<T>(id); };
  if (options.oov_id.has_value() && !fits(*options.oov_id)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("remap_ids: oov_id %d does not fit the ids' dtype, %s",
                        *options.oov_id, DTypeName(kDTypeOf<T>)));
  }
  if (map.num_new() > 0 && !fits(map.num_new() - 1)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "remap_ids: new ids go to %d, which does not fit the ids' dtype, %s",
        map.num_new() - 1, DTypeName(kDTypeOf<T>)));
  }
  return absl::OkStatus();
}

template <typename T>
absl::StatusOr<Tensor> RemapTyped(const Tensor& ids, const IdMap& map,
                                  const RemapIdsOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckFits<T>(map, options));
  const std::span<const T> old_ids = ids.items<T>();
  BufferBuilder<T> new_ids(old_ids.size());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(old_ids.size()), kGrain,
      [&](int64_t begin, int64_t end) {
        return RemapRange<T>(old_ids.subspan(begin, end - begin), begin,
                             map.old_to_new().span(), options,
                             new_ids.data() + begin);
      }));
  const Buffer<T> built = std::move(new_ids).Build();
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor flat,
                            Tensor::Dense(built, ids.flat_shape()));
  if (!ids.is_ragged()) return flat;
  return ids.WithFlatValues(std::move(flat));
}

}  // namespace

absl::StatusOr<IdMap> IdMap::Create(Buffer<int64_t> old_to_new,
                                    int64_t num_new) {
  if (num_new < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "id map: num_new must not be negative, got %d", num_new));
  }
  // More new ids than old ones need no place here: the largest that is used.
  int64_t used = 0;
  for (size_t old = 0; old < old_to_new.size(); ++old) {
    const int64_t id = old_to_new[old];
    if (id < -1 || id >= num_new) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "id map: new ids must be -1 or in [0, %d), got old_to_new[%d]=%d",
          num_new, old, id));
    }
    used = std::max(used, id + 1);
  }
  BufferBuilder<int64_t> seen(used);
  std::fill(seen.span().begin(), seen.span().end(), -1);
  for (size_t old = 0; old < old_to_new.size(); ++old) {
    const int64_t id = old_to_new[old];
    if (id < 0) continue;
    if (seen[id] >= 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "id map: new ids must differ: old_to_new[%d] and old_to_new[%d] are "
          "both %d",
          seen[id], old, id));
    }
    seen[id] = static_cast<int64_t>(old);
  }
  return IdMap(std::move(old_to_new), num_new);
}

Buffer<int64_t> IdMap::NewToOld() const {
  BufferBuilder<int64_t> new_to_old(num_new_);
  std::fill(new_to_old.span().begin(), new_to_old.span().end(), -1);
  for (size_t old = 0; old < old_to_new_.size(); ++old) {
    if (old_to_new_[old] >= 0) {
      new_to_old[old_to_new_[old]] = static_cast<int64_t>(old);
    }
  }
  return std::move(new_to_old).Build();
}

absl::StatusOr<IdMap> IdMap::WithLeadingIds(int64_t count) const {
  if (count < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "id map: the number of leading ids must not be negative, got %d",
        count));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_old,
                            internal::CheckedAdd(this->num_old(), count));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_new,
                            internal::CheckedAdd(num_new_, count));
  BufferBuilder<int64_t> result(num_old);
  for (int64_t id = 0; id < count; ++id) result[id] = id;
  for (int64_t old = count; old < num_old; ++old) {
    const int64_t id = old_to_new_[old - count];
    result[old] = id < 0 ? -1 : id + count;
  }
  return IdMap(std::move(result).Build(), num_new);
}

absl::StatusOr<IdMap> IdMap::Then(const IdMap& next) const {
  if (next.num_old() != num_new_) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "id map: the next map must have %d old ids, as many as this one has "
        "new ones, got %d",
        num_new_, next.num_old()));
  }
  BufferBuilder<int64_t> result(old_to_new_.size());
  for (size_t old = 0; old < old_to_new_.size(); ++old) {
    const int64_t id = old_to_new_[old];
    result[old] = id < 0 ? -1 : next.old_to_new_[id];
  }
  return IdMap(std::move(result).Build(), next.num_new_);
}

bool IdMap::is_identity() const {
  if (num_new_ != num_old()) return false;
  for (size_t old = 0; old < old_to_new_.size(); ++old) {
    if (old_to_new_[old] != static_cast<int64_t>(old)) return false;
  }
  return true;
}

bool operator==(const IdMap& a, const IdMap& b) {
  return a.num_new_ == b.num_new_ &&
         std::equal(a.old_to_new_.begin(), a.old_to_new_.end(),
                    b.old_to_new_.begin(), b.old_to_new_.end());
}

absl::StatusOr<IdMap> MapIds(const Vocabulary& from, const Vocabulary& to,
                             const ExecOptions& exec) {
  BufferBuilder<int64_t> ids(from.size());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, from.size(), kGrain, [&](int64_t begin, int64_t end) {
        for (int64_t id = begin; id < end; ++id) {
          ids[id] = to.Find(from.token(id));
        }
        return absl::OkStatus();
      }));
  return IdMap::CreateUnchecked(std::move(ids).Build(), to.size());
}

absl::StatusOr<Tensor> RemapIds(const Tensor& ids, const IdMap& map,
                                const RemapIdsOptions& options) {
  if (!IsInteger(ids.dtype())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "remap_ids: ids must be integers, got %s", DTypeName(ids.dtype())));
  }
  return internal::VisitNumber(
      ids.dtype(),
      [&]<typename T>(internal::TypeTag<T>) -> absl::StatusOr<Tensor> {
        if constexpr (std::is_integral_v<T>) {
          return RemapTyped<T>(ids, map, options);
        } else {
          return absl::InternalError("remap_ids: unreachable");
        }
      });
}

}  // namespace rowsplit
