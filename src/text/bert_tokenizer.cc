#include "rowsplit/text/bert_tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/text/bert_normalize.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/unicode_case.h"
#include "text/basic_words.h"
#include "text/fast_bert_characters.h"
#include "text/fast_wordpiece_blocks.h"
#include "text/fast_wordpiece_state.h"
#include "text/subword_sink.h"
#include "text/wordpiece_state.h"

namespace rowsplit {

namespace {

using internal::SubwordSink;

absl::Status CheckOptions(const BasicTokenizeOptions& options) {
  if (options.lower_case == BertLowerCase::kNone ||
      !options.normalization_form.has_value() ||
      *options.normalization_form == NormalForm::kNfd) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "BasicTokenize: lower_case strips accents; beside it "
      "normalization_form must be NFD or none");
}

// Letters made small and text normalized. `kept` holds what is new.
absl::StatusOr<StringTensorView> ChangeForms(
    StringTensorView input, const BasicTokenizeOptions& options,
    const ExecOptions& exec, StringTensor& kept) {
  if (options.lower_case == BertLowerCase::kKeepAccents) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        kept, LowerUnicode(input, {.nul_ends_string = true, .exec = exec}));
    return kept.view();
  }
  std::vector<NormalForm> forms;
  if (options.lower_case == BertLowerCase::kStripAccents) {
    forms = {NormalForm::kNfkcCasefold, NormalForm::kNfd};
  } else if (options.normalization_form.has_value()) {
    forms = {*options.normalization_form};
  }
  for (const NormalForm form : forms) {
    ROWSPLIT_ASSIGN_OR_RETURN(kept,
                              Normalize(input, {.form = form, .exec = exec}));
    input = kept.view();
  }
  return input;
}

// Calls `tokenize(row, changed text, sink)` for each row.
template <typename Make, typename Tokenize>
auto OverChangedText(StringTensorView input, SubwordKind kind,
                     const BasicTokenizeOptions& options,
                     const ExecOptions& exec, const Make& make,
                     const Tokenize& tokenize)
    -> decltype(make(input.offsets(), kind, exec,
                     [](int64_t, SubwordSink&) {})) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  StringTensor kept;
  ROWSPLIT_ASSIGN_OR_RETURN(const StringTensorView texts,
                            ChangeForms(input, options, exec, kept));
  const bool drop_marks = options.lower_case == BertLowerCase::kStripAccents;
  return make(texts.offsets(), kind, exec, [&](int64_t row, SubwordSink& sink) {
    internal::CleanText(texts[row], drop_marks, sink.text());
    tokenize(std::string_view(sink.text()), sink);
  });
}

}  // namespace

absl::StatusOr<StringTensor> BasicNormalize(
    StringTensorView input, const BasicTokenizeOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      SubwordTokens rows,
      OverChangedText(input, SubwordKind::kStrings, options, options.exec,
                      internal::MakeSubwordTokens,
                      [](std::string_view text, SubwordSink& sink) {
                        sink.AddString({}, text, 0, 0);
                      }));
  return std::move(rows.strings);
}

absl::StatusOr<TokensWithOffsets> BasicTokenize(
    StringTensorView input, const BasicTokenizeOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      SubwordTokens rows,
      OverChangedText(
          input, SubwordKind::kStrings, options, options.exec,
          internal::MakeSubwordTokens,
          [&](std::string_view text, SubwordSink& sink) {
            internal::ForEachBasicToken(
                text, options.keep_whitespace, options.preserve_unused_token,
                [&](size_t begin, size_t end) {
                  sink.AddString({}, text.substr(begin, end - begin),
                                 static_cast<Offset>(begin),
                                 static_cast<Offset>(end));
                });
          }));
  TokensWithOffsets tokens;
  ROWSPLIT_ASSIGN_OR_RETURN(
      tokens.tokens,
      RaggedStringTensor::FromFlatValues(RaggedShape(std::move(rows.rows)),
                                         std::move(rows.strings)));
  tokens.starts = std::move(rows.starts);
  tokens.ends = std::move(rows.ends);
  return tokens;
}

absl::StatusOr<SubwordGroups> BertTokenizer::Tokenize(
    StringTensorView input, SubwordKind kind, const ExecOptions& exec) const {
  const WordpieceTokenizer::State& wordpiece = *wordpiece_.state_;
  return OverChangedText(
      input, kind, options_, exec, internal::MakeSubwordGroups,
      [&](std::string_view text, SubwordSink& sink) {
        internal::ForEachBasicToken(
            text, options_.keep_whitespace, options_.preserve_unused_token,
            [&](size_t begin, size_t end) {
              sink.set_base(static_cast<Offset>(begin));
              wordpiece.Tokenize(text.substr(begin, end - begin), sink);
              sink.EndGroup();
            });
      });
}

namespace {

// Cuts rows by the text that they become, which is kept with its places.
absl::StatusOr<SubwordTokens> CutChangedText(
    const FastWordpieceTokenizer::State& wordpiece, StringTensorView input,
    SubwordKind kind, bool lower_case, const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const FastBertNormalized changed,
      FastBertNormalizeWithOffsets(
          input, {.lower_case_nfd_strip_accents = lower_case, .exec = exec}));
  const StringTensorView texts = changed.strings;
  const RaggedView<Offset> places = changed.offsets.view();
  const bool is_words = wordpiece.options.no_pretokenization;
  return internal::MakeSubwordTokens(
      texts.offsets(), kind, exec, [&](int64_t row, SubwordSink& sink) {
        const size_t num_before = sink.size();
        if (is_words) {
          wordpiece.TokenizeWord(texts[row], sink);
        } else {
          wordpiece.TokenizeText(texts[row], sink);
        }
        sink.MapPlaces(num_before, places.row(row));
      });
}

}  // namespace

absl::StatusOr<SubwordTokens> FastBertTokenizer::Tokenize(
    StringTensorView input, SubwordKind kind, const ExecOptions& exec) const {
  const FastWordpieceTokenizer::State& wordpiece = *wordpiece_.state_;
  if (!wordpiece.by_words)
    return CutChangedText(wordpiece, input, kind, lower_case_, exec);
  const auto& characters = internal::FastBertCharacters::Of(
      lower_case_ ? internal::FastBertChange::kFold
                  : internal::FastBertChange::kControls);
  return internal::MakeSubwordTokensOfRows(
      input.offsets(), kind, exec,
      [&](int64_t begin, int64_t end, Offset* row_ends, SubwordSink& sink) {
        const StringTensorView rows = input.Slice(begin, end);
        return internal::CutByWords(
            wordpiece, characters.map(), rows,
            [&](StringTensorView row, SubwordSink& special) -> absl::Status {
              ROWSPLIT_ASSIGN_OR_RETURN(
                  const FastBertNormalized changed,
                  FastBertNormalizeWithOffsets(
                      row, {.lower_case_nfd_strip_accents = lower_case_,
                            .exec = {.num_threads = 1}}));
              const size_t num_before = special.size();
              wordpiece.TokenizeText(changed.strings[0], special);
              special.MapPlaces(num_before, changed.offsets.view().row(0));
              return absl::OkStatus();
            },
            row_ends, sink);
      });
}

}  // namespace rowsplit
