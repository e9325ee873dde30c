// Byte maps, token and line spans, splitting, joining and regular expressions
// over strings of any bytes, against the plainest form of each.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/input.h"
#include "kernels/byte_map.h"
#include "kernels/byte_map_ref.h"
#include "kernels/token_spans.h"
#include "kernels/token_spans_ref.h"
#include "rowsplit/rowsplit.h"

namespace rowsplit {
namespace {

const uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Bytes of which many are blanks, marks and parts of characters.
std::string MakeText(fuzz::Input& input) {
  constexpr std::string_view kFrequent = "a \n.b\tA\r,\xC3\xA9-z";
  std::string text;
  for (int64_t size = input.Byte() * (input.Flag() ? 1 : 10); size > 0;
       --size) {
    const uint8_t byte = input.Byte();
    text += byte < 192 ? kFrequent[byte % kFrequent.size()]
                       : static_cast<char>(input.Byte());
  }
  return text;
}

std::vector<Offset> MakeOffsets(fuzz::Input& input, int64_t num_bytes) {
  std::vector<Offset> offsets = {input.Below(4)};
  if (offsets[0] > num_bytes) offsets[0] = 0;
  const bool dense = input.Flag();
  for (int64_t row = input.Below(100); row > 0; --row) {
    const Offset end = offsets.back() + (dense ? input.Below(4) : input.Byte());
    if (end > num_bytes) break;
    offsets.push_back(end);
  }
  return offsets;
}

kernels::ByteMap MakeMap(fuzz::Input& input) {
  using kernels::ByteMap;
  ByteMap map = ByteMap::Identity();
  for (int64_t step = input.Below(4); step > 0; --step) {
    ByteSet set;
    for (int64_t i = input.Below(20); i > 0; --i)
      set.Add(input.Byte() & (input.Flag() ? 0x7F : 0xFF));
    switch (input.Below(4)) {
      case 0:
        map = Then(map, ByteMap::AsciiLower());
        break;
      case 1:
        map = Then(map, ByteMap::AsciiUpper());
        break;
      case 2:
        map = Then(map, ByteMap::DropClass(set));
        break;
      default:
        map = Then(map, ByteMap::MapClass(set, input.Byte()));
    }
  }
  return map;
}

void CheckByteMaps(fuzz::Input& input, const std::string& text,
                   const std::vector<Offset>& offsets) {
  const kernels::ByteMap map = MakeMap(input);
  const kernels::CompiledByteMap compiled(map);
  std::string expected(text.size(), '\0');
  const size_t size =
      reference::MapAndDropBytes(map, Bytes(text), text.size(),
                                 reinterpret_cast<uint8_t*>(expected.data()));
  expected.resize(size);
  // Memory of exactly the size that is promised to be enough.
  std::vector<uint8_t> got(size);
  ROWSPLIT_FUZZ_CHECK(kernels::MapAndDropBytes(compiled, Bytes(text),
                                               text.size(), got.data(),
                                               size) == size);
  ROWSPLIT_FUZZ_CHECK(std::string(got.begin(), got.end()) == expected);

  const size_t num_rows = offsets.size() - 1;
  std::vector<Offset> expected_ends(num_rows);
  std::vector<Offset> ends(num_rows);
  reference::CountKeptBytes(map, Bytes(text), offsets.data(), num_rows,
                            expected_ends.data());
  kernels::CountKeptBytes(compiled, Bytes(text), offsets.data(), num_rows,
                          ends.data());
  ROWSPLIT_FUZZ_CHECK(ends == expected_ends);
}

void CheckSpans(const std::string& text) {
  std::vector<TokenSpan> expected(text.size() + 1);
  expected.resize(
      reference::FindTokenSpans(Bytes(text), text.size(), 7, expected.data()));
  std::vector<TokenSpan> got((text.size() + 1) / 2);
  got.resize(kernels::FindTokenSpans(Bytes(text), text.size(), 7, got.data()));
  ROWSPLIT_FUZZ_CHECK(got == expected);

  const size_t num_newlines =
      reference::CountByte(Bytes(text), text.size(), '\n');
  ROWSPLIT_FUZZ_CHECK(kernels::CountByte(Bytes(text), text.size(), '\n') ==
                      num_newlines);
  expected.assign(num_newlines + 1, {});
  expected.resize(
      reference::FindLineSpans(Bytes(text), text.size(), 7, expected.data()));
  got.assign(num_newlines + 1, {});
  got.resize(kernels::FindLineSpans(Bytes(text), text.size(), 7, got.data()));
  ROWSPLIT_FUZZ_CHECK(got == expected);
}

void CheckSplitAndJoin(fuzz::Input& input, StringTensorView strings) {
  const int64_t maxsplit = input.Number();
  const auto tokens = SplitWhitespace(
      strings, {.maxsplit = maxsplit, .exec = {.num_threads = 1}});
  ROWSPLIT_FUZZ_CHECK(tokens.ok() && tokens->num_rows() == strings.size());
  const auto copied = CopyTokens(*tokens, strings.bytes());
  ROWSPLIT_FUZZ_CHECK(copied.ok());
  const auto joined = Join(tokens->view(), strings.bytes(), " ");
  const auto joined_copies = Join(*copied, " ");
  ROWSPLIT_FUZZ_CHECK(joined.ok() && joined_copies.ok());
  ROWSPLIT_FUZZ_CHECK(*joined == *joined_copies);
  // What is joined with blanks splits into the same tokens.
  if (maxsplit >= 0) return;
  const auto again = SplitWhitespace(*joined);
  ROWSPLIT_FUZZ_CHECK(again.ok());
  ROWSPLIT_FUZZ_CHECK(*CopyTokens(*again, joined->bytes().span()) == *copied);
}

// Any pattern: no crash, and a class of bytes is what a full match says.
void CheckRegex(fuzz::Input& input, StringTensorView strings) {
  constexpr std::string_view kParts = "ab.[]^$|()*+?-\\dwsS{1,}:\xC3\xA9";
  std::string pattern = input.Flag() ? "[" : "";
  for (int64_t i = input.Below(12); i > 0; --i)
    pattern += kParts[input.Byte() % kParts.size()];
  if (pattern.substr(0, 1) == "[") pattern += ']';
  const auto regex = Regex::Compile(pattern);
  if (!regex.ok()) return;
  const std::optional<ByteSet> byte_class = regex->AsAsciiByteClass();
  for (int byte = 0; byte < 256 && byte_class; ++byte) {
    const char text = static_cast<char>(byte);
    ROWSPLIT_FUZZ_CHECK(byte_class->contains(static_cast<uint8_t>(byte)) ==
                        regex->FullMatch(std::string_view(&text, 1)));
  }
  const auto rewrite = Rewrite::Compile(input.Flag() ? "\\0" : "_", *regex);
  ROWSPLIT_FUZZ_CHECK(rewrite.ok());
  const auto replaced = RegexReplace(strings, *regex, *rewrite);
  ROWSPLIT_FUZZ_CHECK(replaced.ok() && replaced->size() == strings.size());
  if (rewrite->literal()) return;
  // Each match replaced by itself.
  for (int64_t row = 0; row < strings.size(); ++row)
    ROWSPLIT_FUZZ_CHECK((*replaced)[row] == strings[row]);
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rowsplit::fuzz::Input input(data, size);
  const std::string text = rowsplit::MakeText(input);
  const std::vector<rowsplit::Offset> offsets =
      rowsplit::MakeOffsets(input, static_cast<int64_t>(text.size()));
  rowsplit::CheckByteMaps(input, text, offsets);
  rowsplit::CheckSpans(text);
  const rowsplit::StringTensorView strings(offsets, text);
  rowsplit::CheckSplitAndJoin(input, strings);
  rowsplit::CheckRegex(input, strings);
  return 0;
}
