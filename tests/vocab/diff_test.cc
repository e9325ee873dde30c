#include "rowsplit/vocab/diff.h"

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/seed.h"
#include "support/vocabularies.h"

namespace rowsplit {
namespace {

using testing::DrawTokens;
using ::testing::ElementsAre;
using testing::VocabularyOf;

TEST(DiffVocabularies, SaysWhatCameWentAndMoved) {
  const auto diff = DiffVocabularies(VocabularyOf({"a", "b", "c"}),
                                     VocabularyOf({"c", "a", "d"}));
  ASSERT_TRUE(diff.ok()) << diff.status();
  EXPECT_THAT(diff->added, ElementsAre(2));
  EXPECT_THAT(diff->removed, ElementsAre(1));
  EXPECT_THAT(diff->moved, ElementsAre(0, 2));
  EXPECT_THAT(diff->id_map.old_to_new(), ElementsAre(1, -1, 0));
  EXPECT_FALSE(diff->is_same());
}

TEST(DiffVocabularies, OfAVocabularyAndItself) {
  const Vocabulary vocabulary = VocabularyOf({"a", "", "b"});
  EXPECT_TRUE(DiffVocabularies(vocabulary, vocabulary)->is_same());
  EXPECT_TRUE(DiffVocabularies(Vocabulary(), Vocabulary())->is_same());
  EXPECT_FALSE(DiffVocabularies(vocabulary, Vocabulary())->is_same());
  EXPECT_FALSE(DiffVocabularies(Vocabulary(), vocabulary)->is_same());
  // The same tokens in another order are not the same.
  EXPECT_FALSE(
      DiffVocabularies(vocabulary, VocabularyOf({"a", "b", ""}))->is_same());
}

TEST(DiffVocabularies, AccountsForEveryToken) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 20; ++round) {
    const Vocabulary from = VocabularyOf(DrawTokens(random, 1500));
    const Vocabulary to = VocabularyOf(DrawTokens(random, 1500));
    const auto diff =
        DiffVocabularies(from, to, {.num_threads = 1 + round % 3});
    ASSERT_TRUE(diff.ok());
    std::vector<int64_t> added, removed, moved;
    for (int64_t id = 0; id < to.size(); ++id) {
      if (from.Find(to.token(id)) < 0) added.push_back(id);
    }
    for (int64_t old = 0; old < from.size(); ++old) {
      const int64_t id = to.Find(from.token(old));
      if (id < 0) removed.push_back(old);
      if (id >= 0 && id != old) moved.push_back(old);
    }
    EXPECT_THAT(diff->added, ::testing::ElementsAreArray(added));
    EXPECT_THAT(diff->removed, ::testing::ElementsAreArray(removed));
    EXPECT_THAT(diff->moved, ::testing::ElementsAreArray(moved));
    EXPECT_EQ(diff->id_map, *MapIds(from, to));
    // The other way round what came is what went.
    const auto back = DiffVocabularies(to, from);
    EXPECT_THAT(back->removed, ::testing::ElementsAreArray(added));
    EXPECT_THAT(back->added, ::testing::ElementsAreArray(removed));
    EXPECT_EQ(back->moved.size(), moved.size());
  }
}

TEST(DiffVocabularies, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_TRUE(
      absl::IsCancelled(DiffVocabularies(VocabularyOf({"a"}), Vocabulary(),
                                         {.cancellation = &token})
                            .status()));
}

}  // namespace
}  // namespace rowsplit
