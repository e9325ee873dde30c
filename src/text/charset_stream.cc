#include "text/charset_stream.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "kernels/utf8_encode_ref.h"

namespace rowsplit::internal {
namespace {

constexpr size_t kUnits = 4096;
constexpr char16_t kByteOrderMark = 0xFEFF;
// No converter gives it by itself: half of a character.
constexpr char16_t kBadUnit = 0xDFFF;

void MarkBadPiece(const void*, UConverterToUnicodeArgs* args, const char*,
                  int32_t, UConverterCallbackReason reason, UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;  // a reset
  *error = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars(args, &kBadUnit, 1, 0, error);
}

bool IsHigh(char16_t unit) { return (unit & 0xFC00) == 0xD800; }
bool IsLow(char16_t unit) { return (unit & 0xFC00) == 0xDC00; }

}  // namespace

CharsetStream::CharsetStream(ConverterPtr converter)
    : converter_(std::move(converter)),
      units_(std::make_unique<char16_t[]>(kUnits)) {}

absl::StatusOr<CharsetStream> CharsetStream::Open(const std::string& encoding) {
  ROWSPLIT_ASSIGN_OR_RETURN(ConverterPtr converter,
                            OpenConverter("encoding", encoding));
  UErrorCode error = U_ZERO_ERROR;
  ucnv_setToUCallBack(converter.get(), MarkBadPiece, nullptr, nullptr, nullptr,
                      &error);
  return CharsetStream(std::move(converter));
}

void CharsetStream::EncodeUnits(size_t count) {
  // At most 3 bytes for each unit, and for one that waited.
  pending_.ResizeUninitialized(3 * (count + 1));
  auto* const begin = reinterpret_cast<uint8_t*>(pending_.data());
  uint8_t* out = begin;
  for (size_t i = 0; i < count; ++i) {
    const char16_t unit = units_[i];
    if (high_ != 0) {
      const char16_t high = std::exchange(high_, u'\0');
      if (IsLow(unit)) {
        out += reference::EncodeUtf8Character(
            0x10000 + ((high & 0x3FF) << 10 | (unit & 0x3FF)), out);
        continue;
      }
      *out++ = static_cast<uint8_t>(kIllFormedMark);
    }
    if (unit < 0x80) {
      *out++ = static_cast<uint8_t>(unit);
    } else if (IsHigh(unit)) {
      high_ = unit;
    } else if (IsLow(unit)) {
      *out++ = static_cast<uint8_t>(kIllFormedMark);
    } else if (unit != kByteOrderMark || !is_begin_ || i > 0) {
      out += reference::EncodeUtf8Character(unit, out);
    }
  }
  is_begin_ = is_begin_ && count == 0;
  pending_.ResizeUninitialized(static_cast<size_t>(out - begin));
  handed_out_ = 0;
}

CharsetStream::Step CharsetStream::Convert(std::span<const char> in, bool last,
                                           std::span<char> out) {
  Step step;
  while (step.produced < out.size()) {
    const size_t size =
        std::min(pending_.size() - handed_out_, out.size() - step.produced);
    if (size > 0) {
      std::memcpy(out.data() + step.produced, pending_.data() + handed_out_,
                  size);
      handed_out_ += size;
      step.produced += size;
      continue;
    }
    if (ended_) break;
    const char* source = in.data() + step.consumed;
    char16_t* target = units_.get();
    UErrorCode error = U_ZERO_ERROR;
    ucnv_toUnicode(converter_.get(), &target, target + kUnits, &source,
                   in.data() + in.size(), nullptr, last ? 1 : 0, &error);
    step.consumed = static_cast<size_t>(source - in.data());
    const auto count = static_cast<size_t>(target - units_.get());
    EncodeUnits(count);
    if (error == U_BUFFER_OVERFLOW_ERROR || count > 0) continue;
    const bool is_broken = U_FAILURE(error);  // no memory
    if (is_broken) step.consumed = in.size();
    if (!last && !is_broken) break;
    ended_ = true;
    if (high_ != 0) {
      high_ = 0;
      pending_.Append(kIllFormedMark);
    }
  }
  return step;
}

}  // namespace rowsplit::internal
