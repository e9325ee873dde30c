#ifndef ROWSPLIT_SRC_PIPELINE_OPTION_WORDS_H_
#define ROWSPLIT_SRC_PIPELINE_OPTION_WORDS_H_

#include <string_view>
#include <utility>

#include "rowsplit/pipeline/text_vectorization.h"

namespace rowsplit::internal {

// The words that stand for options in settings and in saved pipelines.
inline constexpr std::pair<std::string_view, Standardize> kStandardizeWords[] =
    {{"lower_and_strip_punctuation", Standardize::kLowerAndStripPunctuation},
     {"lower", Standardize::kLower},
     {"strip_punctuation", Standardize::kStripPunctuation},
     {"none", Standardize::kNone}};
inline constexpr std::pair<std::string_view, Split> kSplitWords[] = {
    {"none", Split::kNone}, {"whitespace", Split::kWhitespace}};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_OPTION_WORDS_H_
