#include "rowsplit/text/transliterate.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/normalize.h"
#include "text/character_tables.h"
#include "text/icu_rows.h"
#include "text/normal_mapper.h"
#include "text/transform.h"

namespace rowsplit {
namespace {

using internal::MapByIcu;
using internal::NormalMapper;
using internal::Transform;

// What is left of a character's decomposition without its nonspacing marks,
// composed again.
std::optional<std::string> WithoutMarks(uint32_t code_point) {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::Normalizer2* const nfd =
      icu::Normalizer2::getNFDInstance(status);
  static const icu::Normalizer2* const nfc =
      icu::Normalizer2::getNFCInstance(status);
  const auto c = static_cast<UChar32>(code_point);
  if (nfd->isInert(c) && u_charType(c) != U_NON_SPACING_MARK) return {};
  const icu::UnicodeString character(c);
  icu::UnicodeString kept;
  const icu::UnicodeString parts = nfd->normalize(character, status);
  for (int32_t at = 0; at < parts.length(); at = parts.moveIndex32(at, 1)) {
    const UChar32 part = parts.char32At(at);
    if (u_charType(part) != U_NON_SPACING_MARK) kept.append(part);
  }
  const icu::UnicodeString result = nfc->normalize(kept, status);
  if (U_FAILURE(status) != 0 || result == character) return {};
  std::string bytes;
  result.toUTF8String(bytes);
  return bytes;
}

// Decomposing the whole text, deleting marks and composing again comes to the
// same as doing so for each character, by this, then composing: order is by
// combining class and stable, with or without the marks between.
const NormalMapper& MarkDropper() {
  static const auto* mapper =
      new NormalMapper(internal::MakeCharacterTables(WithoutMarks));
  return *mapper;
}

}  // namespace

absl::StatusOr<StringTensor> Transliterate(
    StringTensorView input, const std::string& id,
    const TransliterateOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Transform transform, Transform::Create(id));
  return MapByIcu(
      "transliterate", input, options.exec,
      [&](icu::UnicodeString& text) { return transform.Map(text); });
}

absl::StatusOr<StringTensor> StripAccents(StringTensorView input,
                                          const TransliterateOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const StringTensor kept,
                            MarkDropper().Map(input, options.exec));
  return NormalMapper::Of(NormalForm::kNfc).Map(kept, options.exec);
}

void AppendWithoutAccents(std::string_view text, BufferBuilder<char>& output) {
  BufferBuilder<char> kept;
  MarkDropper().AppendRow(text, kept);
  NormalMapper::Of(NormalForm::kNfc)
      .AppendRow({kept.data(), kept.size()}, output);
}

absl::StatusOr<StringTensor> ConfusableSkeleton(
    StringTensorView input, const TransliterateOptions& options) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)> checker(
      uspoof_open(&status), uspoof_close);
  if (U_FAILURE(status) != 0) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "confusable_skeleton: ICU has no data: %s", u_errorName(status)));
  }
  return MapByIcu("confusable_skeleton", input, options.exec,
                  [&](icu::UnicodeString& text) -> absl::Status {
                    UErrorCode error = U_ZERO_ERROR;
                    icu::UnicodeString skeleton;
                    uspoof_getSkeletonUnicodeString(checker.get(), 0, text,
                                                    skeleton, &error);
                    if (U_FAILURE(error) != 0)
                      return absl::ResourceExhaustedError(absl::StrFormat(
                          "confusable_skeleton: %s", u_errorName(error)));
                    text = std::move(skeleton);
                    return absl::OkStatus();
                  });
}

}  // namespace rowsplit
