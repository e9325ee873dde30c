// Normalization of rows of any bytes against ICU, and the offsets of what it
// gives.

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/input.h"
#include "rowsplit/rowsplit.h"
#include "support/icu_normalize.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kNormalForms;
using ::rowsplit::testing::NormalizeByIcu;
using ::rowsplit::testing::Utf8Of;

// Characters of which many are marks or compose, and some bytes of none.
std::string MakeText(fuzz::Input& input) {
  constexpr uint32_t kBlocks[] = {0x40,   0xC0,   0x300,  0x340,   0x590,
                                  0x900,  0x980,  0xE00,  0xF40,   0x1100,
                                  0x1140, 0x1180, 0x11C0, 0xAC00,  0x3040,
                                  0x3080, 0xFF40, 0xFB00, 0x1D140, 0x2000};
  std::string text;
  for (int64_t size = input.Byte(); size > 0; --size) {
    const uint8_t kind = input.Byte();
    if (kind < 200) {
      text += Utf8Of(kBlocks[kind % std::size(kBlocks)] + input.Byte() % 64);
    } else if (kind < 240) {
      text += static_cast<char>('A' + kind % 64);
    } else {
      text += static_cast<char>(input.Byte());
    }
  }
  return text;
}

void CheckNormalize(fuzz::Input& input) {
  const NormalForm form = kNormalForms[input.Below(5)];
  std::vector<std::string> rows;
  for (int64_t row = input.Below(5); row >= 0; --row)
    rows.push_back(MakeText(input));
  const StringTensor strings = StringTensor::FromStrings(
      std::vector<std::string_view>(rows.begin(), rows.end()));
  const StringTensor normal = *Normalize(strings, {.form = form});
  const auto with_offsets = *NormalizeWithOffsets(strings, {.form = form});
  ROWSPLIT_FUZZ_CHECK(with_offsets.strings == normal);
  for (int64_t row = 0; row < strings.size(); ++row) {
    icu::Edits edits;
    ROWSPLIT_FUZZ_CHECK(normal[row] ==
                        NormalizeByIcu(form, strings[row], &edits));
    if (form == NormalForm::kNfkcCasefold) continue;
    UErrorCode status = U_ZERO_ERROR;
    auto change = edits.getFineIterator();
    for (int step = 0; step < 8; ++step) {
      const auto offset =
          static_cast<int32_t>(input.Byte() % (normal[row].size() + 2));
      ROWSPLIT_FUZZ_CHECK(
          with_offsets.source_offsets.Find(row, offset) ==
          change.sourceIndexFromDestinationIndex(offset, status));
    }
  }
}

void CheckBert(fuzz::Input& input) {
  const std::string text = MakeText(input);
  const StringTensor strings =
      StringTensor::FromStrings(std::vector<std::string_view>{text, "", text});
  const bool folds = input.Flag();
  const auto made = *FastBertNormalizeWithOffsets(
      strings, {.lower_case_nfd_strip_accents = folds});
  ROWSPLIT_FUZZ_CHECK(
      made.strings ==
      *FastBertNormalize(strings, {.lower_case_nfd_strip_accents = folds}));
  ROWSPLIT_FUZZ_CHECK(made.strings[0] == made.strings[2]);
  const auto offsets = made.offsets.view().row(0);
  ROWSPLIT_FUZZ_CHECK(offsets.size() == made.strings[0].size() + 1);
  ROWSPLIT_FUZZ_CHECK(offsets.back() == static_cast<Offset>(text.size()));
  for (size_t i = 1; i < offsets.size(); ++i)
    ROWSPLIT_FUZZ_CHECK(offsets[i - 1] <= offsets[i]);
  const StringTensor bert =
      *BertNormalize(strings, {.clean_text = input.Flag(),
                               .handle_chinese_chars = input.Flag(),
                               .lowercase = input.Flag()});
  ROWSPLIT_FUZZ_CHECK(bert[0] == bert[2] && bert[1].empty());
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rowsplit::fuzz::Input input(data, size);
  if (input.Below(4) == 0) {
    rowsplit::CheckBert(input);
  } else {
    rowsplit::CheckNormalize(input);
  }
  return 0;
}
