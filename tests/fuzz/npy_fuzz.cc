// A header of a .npy file is read as what it says or refused; one that was
// written and then damaged in one byte never crashes the reader.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "fuzz/input.h"
#include "rowsplit/data/npy.h"

namespace rowsplit::fuzz {
namespace {

constexpr std::string_view kTokens[] = {
    "{",
    "}",
    "(",
    ")",
    ",",
    ":",
    "'",
    "'descr'",
    "'<i4'",
    "'<u2'",
    "\"<i8\"",
    "'fortran_order'",
    "False",
    "True",
    "'shape'",
    "1",
    "9223372036854775807",
    "-1",
    " ",
    "\n",
    "'descr':'<f4',",
    "'fortran_order':False,",
    "'shape':(3,),",
    "{'descr':'<i4','fortran_order':False,'shape':("};

void CheckHeader(std::string_view bytes) {
  const auto header = ReadNpyHeader(bytes);
  if (!header.ok()) return;
  ROWSPLIT_FUZZ_CHECK(header->num_rows >= 0);
  ROWSPLIT_FUZZ_CHECK(header->num_columns.value_or(0) >= 0);
  ROWSPLIT_FUZZ_CHECK(header->size_bytes <= static_cast<int64_t>(bytes.size()));
  const auto again = ReadNpyHeader(FormatNpyHeader(*header));
  ROWSPLIT_FUZZ_CHECK(again.ok());
  ROWSPLIT_FUZZ_CHECK(again->dtype == header->dtype);
  ROWSPLIT_FUZZ_CHECK(again->num_rows == header->num_rows);
  ROWSPLIT_FUZZ_CHECK(again->num_columns == header->num_columns);
}

std::string WithPreamble(std::string_view text) {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(text.size() & 0xFF);
  bytes += static_cast<char>(text.size() >> 8 & 0xFF);
  return bytes + std::string(text);
}

}  // namespace
}  // namespace rowsplit::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using rowsplit::NpyDtype;
  namespace fuzz = rowsplit::fuzz;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz::CheckHeader(bytes);
  fuzz::CheckHeader(fuzz::WithPreamble(bytes));
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text += fuzz::kTokens[data[i] % std::size(fuzz::kTokens)];
  }
  fuzz::CheckHeader(fuzz::WithPreamble(text));
  fuzz::Input input(data, size);
  std::string damaged = rowsplit::FormatNpyHeader(
      {static_cast<NpyDtype>(input.Below(4)), input.Word() & INT64_MAX, 10});
  damaged[static_cast<size_t>(input.Below(128))] =
      static_cast<char>(input.Byte());
  fuzz::CheckHeader(damaged);
  return 0;
}
