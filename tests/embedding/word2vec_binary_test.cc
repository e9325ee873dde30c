#include "embedding/word2vec_binary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/named_rows.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/load_report.h"
#include "support/files.h"
#include "support/matchers.h"
#include "support/named_rows.h"

namespace rowsplit::internal {
namespace {

using absl::StatusCode;
using testing::FailsWith;
using testing::FileOf;
using testing::NamedRowList;
using testing::NamedRowsOf;
using testing::RowsOf;
using testing::TempFolder;

std::string Floats(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()),
          values.size() * sizeof(float)};
}

absl::StatusOr<NamedRows> Read(std::string_view bytes,
                               const ReadRowsOptions& options = {}) {
  return ReadWord2VecBinary(FileOf(bytes), "f.bin", options);
}

// Values with the bytes of '\n' and ' ' among them.
const std::vector<float> kFirst = {1.5f, 6.0134702e-36f};
const std::vector<float> kSecond = {-2, 1.35631564e-19f};

std::string TwoRows(std::string_view between = "") {
  return "2 2\nthe " + Floats(kFirst) + std::string(between) + "of " +
         Floats(kSecond) + std::string(between);
}

TEST(ReadWord2VecBinary, ReadsWithAndWithoutLineFeeds) {
  for (const std::string& bytes :
       {TwoRows(), TwoRows("\n"), testing::Gzip(TwoRows("\n")),
        testing::Zstd(TwoRows())}) {
    for (const int threads : {1, 4}) {
      const auto rows = Read(bytes, {.exec = {.num_threads = threads}});
      ASSERT_TRUE(rows.ok()) << rows.status();
      EXPECT_EQ(RowsOf(*rows),
                (NamedRowList{{"the", kFirst}, {"of", kSecond}}));
      EXPECT_EQ(rows->report, LoadReport());
    }
  }
}

// Kilobytes that decode to gigabytes if one lets them: here to 64 MB, of which
// a few are decoded.
TEST(ReadWord2VecBinary, DecodesNoMoreThanTheHeaderCanHold) {
  const std::string zeros(size_t{64} << 20, '\0');
  EXPECT_THAT(Read(testing::Gzip("1000000 300\n" + zeros, 1)),
              FailsWith(absl::StatusCode::kDataLoss,
                        "f.bin, row 0, byte 12: a token of 1048576 bytes"));
  const auto after = Read(testing::Gzip(TwoRows() + zeros, 1));
  ASSERT_THAT(after, FailsWith(absl::StatusCode::kDataLoss,
                               "bytes after the last row"));
  // As many as are there without an end would be 67108864.
  EXPECT_EQ(after.status().message().find("67108864"), std::string_view::npos);
  EXPECT_THAT(Read(testing::Gzip("no header" + zeros, 1)),
              FailsWith(absl::StatusCode::kInvalidArgument, "a first line"));
}

TEST(ReadWord2VecBinary, KeepsTokensOfAnyBytesAndTheFirstOfDuplicates) {
  const auto rows = Read("3 1\n\xFF\t " + Floats({1}) + " " + Floats({2}) +
                         "\xFF\t " + Floats({3}));
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(RowsOf(*rows), (NamedRowList{{"\xFF\t", {1}}, {"", {2}}}));
  EXPECT_EQ(rows->report.duplicates.count, 1);
}

TEST(ReadWord2VecBinary, ReadsTheFirstRowsAlone) {
  for (int64_t max_rows = 0; max_rows <= 3; ++max_rows) {
    const auto rows = Read(TwoRows(), {.max_rows = max_rows});
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(rows->table.num_rows(), std::min<int64_t>(max_rows, 2));
    EXPECT_EQ(rows->table.width(), 2);
  }
  // What is behind them does not matter.
  EXPECT_TRUE(Read(TwoRows().substr(0, 20), {.max_rows = 1}).ok());
  // Nor is it decoded: here it breaks off.
  std::string many = "1000000 2\n";
  for (int row = 0; row < 400'000; ++row) many += "the " + Floats(kFirst);
  const std::string broken = testing::Gzip(many, 1).substr(0, 20'000);
  EXPECT_THAT(Read(broken), FailsWith(StatusCode::kDataLoss, "f.bin"));
  for (const int64_t max_rows : {0, 2}) {
    const auto rows = Read(broken, {.max_rows = max_rows});
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(rows->table.num_rows(), std::min<int64_t>(max_rows, 1));
  }
}

TEST(ReadWord2VecBinary, RefusesABrokenHeader) {
  for (const std::string_view bytes :
       {"", "2 2", "a b\n", "2\n", "-1 2\n", "2 2 2\n"}) {
    EXPECT_THAT(Read(bytes), FailsWith(StatusCode::kInvalidArgument,
                                       "f.bin: expected a first line"));
  }
  EXPECT_THAT(Read("2 0\n"),
              FailsWith(StatusCode::kInvalidArgument, "must be between 1 and"));
}

TEST(ReadWord2VecBinary, PromisesAreNotBelieved) {
  for (const std::string head :
       {"1152921504606846976 300\n", "1152921504606846976 2147483647\n",
        "99999999999999999999 1\n"}) {
    const std::string bytes = head + "the " + Floats(kFirst);
    EXPECT_THAT(Read(bytes),
                FailsWith(StatusCode::kDataLoss, "f.bin: the header promises"));
    const auto rows = Read(bytes, {.policy = ErrorPolicy::kSkip});
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_LE(rows->table.num_rows(), 2);
    EXPECT_GE(rows->report.skipped.count, 1);
  }
}

TEST(ReadWord2VecBinary, RefusesAFileThatIsCutAnywhere) {
  const std::string whole = TwoRows("\n");
  const size_t header = whole.find('\n') + 1;
  for (size_t size = header; size + 1 < whole.size(); ++size) {
    const std::string bytes = whole.substr(0, size);
    EXPECT_THAT(Read(bytes), FailsWith(StatusCode::kDataLoss, "f.bin"));
    const auto rows = Read(bytes, {.policy = ErrorPolicy::kSkip});
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(rows->table.num_rows(), size < header + 12 ? 0 : 1);
    EXPECT_GE(rows->report.skipped.count, 1);
  }
  EXPECT_THAT(Read(whole + "more"),
              FailsWith(StatusCode::kDataLoss, "4 bytes after the last row"));
}

TEST(ReadWord2VecBinary, RefusesNamesWithZeros) {
  const std::string bytes =
      "2 1\n" + std::string("a\0b ", 4) + Floats({1}) + "c " + Floats({2});
  EXPECT_THAT(Read(bytes),
              FailsWith(StatusCode::kInvalidArgument,
                        "f.bin, row 0, byte 4: the token has a NUL byte: "
                        "\"a\\x00b\""));
  const auto rows = Read(bytes, {.policy = ErrorPolicy::kSkip});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(RowsOf(*rows), (NamedRowList{{"c", {2}}}));
  EXPECT_FALSE(Read("9 9\n" + std::string(100'000, '\0')).ok());
}

TEST(ReadWord2VecBinary, HandlesNumbersThatAreNotFinite) {
  const std::string bytes = "3 2\na " + Floats({1, 2}) + "b " +
                            Floats({NAN, -INFINITY}) + "c " + Floats({3, 4});
  const std::string message =
      "f.bin, row 1, column 0: the number is not finite: nan";
  for (const int threads : {1, 4}) {
    const ExecOptions exec{.num_threads = threads};
    EXPECT_THAT(Read(bytes, {.exec = exec}),
                FailsWith(StatusCode::kInvalidArgument, message));
    const auto skipped =
        Read(bytes, {.policy = ErrorPolicy::kSkip, .exec = exec});
    ASSERT_TRUE(skipped.ok()) << skipped.status();
    EXPECT_EQ(RowsOf(*skipped), (NamedRowList{{"a", {1, 2}}, {"c", {3, 4}}}));
    EXPECT_EQ(skipped->report.skipped, (LoadFault{1, message}));
    const auto replaced =
        Read(bytes, {.policy = ErrorPolicy::kReplace, .exec = exec});
    ASSERT_TRUE(replaced.ok()) << replaced.status();
    EXPECT_EQ(RowsOf(*replaced),
              (NamedRowList{{"a", {1, 2}}, {"b", {0, 0}}, {"c", {3, 4}}}));
    EXPECT_EQ(replaced->report.replaced, (LoadFault{2, message}));
  }
}

TEST(WriteWord2VecBinary, ReadsBack) {
  const TempFolder folder;
  const NamedRowList list = {
      {"the", kFirst}, {"", kSecond}, {"\xC3\xA9", {0, 1}}};
  const NamedRows rows = NamedRowsOf(list);
  ASSERT_TRUE(
      WriteWord2VecBinary(rows.vocabulary, rows.table, folder / "f").ok());
  const std::string bytes = folder.Read("f");
  EXPECT_TRUE(bytes.starts_with("3 2\nthe " + Floats(kFirst) + "\n "));
  const auto read = Read(bytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(RowsOf(*read), list);
}

TEST(WriteWord2VecBinary, RefusesWhatWouldNotReadBack) {
  const TempFolder folder;
  const auto refuses = [&](const NamedRows& rows, const std::string& message) {
    EXPECT_THAT(WriteWord2VecBinary(rows.vocabulary, rows.table, folder / "f"),
                FailsWith(StatusCode::kInvalidArgument, message));
    EXPECT_EQ(folder.Read("f"), "");
  };
  refuses(NamedRowsOf({{"a", {1}}, {"b c", {1}}}),
          "the token of row 1: it has a space: \"b c\"");
  refuses(NamedRowsOf({{"\n", {1}}}), "it has a line feed");
  refuses(NamedRowsOf({{std::string("\0", 1), {1}}}), "it has a NUL byte");
  refuses(NamedRowsOf({{"a", {}}}), "a table of width 0");
  NamedRows one = NamedRowsOf({{"a", {1}}});
  one.vocabulary = {};
  refuses(one, "1 rows, 0 tokens");
}

}  // namespace
}  // namespace rowsplit::internal
