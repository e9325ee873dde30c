#include "corpus/config_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

ConfigDocument Parse(std::string_view toml) {
  return *ConfigDocument::Parse(toml, "c.toml", {});
}

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

TEST(ParseBytes, TakesUnitsOf1024) {
  EXPECT_THAT(ParseBytes("0"), Eq(0));
  EXPECT_THAT(ParseBytes("65536"), Eq(65536));
  EXPECT_THAT(ParseBytes("64K"), Eq(64 << 10));
  EXPECT_THAT(ParseBytes("3MiB"), Eq(3 << 20));
  EXPECT_THAT(ParseBytes("2G"), Eq(int64_t{2} << 30));
}

TEST(ParseBytes, RefusesWhatIsNoSize) {
  for (const std::string_view text :
       {"", "K", "1 K", "-1", "1.5M", "1KB", "9223372036854775807K",
        "99999999999999999999"}) {
    EXPECT_THAT(ParseBytes(text), Eq(std::nullopt)) << text;
  }
}

TEST(NearestWord, FindsATypingErrorButNothingFarAway) {
  const std::vector<std::string_view> known = {"max_tokens", "min_count",
                                               "file"};
  EXPECT_EQ(NearestWord("max_token", known), "max_tokens");
  EXPECT_EQ(NearestWord("mincount", known), "min_count");
  EXPECT_EQ(NearestWord("flie", known), "file");
  EXPECT_EQ(NearestWord("zzzzzzzz", known), "");
  EXPECT_EQ(NearestWord("x", {}), "");
}

TEST(ConfigTable, ReadsEachTypeAndLeavesAbsentKeysAlone) {
  const ConfigDocument document =
      Parse("s = 'x'\nb = true\nn = 7\nl = ['a', 'b']\nz = '2K'\nz2 = 9\n");
  ConfigTable table = document.root();
  std::string s = "old", absent = "old";
  bool b = false;
  int64_t n = 0, z = 0, z2 = 0;
  std::vector<std::string> l;
  ASSERT_TRUE(table.Read("s", s).ok());
  ASSERT_TRUE(table.Read("absent", absent).ok());
  ASSERT_TRUE(table.Read("b", b).ok());
  ASSERT_TRUE(table.Read("n", {0, 10}, n).ok());
  ASSERT_TRUE(table.Read("l", l).ok());
  ASSERT_TRUE(table.ReadBytes("z", {0, 1 << 20}, z).ok());
  ASSERT_TRUE(table.ReadBytes("z2", {0, 1 << 20}, z2).ok());
  EXPECT_TRUE(table.Finish().ok());
  EXPECT_EQ(s, "x");
  EXPECT_EQ(absent, "old");
  EXPECT_TRUE(b);
  EXPECT_EQ(n, 7);
  EXPECT_THAT(l, ElementsAre("a", "b"));
  EXPECT_EQ(z, 2048);
  EXPECT_EQ(z2, 9);
}

TEST(ConfigTable, NamesSourceLineKeyAndTypeOfAWrongValue) {
  const ConfigDocument document =
      Parse("\n[t]\ns = 1\nn = 'x'\nbig = 99\nl = ['a', 1]\n");
  ASSERT_TRUE(
      document.root()
          .ReadTable(
              "t",
              [](ConfigTable table) {
                std::string s;
                int64_t n = 0;
                bool b = false;
                std::vector<std::string> l;
                EXPECT_EQ(Message(table.Read("s", s)),
                          "c.toml:3: t.s: expected a string, got an integer");
                EXPECT_EQ(Message(table.Read("n", {0, 9}, n)),
                          "c.toml:4: t.n: expected an integer, got a string");
                EXPECT_EQ(Message(table.Read("big", {0, 9}, n)),
                          "c.toml:5: t.big: must be from 0 to 9, got 99");
                EXPECT_EQ(Message(table.Read("n", b)),
                          "c.toml:4: t.n: expected a boolean, got a string");
                EXPECT_EQ(Message(table.Read("l", l)),
                          "c.toml:6: t.l: expected an array of strings, got an "
                          "integer");
                EXPECT_THAT(Message(table.ReadBytes("n", {0, 9}, n)),
                            HasSubstr("a number of bytes such as"));
                return absl::OkStatus();
              })
          .ok());
  EXPECT_EQ(Message(document.root().ReadTables(
                "t", [](ConfigTable) { return absl::OkStatus(); })),
            "c.toml:2: t: expected an array of tables, got a table");
}

TEST(ConfigTable, ListsTheWordsItKnows) {
  constexpr Choice<int> kChoices[] = {{"one", 1}, {"two", 2}, {"three", 3}};
  const ConfigDocument document = Parse("n = 'two'\nw = 'four'");
  ConfigTable table = document.root();
  int n = 0;
  ASSERT_TRUE(table.Read("n", kChoices, n).ok());
  EXPECT_EQ(n, 2);
  EXPECT_EQ(Message(table.Read("w", kChoices, n)),
            "c.toml:2: w: expected one, two or three, got \"four\"");
}

TEST(ConfigTable, NamesTheNearestKnownKey) {
  const ConfigDocument document = Parse("max_token = 3");
  ConfigTable table = document.root();
  int64_t n = 0;
  ASSERT_TRUE(table.Read("max_tokens", {0, 9}, n).ok());
  EXPECT_EQ(Message(table.Finish()),
            "c.toml:1: max_token: unknown key; did you mean max_tokens?");
  EXPECT_EQ(Message(Parse("zzz = 3").root().Finish()),
            "c.toml:1: zzz: unknown key");
}

TEST(ConfigDocument, NamesLineAndColumnOfASyntaxError) {
  const auto document = ConfigDocument::Parse("a = 1\nb = = 2\n", "c.toml", {});
  EXPECT_EQ(document.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Message(document.status()), HasSubstr("c.toml:2:5: "));
}

TEST(ConfigDocument, LetsFlagsReplaceKeysAndNamesTheFlag) {
  const std::vector<ConfigOverride> overrides = {{"output.shards", {"12"}},
                                                 {"output.force", {}},
                                                 {"input.paths", {"a", "b"}}};
  const ConfigDocument document =
      *ConfigDocument::Parse("[output]\nshards = 3\n", "c.toml", overrides);
  ASSERT_TRUE(
      document.root()
          .ReadTable("output",
                     [](ConfigTable table) {
                       int shards = 0;
                       bool force = false;
                       EXPECT_EQ(Message(table.Read("shards", {1, 9}, shards)),
                                 "--shards: must be from 1 to 9, got 12");
                       EXPECT_TRUE(table.Read("shards", {1, 99}, shards).ok());
                       EXPECT_TRUE(table.Read("force", force).ok());
                       EXPECT_EQ(shards, 12);
                       EXPECT_TRUE(force);
                       return absl::OkStatus();
                     })
          .ok());
  const std::vector<ConfigOverride> wrong = {{"output.shards", {"many"}}};
  EXPECT_EQ(Message(ConfigDocument::Parse("", "c.toml", wrong).status()),
            "--shards: expected an integer, got \"many\"");
}

}  // namespace
}  // namespace rowsplit::internal
