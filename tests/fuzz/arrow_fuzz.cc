// Arrow arrays with hostile offsets, sizes, lengths and bitmaps. What is taken
// must be a valid tensor, and come back the same from an export.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/input.h"
#include "rowsplit/rowsplit.h"
#include "support/arrow_arrays.h"

namespace rowsplit {
namespace {

using testing::ArrowLevel;

// Every buffer has room for this many values, so that offset + length may be
// any number up to it without the array lying about its memory.
constexpr int64_t kRoom = 24;

template <typename T>
std::vector<T> Numbers(fuzz::Input& input) {
  std::vector<T> numbers;
  const bool sums = input.Flag();
  for (int64_t i = 0; i <= kRoom; ++i) {
    int64_t number = sums ? input.Below(4) : input.Number();
    if (sums && i > 0) number += static_cast<int64_t>(numbers.back());
    numbers.push_back(static_cast<T>(number));
  }
  return numbers;
}

void AddOffsets(fuzz::Input& input, bool is_large, ArrowLevel& level) {
  if (is_large) {
    level.Add(Numbers<int64_t>(input));
  } else {
    level.Add(Numbers<int32_t>(input));
  }
}

// Strings have room for what 64-bit offsets can't be checked against: their
// offsets are valid or make the import fail.
void AddStrings(fuzz::Input& input, bool is_large, ArrowLevel& level) {
  std::vector<int64_t> offsets = {input.Below(4)};
  for (int64_t i = 0; i < kRoom; ++i)
    offsets.push_back(offsets.back() + input.Below(4) -
                      (input.Below(64) == 0 ? 3 : 0));
  if (is_large) {
    level.Add(offsets);
  } else {
    level.Add(std::vector<int32_t>(offsets.begin(), offsets.end()));
  }
  std::string bytes(4 * (kRoom + 1), 'x');
  for (char& byte : bytes) byte = static_cast<char>(input.Byte());
  level.Add(bytes);
}

std::unique_ptr<ArrowLevel> MakeLevel(fuzz::Input& input, int depth) {
  static const char* const kFormats[] = {"+l", "+L",  "+vl", "+vL",  "+w:2",
                                         "i",  "l",   "b",   "g",    "u",
                                         "U",  "w:3", "vu",  "+w:0", "+s"};
  const int64_t kind =
      depth > 3 ? 5 + input.Below(8) : input.Below(std::size(kFormats));
  const int64_t offset = input.Below(8);
  auto level = std::make_unique<ArrowLevel>(kFormats[kind], input.Below(9));
  level->offset = offset;
  if (input.Below(32) == 0) level->length = input.Number() % 16;
  if (input.Below(64) == 0) level->offset = -input.Below(4);
  const std::string& format = level->format;
  const bool is_large = format.back() == 'L' || format == "U";
  if (format[0] == '+' && format != "+s") {
    if (kind < 4) AddOffsets(input, is_large, *level);
    if (kind == 2 || kind == 3) AddOffsets(input, is_large, *level);
    level->child = MakeLevel(input, depth + 1);
  } else if (format == "u" || format == "U") {
    AddStrings(input, is_large, *level);
  } else if (format == "vu") {
    std::vector<int32_t> views;
    for (int64_t i = 0; i < 4 * kRoom; ++i)
      views.push_back(static_cast<int32_t>(input.Number()));
    level->Add(views).Add(std::string(40, 'v')).Add<int64_t>({40});
  } else {
    level->Add(Numbers<int64_t>(input));
  }
  if (input.Below(8) == 0) {
    std::vector<uint8_t> bits(kRoom / 8 + 1, 0xFF);
    if (input.Flag()) bits[input.Below(3)] = input.Byte();
    level->SetValid(bits, input.Below(3) - 1);
  }
  if (input.Below(64) == 0) level->buffers.back() = nullptr;
  if (input.Below(64) == 0) level->buffers.pop_back();
  return level;
}

void CheckTensor(const Tensor& tensor) {
  int64_t next = tensor.num_rows();
  for (const RowPartition& partition : tensor.partitions()) {
    ROWSPLIT_FUZZ_CHECK(partition.num_rows() == next);
    ROWSPLIT_FUZZ_CHECK(
        RowPartition::FromRowSplits(partition.row_splits()).ok());
    next = partition.num_values();
  }
  ROWSPLIT_FUZZ_CHECK(tensor.num_values() == next);
  // Reads every byte, for the sanitizers.
  unsigned sum = 0;
  for (const std::byte byte : tensor.bytes().span())
    sum += static_cast<unsigned>(byte);
  for (const char byte : tensor.strings().view().text())
    sum += static_cast<unsigned char>(byte);
  ROWSPLIT_FUZZ_CHECK(sum < ~0U);
  ArrowSchema schema;
  ArrowArray array;
  ROWSPLIT_FUZZ_CHECK(ExportToArrow(tensor, &schema, &array).ok());
  const auto back = ImportFromArrow(schema, &array);
  schema.release(&schema);
  ROWSPLIT_FUZZ_CHECK(back.ok());
  ROWSPLIT_FUZZ_CHECK(*back == tensor);
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rowsplit;  // NOLINT: the fuzzer's own entry
  fuzz::Input input(data, size);
  const auto level = MakeLevel(input, 0);
  {
    const auto tensor =
        ImportFromArrow(level->MakeSchema(), level->MakeArray());
    if (tensor.ok()) CheckTensor(*tensor);
  }
  ROWSPLIT_FUZZ_CHECK(level->arrays_released == 1);
  return 0;
}
