#include "vocab/count_lines.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/atomic_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/files.h"
#include "support/strings.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Strings;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TempFolder;

absl::Status Write(const std::string& path,
                   const std::vector<std::string_view>& tokens) {
  AtomicFile file = *AtomicFile::Open(path, {});
  std::vector<int64_t> counts;
  for (size_t i = 0; i < tokens.size(); ++i)
    counts.push_back(7 + counts.size());
  const absl::Status status = AppendCountLines(Strings(tokens), counts, file);
  return status.ok() ? file.Commit() : status;
}

TEST(CountLines, AreReadBack) {
  const TempFolder folder;
  const std::string path = folder / "c.tsv";
  ASSERT_TRUE(Write(path, {"", "a b", "\t", "\rx", "\xff"}).ok());
  EXPECT_EQ(folder.Read("c.tsv"), "7\t\n8\ta b\n9\t\t\n10\t\rx\n11\t\xff\n");
  const Vocabulary vocabulary =
      *Vocabulary::FromTokens(Strings({"\xff", "no line", "", "a b", "\t"}));
  EXPECT_THAT(*ReadCountLines(path, vocabulary), ElementsAre(11, 0, 7, 8, 9));
}

TEST(CountLines, MayEndInCarriageReturns) {
  const TempFolder folder;
  const std::string path = folder.Write("c.tsv", "3\ta\r\n4\tb");
  EXPECT_THAT(
      *ReadCountLines(path, *Vocabulary::FromTokens(Strings({"a", "b"}))),
      ElementsAre(3, 4));
}

TEST(CountLines, NameWhatIsWrong) {
  const TempFolder folder;
  for (const std::string_view token : {"x\ny", "x\r"}) {
    const absl::Status status = Write(folder / "c.tsv", {"a", token});
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr("c.tsv: "), HasSubstr("token 1, \"x\\")));
  }
  for (const char* const line :
       {"", "a\t3", "3", "3 a", "-1\ta", "99999999999999999999\ta"}) {
    const std::string path =
        folder.Write("wrong.tsv", std::string("1\ta\n") + line + "\n");
    const absl::Status status = ReadCountLines(path, Vocabulary()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << line;
    EXPECT_THAT(
        std::string(status.message()),
        HasSubstr("wrong.tsv, line 2: expected a count, a tab and a token"));
  }
  EXPECT_EQ(ReadCountLines(folder / "none", Vocabulary()).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace rowsplit::internal
