// Cutting, counting, splitting and reading numbers over strings of any bytes,
// against the plainest form of each.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "fuzz/input.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/as_string.h"
#include "rowsplit/text/join.h"
#include "rowsplit/text/length.h"
#include "rowsplit/text/split.h"
#include "rowsplit/text/split_fields.h"
#include "rowsplit/text/strip.h"
#include "rowsplit/text/substr.h"
#include "rowsplit/text/to_number.h"

namespace rowsplit {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";

std::string SomeText(fuzz::Input& input, int64_t most) {
  constexpr std::string_view kFrequent = "ab ,\n\xC3\xA9\x80 0123.e-x";
  std::string text;
  for (int64_t size = input.Below(most); size > 0; --size) {
    const uint8_t byte = input.Byte();
    text += byte < 224 ? kFrequent[byte % kFrequent.size()]
                       : static_cast<char>(input.Byte());
  }
  return text;
}

void CheckStrip(StringTensorView strings) {
  const StringTensor stripped = *Strip(strings);
  for (int64_t i = 0; i < strings.size(); ++i) {
    std::string_view text = strings[i];
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    ROWSPLIT_FUZZ_CHECK(stripped[i] == text);
  }
}

void CheckLengthAndSubstr(StringTensorView strings, fuzz::Input& input) {
  const Buffer<int32_t> lengths =
      *Length(strings, {.unit = CharUnit::kUtf8Char});
  for (int64_t i = 0; i < strings.size(); ++i) {
    const std::string_view text = strings[i];
    ROWSPLIT_FUZZ_CHECK(lengths[i] ==
                        std::count_if(text.begin(), text.end(), [](char byte) {
                          return (byte & 0xC0) != 0x80;
                        }));
    const int64_t position = input.Below(8);
    const int64_t length = input.Below(8);
    const auto part = Substr(strings.Slice(i, i + 1), {&position, 1},
                             {&length, 1}, {.unit = CharUnit::kUtf8Char});
    if (part.ok())
      ROWSPLIT_FUZZ_CHECK(text.find((*part)[0]) != std::string_view::npos);
  }
}

void CheckFields(StringTensorView strings, const std::string& separator) {
  if (separator.empty()) return;
  const RaggedStringTensor fields =
      *CopyTokens(*SplitFields(strings, separator), strings.bytes());
  const StringTensor joined = *Join(fields, separator);
  for (int64_t i = 0; i < strings.size(); ++i)
    ROWSPLIT_FUZZ_CHECK(joined[i] == strings[i]);
  for (int64_t i = 0; i < fields.flat_values().size(); ++i) {
    ROWSPLIT_FUZZ_CHECK(fields.flat_values()[i].find(separator) ==
                        std::string_view::npos);
  }
}

void CheckNumber(const std::string& text) {
  const auto number = ToNumber(Tensor::Scalar(std::string_view(text)),
                               {.dtype = DType::kInt64});
  if (!number.ok()) return;
  const auto again = ToNumber(*AsString(*number), {.dtype = DType::kInt64});
  ROWSPLIT_FUZZ_CHECK(again.ok() && *again == *number);
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rowsplit;  // NOLINT(google-build-using-namespace)
  fuzz::Input input(data, size);
  StringTensorBuilder builder;
  for (int64_t rows = input.Below(6); rows > 0; --rows)
    builder.Append(SomeText(input, 200));
  const StringTensor strings = std::move(builder).Build();
  CheckStrip(strings);
  CheckLengthAndSubstr(strings, input);
  CheckFields(strings, SomeText(input, input.Flag() ? 3 : 24));
  CheckNumber(SomeText(input, 24));
  return 0;
}
