#include "rowsplit/text/language.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "cld2/public/compact_lang_det.h"
#include "cld2/public/encodings.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "text/append_rows.h"
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

constexpr size_t kMostBytes = size_t{1} << 20;
// What may be read behind the text, which is not UTF-8's affair to end.
constexpr size_t kPadding = 64;

// Codes that ISO has replaced since.
std::string_view CodeOf(CLD2::Language language) {
  const std::string_view code = CLD2::LanguageCode(language);
  if (code == "un") return "und";
  if (code == "iw") return "he";
  if (code == "jw") return "jv";
  return code;
}

// At most kMostBytes, not cut inside a character.
std::string_view Head(std::string_view text) {
  if (text.size() <= kMostBytes) return text;
  size_t size = kMostBytes;
  while (size > kMostBytes - 4 &&
         (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) {
    --size;
  }
  return text.substr(0, size);
}

}  // namespace

LanguageGuess DetectLanguage(std::string_view text) {
  BufferBuilder<char> mended;
  internal::AppendMended(Head(text), mended);
  const auto size = static_cast<int>(mended.size());
  for (size_t i = 0; i < kPadding; ++i) mended.Append('\0');
  CLD2::Language languages[3];
  int percents[3];
  double scores[3];
  int text_bytes = 0;
  bool is_reliable = false;
  const CLD2::CLDHints hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING,
                             CLD2::UNKNOWN_LANGUAGE};
  CLD2::ExtDetectLanguageSummary(mended.data(), size, /*is_plain_text=*/true,
                                 &hints, CLD2::kCLDFlagBestEffort, languages,
                                 percents, scores, nullptr, &text_bytes,
                                 &is_reliable);
  const std::string_view code = CodeOf(languages[0]);
  if (!is_reliable || code == "und") return {code, 0};
  return {code, static_cast<float>(percents[0]) / 100};
}

absl::StatusOr<LanguageGuesses> DetectLanguages(
    StringTensorView input, const DetectLanguagesOptions& options) {
  BufferBuilder<float> confidences(static_cast<size_t>(input.size()));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor codes,
      internal::AppendRows(
          internal::CutRows(input.offsets(), internal::kValuesInPiece),
          options.exec, [&](int64_t row, BufferBuilder<char>& bytes) {
            const LanguageGuess guess = DetectLanguage(input[row]);
            internal::AppendText(guess.code, bytes);
            confidences[static_cast<size_t>(row)] = guess.confidence;
            return absl::OkStatus();
          }));
  return LanguageGuesses{std::move(codes), std::move(confidences).Build()};
}

absl::Status CheckLanguageCodes(const std::vector<std::string>& codes) {
  static const auto* known = [] {
    auto* set = new std::set<std::string, std::less<>>;
    for (int i = 0; i < CLD2::NUM_LANGUAGES; ++i)
      set->emplace(CodeOf(static_cast<CLD2::Language>(i)));
    return set;
  }();
  for (const std::string& code : codes) {
    if (known->find(code) == known->end()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "languages must be codes as en, de or zh-Hant, and und for none; no "
          "language has the code '%s'",
          code));
    }
  }
  return absl::OkStatus();
}

}  // namespace rowsplit
