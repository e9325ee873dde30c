#ifndef ROWSPLIT_TEXT_UNICODE_CODEC_H_
#define ROWSPLIT_TEXT_UNICODE_CODEC_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

// Strings to Unicode code points and back, as TensorFlow's unicode_decode,
// unicode_encode, unicode_split and unicode_transcode. Input may be in any
// encoding that ICU knows, by any of its names ("UTF-8", "UTF-16-BE",
// "latin1", "Shift_JIS", "gb18030"); output is "UTF-8", "UTF-16-BE" or
// "UTF-32-BE". A byte order mark is a character.
namespace rowsplit {

struct UnicodeCodecOptions {
  // What becomes of an ill-formed piece of the input (in UTF-8: a maximal
  // subpart as table 3-7 of Unicode has it), or of a number that is no scalar
  // value: an InvalidArgument error, `replacement`, or nothing (kSkip).
  ErrorPolicy errors = ErrorPolicy::kReplace;
  // A code point from 0 to 10FFFF.
  int32_t replacement = 0xFFFD;
  // Do the same with U+0000 to U+001F. Of decoding and transcoding.
  bool replace_control_characters = false;
  ExecOptions exec = {};
};

// The code points of each string.
//
//   UnicodeDecode({"aé", "\xFF"}, "UTF-8")  // {{97, 233}, {65533}}
//
// Fails with InvalidArgument for an unknown encoding, a replacement out of
// range and, under kStrict, an ill-formed piece (a control character is then
// replaced); with Cancelled. Linear.
absl::StatusOr<RaggedTensor<int32_t>> UnicodeDecode(
    StringTensorView input, std::string_view encoding,
    const UnicodeCodecOptions& options = {});

// Code points, and beside each the byte of its string that it begins at.
struct DecodedText {
  RaggedTensor<int32_t> code_points;
  Buffer<Offset> starts;
};

// As UnicodeDecode.
//
//   UnicodeDecodeWithOffsets({"éa", "b"}, "UTF-8").starts  // 0, 2, 0
absl::StatusOr<DecodedText> UnicodeDecodeWithOffsets(
    StringTensorView input, std::string_view encoding,
    const UnicodeCodecOptions& options = {});

// Where each character ends: where the next one of its string begins, or the
// string does end. `decoded` is what `input` was decoded to, nothing left out.
//
//   CharacterEnds(decoded, {"éa", "b"})  // 2, 3, 1
//
// Requires that `decoded` is of `input`.
Buffer<Offset> CharacterEnds(const DecodedText& decoded,
                             StringTensorView input);

// One string for each row of code points.
//
//   UnicodeEncode({{97, 233}, {}, {0xD800}}, "UTF-8")  // "aé", "", "\uFFFD"
//
// Fails with InvalidArgument for an unknown output encoding, a replacement out
// of range and, under kStrict, a number that is no scalar value; with
// Cancelled. Linear.
absl::StatusOr<StringTensor> UnicodeEncode(
    RaggedView<int32_t> input, std::string_view encoding,
    const UnicodeCodecOptions& options = {});

// The same for a tensor of int32 of any rank: the strings of its innermost
// rows, in the shape of its other dimensions. Fails also with InvalidArgument
// for another dtype and for a scalar.
absl::StatusOr<Tensor> UnicodeEncode(const Tensor& input,
                                     std::string_view encoding,
                                     const UnicodeCodecOptions& options = {});

// The characters of each string, each in the encoding of the input, which is
// one of those for output.
//
//   UnicodeSplit({"aé", "\xFFz"}, "UTF-8")  // {{"a", "é"}, {"\uFFFD", "z"}}
//
// Fails as UnicodeDecode. Linear; an offset of 8 bytes for each character.
absl::StatusOr<RaggedStringTensor> UnicodeSplit(
    StringTensorView input, std::string_view encoding,
    const UnicodeCodecOptions& options = {});

// Characters, and beside each the byte of its string that it begins at.
struct SplitText {
  RaggedStringTensor characters;
  Buffer<Offset> starts;
};

// As UnicodeSplit.
absl::StatusOr<SplitText> UnicodeSplitWithOffsets(
    StringTensorView input, std::string_view encoding,
    const UnicodeCodecOptions& options = {});

// Each string in another encoding.
//
//   UnicodeTranscode({"\xE9"}, "latin1", "UTF-8")  // {"é"}
//
// Fails with InvalidArgument for an unknown encoding, a replacement out of
// range and, under kStrict, an ill-formed piece or a control character that
// is to be replaced; with Cancelled. Linear.
absl::StatusOr<StringTensor> UnicodeTranscode(
    StringTensorView input, std::string_view input_encoding,
    std::string_view output_encoding, const UnicodeCodecOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_UNICODE_CODEC_H_
