#include <string>

#include "benchmark/benchmark.h"
#include "re2/re2.h"
#include "rowsplit/text/regex.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

constexpr const char* kTitle = "_BOOK_TITLE_.*";
constexpr const char* kMarks = "[[:punct:]]";
constexpr const char* kWords = "([a-z]+)ing";

re2::StringPiece ToPiece(std::string_view text) {
  return {text.data(), text.size()};
}

// The reference and the peer are one here: RE2 in a plain loop.
void BM_RegexFullMatchRE2(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const RE2 re(kTitle);
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row)
      benchmark::DoNotOptimize(RE2::FullMatch(ToPiece(lines[row]), re));
  }
  bench::SetRowCounters(state, lines);
}

void BM_RegexFullMatch(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const Regex regex = *Regex::Compile(kTitle);
  const RegexFullMatchOptions options{.exec = {.num_threads = 1}};
  const auto checked = RegexFullMatch(lines, regex, options);
  if (!checked.ok() || (*checked)[0]) state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(RegexFullMatch(lines, regex, options));
  bench::SetRowCounters(state, lines);
}

void BM_RegexReplaceRE2(benchmark::State& state, const char* pattern,
                        const char* rewrite) {
  const StringTensor& lines = bench::ProseLines();
  const RE2 re(pattern);
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::string line(lines[row]);
      RE2::GlobalReplace(&line, re, rewrite);
      benchmark::DoNotOptimize(line.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_RegexReplace(benchmark::State& state, const char* pattern,
                     const char* rewrite) {
  const StringTensor& lines = bench::ProseLines();
  const Regex regex = *Regex::Compile(pattern);
  const Rewrite compiled = *Rewrite::Compile(rewrite, regex);
  const RegexReplaceOptions options{.exec = {.num_threads = 1}};
  std::string first(lines[0]);
  RE2::GlobalReplace(&first, pattern, rewrite);
  const auto checked = RegexReplace(lines, regex, compiled, options);
  if (!checked.ok() || (*checked)[0] != first)
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(RegexReplace(lines, regex, compiled, options));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_RegexFullMatchRE2);
BENCHMARK(BM_RegexFullMatch);
// A class of ASCII bytes; a pattern with a group; the worst case, where each
// position matches.
BENCHMARK_CAPTURE(BM_RegexReplaceRE2, class, kMarks, " ");
BENCHMARK_CAPTURE(BM_RegexReplace, class, kMarks, " ");
BENCHMARK_CAPTURE(BM_RegexReplaceRE2, group, kWords, "\\1ed");
BENCHMARK_CAPTURE(BM_RegexReplace, group, kWords, "\\1ed");
BENCHMARK_CAPTURE(BM_RegexReplaceRE2, empty, "x*", "-");
BENCHMARK_CAPTURE(BM_RegexReplace, empty, "x*", "-");

}  // namespace
}  // namespace rowsplit
