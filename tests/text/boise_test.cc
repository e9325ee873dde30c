#include "rowsplit/text/boise.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::StringsAre;
using Strings = std::vector<std::string_view>;

Tensor Numbers(const Buffer<int32_t>& values) { return Tensor::Vector(values); }
Tensor Words(const Strings& words) {
  return Tensor::Vector(StringTensor::FromStrings(words));
}

// "Who let the dogs out", as tokens.
const Tensor& Begins() {
  static const Tensor& begins = *new Tensor(Numbers({0, 4, 8, 12, 17}));
  return begins;
}
const Tensor& Ends() {
  static const Tensor& ends = *new Tensor(Numbers({3, 7, 11, 16, 20}));
  return ends;
}

std::vector<std::string> TagsOf(const Buffer<int32_t>& span_begins,
                                const Buffer<int32_t>& span_ends,
                                const Strings& types, bool strict = false) {
  const auto tags = OffsetsToBoiseTags(Begins(), Ends(), Numbers(span_begins),
                                       Numbers(span_ends), Words(types),
                                       {.use_strict_boundary_mode = strict});
  if (!tags.ok()) return {std::string(tags.status().message())};
  return testing::ToStrings(tags->strings());
}

TEST(OffsetsToBoiseTags, GivesEachTokenItsPartOfASpan) {
  using ::testing::ElementsAre;
  EXPECT_THAT(TagsOf({12}, {16}, {"a"}),
              ElementsAre("O", "O", "O", "S-a", "O"));
  EXPECT_THAT(TagsOf({4}, {16}, {"a"}),
              ElementsAre("O", "B-a", "I-a", "E-a", "O"));
  EXPECT_THAT(TagsOf({0, 12}, {7, 20}, {"a", "b"}),
              ElementsAre("B-a", "E-a", "O", "B-b", "E-b"));
  EXPECT_THAT(TagsOf({}, {}, {}), ElementsAre("O", "O", "O", "O", "O"));
}

TEST(OffsetsToBoiseTags, TakesOverlapOfBordersUnlessStrict) {
  using ::testing::ElementsAre;
  EXPECT_THAT(TagsOf({5}, {10}, {"a"}),
              ElementsAre("O", "B-a", "E-a", "O", "O"));
  EXPECT_THAT(TagsOf({5}, {10}, {"a"}, true),
              ElementsAre("O", "O", "O", "O", "O"));
  EXPECT_THAT(TagsOf({4}, {10}, {"a"}, true),
              ElementsAre("O", "B-a", "O", "O", "O"));
  // The span lies within the token, or is empty.
  EXPECT_THAT(TagsOf({13}, {15}, {"a"}),
              ElementsAre("O", "O", "O", "B-a", "O"));
  EXPECT_THAT(TagsOf({13}, {13}, {"a"}),
              ElementsAre("O", "O", "O", "B-a", "O"));
  // Of two spans in a token the last counts.
  EXPECT_THAT(TagsOf({12, 14}, {13, 16}, {"a", "b"}),
              ElementsAre("O", "O", "O", "B-b", "O"));
}

TEST(OffsetsToBoiseTags, KeepsTheShapeOfTheTokens) {
  const auto rows = [](const Tensor& tensor, std::initializer_list<Offset> s) {
    return *Tensor::FromRowSplits(tensor, s);
  };
  const auto tags = OffsetsToBoiseTags(
      rows(Begins(), {0, 2, 2, 5}), rows(Ends(), {0, 2, 2, 5}),
      rows(Numbers({4, 8}), {0, 1, 1, 2}), rows(Numbers({7, 16}), {0, 1, 1, 2}),
      rows(Words({"a", "b"}), {0, 1, 1, 2}));
  ASSERT_TRUE(tags.ok()) << tags.status();
  EXPECT_THAT(*tags->AsStrings(),
              RaggedIs({{"O", "S-a"}, {}, {"B-b", "E-b", "O"}}));
  const auto dense = OffsetsToBoiseTags(
      *Tensor::Dense(Buffer<int64_t>{0, 4, 0, 4}, {2, 2}),
      *Tensor::Dense(Buffer<int64_t>{3, 7, 3, 7}, {2, 2}),
      *Tensor::Dense(Buffer<int64_t>{0, 4}, {2, 1}),
      *Tensor::Dense(Buffer<int64_t>{3, 7}, {2, 1}),
      *Tensor::Dense(StringTensor::FromStrings(Strings{"a", "b"}), {2, 1}));
  ASSERT_TRUE(dense.ok()) << dense.status();
  EXPECT_THAT(dense->strings(), StringsAre({"S-a", "O", "O", "S-b"}));
  EXPECT_EQ(dense->flat_shape(), (std::vector<int64_t>{2, 2}));
}

TEST(OffsetsToBoiseTags, NamesWhatDoesNotFit) {
  const Tensor span = Numbers({1});
  const Tensor type = Words({"a"});
  const auto tags = [&](const Tensor& begin, const Tensor& end,
                        const Tensor& span_begin, const Tensor& kind) {
    return OffsetsToBoiseTags(begin, end, span_begin, span, kind);
  };
  EXPECT_THAT(tags(Begins(), span, span, type),
              FailsWith(kInvalid, "the same rows"));
  EXPECT_THAT(tags(Begins(), Ends(), Begins(), type),
              FailsWith(kInvalid, "the same rows"));
  EXPECT_THAT(tags(Begins(), Ends(), span, span),
              FailsWith(kInvalid, "span_type must be strings, got int32"));
  EXPECT_THAT(tags(type, Ends(), span, type),
              FailsWith(kInvalid, "token_begin_offsets must be int32"));
  EXPECT_THAT(
      tags(*Tensor::FromRowSplits(Begins(), {0, 5}), Ends(), span, type),
      FailsWith(kInvalid, "all dense or all ragged"));
  const Tensor cube = *Tensor::Dense(Buffer<int32_t>{1}, {1, 1, 1});
  EXPECT_THAT(tags(cube, cube, span, type), FailsWith(kInvalid, "rank 3"));
  const Tensor two = *Tensor::Dense(Buffer<int32_t>{1, 2}, {2, 1});
  EXPECT_THAT(tags(two, two, span, type), FailsWith(kInvalid, "1 and 2"));
}

struct Found {
  std::vector<int32_t> begins;
  std::vector<int32_t> ends;
  std::vector<std::string> types;
  friend bool operator==(const Found&, const Found&) = default;
};

Found SpansOf(const Strings& tags) {
  const auto spans = BoiseTagsToOffsets(Begins(), Ends(), Words(tags));
  if (!spans.ok()) return {{}, {}, {std::string(spans.status().message())}};
  const auto begins = spans->begin.items<int32_t>();
  const auto ends = spans->end.items<int32_t>();
  return {{begins.begin(), begins.end()},
          {ends.begin(), ends.end()},
          testing::ToStrings(spans->type.strings())};
}

TEST(BoiseTagsToOffsets, FindsTheSpans) {
  EXPECT_EQ(SpansOf({"O", "B-a", "I-a", "E-a", "S-b"}),
            (Found{{4, 17}, {16, 20}, {"a", "b"}}));
  EXPECT_EQ(SpansOf({"O", "O", "O", "O", "O"}), Found());
  // Spans that are not closed, or not opened, and types that change.
  EXPECT_EQ(SpansOf({"B-a", "O", "I-b", "I-c", "O"}),
            (Found{{0, 8}, {3, 16}, {"a", "c"}}));
  EXPECT_EQ(SpansOf({"E-a", "O", "B-b", "B-c", "I-d"}),
            (Found{{0, 8}, {3, 20}, {"a", "d"}}));
  EXPECT_EQ(SpansOf({"B-a", "E-b", "?", "", "B-"}),
            (Found{{0, 17}, {7, 20}, {"b", ""}}));
  // What is no tag is passed over.
  EXPECT_EQ(SpansOf({"B-a", "X-q", "Eb", "E-c", "Other"}),
            (Found{{0}, {16}, {"c"}}));
}

TEST(BoiseTagsToOffsets, UndoesTheTags) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 50; ++round) {
    Found spans;
    for (size_t token = 0; token < 5;) {
      const size_t last =
          std::min<size_t>(4, token + testing::Below(random, 3));
      if (testing::Below(random, 3) > 0) {
        spans.begins.push_back(Begins().items<int32_t>()[token]);
        spans.ends.push_back(Ends().items<int32_t>()[last]);
        spans.types.push_back(std::string(1, 'a' + char(token)));
      }
      token = last + 1;
    }
    const Strings types(spans.types.begin(), spans.types.end());
    const auto tags = TagsOf(Buffer<int32_t>::Copy(spans.begins),
                             Buffer<int32_t>::Copy(spans.ends), types, true);
    EXPECT_EQ(SpansOf({tags.begin(), tags.end()}), spans);
  }
}

TEST(BoiseTagsToOffsets, GivesRowsAndNamesWhatDoesNotFit) {
  const auto rows = [](const Tensor& tensor) {
    return *Tensor::FromRowSplits(tensor, {0, 2, 2, 5});
  };
  const Tensor tags = Words({"S-a", "O", "O", "B-b", "E-b"});
  const auto spans =
      BoiseTagsToOffsets(rows(Begins()), rows(Ends()), rows(tags));
  ASSERT_TRUE(spans.ok()) << spans.status();
  EXPECT_THAT(*spans->begin.As<int32_t>(), RaggedIs({{0}, {}, {12}}));
  EXPECT_THAT(*spans->type.AsStrings(), RaggedIs({{"a"}, {}, {"b"}}));
  EXPECT_THAT(BoiseTagsToOffsets(rows(Begins()), Ends(), rows(tags)),
              FailsWith(kInvalid, "all dense or all ragged"));
  EXPECT_THAT(BoiseTagsToOffsets(Begins(), Ends(), Words({"O"})),
              FailsWith(kInvalid, "the same rows"));
  EXPECT_THAT(BoiseTagsToOffsets(Begins(), Ends(), Begins()),
              FailsWith(kInvalid, "must be strings"));
  const Tensor far = Tensor::Vector(Buffer<int64_t>{int64_t{1} << 31});
  EXPECT_THAT(BoiseTagsToOffsets(far, far, Words({"S-a"})),
              FailsWith(kInvalid, "2147483648"));
}

}  // namespace
}  // namespace rowsplit
