#include "rowsplit/core/hash.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "gtest/gtest.h"

namespace rowsplit {
namespace {

// Recorded from tf.fingerprint(..., 'farmhash64').
TEST(Fingerprint64, EqualsTensorFlowsFarmHash) {
  EXPECT_EQ(Fingerprint64(""), 11160318154034397263u);
  EXPECT_EQ(Fingerprint64("a"), 12917804110809363939u);
}

// Recorded from libxxhash 0.8, XXH3_64bits_withSeed.
TEST(Xxh3, TakesASeed) {
  EXPECT_EQ(Xxh3_64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(Xxh3_64("", 7), 0x913ae0873e9b7eb8u);
  EXPECT_EQ(Xxh3_64("a token that is long"),
            Xxh3_64("a token that is long", 0));
  EXPECT_EQ(Xxh3_64("a token that is long", 7), 0x9fb6f2c162019ac9u);
}

TEST(Xxh3Hasher, DoesNotDependOnHowTheStreamIsCut) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 31 + i / 7);
  Xxh3Hasher whole;
  whole.Update(text);
  for (size_t piece : {1, 7, 64, 1000}) {
    Xxh3Hasher pieces;
    for (size_t i = 0; i < text.size(); i += piece) {
      pieces.Update(std::string_view(text).substr(i, piece));
    }
    EXPECT_EQ(pieces.Digest(), whole.Digest()) << piece;
  }
}

// The digest that `xxhsum -H2` prints for no bytes.
TEST(Xxh3Hasher, PrintsTheCanonicalDigestOfNoBytes) {
  EXPECT_EQ(Xxh3Hasher().Digest().ToHex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Xxh3Hasher, GoesOnAfterADigestAndAfterAMove) {
  Xxh3Hasher hasher;
  hasher.Update("ab");
  const Digest128 first = hasher.Digest();
  Xxh3Hasher moved = std::move(hasher);
  EXPECT_EQ(moved.Digest(), first);
  moved.Update("c");
  Xxh3Hasher expected;
  expected.Update("abc");
  EXPECT_EQ(moved.Digest(), expected.Digest());
}

}  // namespace
}  // namespace rowsplit
