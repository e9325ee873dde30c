#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/text/boise.h"

namespace rowsplit {
namespace {

constexpr int32_t kTokens = 100'000;

// Tokens of five bytes, and spans of `length` of them with a token between.
struct Tagged {
  Tensor begin, end, span_begin, span_end, type;
};

Tagged MakeTagged(int32_t length) {
  BufferBuilder<int32_t> begin, end, span_begin, span_end;
  for (int32_t i = 0; i < kTokens; ++i) {
    begin.Append(i * 6);
    end.Append(i * 6 + 5);
  }
  for (int32_t i = 0; i + length <= kTokens; i += length + 1) {
    span_begin.Append(i * 6);
    span_end.Append((i + length) * 6 - 1);
  }
  const std::vector<std::string_view> types(span_begin.size(), "person");
  return {Tensor::Vector(std::move(begin).Build()),
          Tensor::Vector(std::move(end).Build()),
          Tensor::Vector(std::move(span_begin).Build()),
          Tensor::Vector(std::move(span_end).Build()),
          Tensor::Vector(StringTensor::FromStrings(types))};
}

// What one would write first: a string for each token.
void BM_BoiseTagsReference(benchmark::State& state) {
  const Tagged tagged = MakeTagged(3);
  const auto spans = tagged.span_begin.items<int32_t>();
  for (auto _ : state) {
    std::vector<std::string> tags;
    size_t span = 0;
    for (const int32_t begin : tagged.begin.items<int32_t>()) {
      while (span < spans.size() && spans[span] + 17 <= begin) ++span;
      const bool inside = span < spans.size() && spans[span] <= begin;
      tags.push_back(!inside ? "O"
                             : (begin == spans[span]            ? "B-"
                                : begin + 5 == spans[span] + 17 ? "E-"
                                                                : "I-") +
                                   std::string(tagged.type.strings()[span]));
    }
    benchmark::DoNotOptimize(tags.data());
  }
  state.SetItemsProcessed(state.iterations() * kTokens);
}

void BM_OffsetsToBoiseTags(benchmark::State& state) {
  const Tagged t = MakeTagged(static_cast<int32_t>(state.range(0)));
  const auto run = [&] {
    return OffsetsToBoiseTags(t.begin, t.end, t.span_begin, t.span_end, t.type);
  };
  if (!run().ok()) state.SkipWithError("wrong tensors");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.SetItemsProcessed(state.iterations() * kTokens);
}

void BM_BoiseTagsToOffsets(benchmark::State& state) {
  const Tagged t = MakeTagged(3);
  const Tensor tags =
      *OffsetsToBoiseTags(t.begin, t.end, t.span_begin, t.span_end, t.type);
  for (auto _ : state)
    benchmark::DoNotOptimize(BoiseTagsToOffsets(t.begin, t.end, tags));
  state.SetItemsProcessed(state.iterations() * kTokens);
}

BENCHMARK(BM_BoiseTagsReference);
// Arguments: tokens of a span. The worst case is one, with the most tags.
BENCHMARK(BM_OffsetsToBoiseTags)->Arg(3)->Arg(1);
BENCHMARK(BM_BoiseTagsToOffsets);

}  // namespace
}  // namespace rowsplit
