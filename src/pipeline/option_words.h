#ifndef ROWSPLIT_SRC_PIPELINE_OPTION_WORDS_H_
#define ROWSPLIT_SRC_PIPELINE_OPTION_WORDS_H_

#include <string_view>
#include <utility>

#include "rowsplit/embedding/bag.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/text/normalize.h"

namespace rowsplit::internal {

// The words that stand for options in settings and in saved pipelines.
inline constexpr std::pair<std::string_view, NormalForm> kFormWords[] = {
    {"nfc", NormalForm::kNfc},
    {"nfd", NormalForm::kNfd},
    {"nfkc", NormalForm::kNfkc},
    {"nfkd", NormalForm::kNfkd},
    {"nfkc_casefold", NormalForm::kNfkcCasefold}};
inline constexpr std::pair<std::string_view, Standardize> kStandardizeWords[] =
    {{"lower_and_strip_punctuation", Standardize::kLowerAndStripPunctuation},
     {"lower", Standardize::kLower},
     {"strip_punctuation", Standardize::kStripPunctuation},
     {"none", Standardize::kNone}};
inline constexpr std::pair<std::string_view, Split> kSplitWords[] = {
    {"none", Split::kNone},
    {"whitespace", Split::kWhitespace},
    {"character", Split::kCharacter},
    {"unicode_whitespace", Split::kUnicodeWhitespace}};
inline constexpr std::pair<std::string_view, OutputMode> kOutputModeWords[] = {
    {"int", OutputMode::kInt},
    {"one_hot", OutputMode::kOneHot},
    {"multi_hot", OutputMode::kMultiHot},
    {"count", OutputMode::kCount},
    {"tf_idf", OutputMode::kTfIdf}};
inline constexpr std::pair<std::string_view, OovHash> kOovHashWords[] = {
    {"farmhash", OovHash::kFarmHash}, {"xxh3", OovHash::kXxh3}};
inline constexpr std::pair<std::string_view, BagMode> kBagModeWords[] = {
    {"sum", BagMode::kSum},     {"mean", BagMode::kMean},
    {"sqrtn", BagMode::kSqrtN}, {"max", BagMode::kMax},
    {"min", BagMode::kMin},     {"logsumexp", BagMode::kLogSumExp},
    {"first", BagMode::kFirst}, {"last", BagMode::kLast}};
inline constexpr std::pair<std::string_view, OutOfRangeIds> kOutOfRangeWords[] =
    {{"error", OutOfRangeIds::kError},
     {"skip", OutOfRangeIds::kSkip},
     {"zero", OutOfRangeIds::kZero},
     {"row", OutOfRangeIds::kRow}};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_OPTION_WORDS_H_
