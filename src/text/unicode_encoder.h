#ifndef ROWSPLIT_SRC_TEXT_UNICODE_ENCODER_H_
#define ROWSPLIT_SRC_TEXT_UNICODE_ENCODER_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// What code points can be written in.
enum class OutputEncoding { kUtf8, kUtf16Be, kUtf32Be };

// By the names "UTF-8", "UTF-16-BE" and "UTF-32-BE". Fails with
// InvalidArgument for others; `op` is for the message.
absl::StatusOr<OutputEncoding> FindOutputEncoding(std::string_view op,
                                                  std::string_view name);

// InvalidArgument unless `replacement` is a code point.
absl::Status CheckReplacement(std::string_view op, int32_t replacement);

// Appends code points from 0 to 10FFFF. Of a surrogate, UTF-8 gets U+FFFD, and
// the others the surrogate itself.
void AppendEncoded(std::span<const int32_t> code_points,
                   OutputEncoding encoding, BufferBuilder<char>& out);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_UNICODE_ENCODER_H_
