#ifndef ROWSPLIT_SRC_TEXT_NORMAL_SEGMENT_H_
#define ROWSPLIT_SRC_TEXT_NORMAL_SEGMENT_H_

#include <string_view>

#include "kernels/utf8_normalize.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// Appends the normal form of well-formed text that begins and ends at a
// boundary: decomposes it, orders the marks by combining class, and composes
// if the form does. Linear, also for endless marks in any order, and in a few
// KiB of memory beside the output.
void AppendNormalSegment(const kernels::Utf8NormalTables& tables,
                         std::string_view segment, BufferBuilder<char>& out);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_NORMAL_SEGMENT_H_
