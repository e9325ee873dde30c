// Measures one op of the text area on one string of a given kind and size, and
// prints a line of JSON: seconds of processor time (the least of some runs) and
// the process's peak of memory. linear_time.py runs it for all of them.
//
//   rowsplit_linear_time OP KIND BYTES [RUNS]
//   rowsplit_linear_time --list

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/bert_normalize.h"
#include "rowsplit/text/boundaries.h"
#include "rowsplit/text/case.h"
#include "rowsplit/text/hash_bucket.h"
#include "rowsplit/text/hash_ngrams.h"
#include "rowsplit/text/length.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/punctuation.h"
#include "rowsplit/text/regex.h"
#include "rowsplit/text/script_split.h"
#include "rowsplit/text/split.h"
#include "rowsplit/text/split_fields.h"
#include "rowsplit/text/strip.h"
#include "rowsplit/text/substr.h"
#include "rowsplit/text/unicode_case.h"
#include "rowsplit/text/unicode_codec.h"
#include "rowsplit/text/unicode_split.h"

namespace rowsplit {
namespace {

using Op = std::function<absl::Status(StringTensorView)>;

// Text of one kind: as many whole repetitions as fit, so that no size ends
// inside a character.
std::string MakeText(std::string_view kind, size_t size) {
  static const auto* units = new std::map<std::string_view, std::string>{
      {"letter", "a"},
      {"spaces", " "},
      {"marks", "e\u0301\u0316\u0327"},
      {"only_marks", "\u0301"},
      {"ill_formed", "\x80\xE2\x82\xFF"},
      {"no_space", "Straße日本語ΟΔΟΣ"},
      {"prose", "It is a truth universally acknowledged, that a single man. "}};
  const auto unit = units->find(kind);
  std::string text;
  if (unit == units->end()) return text;
  text.reserve(size + unit->second.size());
  while (text.size() + unit->second.size() <= size) text += unit->second;
  return text;
}

constexpr const char* kKinds[] = {"letter",     "spaces",     "marks",
                                  "only_marks", "ill_formed", "no_space",
                                  "prose"};

// One thread: MB/s of a core.
const ExecOptions kOneThread{.num_threads = 1};

template <typename Fn>
Op Of(Fn fn) {
  return [fn](StringTensorView text) { return fn(text).status(); };
}

Op OfRegex(const char* pattern) {
  const Regex regex = *Regex::Compile(pattern);
  const Rewrite rewrite = *Rewrite::Compile("-", regex);
  return Of([regex, rewrite](StringTensorView text) {
    return RegexReplace(text, regex, rewrite, {.exec = kOneThread});
  });
}

std::map<std::string, Op> CaseOps() {
  using View = StringTensorView;
  return {
      {"ToLower", Of([](View t) { return ToLower(t, {.exec = kOneThread}); })},
      {"LowerUnicode",
       Of([](View t) { return LowerUnicode(t, {.exec = kOneThread}); })},
      {"UpperUnicode",
       Of([](View t) { return UpperUnicode(t, {.exec = kOneThread}); })},
      {"FoldCase",
       Of([](View t) { return FoldCase(t, {.exec = kOneThread}); })},
      {"Normalize NFC", Of([](View t) {
         return Normalize(t, {.form = NormalForm::kNfc, .exec = kOneThread});
       })},
      {"Normalize NFKC", Of([](View t) {
         return Normalize(t, {.form = NormalForm::kNfkc, .exec = kOneThread});
       })},
      {"StripPunctuation",
       Of([](View t) { return StripPunctuation(t, {.exec = kOneThread}); })},
      {"RegexReplace class", OfRegex("\\pP")},
      {"RegexReplace group", OfRegex("(a|é)+")},
      {"UnicodeTranscode", Of([](View t) {
         return UnicodeTranscode(t, "UTF-8", "UTF-16-BE", {.exec = kOneThread});
       })}};
}

std::map<std::string, Op> OtherOps() {
  using View = StringTensorView;
  return {
      {"Strip", Of([](View t) { return Strip(t, {.exec = kOneThread}); })},
      {"Length", Of([](View t) {
         return Length(t, {.unit = CharUnit::kUtf8Char, .exec = kOneThread});
       })},
      {"Substr", Of([](View t) {
         // Looks for the end of more characters than there are.
         const int64_t position = 0;
         const int64_t length = int64_t{1} << 40;
         return Substr(t, {&position, 1}, {&length, 1},
                       {.unit = CharUnit::kUtf8Char, .exec = kOneThread});
       })},
      {"HashBuckets", Of([](View t) {
         return HashBuckets(t, {.num_buckets = 1000, .exec = kOneThread});
       })},
      {"SplitFields a",
       Of([](View t) { return SplitFields(t, "a", {.exec = kOneThread}); })},
      {"SplitFields long", Of([](View t) {
         return SplitFields(t, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
                            {.exec = kOneThread});
       })},
      {"SplitBytes",
       Of([](View t) { return SplitBytes(t, {.exec = kOneThread}); })},
      {"SplitWhitespace",
       Of([](View t) { return SplitWhitespace(t, {.exec = kOneThread}); })},
      {"SplitUnicodeWhitespace", Of([](View t) {
         return SplitUnicodeWhitespace(t, {.exec = kOneThread});
       })},
      {"SplitCharacters",
       Of([](View t) { return SplitCharacters(t, {.exec = kOneThread}); })},
      {"UnicodeDecode", Of([](View t) {
         return UnicodeDecode(t, "UTF-8", {.exec = kOneThread});
       })},
      {"SplitScripts",
       Of([](View t) { return SplitScripts(t, {.exec = kOneThread}); })},
      {"SplitWords",
       Of([](View t) { return SplitWords(t, {.exec = kOneThread}); })},
      {"SplitGraphemes",
       Of([](View t) { return SplitGraphemes(t, {.exec = kOneThread}); })},
      {"SplitSentences",
       Of([](View t) { return SplitSentences(t, {.exec = kOneThread}); })},
      {"BertNormalize",
       Of([](View t) { return BertNormalize(t, {.exec = kOneThread}); })},
      {"HashNgrams", Of([](View t) {
         return HashNgrams(t, {.num_bins = 1000,
                               .min_width = 3,
                               .max_width = 3,
                               .exec = kOneThread});
       })}};
}

double CpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

// Seconds of one call: as many calls as take a few milliseconds together.
double Measure(const Op& op, StringTensorView text, int runs) {
  double least = 1e300;
  for (int run = 0; run < runs; ++run) {
    int64_t calls = 0;
    const double begin = CpuSeconds();
    double end = begin;
    while (end - begin < 0.005) {
      if (const absl::Status status = op(text); !status.ok()) {
        std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
        std::exit(1);
      }
      ++calls;
      end = CpuSeconds();
    }
    least = std::min(least, (end - begin) / static_cast<double>(calls));
  }
  return least;
}

int Run(int argc, char** argv) {
  std::map<std::string, Op> ops = CaseOps();
  ops.merge(OtherOps());
  if (argc == 2 && std::string_view(argv[1]) == "--list") {
    for (const auto& [name, op] : ops) std::printf("%s\n", name.c_str());
    std::printf("\n");
    for (const char* kind : kKinds) std::printf("%s\n", kind);
    return 0;
  }
  if (argc < 4 || !ops.contains(argv[1])) {
    std::fprintf(stderr, "usage: rowsplit_linear_time OP KIND BYTES [RUNS]\n");
    return 2;
  }
  const auto size = static_cast<size_t>(std::atoll(argv[3]));
  const int runs = argc > 4 ? std::max(std::atoi(argv[4]), 1) : 3;
  const std::string text = MakeText(argv[2], size);
  const std::vector<Offset> offsets = {0, static_cast<Offset>(text.size())};
  // What is made once, such as tables of Unicode, is no part of the time.
  const Offset nothing[] = {0, 0};
  const Op& op = ops.at(argv[1]);
  if (!op(StringTensorView(nothing, text)).ok()) return 1;
  const double seconds = Measure(op, StringTensorView(offsets, text), runs);
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"op\": \"%s\", \"kind\": \"%s\", \"bytes\": %zu, \"seconds\": %.9f, "
      "\"mb_per_s\": %.1f, \"peak_mib\": %ld}\n",
      argv[1], argv[2], text.size(), seconds,
      static_cast<double>(text.size()) / seconds * 1e-6,
      usage.ru_maxrss / 1024);
  return 0;
}

}  // namespace
}  // namespace rowsplit

int main(int argc, char** argv) { return rowsplit::Run(argc, argv); }
