// The two cleaning steps of the sample job on prose: step by step with RE2 (the
// peer), and compiled. Arguments: none. Bytes are those of the text.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "re2/re2.h"
#include "rowsplit/pipeline/plan.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr char kTitle[] = "_BOOK_TITLE_.*";
constexpr char kPunctuation[] = R"([!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~'])";

TextRows MakeRows(const std::string& text) {
  TextRows rows;
  rows.bytes.Append(std::span<const char>(text.data(), text.size()));
  size_t begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    rows.rows.Append(
        {static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)});
  }
  return rows;
}

void CopyRows(const TextRows& from, TextRows& to) {
  to.bytes.Clear();
  to.rows.Clear();
  to.bytes.Append(from.bytes.span());
  to.rows.Append(from.rows.span());
}

void BM_Clean_Re2(benchmark::State& state) {
  const TextRows rows = MakeRows(bench::ProseText());
  const RE2 title(kTitle), punctuation(kPunctuation);
  for (auto _ : state) {
    size_t num_bytes = 0;
    for (const TokenSpan row : rows.rows.span()) {
      std::string line(rows.bytes.data() + row.begin, row.size);
      if (RE2::FullMatch(line, title)) continue;
      RE2::GlobalReplace(&line, punctuation, " ");
      num_bytes += line.size();
    }
    benchmark::DoNotOptimize(num_bytes);
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(rows.bytes.size()));
}
BENCHMARK(BM_Clean_Re2);

void BM_Clean_Plan(benchmark::State& state) {
  const TextRows rows = MakeRows(bench::ProseText());
  const absl::StatusOr<TextPlan> plan = TextPlan::Compile(
      {DropFullMatch{kTitle}, ReplaceRegex{kPunctuation, " "}});
  if (!plan.ok())
    return state.SkipWithError(std::string(plan.status().message()).c_str());
  TextRows work;
  for (auto _ : state) {
    CopyRows(rows, work);
    benchmark::DoNotOptimize(plan->Apply(work, nullptr).ok());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(rows.bytes.size()));
}
BENCHMARK(BM_Clean_Plan);

}  // namespace
}  // namespace rowsplit
