#include "pipeline/clean_stage.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/status_macros.h"
#include "rowsplit/text/controls.h"
#include "rowsplit/text/html.h"
#include "rowsplit/text/language.h"
#include "rowsplit/text/mask.h"
#include "rowsplit/text/mojibake.h"
#include "rowsplit/text/repeats.h"
#include "rowsplit/text/transliterate.h"
#include "text/case_mapper.h"
#include "text/icu_rows.h"
#include "text/locale_case.h"
#include "text/normal_mapper.h"
#include "text/transform.h"

namespace rowsplit::internal {

namespace {

Stage RowsBy(size_t step, const TextStep& text_step,
             std::function<absl::StatusOr<int64_t>(std::string_view,
                                                   BufferBuilder<char>&)>
                 append) {
  return RowStage{step, DescribeStep(text_step), std::move(append)};
}

// Makes the stage of each step; the earlier steps have their own.
struct Maker {
  size_t step;
  const TextStep& text_step;

  absl::StatusOr<Stage> operator()(const UnicodeLowerCase& lower) const {
    return Case(CaseKind::kLower, lower.locale, &CaseMapper::Lower);
  }
  absl::StatusOr<Stage> operator()(const UnicodeUpperCase& upper) const {
    return Case(CaseKind::kUpper, upper.locale, &CaseMapper::Upper);
  }
  absl::StatusOr<Stage> operator()(const UnicodeTitleCase& title) const {
    return Case(CaseKind::kTitle, title.locale, nullptr);
  }
  absl::StatusOr<Stage> operator()(const UnicodeFoldCase& fold) const {
    return Case(CaseKind::kFold, fold.locale, &CaseMapper::Fold);
  }

  // `root` is the mapping of the root locale.
  absl::StatusOr<Stage> Case(CaseKind kind, const std::string& locale,
                             const CaseMapper& (*root)()) const {
    ROWSPLIT_ASSIGN_OR_RETURN(const LocaleCase map,
                              LocaleCase::Create(kind, locale));
    if (map.is_root()) return CaseStage{&root(), DescribeStep(text_step)};
    return RowsBy(
        step, text_step,
        [map](std::string_view row,
              BufferBuilder<char>& output) -> absl::StatusOr<int64_t> {
          ROWSPLIT_RETURN_IF_ERROR(AppendByIcu(
              CaseName(map.kind()), row,
              [&](icu::UnicodeString& text) {
                map.Map(text);
                return absl::OkStatus();
              },
              output));
          return 0;
        });
  }

  absl::StatusOr<Stage> operator()(const DropAccents&) const {
    return RowsBy(step, text_step,
                  [](std::string_view row, BufferBuilder<char>& output) {
                    AppendWithoutAccents(row, output);
                    return int64_t{0};
                  });
  }

  absl::StatusOr<Stage> operator()(const TransliterateText& options) const {
    ROWSPLIT_ASSIGN_OR_RETURN(const Transform transform,
                              Transform::Create(options.id));
    return RowsBy(
        step, text_step,
        [transform](std::string_view row,
                    BufferBuilder<char>& output) -> absl::StatusOr<int64_t> {
          ROWSPLIT_RETURN_IF_ERROR(AppendByIcu(
              "transliterate", row,
              [&](icu::UnicodeString& text) { return transform.Map(text); },
              output));
          return 0;
        });
  }

  absl::StatusOr<Stage> operator()(const NormalizeText& options) const {
    const NormalMapper* mapper = &NormalMapper::Of(options.form);
    return RowsBy(step, text_step,
                  [mapper](std::string_view row, BufferBuilder<char>& output) {
                    mapper->AppendRow(row, output);
                    return int64_t{0};
                  });
  }

  absl::StatusOr<Stage> operator()(const DecodeHtml& html) const {
    if (!html.tags && !html.references) {
      return absl::InvalidArgumentError(
          "a step for HTML needs tags or references");
    }
    const HtmlOptions options{.tags = html.tags, .references = html.references};
    return RowsBy(step, text_step,
                  [options](std::string_view row, BufferBuilder<char>& output) {
                    return AppendHtmlText(row, options, output);
                  });
  }

  absl::StatusOr<Stage> operator()(const MaskText& mask) const {
    if (!mask.urls && !mask.emails && !mask.numbers) {
      return absl::InvalidArgumentError(
          "a step that masks needs urls, emails or numbers");
    }
    const MaskOptions options{
        .urls = mask.urls, .emails = mask.emails, .numbers = mask.numbers};
    return RowsBy(step, text_step,
                  [options](std::string_view row, BufferBuilder<char>& output) {
                    return AppendMasked(row, options, output);
                  });
  }

  absl::StatusOr<Stage> operator()(const ShortenRepeats& repeats) const {
    if (std::min(repeats.max_characters, repeats.max_lines) < 0 ||
        std::max(repeats.max_characters, repeats.max_lines) == 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "a step that limits repeats needs characters or lines of at least 1, "
          "got %d and %d",
          repeats.max_characters, repeats.max_lines));
    }
    const RepeatsOptions options{.max_characters = repeats.max_characters,
                                 .max_lines = repeats.max_lines};
    return RowsBy(step, text_step,
                  [options](std::string_view row, BufferBuilder<char>& output) {
                    return AppendLimited(row, options, output);
                  });
  }

  absl::StatusOr<Stage> operator()(const DeleteControls& controls) const {
    const ControlsOptions options{.controls = controls.controls,
                                  .zero_width = controls.zero_width,
                                  .bidi = controls.bidi,
                                  .joiners = controls.joiners};
    return RowsBy(step, text_step,
                  [options](std::string_view row, BufferBuilder<char>& output) {
                    return AppendWithoutControls(row, options, output);
                  });
  }

  absl::StatusOr<Stage> operator()(const RepairEncoding&) const {
    return RowsBy(step, text_step, AppendRepaired);
  }

  absl::StatusOr<Stage> operator()(const KeepLanguages& keep) const {
    ROWSPLIT_RETURN_IF_ERROR(CheckLanguageCodes(keep.languages));
    if (keep.languages.empty() ||
        !(keep.min_confidence >= 0 && keep.min_confidence <= 1)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "a step that keeps languages needs some, and a min_confidence from 0 "
          "to 1, got %d and %g",
          keep.languages.size(), keep.min_confidence));
    }
    return Stage(DropStage{
        step, DescribeStep(text_step), [keep](std::string_view row) {
          const LanguageGuess guess = DetectLanguage(row);
          if (guess.confidence < keep.min_confidence) return !keep.keep_unsure;
          return std::find(keep.languages.begin(), keep.languages.end(),
                           guess.code) == keep.languages.end();
        }});
  }

  template <typename Other>
  absl::StatusOr<Stage> operator()(const Other&) const {
    return absl::InternalError("this step has a stage of its own");
  }
};

}  // namespace

absl::StatusOr<Stage> MakeCleanStage(size_t step, const TextStep& text_step) {
  return std::visit(Maker{step, text_step}, text_step);
}

}  // namespace rowsplit::internal
