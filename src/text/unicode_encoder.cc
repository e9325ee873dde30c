#include "text/unicode_encoder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "kernels/utf8_encode.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {
namespace {

constexpr int32_t kReplacement = 0xFFFD;

// The UTF-8 of scalar values.
void AppendScalars(std::span<const int32_t> scalars, BufferBuilder<char>& out) {
  const Offset offsets[2] = {0, static_cast<Offset>(scalars.size())};
  Offset size = 0;
  kernels::CountUtf8Bytes(scalars.data(), offsets, 1, &size);
  auto* bytes = reinterpret_cast<uint8_t*>(
      out.AppendUninitialized(static_cast<size_t>(size)));
  kernels::EncodeUtf8(scalars.data(), scalars.size(), static_cast<size_t>(size),
                      bytes);
}

void AppendUtf8(std::span<const int32_t> points, BufferBuilder<char>& out) {
  while (!points.empty()) {
    const size_t good = kernels::FindNonScalar(points.data(), points.size());
    AppendScalars(points.first(good), out);
    if (good == points.size()) return;
    AppendScalars({&kReplacement, 1}, out);
    points = points.subspan(good + 1);
  }
}

// Big-endian.
template <size_t kSize>
char* Store(uint32_t unit, char* out) {
  for (size_t i = kSize; i > 0; --i, unit >>= 8)
    out[i - 1] = static_cast<char>(unit & 0xFF);
  return out + kSize;
}

void AppendUtf16(std::span<const int32_t> points, BufferBuilder<char>& out) {
  const auto pairs = static_cast<size_t>(
      std::count_if(points.begin(), points.end(),
                    [](int32_t point) { return point > 0xFFFF; }));
  char* bytes = out.AppendUninitialized(2 * (points.size() + pairs));
  for (const int32_t point : points) {
    const auto unit = static_cast<uint32_t>(point);
    if (point > 0xFFFF) {
      bytes = Store<2>(0xD7C0 + (unit >> 10), bytes);
      bytes = Store<2>(0xDC00 | (unit & 0x3FF), bytes);
    } else {
      bytes = Store<2>(unit, bytes);
    }
  }
}

void AppendUtf32(std::span<const int32_t> points, BufferBuilder<char>& out) {
  char* bytes = out.AppendUninitialized(4 * points.size());
  for (const int32_t point : points)
    bytes = Store<4>(static_cast<uint32_t>(point), bytes);
}

}  // namespace

absl::StatusOr<OutputEncoding> FindOutputEncoding(std::string_view op,
                                                  std::string_view name) {
  if (name == "UTF-8") return OutputEncoding::kUtf8;
  if (name == "UTF-16-BE") return OutputEncoding::kUtf16Be;
  if (name == "UTF-32-BE") return OutputEncoding::kUtf32Be;
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: the output encoding must be UTF-8, UTF-16-BE or UTF-32-BE, got "
      "\"%s\"",
      op, name));
}

absl::Status CheckReplacement(std::string_view op, int32_t replacement) {
  if (replacement >= 0 && replacement <= 0x10FFFF) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: replacement must be a code point from 0 to 10FFFF, got %d", op,
      replacement));
}

void AppendEncoded(std::span<const int32_t> code_points,
                   OutputEncoding encoding, BufferBuilder<char>& out) {
  switch (encoding) {
    case OutputEncoding::kUtf8:
      return AppendUtf8(code_points, out);
    case OutputEncoding::kUtf16Be:
      return AppendUtf16(code_points, out);
    case OutputEncoding::kUtf32Be:
      return AppendUtf32(code_points, out);
  }
}

}  // namespace rowsplit::internal
