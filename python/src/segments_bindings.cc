// TF Text's functions on tokens and ids: windows, segments, trimmers, masking,
// spans and tags. Python puts their classes together in _text_segments.py.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "bindings.h"
#include "convert.h"
#include "rowsplit/ops/gather_with_default.h"
#include "rowsplit/ops/item_selector.h"
#include "rowsplit/ops/mask_language_model.h"
#include "rowsplit/ops/pad_along_dimension.h"
#include "rowsplit/ops/segments.h"
#include "rowsplit/ops/sliding_window.h"
#include "rowsplit/ops/spans.h"
#include "rowsplit/ops/trimmer.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/boise.h"
#include "rowsplit/text/ngrams.h"
#include "rowsplit/text/rouge.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

// One of the words of an argument.
template <typename T, size_t kSize>
T WordOf(std::string_view word, const char* name,
         const std::pair<std::string_view, T> (&words)[kSize]) {
  for (const auto& [known, value] : words) {
    if (known == word) return value;
  }
  throw nb::value_error(
      absl::StrFormat("%s can't be '%s'", name, word).c_str());
}

constexpr std::pair<std::string_view, TrimStrategy> kStrategies[] = {
    {"round_robin", TrimStrategy::kRoundRobin},
    {"waterfall", TrimStrategy::kWaterfall},
    {"shrink_longest", TrimStrategy::kShrinkLongest}};
constexpr std::pair<std::string_view, ItemSelection> kSelections[] = {
    {"all", ItemSelection::kAll},
    {"first", ItemSelection::kFirst},
    {"last", ItemSelection::kLast},
    {"random", ItemSelection::kRandom},
    {"none", ItemSelection::kNone}};

nb::tuple GiveBoth(const Call& call, const Tensor& a, const Tensor& b) {
  return nb::make_tuple(call.Give(a), call.Give(b));
}

void BindWindows(nb::module_& m) {
  m.def(
      "text_sliding_window",
      [](nb::handle data, nb::handle width, nb::handle axis) {
        Call call;
        const Tensor input = call.Take(data);
        const SlidingWindowOptions options = {
            .width = Call::TakeInt64(width, "width"),
            .axis = Call::TakeInt(axis, "axis")};
        return call.Return([&] { return SlidingWindow(input, options); });
      },
      "data"_a, "width"_a, "axis"_a = -1,
      "All runs of `width` items along an axis, as a new axis behind it: "
      "tf_text.sliding_window.\n\n"
      ">>> rs.text_sliding_window(rs.constant([[1, 2, 3], [4]]), 2).to_list()\n"
      "[[[1, 2], [2, 3]], []]");
  m.def(
      "text_ngrams",
      [](nb::handle data, nb::handle width, nb::handle axis,
         const nb::str& reduction, const nb::bytes& separator) {
        Call call;
        const Tensor input = call.Take(data);
        const SlidingWindowOptions options = {
            .width = Call::TakeInt64(width, "width"),
            .axis = Call::TakeInt(axis, "axis")};
        const std::string_view word = reduction.c_str();
        if (word == "STRING_JOIN") {
          return call.Return([&] {
            return JoinNgrams(input, options.width,
                              {separator.c_str(), separator.size()});
          });
        }
        return call.Return([&] {
          return ReduceNgrams(
              input,
              word == "SUM" ? NgramReduction::kSum : NgramReduction::kMean,
              options);
        });
      },
      "data"_a, "width"_a, "axis"_a, "reduction"_a, "separator"_a,
      "What rowsplit.text.ngrams calls: windows of `width` items, folded by "
      "'SUM', 'MEAN' or 'STRING_JOIN' (along the last axis).\n\n"
      ">>> rs.text_ngrams(rs.constant([[1, 2, 3], [4]]), 2, -1, 'SUM', b'')"
      ".to_list()\n"
      "[[3, 5], []]");
}

void BindSegmentLists(nb::module_& m) {
  m.def(
      "text_combine_segments",
      [](nb::handle segments, nb::handle start_of_sequence_id,
         nb::handle end_of_segment_id) {
        Call call;
        const std::vector<Tensor> inputs = call.TakeAll(segments);
        const CombineSegmentsOptions options = {
            .start_of_sequence_id =
                Call::TakeInt64(start_of_sequence_id, "start_of_sequence_id"),
            .end_of_segment_id =
                Call::TakeInt64(end_of_segment_id, "end_of_segment_id")};
        const CombinedSegments result = ValueOrRaise(
            Call::Run([&] { return CombineSegments(inputs, options); }));
        return GiveBoth(call, result.combined, result.segment_ids);
      },
      "segments"_a, "start_of_sequence_id"_a, "end_of_segment_id"_a,
      "The segments of each row one after the other, with an id in front and "
      "one behind each, and the number of the segment of each item: "
      "tf_text.combine_segments.\n\n"
      ">>> a, b = rs.constant([[1, 2]]), rs.constant([[3]])\n"
      ">>> [x.to_list() for x in rs.text_combine_segments([a, b], 101, 102)]\n"
      "[[[101, 1, 2, 102, 3, 102]], [[0, 0, 0, 0, 1, 1]]]");
  m.def(
      "text_concatenate_segments",
      [](nb::handle segments) {
        Call call;
        const std::vector<Tensor> inputs = call.TakeAll(segments);
        const CombinedSegments result = ValueOrRaise(
            Call::Run([&] { return ConcatenateSegments(inputs); }));
        return GiveBoth(call, result.combined, result.segment_ids);
      },
      "segments"_a,
      "The segments of each row one after the other, and the number of the "
      "segment of each item: tf_text.concatenate_segments.\n\n"
      ">>> a, b = rs.constant([[1, 2]]), rs.constant([[3]])\n"
      ">>> [x.to_list() for x in rs.text_concatenate_segments([a, b])]\n"
      "[[[1, 2, 3]], [[0, 0, 1]]]");
  m.def(
      "text_trim",
      [](nb::handle segments, const nb::str& strategy,
         nb::handle max_seq_length, nb::handle axis, bool masks) {
        Call call;
        const std::vector<Tensor> inputs = call.TakeAll(segments);
        const TrimOptions options = {
            .strategy = WordOf(strategy.c_str(), "strategy", kStrategies),
            .max_seq_length = Call::TakeInts(max_seq_length, "max_seq_length"),
            .axis = Call::TakeInt(axis, "axis")};
        return call.Return([&] {
          return masks ? TrimMasks(inputs, options)
                       : TrimSegments(inputs, options);
        });
      },
      "segments"_a, "strategy"_a, "max_seq_length"_a, "axis"_a = -1,
      "masks"_a = false,
      "What the trimmers of rowsplit.text call: the segments cut so that each "
      "row has at most `max_seq_length` items, or which items stay. The "
      "strategy is 'round_robin', 'waterfall' or 'shrink_longest'.\n\n"
      ">>> a, b = rs.constant([[1, 2, 3]]), rs.constant([[4, 5]])\n"
      ">>> [x.to_list() for x in rs.text_trim([a, b], 'waterfall', 4)]\n"
      "[[[1, 2, 3]], [[4]]]");
}

void BindPadding(nb::module_& m) {
  m.def(
      "text_pad_along_dimension",
      [](nb::handle data, nb::handle axis, nb::handle left_pad,
         nb::handle right_pad) {
        Call call;
        const Tensor input = call.Take(data);
        PadAlongDimensionOptions options = {.axis =
                                                Call::TakeInt(axis, "axis")};
        options.left_pad = call.TakeOptional(left_pad, input.dtype());
        options.right_pad = call.TakeOptional(right_pad, input.dtype());
        return call.Return([&] { return PadAlongDimension(input, options); });
      },
      "data"_a, "axis"_a = -1, "left_pad"_a.none() = nb::none(),
      "right_pad"_a.none() = nb::none(),
      "The same items in front of every row along an axis, and behind it: "
      "tf_text.pad_along_dimension.\n\n"
      ">>> rs.text_pad_along_dimension(rs.constant([[1, 2], [3]]), "
      "right_pad=[0]).to_list()\n"
      "[[1, 2, 0], [3, 0]]");
  m.def(
      "text_pad_model_inputs",
      [](nb::handle input, nb::handle max_seq_length, nb::handle pad_value) {
        Call call;
        const Tensor rows = call.Take(input);
        const PadModelInputsOptions options = {
            .max_seq_length = Call::TakeInt64(max_seq_length, "max_seq_length"),
            .pad_value = call.Take(pad_value, rows.dtype())};
        const PaddedInputs result = ValueOrRaise(
            Call::Run([&] { return PadModelInputs(rows, options); }));
        return GiveBoth(call, result.padded, result.mask);
      },
      "input"_a, "max_seq_length"_a, "pad_value"_a = 0,
      "Rows cut or padded to one length, and 1 where a row has an item: "
      "tf_text.pad_model_inputs.\n\n"
      ">>> [x.tolist() for x in rs.text_pad_model_inputs("
      "rs.constant([[1, 2, 3], [4]]), 2)]\n"
      "[[[1, 2], [4, 0]], [[1, 1], [1, 0]]]");
  m.def(
      "text_gather_with_default",
      [](nb::handle params, nb::handle indices, nb::handle default_value,
         nb::handle axis) {
        Call call;
        const Tensor slices = call.Take(params);
        const Tensor ids = call.Take(indices);
        const Tensor other = call.Take(default_value, slices.dtype());
        const int at = Call::TakeInt(axis, "axis");
        return call.Return([&] {
          return GatherWithDefault(slices, ids, other, {.axis = at});
        });
      },
      "params"_a, "indices"_a, "default"_a, "axis"_a = 0,
      "The slices that the indices name, and the default for -1: "
      "tf_text.gather_with_default.\n\n"
      ">>> rs.text_gather_with_default([10, 20], [1, -1], 99).tolist()\n"
      "[20, 99]");
}

void BindMasking(nb::module_& m) {
  m.def(
      "text_select_items",
      [](nb::handle input, nb::handle axis, const nb::str& selection,
         nb::handle unselectable_ids, nb::handle num_to_select,
         double selection_rate, nb::handle max_selections, uint64_t seed,
         uint64_t stream, bool selectable) {
        Call call;
        const Tensor ids = call.Take(input);
        const ItemSelectorOptions options = {
            .selection = WordOf(selection.c_str(), "selection", kSelections),
            .unselectable_ids =
                Call::TakeInts(unselectable_ids, "unselectable_ids"),
            .num_to_select = Call::TakeInts(num_to_select, "num_to_select"),
            .selection_rate = selection_rate,
            .max_selections =
                Call::TakeInt64(max_selections, "max_selections_per_batch"),
            .seed = seed,
            .stream = stream,
            .axis = Call::TakeInt(axis, "axis")};
        return call.Return([&] {
          return selectable ? SelectableItems(ids, options)
                            : SelectItems(ids, options);
        });
      },
      "input"_a, "axis"_a, "selection"_a, "unselectable_ids"_a,
      "num_to_select"_a, "selection_rate"_a, "max_selections"_a, "seed"_a,
      "stream"_a, "selectable"_a,
      "What the item selectors of rowsplit.text call: a bool for each item, "
      "whether it is selected, or selectable.\n\n"
      ">>> rs.text_select_items(rs.constant([[1, 7, 2]]), 1, 'last', [7], 1, "
      "0.0, 0, 0, 0, False).to_list()\n"
      "[[False, False, True]]");
  m.def(
      "text_take_selected",
      [](nb::handle input, nb::handle mask) {
        Call call;
        const Tensor ids = call.Take(input);
        const Tensor bools = call.Take(mask);
        const SelectedItems result =
            ValueOrRaise(Call::Run([&] { return TakeSelected(ids, bools); }));
        return GiveBoth(call, result.positions, result.ids);
      },
      "input"_a, "mask"_a,
      "The items whose place in the mask is true: their positions in the rows, "
      "and the items.\n\n"
      ">>> [x.to_list() for x in rs.text_take_selected(rs.constant([[5, 6]]), "
      "rs.constant([[False, True]]))]\n"
      "[[[1]], [[6]]]");
  m.def(
      "text_put_at_positions",
      [](nb::handle input, nb::handle positions, nb::handle values) {
        Call call;
        const Tensor ids = call.Take(input);
        const Tensor places = call.Take(positions);
        const Tensor put = call.Take(values);
        return call.Return([&] { return PutAtPositions(ids, places, put); });
      },
      "input"_a, "positions"_a, "values"_a,
      "The rows with other values at some positions.\n\n"
      ">>> rs.text_put_at_positions(rs.constant([[5, 6]]), rs.constant([[1]]), "
      "rs.constant([[9]])).to_list()\n"
      "[[5, 9]]");
  m.def(
      "text_choose_mask_values",
      [](nb::handle ids, nb::handle vocab_size, nb::handle mask_token,
         double mask_token_rate, double random_token_rate, uint64_t seed,
         uint64_t stream) {
        Call call;
        const Tensor input = call.Take(ids);
        const MaskValuesOptions options = {
            .vocab_size = Call::TakeInt64(vocab_size, "vocab_size"),
            .mask_token = Call::TakeInt64(mask_token, "mask_token"),
            .mask_token_rate = mask_token_rate,
            .random_token_rate = random_token_rate,
            .seed = seed,
            .stream = stream};
        return call.Return([&] { return ChooseMaskValues(input, options); });
      },
      "ids"_a, "vocab_size"_a, "mask_token"_a, "mask_token_rate"_a,
      "random_token_rate"_a, "seed"_a, "stream"_a,
      "What MaskValuesChooser calls: the mask token, a random id or the id "
      "itself, in the place of each id.\n\n"
      ">>> rs.text_choose_mask_values(rs.constant([[5, 6]]), 10, 3, 1.0, 0.0, "
      "0, 0).to_list()\n"
      "[[3, 3]]");
}

SpanOptions TakeSpanOptions(bool contains, bool contained_by,
                            bool partial_overlap) {
  return {.contains = contains,
          .contained_by = contained_by,
          .partial_overlap = partial_overlap};
}

std::pair<Spans, Spans> TakeSpans(Call& call, nb::handle source_start,
                                  nb::handle source_limit,
                                  nb::handle target_start,
                                  nb::handle target_limit) {
  Spans source = {call.Take(source_start), call.Take(source_limit)};
  Spans target = {call.Take(target_start), call.Take(target_limit)};
  return {std::move(source), std::move(target)};
}

void BindSpans(nb::module_& m) {
  m.def(
      "text_span_overlaps",
      [](nb::handle source_start, nb::handle source_limit,
         nb::handle target_start, nb::handle target_limit, bool contains,
         bool contained_by, bool partial_overlap) {
        Call call;
        const auto [source, target] = TakeSpans(
            call, source_start, source_limit, target_start, target_limit);
        const SpanOptions options =
            TakeSpanOptions(contains, contained_by, partial_overlap);
        const auto& from = source;
        const auto& to = target;
        return call.Return([&] { return SpanOverlaps(from, to, options); });
      },
      "source_start"_a, "source_limit"_a, "target_start"_a, "target_limit"_a,
      "contains"_a = false, "contained_by"_a = false,
      "partial_overlap"_a = false,
      "Whether each source span overlaps each target span: "
      "tf_text.span_overlaps.\n\n"
      ">>> rs.text_span_overlaps([0, 3], [3, 5], [0], [2], contains=True)"
      ".tolist()\n"
      "[[True], [False]]");
  m.def(
      "text_span_alignment",
      [](nb::handle source_start, nb::handle source_limit,
         nb::handle target_start, nb::handle target_limit, bool contains,
         bool contained_by, bool partial_overlap, bool multivalent_result) {
        Call call;
        const auto [source, target] = TakeSpans(
            call, source_start, source_limit, target_start, target_limit);
        const SpanOptions options =
            TakeSpanOptions(contains, contained_by, partial_overlap);
        const auto& from = source;
        const auto& to = target;
        return call.Return([&] {
          return multivalent_result ? SpanAlignments(from, to, options)
                                    : SpanAlignment(from, to, options);
        });
      },
      "source_start"_a, "source_limit"_a, "target_start"_a, "target_limit"_a,
      "contains"_a = false, "contained_by"_a = false,
      "partial_overlap"_a = false, "multivalent_result"_a = false,
      "The places of the target spans that each source span overlaps, or the "
      "last of them, -1 for none: tf_text.span_alignment.\n\n"
      ">>> rs.text_span_alignment([0, 3], [3, 5], [0], [2], contains=True)"
      ".tolist()\n"
      "[0, -1]");
  m.def(
      "text_offsets_to_boise_tags",
      [](nb::handle token_begin_offsets, nb::handle token_end_offsets,
         nb::handle span_begin_offsets, nb::handle span_end_offsets,
         nb::handle span_type, bool use_strict_boundary_mode) {
        Call call;
        const Tensor token_begin = call.Take(token_begin_offsets);
        const Tensor token_end = call.Take(token_end_offsets);
        const Tensor span_begin = call.Take(span_begin_offsets);
        const Tensor span_end = call.Take(span_end_offsets);
        const Tensor type = call.Take(span_type);
        return call.Return([&] {
          return OffsetsToBoiseTags(
              token_begin, token_end, span_begin, span_end, type,
              {.use_strict_boundary_mode = use_strict_boundary_mode});
        });
      },
      "token_begin_offsets"_a, "token_end_offsets"_a, "span_begin_offsets"_a,
      "span_end_offsets"_a, "span_type"_a, "use_strict_boundary_mode"_a = false,
      "The BOISE tag of each token: tf_text.offsets_to_boise_tags.\n\n"
      ">>> rs.text_offsets_to_boise_tags([0, 4, 8], [3, 7, 11], [4], [11], "
      "['x']).to_list()\n"
      "[b'O', b'B-x', b'E-x']");
  m.def(
      "text_boise_tags_to_offsets",
      [](nb::handle token_begin_offsets, nb::handle token_end_offsets,
         nb::handle boise_tags) {
        Call call;
        const Tensor begin = call.Take(token_begin_offsets);
        const Tensor end = call.Take(token_end_offsets);
        const Tensor tags = call.Take(boise_tags);
        const TaggedSpans spans = ValueOrRaise(
            Call::Run([&] { return BoiseTagsToOffsets(begin, end, tags); }));
        return nb::make_tuple(call.Give(spans.begin), call.Give(spans.end),
                              call.Give(spans.type));
      },
      "token_begin_offsets"_a, "token_end_offsets"_a, "boise_tags"_a,
      "The spans that BOISE tags stand for, and their types: "
      "tf_text.boise_tags_to_offsets.\n\n"
      ">>> rs.text_boise_tags_to_offsets([0, 4], [3, 7], ['O', 'S-x'])[0]"
      ".tolist()\n"
      "[4]");
  m.def(
      "text_rouge_l",
      [](nb::handle hypotheses, nb::handle references, double alpha) {
        Call call;
        const Tensor hypothesis = call.Take(hypotheses);
        const Tensor reference = call.Take(references);
        const RougeLScores scores = ValueOrRaise(Call::Run([&] {
          return RougeL(hypothesis, reference,
                        {.alpha = static_cast<float>(alpha)});
        }));
        return nb::make_tuple(call.Give(Tensor::Vector(scores.f_measure)),
                              call.Give(Tensor::Vector(scores.precision)),
                              call.Give(Tensor::Vector(scores.recall)));
      },
      "hypotheses"_a, "references"_a, "alpha"_a = 0.5,
      "The F measure, precision and recall of ROUGE-L for each row: "
      "tf_text.metrics.rouge_l.\n\n"
      ">>> [x.tolist() for x in rs.text_rouge_l(rs.constant([['a', 'b']]), "
      "rs.constant([['b', 'c']]))]\n"
      "[[0.5], [0.5], [0.5]]");
}

}  // namespace

void BindTextSegments(nb::module_& m) {
  BindWindows(m);
  BindSegmentLists(m);
  BindPadding(m);
  BindMasking(m);
  BindSpans(m);
}

}  // namespace rowsplit::python
