#include "rowsplit/vocab/vocabulary.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/files.h"
#include "support/hostile_tokens.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;

constexpr ChecksumMode kModes[] = {ChecksumMode::kFull, ChecksumMode::kSampled,
                                   ChecksumMode::kDeferred};

StringTensor Strings(const std::vector<std::string>& strings) {
  const std::vector<std::string_view> views(strings.begin(), strings.end());
  return StringTensor::FromStrings(views);
}

// Find, FindSpans and token against a plain map, on tokens half of which are in
// the vocabulary. The text has a heap block of its own size.
void CheckAgainstAMap(const std::vector<std::string>& tokens) {
  std::vector<std::string> known;
  std::unordered_map<std::string_view, int64_t> expected;
  for (size_t i = 0; i < tokens.size(); i += 2) {
    expected[tokens[i]] = static_cast<int64_t>(known.size());
    known.push_back(tokens[i]);
  }
  const auto vocabulary = Vocabulary::FromTokens(Strings(known));
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.status();
  ASSERT_EQ(vocabulary->size(), static_cast<int64_t>(known.size()));
  const testing::Text text(tokens);
  std::vector<int64_t> ids(tokens.size(), 12345);
  vocabulary->FindSpans(text.bytes(), text.spans(), ids);
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto found = expected.find(tokens[i]);
    const int64_t id = found == expected.end() ? -1 : found->second;
    ASSERT_EQ(ids[i], id) << i;
    ASSERT_EQ(vocabulary->Find(tokens[i]), id) << i;
    if (id >= 0) {
      ASSERT_EQ(vocabulary->token(id), tokens[i]);
    }
  }
}

TEST(Vocabulary, EqualsAMapOnHostileTokens) {
  for (const uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(seed);
    CheckAgainstAMap(testing::HostileTokens(seed));
  }
}

TEST(Vocabulary, EqualsAMapOnManyTokens) {
  CheckAgainstAMap(testing::Counters(300000));
}

TEST(Vocabulary, EqualsAMapAtEverySmallSize) {
  for (int size = 0; size <= 70; ++size) {
    SCOPED_TRACE(size);
    CheckAgainstAMap(testing::Counters(size));
  }
}

TEST(Vocabulary, FindsInAnyOrderOfSpans) {
  const auto vocabulary = Vocabulary::FromTokens(Strings({"ab", "b", ""}));
  ASSERT_TRUE(vocabulary.ok());
  const std::vector<TokenSpan> spans = {{1, 1}, {0, 2}, {2, 0}, {0, 1}, {0, 2}};
  std::vector<int64_t> ids(spans.size());
  vocabulary->FindSpans("ab", spans, ids);
  EXPECT_EQ(ids, (std::vector<int64_t>{1, 0, 2, -1, 0}));
  vocabulary->FindSpans("ab", spans, ids, 10, 5);
  EXPECT_EQ(ids, (std::vector<int64_t>{11, 10, 12, 5, 10}));
}

TEST(Vocabulary, OfNothingFindsNothing) {
  for (const Vocabulary& empty :
       {Vocabulary(), *Vocabulary::FromTokens(StringTensor())}) {
    EXPECT_EQ(empty.size(), 0);
    EXPECT_EQ(empty.Find(""), -1);
    EXPECT_EQ(empty.Find("a"), -1);
    EXPECT_EQ(empty.Find(std::string(100, 'a')), -1);
    empty.FindSpans("", {}, {});
  }
}

TEST(Vocabulary, NamesATokenThatComesTwice) {
  const std::string long_token(100, 'x');
  for (const std::string& twice :
       {std::string(), std::string("a\n"), std::string(15, 'y'),
        std::string(16, 'y'), long_token}) {
    const absl::Status status =
        Vocabulary::FromTokens(Strings({"q", twice, "r", twice})).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("tokens[1] and tokens[3] are both \""));
  }
  EXPECT_THAT(
      std::string(
          Vocabulary::FromTokens(Strings({"a\n", "a\n"})).status().message()),
      HasSubstr("\"a\\n\""));
  EXPECT_THAT(
      std::string(Vocabulary::FromTokens(Strings({long_token, long_token}))
                      .status()
                      .message()),
      HasSubstr("(100 bytes)"));
}

TEST(Vocabulary, CopiesShareMemory) {
  const auto vocabulary = Vocabulary::FromTokens(Strings({"a", "b"}));
  ASSERT_TRUE(vocabulary.ok());
  const Vocabulary copy = *vocabulary;
  EXPECT_EQ(copy.token(1).data(), vocabulary->token(1).data());
  EXPECT_EQ(copy.Find("b"), 1);
  EXPECT_GT(copy.size_bytes(), 0);
}

// Short and long tokens, more than fit the home buckets.
StringTensor MixedTokens() {
  std::vector<std::string> tokens = {"", "a", std::string("a\0", 2), "a\n"};
  for (int i = 0; i < 300; ++i) tokens.push_back("t" + std::to_string(i));
  for (int i = 0; i < 40; ++i) {
    tokens.push_back("a_token_of_many_bytes_" + std::to_string(i));
  }
  return Strings(tokens);
}

TEST(VocabularyFrozen, AnswersAsBeforeItWasSaved) {
  const testing::TempFolder folder;
  const StringTensor tokens = MixedTokens();
  const auto made = Vocabulary::FromTokens(tokens);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(made->Check().ok()) << made->Check();
  const std::string path = folder / "words.rsv";
  ASSERT_TRUE(made->Save(path).ok());
  for (const ChecksumMode mode : kModes) {
    const auto opened = Vocabulary::Open(path, {.checksum = mode});
    ASSERT_TRUE(opened.ok()) << opened.status();
    ASSERT_EQ(opened->size(), tokens.size());
    for (int64_t id = 0; id < tokens.size(); ++id) {
      EXPECT_EQ(opened->token(id), tokens[id]);
      EXPECT_EQ(opened->Find(tokens[id]), id);
      EXPECT_EQ(opened->Find(std::string(tokens[id]) + "?"), -1);
    }
    EXPECT_EQ(opened->tokens(), tokens);
    EXPECT_TRUE(opened->Check().ok()) << opened->Check();
    EXPECT_EQ(opened->size_bytes(),
              static_cast<int64_t>(folder.Read("words.rsv").size()));
  }
}

TEST(VocabularyFrozen, ShowsTheTokensOfTheFileItself) {
  const auto bytes = Vocabulary::FromTokens(MixedTokens())->ToBytes();
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  const auto opened = Vocabulary::FromBytes(*bytes);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const char* const text = opened->tokens().bytes().data();
  EXPECT_GE(text, bytes->data());
  EXPECT_LT(text, bytes->data() + bytes->size());
  EXPECT_EQ(opened->token(1).data(), text);
}

TEST(VocabularyFrozen, IsTheSameFileForTheSameTokens) {
  const testing::TempFolder folder;
  const auto a = Vocabulary::FromTokens(MixedTokens());
  const auto b = Vocabulary::FromTokens(MixedTokens());
  ASSERT_TRUE(a->Save(folder / "a").ok());
  ASSERT_TRUE(b->Save(folder / "b").ok());
  const std::string file = folder.Read("a");
  EXPECT_EQ(file, folder.Read("b"));
  // An opened one writes what it has read, from the file or from memory.
  ASSERT_TRUE(Vocabulary::Open(folder / "a")->Save(folder / "a").ok());
  EXPECT_EQ(file, folder.Read("a"));
  const auto bytes = a->ToBytes();
  EXPECT_EQ(file, std::string(bytes->data(), bytes->size()));
  ASSERT_TRUE(Vocabulary::FromBytes(*bytes)->Save(folder / "c").ok());
  EXPECT_EQ(file, folder.Read("c"));
}

// Another hash, key, bucket or order of sections needs another kTokenTableKind
// or format version, as old files must not be read in a new way. A table of
// another size only needs another digest here.
TEST(VocabularyFrozen, HasNotChangedItsFormat) {
  const auto bytes = Vocabulary::FromTokens(MixedTokens())->ToBytes();
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(Xxh3_64({bytes->data(), bytes->size()}), 0xEC5C17F7B7CF1091u);
}

TEST(VocabularyFrozen, ReadsBytesAtAnyAddress) {
  const auto bytes = Vocabulary::FromTokens(MixedTokens())->ToBytes();
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  std::vector<char> moved(bytes->size() + 1);
  std::copy(bytes->begin(), bytes->end(), moved.begin() + 1);
  const auto opened = Vocabulary::FromBytes(
      Buffer<char>::Borrow({moved.data() + 1, bytes->size()}));
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->tokens(), MixedTokens());
}

TEST(VocabularyFrozen, OfNothingFindsNothing) {
  const auto bytes = Vocabulary().ToBytes();
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  const auto opened = Vocabulary::FromBytes(*bytes);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->size(), 0);
  EXPECT_EQ(opened->tokens().size(), 0);
  EXPECT_EQ(opened->Find(""), -1);
}

TEST(VocabularyFrozen, SaysWhyAFileIsNotOpened) {
  const testing::TempFolder folder;
  EXPECT_EQ(Vocabulary::Open(folder / "missing").status().code(),
            absl::StatusCode::kNotFound);
  const std::string list = folder.Write("vocab.txt", "the\ncat\n");
  const absl::Status other = Vocabulary::Open(list).status();
  EXPECT_EQ(other.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(other.message()),
              HasSubstr(list + " is no frozen vocabulary"));
  const absl::Status empty =
      Vocabulary::Open(folder.Write("empty", "")).status();
  EXPECT_EQ(empty.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(empty.message()), HasSubstr("damaged header"));
  EXPECT_FALSE(Vocabulary().Save(folder / "no/such/folder").ok());
}

class VocabularyFile : public ::testing::Test {
 protected:
  std::string Write(std::string_view content) {
    std::ofstream(path_, std::ios::binary) << content;
    return path_;
  }
  void TearDown() override { std::remove(path_.c_str()); }

 private:
  const std::string path_ =
      ::testing::TempDir() + "/" +
      ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt";
};

TEST_F(VocabularyFile, GivesTheIdsOfItsLines) {
  const auto vocabulary = Vocabulary::FromFile(Write("the\r\na b\nzażółć"));
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.status();
  EXPECT_EQ(vocabulary->size(), 3);
  EXPECT_EQ(vocabulary->Find("the"), 0);
  EXPECT_EQ(vocabulary->Find("a b"), 1);
  EXPECT_EQ(vocabulary->Find("zażółć"), 2);
}

TEST_F(VocabularyFile, ReadsMoreThanABlock) {
  std::string content;
  for (int i = 0; i < 50000; ++i) content += std::to_string(i) + "\n";
  const auto vocabulary = Vocabulary::FromFile(Write(content));
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.status();
  ASSERT_EQ(vocabulary->size(), 50000);
  EXPECT_EQ(vocabulary->Find("49999"), 49999);
}

TEST_F(VocabularyFile, NamesALineThatComesTwice) {
  const std::string path = Write("a\nb\na\n");
  const absl::Status status = Vocabulary::FromFile(path).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      std::string(status.message()),
      HasSubstr(path + " must differ: line 1 and line 3 are both \"a\""));
}

}  // namespace
}  // namespace rowsplit
