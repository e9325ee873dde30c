#include "kernels/token_spans.h"

#include <cstring>

#include "kernels/token_spans_ref.h"

// Compresses bytes by one instruction.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/token_spans.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"
#include "kernels/byte_stream-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// Blocks between two flushes of the position lists.
inline constexpr size_t kBlocksAtOnce = 32;
struct EqualTo {
  uint8_t value;
  HWY_INLINE BlockMask operator()(BlockVec v) const {
    const BlockTag d;
    return hn::Eq(v, hn::Set(d, value));
  }
};

// The bits of a block of which only `n` bytes are there; the rest is `pad`.
template <class Test>
HWY_INLINE uint64_t TailBits(BlockTag d, const uint8_t* bytes, size_t n,
                             uint8_t pad, const Test& test) {
  alignas(64) uint8_t tail[kBlock];
  std::memset(tail, pad, kBlock);
  std::memcpy(tail, bytes, n);
  return BlockBits(d, tail, test);
}

// The token bits of bytes[0, n), where at most a block of them counts.
HWY_INLINE uint64_t TokenBits(BlockTag d, const uint8_t* bytes, size_t n) {
  if (n >= kBlock) return BlockBits(d, bytes, NotWhitespace());
  return TailBits(d, bytes, n, ' ', NotWhitespace());
}

// Lists of where tokens begin and end, made into spans now and then. A token
// that is still open stays at the head of the list of begins.
class SpanWriter {
 public:
  explicit SpanWriter(TokenSpan* out) : out_(out) {}

  HWY_INLINE void Add(TokenEdges edges, uint32_t position) {
    num_begins_ +=
        AppendPositions(edges.begins, position, begins_ + num_begins_);
    num_ends_ += AppendPositions(edges.ends, position, ends_ + num_ends_);
    if (++num_blocks_ == kBlocksAtOnce) Flush();
  }

  HWY_INLINE void Flush() {
    const hn::ScalableTag<uint32_t> d;
    const size_t lanes = hn::Lanes(d);
    size_t i = 0;
    for (; i + lanes <= num_ends_; i += lanes) {
      const auto begins = hn::LoadU(d, begins_ + i);
      hn::StoreInterleaved2(begins, hn::Sub(hn::LoadU(d, ends_ + i), begins), d,
                            reinterpret_cast<uint32_t*>(out_ + i));
    }
    for (; i < num_ends_; ++i) out_[i] = {begins_[i], ends_[i] - begins_[i]};
    out_ += num_ends_;
    if (num_begins_ > num_ends_) begins_[0] = begins_[num_ends_];
    num_begins_ -= num_ends_;
    num_ends_ = 0;
    num_blocks_ = 0;
  }

  // Ends an open token at `position`; returns where the next span would go.
  HWY_INLINE TokenSpan* Finish(uint32_t position) {
    Flush();
    if (num_begins_ > 0) *out_++ = {begins_[0], position - begins_[0]};
    return out_;
  }

 private:
  TokenSpan* out_;
  size_t num_blocks_ = 0;
  size_t num_begins_ = 0;
  size_t num_ends_ = 0;
  uint32_t begins_[kBlocksAtOnce * kBlock + kBlock + kSlack];
  uint32_t ends_[kBlocksAtOnce * kBlock + kBlock + kSlack];
};

size_t FindTokenSpans(const uint8_t* bytes, size_t n, uint32_t base,
                      TokenSpan* out) {
  if (!kHasTables) return reference::FindTokenSpans(bytes, n, base, out);
  const BlockTag d;
  SpanWriter writer(out);
  uint64_t carry = 0;
  for (size_t i = 0; i < n; i += kBlock) {
    writer.Add(FindEdges(TokenBits(d, bytes + i, n - i), 0, &carry),
               base + static_cast<uint32_t>(i));
  }
  return static_cast<size_t>(writer.Finish(base + static_cast<uint32_t>(n)) -
                             out);
}

// Bit i is set if a row ends, and so the next begins, at block + i. Moves
// `*row` behind those rows.
HWY_INLINE uint64_t RowBits(const Offset* offsets, size_t num_rows,
                            Offset block, size_t* row) {
  uint64_t bits = 0;
  for (; *row < num_rows; ++*row) {
    const Offset bit = offsets[*row + 1] - block;
    if (bit >= static_cast<Offset>(kBlock)) break;
    bits |= uint64_t{1} << bit;
  }
  return bits;
}

size_t FindRowTokenSpans(const uint8_t* bytes, const Offset* offsets,
                         size_t num_rows, TokenSpan* out) {
  if (!kHasTables)
    return reference::FindRowTokenSpans(bytes, offsets, num_rows, out);
  const BlockTag d;
  SpanWriter writer(out);
  const Offset end = offsets[num_rows];
  uint64_t carry = 0;
  size_t row = 0;
  for (Offset block = offsets[0]; block < end; block += kBlock) {
    const uint64_t row_bits = RowBits(offsets, num_rows, block, &row);
    const uint64_t token =
        TokenBits(d, bytes + block, static_cast<size_t>(end - block));
    writer.Add(FindEdges(token, row_bits, &carry),
               static_cast<uint32_t>(block));
  }
  return static_cast<size_t>(writer.Finish(static_cast<uint32_t>(end)) - out);
}

void CountRowTokens(const uint8_t* bytes, const Offset* offsets,
                    size_t num_rows, Offset* row_ends) {
  if (!kHasTables) {
    reference::CountRowTokens(bytes, offsets, num_rows, row_ends);
    return;
  }
  const BlockTag d;
  const Offset end = offsets[num_rows];
  Offset num_tokens = 0;
  uint64_t carry = 0;
  size_t row = 0;
  for (Offset block = offsets[0]; block < end; block += kBlock) {
    size_t next_row = row;
    const uint64_t row_bits = RowBits(offsets, num_rows, block, &next_row);
    const uint64_t token =
        TokenBits(d, bytes + block, static_cast<size_t>(end - block));
    const uint64_t begins = FindEdges(token, row_bits, &carry).begins;
    for (; row < next_row; ++row) {
      const uint64_t before =
          begins & LowBits(static_cast<size_t>(offsets[row + 1] - block));
      row_ends[row] = num_tokens + static_cast<Offset>(hwy::PopCount(before));
    }
    num_tokens += static_cast<Offset>(hwy::PopCount(begins));
  }
  for (; row < num_rows; ++row) row_ends[row] = num_tokens;
}

// Makes lines of the positions of '\n'.
HWY_INLINE TokenSpan* WriteLines(const uint8_t* bytes,
                                 const uint32_t* HWY_RESTRICT ends,
                                 size_t count, uint32_t base,
                                 uint32_t* HWY_RESTRICT begin, TokenSpan* out) {
  for (size_t i = 0; i < count; ++i) {
    const uint32_t end = ends[i];
    const uint32_t carriage_return =
        end > *begin && bytes[end - 1] == '\r' ? 1 : 0;
    *out++ = {base + *begin, end - carriage_return - *begin};
    *begin = end + 1;
  }
  return out;
}

size_t FindLineSpans(const uint8_t* bytes, size_t n, uint32_t base,
                     TokenSpan* out) {
  if (!kHasTables) return reference::FindLineSpans(bytes, n, base, out);
  const BlockTag d;
  const EqualTo is_newline{'\n'};
  TokenSpan* const first = out;
  uint32_t begin = 0;
  uint32_t ends[kBlock + kSlack];
  for (size_t i = 0; i < n; i += kBlock) {
    const uint64_t bits = n - i >= kBlock
                              ? BlockBits(d, bytes + i, is_newline)
                              : TailBits(d, bytes + i, n - i, 0, is_newline);
    const size_t count =
        AppendFewPositions(bits, static_cast<uint32_t>(i), ends);
    out = WriteLines(bytes, ends, count, base, &begin, out);
  }
  if (begin < n) *out++ = {base + begin, static_cast<uint32_t>(n) - begin};
  return static_cast<size_t>(out - first);
}

size_t CountByte(const uint8_t* bytes, size_t n, uint8_t value) {
  const BlockTag d;
  const EqualTo is_value{value};
  size_t count = 0;
  size_t i = 0;
  for (; i + kBlock <= n; i += kBlock)
    count += hwy::PopCount(BlockBits(d, bytes + i, is_value));
  return count + reference::CountByte(bytes + i, n - i, value);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(FindTokenSpans);
HWY_EXPORT(FindRowTokenSpans);
HWY_EXPORT(CountRowTokens);
HWY_EXPORT(FindLineSpans);
HWY_EXPORT(CountByte);

size_t FindTokenSpans(const uint8_t* bytes, size_t n, uint32_t base,
                      TokenSpan* out) {
  return HWY_DYNAMIC_DISPATCH(FindTokenSpans)(bytes, n, base, out);
}

size_t FindRowTokenSpans(const uint8_t* bytes, const Offset* offsets,
                         size_t num_rows, TokenSpan* out) {
  return HWY_DYNAMIC_DISPATCH(FindRowTokenSpans)(bytes, offsets, num_rows, out);
}

void CountRowTokens(const uint8_t* bytes, const Offset* offsets,
                    size_t num_rows, Offset* row_ends) {
  HWY_DYNAMIC_DISPATCH(CountRowTokens)(bytes, offsets, num_rows, row_ends);
}

size_t FindLineSpans(const uint8_t* bytes, size_t n, uint32_t base,
                     TokenSpan* out) {
  return HWY_DYNAMIC_DISPATCH(FindLineSpans)(bytes, n, base, out);
}

size_t CountByte(const uint8_t* bytes, size_t n, uint8_t value) {
  return HWY_DYNAMIC_DISPATCH(CountByte)(bytes, n, value);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
