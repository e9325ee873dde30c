// The ops on rows of ids: hostile axes, lengths, positions, spans and tags.
// Nothing may crash, and what must hold of a result holds.

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "fuzz/input.h"
#include "rowsplit/rowsplit.h"

namespace rowsplit {
namespace {

RowPartition AnyRows(fuzz::Input& input, int64_t num_rows) {
  std::vector<int64_t> lengths;
  for (int64_t row = 0; row < num_rows; ++row)
    lengths.push_back(input.Below(4));
  return *RowPartition::FromRowLengths(lengths);
}

Tensor AnyValues(fuzz::Input& input, int64_t size, int64_t kind) {
  if (kind == 2) {
    static const char* const kTags[] = {"O",  "B-a", "I-a", "E-b",
                                        "S-", "x",   ""};
    StringTensorBuilder strings;
    for (int64_t i = 0; i < size; ++i) strings.Append(kTags[input.Below(7)]);
    return Tensor::Vector(std::move(strings).Build());
  }
  BufferBuilder<int32_t> narrow;
  BufferBuilder<int64_t> wide;
  for (int64_t i = 0; i < size; ++i) {
    const int64_t value = input.Below(6);
    narrow.Append(static_cast<int32_t>(value));
    wide.Append(input.Below(32) == 0 ? input.Number() : value);
  }
  return kind == 0 ? Tensor::Vector(std::move(narrow).Build())
                   : Tensor::Vector(std::move(wide).Build());
}

// Ragged, mostly of `num_rows` rows of ids; at times dense, or of strings.
Tensor AnyIds(fuzz::Input& input, int64_t num_rows) {
  if (input.Below(8) == 0) num_rows = input.Below(4);
  std::vector<RowPartition> partitions;
  for (int64_t rank = input.Below(12) == 0 ? 0 : 1 + input.Below(2); rank > 0;
       --rank) {
    partitions.push_back(AnyRows(
        input, partitions.empty() ? num_rows : partitions.back().num_values()));
  }
  const int64_t size =
      partitions.empty() ? num_rows : partitions.back().num_values();
  const int64_t kind = input.Below(12);
  return *Tensor::FromPartitions(
      std::move(partitions), AnyValues(input, size, kind == 0 ? 2 : kind % 2));
}

int AnyAxis(fuzz::Input& input) {
  return input.Below(4) == 0 ? static_cast<int>(input.Number()) : -1;
}

template <typename T>
bool Holds(const absl::StatusOr<T>& result) {
  if (!result.ok()) ROWSPLIT_FUZZ_CHECK(!result.status().message().empty());
  return result.ok();
}

void CheckTrimmers(fuzz::Input& input, const std::vector<Tensor>& segments) {
  const TrimOptions options = {
      .strategy = static_cast<TrimStrategy>(input.Below(3)),
      .max_seq_length = {input.Number()},
      .axis = AnyAxis(input)};
  const auto trimmed = TrimSegments(segments, options);
  const auto masks = TrimMasks(segments, options);
  ROWSPLIT_FUZZ_CHECK(Holds(trimmed) == Holds(masks));
  if (!masks.ok()) return;
  for (size_t i = 0; i < segments.size(); ++i) {
    ROWSPLIT_FUZZ_CHECK((*trimmed)[i] ==
                        *BooleanMask(segments[i], (*masks)[i]));
  }
}

void CheckMasking(fuzz::Input& input, const Tensor& ids) {
  ItemSelectorOptions selector = {
      .selection = static_cast<ItemSelection>(input.Below(5)),
      .num_to_select = {input.Number()},
      .selection_rate = static_cast<double>(input.Below(12)) / 10,
      .max_selections = input.Number(),
      .seed = static_cast<uint64_t>(input.Number()),
      .axis = AnyAxis(input)};
  if (input.Flag()) selector.unselectable_ids = {1, input.Number()};
  const MaskValuesOptions chooser = {
      .vocab_size = input.Number(),
      .mask_token = input.Number(),
      .mask_token_rate = static_cast<double>(input.Below(12)) / 10,
      .random_token_rate = 0};
  const auto masked = MaskLanguageModel(ids, selector, chooser);
  if (!Holds(masked)) return;
  const auto back =
      PutAtPositions(ids, masked->masked.positions, masked->masked.ids);
  ROWSPLIT_FUZZ_CHECK(Holds(back) && back->flat_values() == ids.flat_values());
}

void CheckSpans(fuzz::Input& input, const Tensor& a, const Tensor& b) {
  const Spans source = {a, input.Below(8) == 0 ? b : a};
  const Spans target = {b, b};
  const SpanOptions options = {.contains = input.Flag(),
                               .contained_by = input.Flag(),
                               .partial_overlap = input.Flag()};
  const auto all = SpanAlignments(source, target, options);
  ROWSPLIT_FUZZ_CHECK(Holds(all) ==
                      Holds(SpanAlignment(source, target, options)));
  const auto overlaps = SpanOverlaps(source, target, options);
  if (!Holds(overlaps)) return;
  const auto bools = overlaps->items<bool>();
  ROWSPLIT_FUZZ_CHECK(std::count(bools.begin(), bools.end(), true) ==
                      all->num_values());
}

void CheckTags(fuzz::Input& input, const Tensor& a, const Tensor& b) {
  if (a.rank() == 0) return;
  const Tensor tags = *a.WithFlatValues(AnyValues(input, a.num_values(), 2));
  const auto spans = BoiseTagsToOffsets(a, a, tags);
  if (!Holds(spans)) return;
  ROWSPLIT_FUZZ_CHECK(spans->begin.num_values() == spans->type.num_values());
  if (b.rank() == 0) return;
  const Tensor types = *b.WithFlatValues(AnyValues(input, b.num_values(), 2));
  const auto made = OffsetsToBoiseTags(
      a, a, b, b, types, {.use_strict_boundary_mode = input.Flag()});
  if (Holds(made)) ROWSPLIT_FUZZ_CHECK(made->num_values() == a.num_values());
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rowsplit;  // NOLINT: the fuzzer's own entry
  fuzz::Input input(data, size);
  const int64_t num_rows = input.Below(5);
  const Tensor a = AnyIds(input, num_rows);
  const Tensor b = AnyIds(input, num_rows);
  const std::vector<Tensor> segments = {a, b};
  CheckTrimmers(input, segments);
  CheckMasking(input, a);
  CheckSpans(input, a, b);
  CheckTags(input, a, b);
  const SlidingWindowOptions windows = {.width = input.Number(),
                                        .axis = AnyAxis(input)};
  Holds(SlidingWindow(a, windows));
  Holds(ReduceNgrams(a, NgramReduction::kMean, windows));
  Holds(JoinNgrams(a, input.Number(), "_"));
  Holds(CombineSegments(segments, {input.Number(), input.Number()}));
  Holds(ConcatenateSegments(segments));
  Holds(PadAlongDimension(a, {.axis = AnyAxis(input), .left_pad = b}));
  Holds(PadModelInputs(a, {.max_seq_length = input.Below(9) - 2}));
  Holds(GatherWithDefault(a, b, Tensor::Scalar(1), {.axis = AnyAxis(input)}));
  Holds(RougeL(a, b));
  return 0;
}
