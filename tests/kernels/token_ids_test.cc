#include "kernels/token_ids.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/token_ids_ref.h"
#include "rowsplit/core/byte_set.h"
#include "support/seed.h"
#include "support/table.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::OwnedTable;
using ::rowsplit::testing::Random;

constexpr int64_t kGuard = -77;

ByteMap StripMap() {
  return ByteMap::DropClass(ByteSet::Of("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"));
}

// Every form of the kernel: nothing, one class, dropped bytes, both, tables.
std::vector<ByteMap> Maps() {
  const ByteSet digits = ByteSet::Of("0123456789");
  ByteMap table = ByteMap::AsciiLower();
  table.to[0x80] = ' ';
  table.to[0x81] = 'q';
  table.drop[0xFF] = true;
  ByteMap nothing = ByteMap::Identity();
  std::fill_n(nothing.drop, 256, true);
  return {ByteMap::Identity(),
          ByteMap::AsciiUpper(),
          Then(ByteMap::AsciiLower(), StripMap()),
          Then(ByteMap::MapClass(digits, ' '), StripMap()),
          ByteMap::MapClass(digits, 'd'),
          table,
          nothing};
}

// Words, single letters and blanks, long tokens, blanks, any byte.
std::string MakeText(Random& random, size_t size, int kind) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  constexpr std::string_view kLetters = "abAB.'9\x80\xff";
  std::string text;
  while (text.size() < size) {
    switch (kind) {
      case 0:
        for (uint64_t i = Below(random, 5); i > 0; --i)
          text += kLetters[Below(random, kLetters.size())];
        text += ' ';
        break;
      case 1:
        text += kLetters[Below(random, 4)];
        text += kBlanks[Below(random, kBlanks.size())];
        break;
      case 2:
        text += std::string(Below(random, 300), 'x') + ' ';
        break;
      case 3:
        text += Below(random, 20) == 0 ? 'a' : kBlanks[Below(random, 6)];
        break;
      case 4:
        text += 'y';
        break;
      default:
        text += static_cast<char>(Below(random, 256));
    }
  }
  text.resize(size);
  return text;
}

std::vector<Offset> MakeOffsets(Random& random, size_t size) {
  std::vector<Offset> offsets = {static_cast<Offset>(Below(random, 3))};
  if (offsets[0] > static_cast<Offset>(size)) offsets[0] = 0;
  constexpr uint64_t kLongest[] = {1, 2, 3, 70, 1000, 100000};
  const uint64_t longest = kLongest[Below(random, 6)];
  while (Below(random, 1000) != 0) {
    const auto row = static_cast<Offset>(Below(random, longest + 1));
    if (offsets.back() + row > static_cast<Offset>(size)) break;
    offsets.push_back(offsets.back() + row);
  }
  if (Below(random, 4) != 0) offsets.push_back(static_cast<Offset>(size));
  return offsets;
}

// A heap block of exactly the text's size, for the address sanitizer.
struct Rows {
  Rows(std::string_view text, std::vector<Offset> given)
      : block(std::make_unique<uint8_t[]>(text.size())),
        offsets(std::move(given)) {
    std::copy(text.begin(), text.end(), block.get());
  }
  TextRowsView view() const {
    return {block.get(), offsets.data(), offsets.size() - 1};
  }
  std::unique_ptr<uint8_t[]> block;
  std::vector<Offset> offsets;
};

std::vector<std::string> AllTokens(const ByteMap& map, const Rows& rows) {
  std::vector<std::string> tokens;
  std::vector<Offset> row_ends(rows.offsets.size());
  reference::ForEachToken(
      map, rows.view(), row_ends.data(),
      [&](std::string_view token) { tokens.emplace_back(token); });
  return tokens;
}

// About half of the tokens that differ.
OwnedTable LearnHalf(Random& random, const std::vector<std::string>& tokens) {
  std::set<std::string> known;
  for (const std::string& token : tokens) {
    if (Below(random, 2) == 0) known.insert(token);
  }
  return OwnedTable(std::vector<std::string>(known.begin(), known.end()));
}

void ExpectReferenceIds(const ByteMap& map, const Rows& rows,
                        const OwnedTable& table, TokenScratch& scratch) {
  const TextRowsView view = rows.view();
  const size_t room = MaxTokens(view.num_bytes(), view.num_rows);
  std::vector<int64_t> expected(room + 1, kGuard);
  std::vector<int64_t> got(room + 1, kGuard);
  std::vector<Offset> expected_ends(view.num_rows + 1, kGuard);
  std::vector<Offset> ends(view.num_rows + 1, kGuard);
  const size_t count = reference::FindTokenIds(
      map, view, table.view(), 100, -3, expected.data(), expected_ends.data());
  ASSERT_LE(count, room);
  ASSERT_EQ(FindTokenIds(CompiledByteMap(map), view, table.view(),
                         {.first_id = 100, .unknown_id = -3}, scratch,
                         got.data(), ends.data()),
            count);
  ASSERT_EQ(ends, expected_ends);
  ASSERT_EQ(got, expected);
}

class CollectIds : public TokenIdBlockSink {
 public:
  void Add(const TokenBlock& block, const int64_t* block_ids,
           const uint32_t* unknown, size_t num_unknown) override {
    EXPECT_EQ(block.first_token, ids.size());
    ids.insert(ids.end(), block_ids, block_ids + block.num_tokens);
    std::vector<uint32_t> expected;
    for (uint32_t i = 0; i < block.num_tokens; ++i) {
      if (block_ids[i] < 0) expected.push_back(i);
    }
    EXPECT_EQ(std::vector<uint32_t>(unknown, unknown + num_unknown), expected);
  }
  std::vector<int64_t> ids;
};

// The same ids, block by block.
void ExpectIdBlocks(const ByteMap& map, const Rows& rows,
                    const OwnedTable& table, TokenScratch& scratch) {
  const TextRowsView view = rows.view();
  std::vector<int64_t> expected(MaxTokens(view.num_bytes(), view.num_rows));
  std::vector<Offset> expected_ends(view.num_rows + 1, kGuard);
  std::vector<Offset> ends(view.num_rows + 1, kGuard);
  expected.resize(FindTokenIds(CompiledByteMap(map), view, table.view(), {},
                               scratch, expected.data(), expected_ends.data()));
  CollectIds sink;
  FindTokenIdBlocks(CompiledByteMap(map), view, table.view(), scratch, sink,
                    ends.data());
  ASSERT_EQ(ends, expected_ends);
  ASSERT_EQ(sink.ids, expected);
}

class CollectTokens : public TokenBlockSink {
 public:
  explicit CollectTokens(const Offset* row_ends) : row_ends_(row_ends) {}
  void Add(const TokenBlock& block) override {
    EXPECT_EQ(block.first_token, tokens.size());
    EXPECT_EQ(block.first_row, num_rows_);
    for (size_t i = 0; i < block.num_tokens; ++i) {
      tokens.emplace_back(
          reinterpret_cast<const char*>(block.bytes + block.begins[i]),
          block.ends[i] - block.begins[i]);
    }
    num_rows_ = block.end_row;
    if (num_rows_ > 0) {
      EXPECT_LE(row_ends_[num_rows_ - 1], static_cast<Offset>(tokens.size()));
    }
  }
  std::vector<std::string> tokens;

 private:
  const Offset* row_ends_;
  size_t num_rows_ = 0;
};

void ExpectReferenceBlocks(const ByteMap& map, const Rows& rows,
                           const std::vector<std::string>& tokens,
                           TokenScratch& scratch) {
  std::vector<Offset> expected_ends(rows.offsets.size(), kGuard);
  std::vector<Offset> ends(rows.offsets.size(), kGuard);
  reference::ForEachToken(map, rows.view(), expected_ends.data(),
                          [](std::string_view) {});
  CollectTokens sink(ends.data());
  FindTokenBlocks(CompiledByteMap(map), rows.view(), scratch, sink,
                  ends.data());
  ASSERT_EQ(sink.tokens, tokens);
  ASSERT_EQ(ends, expected_ends);
}

void ExpectReference(Random& random, const ByteMap& map, const Rows& rows,
                     TokenScratch& scratch) {
  const std::vector<std::string> tokens = AllTokens(map, rows);
  const OwnedTable table = LearnHalf(random, tokens);
  ExpectReferenceIds(map, rows, table, scratch);
  ExpectIdBlocks(map, rows, table, scratch);
  ExpectReferenceBlocks(map, rows, tokens, scratch);
}

class TokenIdsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(TokenIdsTest);

TEST_P(TokenIdsTest, EqualsTheReferenceAtEveryShortLength) {
  ROWSPLIT_SEEDED_RANDOM(random);
  TokenScratch scratch;
  const std::vector<ByteMap> maps = Maps();
  for (size_t size = 0; size <= 3 * 64 + 3; ++size) {
    for (int kind = 0; kind < 6; ++kind) {
      const Rows rows(MakeText(random, size, kind), MakeOffsets(random, size));
      ExpectReference(random, maps[Below(random, maps.size())], rows, scratch);
      if (HasFatalFailure()) FAIL() << "size " << size << " kind " << kind;
    }
  }
}

TEST_P(TokenIdsTest, EqualsTheReferenceAroundTheBordersOfBlocks) {
  ROWSPLIT_SEEDED_RANDOM(random);
  TokenScratch scratch;
  const std::vector<ByteMap> maps = Maps();
  for (int repeat = 0; repeat < 150; ++repeat) {
    const int kind = repeat % 6;
    const size_t size =
        kTokenBlockBytes * (1 + Below(random, 3)) + Below(random, 40) - 20;
    std::string text = MakeText(random, size, kind);
    // A token across the first border, of any size.
    const size_t begin = kTokenBlockBytes - Below(random, 300);
    const size_t token_size = Below(random, 600);
    if (begin + token_size < size)
      text.replace(begin, token_size, std::string(token_size, 'z'));
    const Rows rows(text, MakeOffsets(random, size));
    ExpectReference(random, maps[Below(random, maps.size())], rows, scratch);
    if (HasFatalFailure()) FAIL() << "repeat " << repeat << " kind " << kind;
  }
}

TEST_P(TokenIdsTest, KeepsAGiantToken) {
  ROWSPLIT_SEEDED_RANDOM(random);
  TokenScratch scratch;
  const std::string giant(1 << 20, 'g');
  const std::string text = "a b " + giant + " c " + giant + "d";
  const Rows rows(text, {0, 2, static_cast<Offset>(text.size())});
  for (const ByteMap& map : Maps()) {
    ExpectReference(random, map, rows, scratch);
    if (HasFatalFailure()) return;
  }
}

TEST_P(TokenIdsTest, HandlesNoRowsAndManyEmptyOnes) {
  TokenScratch scratch;
  ROWSPLIT_SEEDED_RANDOM(random);
  ExpectReference(random, ByteMap::Identity(), Rows("", {0}), scratch);
  ExpectReference(random, ByteMap::Identity(),
                  Rows("", std::vector<Offset>(70000, 0)), scratch);
  std::vector<Offset> offsets(50000, 2);
  offsets.resize(90000, 3);
  ExpectReference(random, ByteMap::Identity(), Rows("a bc", offsets), scratch);
}

// With three keys a bucket full, many searches go on.
TEST_P(TokenIdsTest, GoesOnBehindFullBuckets) {
  std::vector<std::string> tokens;
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    const std::string token = "t" + std::to_string(i);
    text += token + ' ';
    if (i % 2 == 0) tokens.push_back(token);
  }
  const OwnedTable table(tokens, tokens.size() / 3 + 1);
  TokenScratch scratch;
  const Rows rows(text, {0, static_cast<Offset>(text.size())});
  ExpectReferenceIds(ByteMap::Identity(), rows, table, scratch);
}

class NumberUnknown : public UnknownTokens {
 public:
  void Resolve(const TokenBlock& block, const uint32_t* tokens, size_t count,
               int64_t* ids) override {
    for (size_t i = 0; i < count; ++i) {
      const uint32_t token = tokens[i];
      EXPECT_EQ(ids[token], -9);
      ids[token] = 1000 + block.ends[token] - block.begins[token];
    }
  }
};

TEST_P(TokenIdsTest, LetsUnknownTokensBeResolved) {
  ROWSPLIT_SEEDED_RANDOM(random);
  TokenScratch scratch;
  NumberUnknown unknown;
  for (int kind = 0; kind < 6; ++kind) {
    const Rows rows(MakeText(random, 20000, kind), {0, 20000});
    const ByteMap map = ByteMap::AsciiLower();
    const std::vector<std::string> tokens = AllTokens(map, rows);
    const OwnedTable table = LearnHalf(random, tokens);
    std::vector<int64_t> ids(MaxTokens(20000, 1));
    Offset row_end = 0;
    FindTokenIds(CompiledByteMap(map), rows.view(), table.view(),
                 {.first_id = 0, .unknown_id = -9, .unknown = &unknown},
                 scratch, ids.data(), &row_end);
    for (size_t i = 0; i < tokens.size(); ++i) {
      const int64_t id = FindId(table.view(), tokens[i]);
      ASSERT_EQ(ids[i],
                id >= 0 ? id : 1000 + static_cast<int64_t>(tokens[i].size()));
    }
  }
}

// Pairs of neighbours, in a heap block with the slack that is asked for.
TEST_P(TokenIdsTest, LooksUpTokensThatOverlap) {
  ROWSPLIT_SEEDED_RANDOM(random);
  TokenScratch scratch;
  for (const size_t count : {0, 1, 7, 63, 64, 65, 200, 3000}) {
    const std::string text = MakeText(random, 2 * count + 40, 0);
    const auto block = std::make_unique<uint8_t[]>(text.size() + kTokenSlack);
    std::copy(text.begin(), text.end(), block.get());
    std::vector<uint32_t> begins;
    std::vector<uint32_t> ends;
    std::vector<std::string> tokens;
    for (size_t i = 0; i < count; ++i) {
      begins.push_back(static_cast<uint32_t>(i));
      ends.push_back(static_cast<uint32_t>(i + Below(random, 30)));
      tokens.push_back(text.substr(i, ends[i] - begins[i]));
    }
    const OwnedTable table = LearnHalf(random, tokens);
    std::vector<int64_t> ids(count + 1, kGuard);
    FindBlockIds(
        table.view(), 7, -2, scratch,
        {block.get(), begins.data(), ends.data(), count, 0, 0, 0, nullptr},
        ids.data());
    for (size_t i = 0; i < count; ++i) {
      const int64_t id = FindId(table.view(), tokens[i]);
      ASSERT_EQ(ids[i], id >= 0 ? id + 7 : -2) << count << " " << i;
    }
    ASSERT_EQ(ids[count], kGuard);
  }
}

// Enough text for ids that go past the caches, at every alignment of them.
TEST_P(TokenIdsTest, WritesManyIdsAtAnyAddress) {
  ROWSPLIT_SEEDED_RANDOM(random);
  TokenScratch scratch;
  constexpr size_t kSize = (1 << 20) + 1000;
  const Rows rows(MakeText(random, kSize, 0), {0, 5, kSize});
  const ByteMap map = ByteMap::AsciiLower();
  const OwnedTable table = LearnHalf(random, AllTokens(map, rows));
  const size_t room = MaxTokens(kSize, 2);
  std::vector<int64_t> expected(room);
  std::vector<Offset> expected_ends(2);
  const size_t count =
      reference::FindTokenIds(map, rows.view(), table.view(), 3, -1,
                              expected.data(), expected_ends.data());
  expected.resize(count);
  for (size_t shift = 0; shift < 8; ++shift) {
    std::vector<int64_t> ids(room + 9, kGuard);
    std::vector<Offset> ends(2);
    ASSERT_EQ(
        FindTokenIds(CompiledByteMap(map), rows.view(), table.view(),
                     {.first_id = 3}, scratch, ids.data() + shift, ends.data()),
        count);
    ASSERT_EQ(ends, expected_ends);
    ASSERT_TRUE(std::equal(expected.begin(), expected.end(),
                           ids.begin() + static_cast<ptrdiff_t>(shift)));
    ASSERT_EQ(std::count(ids.begin(), ids.end(), kGuard),
              static_cast<ptrdiff_t>(ids.size() - count));
  }
}

}  // namespace
}  // namespace rowsplit::kernels
