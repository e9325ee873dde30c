#include "rowsplit/text/transliterate.h"

#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/normalize.h"
#include "text/character_tables.h"
#include "text/icu_rows.h"
#include "text/normal_mapper.h"

namespace rowsplit {
namespace {

using internal::MapByIcu;
using internal::NormalMapper;

std::unique_ptr<icu::Transliterator> MakeTransform(const std::string& id) {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::Transliterator> transform(
      icu::Transliterator::createInstance(icu::UnicodeString::fromUTF8(id),
                                          UTRANS_FORWARD, status));
  if (U_FAILURE(status) != 0) return nullptr;
  return transform;
}

}  // namespace

absl::StatusOr<StringTensor> Transliterate(
    StringTensorView input, const std::string& id,
    const TransliterateOptions& options) {
  const std::unique_ptr<icu::Transliterator> transform = MakeTransform(id);
  if (transform == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrFormat("transliterate: ICU knows no transform '%s'", id));
  }
  // Transforms keep a state, so each string has one of its own thread.
  return MapByIcu("transliterate", input, options.exec,
                  [&](icu::UnicodeString& text) -> absl::Status {
                    thread_local std::string last_id;
                    thread_local std::unique_ptr<icu::Transliterator> own;
                    if (own == nullptr || last_id != id) {
                      own = MakeTransform(id);
                      last_id = id;
                    }
                    if (own == nullptr)
                      return absl::ResourceExhaustedError(
                          "transliterate: ICU made no transform");
                    own->transliterate(text);
                    return absl::OkStatus();
                  });
}

absl::StatusOr<StringTensor> StripAccents(StringTensorView input,
                                          const TransliterateOptions& options) {
  static const auto* strip = new NormalMapper(internal::MakeCharacterTables(
      [](uint32_t code_point) -> std::optional<std::string> {
        if (u_charType(static_cast<UChar32>(code_point)) != U_NON_SPACING_MARK)
          return {};
        return "";
      }));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const StringTensor parts,
      NormalMapper::Of(NormalForm::kNfd).Map(input, options.exec));
  ROWSPLIT_ASSIGN_OR_RETURN(const StringTensor kept,
                            strip->Map(parts, options.exec));
  return NormalMapper::Of(NormalForm::kNfc).Map(kept, options.exec);
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
