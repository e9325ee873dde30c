#include "rowsplit/vocab/id_map.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/tensor.h"
#include "support/seed.h"
#include "support/vocabularies.h"

namespace rowsplit {
namespace {

using testing::Below;
using testing::DrawTokens;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using testing::Random;
using testing::VocabularyOf;

IdMap Make(Buffer<int64_t> old_to_new, int64_t num_new) {
  auto map = IdMap::Create(std::move(old_to_new), num_new);
  EXPECT_TRUE(map.ok()) << map.status();
  return *std::move(map);
}

void ExpectFails(const absl::Status& status, std::string_view says) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(says));
}

TEST(IdMap, ReversesItself) {
  const IdMap map = Make({1, -1, 0}, 3);
  EXPECT_EQ(map.num_old(), 3);
  EXPECT_EQ(map.num_new(), 3);
  EXPECT_THAT(map.NewToOld(), ElementsAre(2, 0, -1));
  EXPECT_FALSE(map.is_identity());
  EXPECT_TRUE(IdMap().is_identity());
  EXPECT_TRUE(Make({0, 1}, 2).is_identity());
  EXPECT_FALSE(Make({0, 1}, 3).is_identity());
  EXPECT_FALSE(Make({0, -1}, 2).is_identity());
}

TEST(IdMap, RefusesWhatIsNoMap) {
  ExpectFails(IdMap::Create({0, 3}, 3).status(), "old_to_new[1]=3");
  ExpectFails(IdMap::Create({0, -2}, 3).status(), "old_to_new[1]=-2");
  ExpectFails(IdMap::Create({2, 0, 1, 0}, 3).status(),
              "old_to_new[1] and old_to_new[3] are both 0");
  ExpectFails(IdMap::Create({}, -1).status(), "got -1");
  // As many new ids as there are cost no memory.
  EXPECT_TRUE(IdMap::Create({5}, std::numeric_limits<int64_t>::max()).ok());
}

TEST(IdMap, LeadingIdsStay) {
  const IdMap map = *Make({1, -1, 0}, 3).WithLeadingIds(2);
  EXPECT_THAT(map.old_to_new(), ElementsAre(0, 1, 3, -1, 2));
  EXPECT_EQ(map.num_new(), 5);
  EXPECT_EQ(*map.WithLeadingIds(0), map);
  ExpectFails(map.WithLeadingIds(-1).status(), "-1");
  EXPECT_EQ(Make({0}, std::numeric_limits<int64_t>::max())
                .WithLeadingIds(1)
                .status()
                .code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(IdMap, FollowsAnother) {
  const IdMap first = Make({1, -1, 0}, 3);
  EXPECT_THAT(first.Then(Make({-1, 4, 0}, 5))->old_to_new(),
              ElementsAre(4, -1, -1));
  ExpectFails(first.Then(Make({0}, 1)).status(), "3 old ids");
}

TEST(MapIds, MapsEachTokenToItself) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 20; ++round) {
    const Vocabulary from = VocabularyOf(DrawTokens(random, 3000));
    const Vocabulary to = VocabularyOf(DrawTokens(random, 3000));
    const IdMap map = *MapIds(from, to, {.num_threads = 1 + round % 4});
    ASSERT_EQ(map.num_old(), from.size());
    ASSERT_EQ(map.num_new(), to.size());
    for (int64_t old = 0; old < from.size(); ++old) {
      const int64_t id = map.old_to_new()[old];
      if (id < 0) {
        EXPECT_EQ(to.Find(from.token(old)), -1);
      } else {
        EXPECT_EQ(to.token(id), from.token(old));
      }
    }
    EXPECT_EQ(*IdMap::Create(map.old_to_new(), map.num_new()), map);
    const Buffer<int64_t> new_to_old = map.NewToOld();
    EXPECT_EQ(*IdMap::Create(new_to_old, map.num_old()), *MapIds(to, from));
    EXPECT_TRUE(MapIds(from, from)->is_identity());
  }
}

TEST(RemapIds, KeepsRowsAndDtype) {
  const IdMap map = Make({1, -1, 0}, 3);
  const auto ids = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{0, 2, 1}), {0, 2, 2, 3});
  const auto remapped = RemapIds(ids, map, {.oov_id = 7});
  ASSERT_TRUE(remapped.ok()) << remapped.status();
  EXPECT_EQ(*remapped,
            *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 0, 7}),
                                   {0, 2, 2, 3}));
  EXPECT_EQ(*RemapIds(Tensor::Scalar(uint8_t{2}), map),
            Tensor::Scalar(uint8_t{0}));
  EXPECT_EQ(
      RemapIds(*Tensor::Dense(Buffer<int64_t>{}, {0, 4}), map)->flat_shape(),
      (std::vector<int64_t>{0, 4}));
}

TEST(RemapIds, EqualsALoopOnAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  BufferBuilder<int64_t> old_to_new(1000);
  for (int64_t old = 0; old < 1000; ++old) {
    old_to_new[old] = old % 7 == 0 ? -1 : 999 - old;
  }
  const IdMap map = Make(std::move(old_to_new).Build(), 1000);
  BufferBuilder<int64_t> ids(100'000);
  std::vector<int64_t> expected;
  for (int64_t& id : ids.span()) {
    id = static_cast<int64_t>(Below(random, 1000));
    expected.push_back(id % 7 == 0 ? -5 : 999 - id);
  }
  const Tensor input = Tensor::Vector(std::move(ids).Build());
  for (const int threads : {1, 4}) {
    const auto remapped =
        RemapIds(input, map, {.oov_id = -5, .exec = {.num_threads = threads}});
    ASSERT_TRUE(remapped.ok());
    EXPECT_THAT(remapped->items<int64_t>(), ElementsAreArray(expected));
  }
}

TEST(RemapIds, NamesTheFirstWrongId) {
  const IdMap map = Make({1, -1, 0}, 3);
  ExpectFails(RemapIds(Tensor::Vector(Buffer<int64_t>{0, 1, 3}), map).status(),
              "ids[1]=1 has no new id");
  for (const int64_t wrong : {int64_t{3}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    ExpectFails(
        RemapIds(Tensor::Vector(Buffer<int64_t>{0, wrong}), map, {.oov_id = 0})
            .status(),
        "in [0, 3), got ids[1]=" + std::to_string(wrong));
  }
  ExpectFails(RemapIds(Tensor::Vector(Buffer<int8_t>{-1}), map).status(),
              "ids[0]=-1");
  ExpectFails(RemapIds(Tensor::Vector(Buffer<float>{1}), map).status(),
              "float32");
  ExpectFails(RemapIds(Tensor::Scalar(std::string_view("1")), map).status(),
              "string");
}

TEST(RemapIds, RefusesNewIdsThatTheDtypeDoesNotHold) {
  const Tensor ids = Tensor::Vector(Buffer<uint8_t>{0});
  EXPECT_TRUE(RemapIds(ids, Make({255}, 256)).ok());
  ExpectFails(RemapIds(ids, Make({1}, 257)).status(), "256");
  ExpectFails(RemapIds(ids, Make({1}, 2), {.oov_id = -1}).status(),
              "oov_id -1 does not fit the ids' dtype, uint8");
}

TEST(RemapIds, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_TRUE(absl::IsCancelled(RemapIds(Tensor::Vector(Buffer<int64_t>{0}),
                                         Make({0}, 1),
                                         {.exec = {.cancellation = &token}})
                                    .status()));
}

}  // namespace
}  // namespace rowsplit
