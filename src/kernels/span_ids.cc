#include "kernels/span_ids.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/check.h"
#include "kernels/inline_key.h"
#include "kernels/token_lists.h"

// As token_ids.cc, whose steps these are.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/span_ids.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/token_groups-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// Tokens that lie anywhere in some bytes.
class SpanTokens {
 public:
  SpanTokens(const char* bytes, size_t size, const TokenSpan* spans)
      : bytes_(bytes), size_(size), spans_(spans) {}

  std::string_view Token(size_t i) const {
    return {bytes_ + spans_[i].begin, spans_[i].size};
  }

  HWY_INLINE void PrefetchAt(size_t /*i*/) const {}

#if HWY_TARGET != HWY_SCALAR
  HWY_INLINE bool MakeKeys(size_t first, size_t count,
                           TokenGroup& group) const {
    const auto* HWY_RESTRICT bytes = reinterpret_cast<const uint8_t*>(bytes_);
    const TokenSpan* HWY_RESTRICT spans = spans_ + first;
    auto* HWY_RESTRICT keys = reinterpret_cast<uint8_t*>(group.keys);
    const size_t size = size_;
    uint32_t sizes = 0;
    for (size_t i = 0; i < count; ++i) {
      const TokenSpan span = spans[i];
      ROWSPLIT_DCHECK(uint64_t{span.begin} + span.size <= size);
      sizes |= span.size;
      const uint32_t key_size = span.size & kMaxInlineSize;
      if (size_t{span.begin} + sizeof(InlineKey) <= size) [[likely]] {
        MakeKey(bytes + span.begin, size_t{key_size} * sizeof(InlineKey),
                keys + i * sizeof(InlineKey));
      } else {
        const InlineKey key = CopyKey({bytes_ + span.begin, key_size});
        std::memcpy(keys + i * sizeof(InlineKey), &key, sizeof key);
      }
    }
    std::memset(keys + count * sizeof(InlineKey), 0,
                (RoundedCount(count) - count) * sizeof(InlineKey));
    return sizes > kMaxInlineSize;
  }
#endif

 private:
  const char* bytes_;
  size_t size_;
  const TokenSpan* spans_;
};

void FindIds(const TokenTableView& table, const char* bytes, size_t size,
             const TokenSpan* spans, size_t count, int64_t first_id,
             int64_t unknown_id, int64_t* ids) {
  TokenGroup groups[2];
  alignas(64) int32_t found[kTokenGroup] = {};
  const IdArithmetic arithmetic{table.num_tokens, first_id, unknown_id};
  LookUpGroups(
      table, SpanTokens(bytes, size, spans), count, groups,
      [&]() HWY_ATTR { return found; },
      [&](size_t first, size_t num_ids) HWY_ATTR {
        WriteIds<false>(arithmetic, found, num_ids, ids + first);
      });
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(FindIds);

void FindIds(const TokenTableView& table, const char* bytes, size_t size,
             const TokenSpan* spans, size_t count, int64_t first_id,
             int64_t unknown_id, int64_t* ids) {
  HWY_DYNAMIC_DISPATCH(FindIds)(table, bytes, size, spans, count, first_id,
                                unknown_id, ids);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
