#include "rowsplit/text/punctuation.h"

#include "kernels/byte_map.h"
#include "text/byte_map_op.h"

namespace rowsplit {

ByteSet AsciiPunctuation() {
  return ByteSet::Of("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
}

absl::StatusOr<StringTensor> StripPunctuation(
    StringTensorView input, const StripPunctuationOptions& options) {
  const kernels::CompiledByteMap map(
      kernels::ByteMap::DropClass(AsciiPunctuation()));
  return internal::ApplyByteMap(map, input, options.exec);
}

}  // namespace rowsplit
