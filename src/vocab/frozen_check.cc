#include "vocab/frozen_check.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/inline_key.h"
#include "kernels/span_ids.h"
#include "kernels/token_table.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "vocab/frozen_layout.h"
#include "vocab/token_text.h"

namespace rowsplit::internal {

namespace {

constexpr int64_t kGrain = int64_t{1} << 15;
// Tokens looked up at once.
constexpr int64_t kBatch = 1024;

class TableCheck {
 public:
  TableCheck(const kernels::TokenTableView& table, const FrozenBegins& begins,
             const std::string& name, const ExecOptions& exec)
      : table_(table), begins_(begins), name_(name), exec_(exec) {}

  absl::Status Offsets() const;
  // Requires checked offsets.
  absl::Status EachTokenIsFound() const;
  absl::Status NothingElseIsFound() const;

 private:
  std::string_view token(int64_t id) const {
    const Offset begin = table_.offsets[id];
    return {table_.bytes + begin,
            static_cast<size_t>(table_.offsets[id + 1] - begin)};
  }
  absl::Status Damage(FrozenSection section, int64_t place, size_t place_bytes,
                      const std::string& what) const {
    return FrozenDamage(
        name_, FrozenSectionName(section),
        begins_[section] + static_cast<uint64_t>(place) * place_bytes, what);
  }
  absl::Status FindTokens(int64_t begin, int64_t end) const;
  absl::Status NotFound(int64_t id, int64_t found) const;
  absl::Status CheckBucket(int64_t place, int64_t& num_used) const;
  absl::Status CountBuckets(std::atomic<int64_t>& num_used) const;
  absl::Status CountLongSlots(std::atomic<int64_t>& num_used) const;

  const kernels::TokenTableView& table_;
  const FrozenBegins& begins_;
  const std::string& name_;
  const ExecOptions& exec_;
};

absl::Status TableCheck::Offsets() const {
  const Offset* offsets = table_.offsets;
  const auto size = static_cast<int64_t>(table_.num_tokens);
  if (offsets[0] != 0) {
    return Damage(kFrozenOffsets, 0, sizeof(Offset),
                  absl::StrFormat("offsets[0]=%d", offsets[0]));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec_, size, kGrain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          if (offsets[i + 1] < offsets[i]) {
            return Damage(
                kFrozenOffsets, i + 1, sizeof(Offset),
                absl::StrFormat("offsets[%d]=%d after offsets[%d]=%d", i + 1,
                                offsets[i + 1], i, offsets[i]));
          }
        }
        return absl::OkStatus();
      }));
  if (static_cast<uint64_t>(offsets[size]) != table_.num_bytes) {
    return Damage(kFrozenOffsets, size, sizeof(Offset),
                  absl::StrFormat("offsets[%d]=%d, the text has %d bytes", size,
                                  offsets[size], table_.num_bytes));
  }
  return absl::OkStatus();
}

absl::Status TableCheck::NotFound(int64_t id, int64_t found) const {
  const std::string_view text = token(id);
  return Damage(
      text.size() > kernels::kMaxInlineSize ? kFrozenLongSlots : kFrozenBuckets,
      0, 0,
      absl::StrFormat("token %d, %s, is found as %d", id, TokenText(text),
                      found));
}

absl::Status TableCheck::FindTokens(int64_t begin, int64_t end) const {
  TokenSpan spans[kBatch];
  int64_t ids[kBatch];
  const Offset* offsets = table_.offsets;
  while (begin < end) {
    // A batch, or fewer tokens if their text is long.
    int64_t last = begin;
    const Offset base = offsets[begin];
    while (last < std::min(end, begin + kBatch) &&
           offsets[last + 1] - base <= kMaxBatchBytes) {
      spans[last - begin] = {
          static_cast<uint32_t>(offsets[last] - base),
          static_cast<uint32_t>(offsets[last + 1] - offsets[last])};
      ++last;
    }
    if (last == begin) {  // One token of 4 GiB or more.
      ids[0] = kernels::FindId(table_, token(begin));
      last = begin + 1;
    } else {
      kernels::FindIds(table_, table_.bytes + base,
                       static_cast<size_t>(offsets[last] - base), spans,
                       static_cast<size_t>(last - begin), 0, -1, ids);
    }
    for (int64_t id = begin; id < last; ++id) {
      if (ids[id - begin] != id) return NotFound(id, ids[id - begin]);
    }
    begin = last;
  }
  return absl::OkStatus();
}

absl::Status TableCheck::EachTokenIsFound() const {
  return ParallelFor(
      exec_, static_cast<int64_t>(table_.num_tokens), kGrain,
      [&](int64_t begin, int64_t end) { return FindTokens(begin, end); });
}

absl::Status TableCheck::CheckBucket(int64_t place, int64_t& num_used) const {
  const kernels::TokenBucket& bucket = table_.buckets[place];
  int num_keys = 0;
  for (const kernels::InlineKey& key : bucket.keys) num_keys += !key.empty();
  num_used += num_keys;
  const int32_t rest = bucket.ids[kernels::kBucketKeys];
  if (rest == kernels::kAbsent || rest == kernels::kGoOn) {
    return absl::OkStatus();
  }
  return Damage(
      kFrozenBuckets, place, sizeof bucket,
      absl::StrFormat("bucket %d answers %d for absent keys", place, rest));
}

absl::Status TableCheck::CountBuckets(std::atomic<int64_t>& num_used) const {
  return ParallelFor(exec_, static_cast<int64_t>(table_.num_buckets), kGrain,
                     [&](int64_t begin, int64_t end) {
                       int64_t used = 0;
                       for (int64_t place = begin; place < end; ++place) {
                         ROWSPLIT_RETURN_IF_ERROR(CheckBucket(place, used));
                       }
                       num_used += used;
                       return absl::OkStatus();
                     });
}

absl::Status TableCheck::CountLongSlots(std::atomic<int64_t>& num_used) const {
  return ParallelFor(exec_, static_cast<int64_t>(table_.num_long_slots), kGrain,
                     [&](int64_t begin, int64_t end) {
                       num_used += std::count_if(
                           table_.long_slots + begin, table_.long_slots + end,
                           [](const kernels::LongSlot& slot) {
                             return slot.id != kernels::kAbsent;
                           });
                       return absl::OkStatus();
                     });
}

absl::Status TableCheck::NothingElseIsFound() const {
  std::atomic<int64_t> num_short{0};
  std::atomic<int64_t> num_long{0};
  ROWSPLIT_RETURN_IF_ERROR(CountBuckets(num_short));
  ROWSPLIT_RETURN_IF_ERROR(CountLongSlots(num_long));
  const int64_t used = num_short + num_long;
  if (used == static_cast<int64_t>(table_.num_tokens)) return absl::OkStatus();
  return Damage(
      kFrozenBuckets, 0, 0,
      absl::StrFormat("%d keys and %d long slots for %d tokens",
                      num_short.load(), num_long.load(), table_.num_tokens));
}

}  // namespace

absl::Status CheckFrozenOffsets(const kernels::TokenTableView& table,
                                const FrozenBegins& begins,
                                const std::string& name,
                                const ExecOptions& exec) {
  return TableCheck(table, begins, name, exec).Offsets();
}

absl::Status CheckFrozenTable(const kernels::TokenTableView& table,
                              const FrozenBegins& begins,
                              const std::string& name,
                              const ExecOptions& exec) {
  const TableCheck check(table, begins, name, exec);
  ROWSPLIT_RETURN_IF_ERROR(check.Offsets());
  ROWSPLIT_RETURN_IF_ERROR(check.EachTokenIsFound());
  return check.NothingElseIsFound();
}

}  // namespace rowsplit::internal
