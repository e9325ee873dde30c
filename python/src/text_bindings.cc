// Functions of Unicode text, and ids of n-grams.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "bindings.h"
#include "convert.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/any_rank.h"
#include "rowsplit/text/case.h"
#include "rowsplit/text/hash_ngrams.h"
#include "rowsplit/text/split.h"
#include "rowsplit/text/unicode_case.h"
#include "rowsplit/text/unicode_split.h"
#include "strings_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

// One of the words of an argument.
template <typename T, size_t kSize>
T TakeWord(const std::string& word, const char* name,
           const std::pair<std::string_view, T> (&words)[kSize]) {
  std::string known;
  for (const auto& [known_word, value] : words) {
    if (known_word == word) return value;
    known += (known.empty() ? "'" : ", '") + std::string(known_word) + "'";
  }
  throw nb::value_error(
      absl::StrFormat("%s must be one of %s, got '%s'", name, known, word)
          .c_str());
}

constexpr std::pair<std::string_view, NgramHash> kHashes[] = {
    {"xxh3", NgramHash::kXxh3},
    {"farmhash", NgramHash::kFarmHash},
    {"fasttext", NgramHash::kFastText}};
constexpr std::pair<std::string_view, NgramUnit> kUnits[] = {
    {"character", NgramUnit::kCharacter}, {"byte", NgramUnit::kByte}};
constexpr std::pair<std::string_view, bool> kEncodings[] = {{"", false},
                                                            {"utf-8", true}};

using Ascii = absl::StatusOr<StringTensor>(StringTensorView,
                                           const CaseOptions&);
using Unicode = absl::StatusOr<StringTensor>(StringTensorView,
                                             const UnicodeCaseOptions&);

void DefineCase(nb::module_& m, const char* name, Ascii* ascii,
                Unicode* unicode, const char* doc) {
  m.def(
      name,
      [ascii, unicode](nb::handle input, const nb::str& encoding,
                       bool nul_ends_string, const nb::str& locale) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const bool is_unicode =
            TakeWord(encoding.c_str(), "encoding", kEncodings);
        const UnicodeCaseOptions options{.nul_ends_string = nul_ends_string,
                                         .locale = locale.c_str()};
        if (!is_unicode && !options.locale.empty())
          throw nb::value_error("locale needs encoding='utf-8'");
        return call.Return([&] {
          return MapStrings(strings, [&](StringTensorView view) {
            return is_unicode ? unicode(view, options) : ascii(view, {});
          });
        });
      },
      "input"_a, "encoding"_a = "", nb::kw_only(), "nul_ends_string"_a = false,
      "locale"_a = "", doc);
}

void DefineInLocale(nb::module_& m, const char* name, Unicode* map,
                    const char* doc) {
  m.def(
      name,
      [map](nb::handle input, const nb::str& locale) {
        const UnicodeCaseOptions options{.locale = locale.c_str()};
        return MapInput(
            input, [&](StringTensorView view) { return map(view, options); });
      },
      "input"_a, nb::kw_only(), "locale"_a = "", doc);
}

void BindCase(nb::module_& m) {
  DefineCase(m, "lower", ToLower, LowerUnicode,
             "Lower case: the ASCII letters, or with encoding='utf-8' those of "
             "all alphabets, by Unicode's full mapping with final sigma; "
             "ill-formed bytes become U+FFFD. With `nul_ends_string` a string "
             "ends at its first NUL, as in tf.strings.lower with 'utf-8'. "
             "With 'utf-8', `locale` is the tag of a language whose rules to "
             "follow, such as 'tr'.\n\n"
             ">>> rs.lower(['É', 'ΟΔΟΣ'], encoding='utf-8').to_list() == "
             "['é'.encode(), 'οδος'.encode()]\n"
             "True");
  DefineCase(m, "upper", ToUpper, UpperUnicode,
             "Upper case, as `lower`.\n\n"
             ">>> rs.upper(['straße'], encoding='utf-8').to_list()\n"
             "[b'STRASSE']");
  DefineInLocale(m, "fold_case", FoldCase,
                 "Unicode's full case folding: strings that differ in case "
                 "only become equal. Of locales, 'tr' and 'az' differ.\n\n"
                 ">>> rs.fold_case(['Straße', 'STRASSE']).to_list()\n"
                 "[b'strasse', b'strasse']");
  DefineInLocale(m, "title_case", TitleUnicode,
                 "Each word with a capital letter and small ones behind it, by "
                 "the rules of a locale.\n\n"
                 ">>> rs.title_case(['in the éCOLE']).to_list()[0].decode()\n"
                 "'In The École'");
}

void BindSplit(nb::module_& m) {
  m.def(
      "split_characters",
      [](nb::handle input) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        return call.Return([&] {
          return SplitStrings(strings, [](StringTensorView view) {
            return SplitCharacters(view);
          });
        });
      },
      "input"_a,
      "The UTF-8 characters of each string, with U+FFFD for each maximal "
      "ill-formed subpart: tf.strings.unicode_split(input, 'UTF-8').\n\n"
      ">>> rs.split_characters(['ab', '']).to_list()\n"
      "[[b'a', b'b'], []]");
  m.def(
      "split_unicode_whitespace",
      [](nb::handle input) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        return call.Return([&] {
          return SplitStrings(
              strings,
              [](StringTensorView view) -> absl::StatusOr<RaggedStringTensor> {
                const auto tokens = SplitUnicodeWhitespace(view);
                if (!tokens.ok()) return tokens.status();
                return CopyTokens(*tokens, view.bytes());
              });
        });
      },
      "input"_a,
      "The tokens of each string between runs of Unicode white space (25 code "
      "points).\n\n"
      ">>> rs.split_unicode_whitespace(['a\\u3000b c']).to_list()\n"
      "[[b'a', b'b', b'c']]");
}

void BindHashNgrams(nb::module_& m) {
  m.def(
      "hash_ngrams",
      [](nb::handle input, nb::handle num_bins, nb::handle min_width,
         nb::handle max_width, const nb::str& unit, bool word_marks,
         const nb::str& hash) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const HashNgramsOptions options = {
            .num_bins = Call::TakeInt64(num_bins, "num_bins"),
            .min_width = Call::TakeInt64(min_width, "min_width"),
            .max_width = Call::TakeInt64(max_width, "max_width"),
            .unit = TakeWord(unit.c_str(), "unit", kUnits),
            .word_marks = word_marks,
            .hash = TakeWord(hash.c_str(), "hash", kHashes)};
        return call.Return([&] {
          return SplitStrings(strings, [&](StringTensorView view) {
            return HashNgrams(view, options);
          });
        });
      },
      "input"_a, "num_bins"_a, "min_width"_a = 3, "max_width"_a = 6,
      "unit"_a = "character", "word_marks"_a = false, "hash"_a = "xxh3",
      "The ids, hash(n-gram) mod num_bins, of the n-grams of characters or "
      "bytes ('byte') of each string, width by width. `word_marks` puts '<' "
      "and "
      "'>' around a string. The hash is 'xxh3', 'farmhash' (as "
      "tf.strings.to_hash_bucket_fast) or 'fasttext'.\n\n"
      ">>> rs.hash_ngrams(['abc', 'a'], 1000, min_width=2).row_lengths()\n"
      "array([3, 0], dtype=int64)");
  m.def(
      "hash_token_ngrams",
      [](nb::handle input, nb::handle num_bins, nb::handle min_width,
         nb::handle max_width, const nb::bytes& separator,
         const nb::str& hash) {
        Call call;
        const Tensor tokens = TakeStrings(call, input);
        const HashTokenNgramsOptions options = {
            .num_bins = Call::TakeInt64(num_bins, "num_bins"),
            .min_width = Call::TakeInt64(min_width, "min_width"),
            .max_width = Call::TakeInt64(max_width, "max_width"),
            .separator = {separator.c_str(), separator.size()},
            .hash = TakeWord(hash.c_str(), "hash", kHashes)};
        return call.Return([&]() -> absl::StatusOr<Tensor> {
          const auto strings = tokens.AsStrings();
          if (!strings.ok()) return strings.status();
          auto ids = HashTokenNgrams(*strings, options);
          if (!ids.ok()) return ids.status();
          return Tensor(*std::move(ids));
        });
      },
      "input"_a, "num_bins"_a, "min_width"_a = 1, "max_width"_a = 2,
      "separator"_a = nb::bytes(" "), "hash"_a = "xxh3",
      "The ids of the n-grams of the tokens in each innermost row of a ragged "
      "tensor: hash(tokens joined by the separator) mod num_bins.\n\n"
      ">>> rs.hash_token_ngrams(rs.constant([['a', 'b'], []]), 1000)"
      ".row_lengths()\n"
      "array([3, 0], dtype=int64)");
}

}  // namespace

void BindText(nb::module_& m) {
  BindCase(m);
  BindSplit(m);
  BindHashNgrams(m);
}

}  // namespace rowsplit::python
