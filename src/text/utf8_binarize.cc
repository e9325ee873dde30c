#include "rowsplit/text/utf8_binarize.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "kernels/utf8_decode_ref.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit {
namespace {

constexpr int64_t kValuesInPiece = 64 << 10;
constexpr int64_t kCodePointBits = 32;

absl::Status CheckOptions(const Utf8BinarizeOptions& options) {
  if (options.word_length >= 0 && options.bits_per_char >= 0)
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "Utf8Binarize: word_length and bits_per_char must not be negative, got "
      "%d and %d",
      options.word_length, options.bits_per_char));
}

// Fills the numbers of one string, which are 0.
void Binarize(std::string_view text, const Utf8BinarizeOptions& options,
              float* out) {
  const int64_t bits = std::min(options.bits_per_char, kCodePointBits);
  size_t at = 0;
  for (int64_t i = 0; i < options.word_length && at < text.size();
       ++i, out += options.bits_per_char) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data()) + at;
    internal::Utf8Sequence piece = {1, true};
    if (*bytes >= 0x80) piece = internal::ReadUtf8Sequence(text, at);
    const auto point =
        static_cast<uint32_t>(piece.good ? reference::DecodeUtf8Character(bytes)
                                         : options.replacement);
    for (int64_t bit = 0; bit < bits; ++bit)
      out[bit] = static_cast<float>(point >> bit & 1);
    at += piece.size;
  }
}

}  // namespace

absl::StatusOr<Buffer<float>> Utf8Binarize(StringTensorView input,
                                           const Utf8BinarizeOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t width,
      internal::CheckedMul(options.word_length, options.bits_per_char));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(width, input.size()));
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckedMul(size, sizeof(float)).status());
  BufferBuilder<float> numbers(static_cast<size_t>(size));
  if (width == 0) return std::move(numbers).Build();
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, input.size(), std::max<int64_t>(1, kValuesInPiece / width),
      [&](int64_t row, int64_t end) {
        std::fill(numbers.data() + row * width, numbers.data() + end * width,
                  0.0F);
        for (; row < end; ++row)
          Binarize(input[row], options, numbers.data() + row * width);
        return absl::OkStatus();
      }));
  return std::move(numbers).Build();
}

}  // namespace rowsplit
