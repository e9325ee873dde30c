#include "rowsplit/data/error_policy.h"

#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

FaultPlace Place(std::string input, int64_t line) {
  return {.input = std::move(input),
          .line = line,
          .byte = 10 * line,
          .detail = "bad"};
}

TEST(FaultPlace, SaysInputLineAndByte) {
  EXPECT_EQ(Place("a.txt", 3).ToString(), "a.txt, line 3, byte 30: bad");
  EXPECT_EQ(Place("a.txt", 0).ToString(), "a.txt: bad");
  FaultPlace record = Place("a.tfrecord", 2);
  record.record = true;
  EXPECT_EQ(record.ToString(), "a.tfrecord, record 2, byte 20: bad");
}

TEST(FaultKindName, DiffersForEachKind) {
  std::set<std::string_view> names;
  for (const FaultReport::Entry& entry : FaultReport()) {
    names.insert(FaultKindName(entry.kind));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(kNumFaultKinds));
  EXPECT_TRUE(names.contains("invalid_utf8"));
}

TEST(FaultError, HasTheCodeOfItsKind) {
  const FaultPlace place = Place("x", 1);
  EXPECT_EQ(FaultError(FaultKind::kInvalidUtf8, place).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FaultError(FaultKind::kBrokenGzip, place).code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(FaultError(FaultKind::kUnreadableFile, place).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(FaultError(FaultKind::kBrokenJson, place).message(),
            "x, line 1, byte 10: bad");
}

TEST(FaultReport, KeepsTheFirstPlaceOfEachKind) {
  FaultReport report;
  EXPECT_TRUE(report.empty());
  report.AddReplaced(FaultKind::kInvalidUtf8, 2, Place("a", 1));
  report.AddReplaced(FaultKind::kInvalidUtf8, 3, Place("a", 2));
  report.AddReplaced(FaultKind::kInvalidUtf8, 4);
  report.AddSkipped(FaultKind::kBrokenJson, Place("b", 5));
  report.AddSkipped(FaultKind::kBrokenJson, Place("b", 6));
  EXPECT_EQ(report.entry(FaultKind::kInvalidUtf8).replaced, 9);
  EXPECT_EQ(report.entry(FaultKind::kInvalidUtf8).skipped, 0);
  EXPECT_EQ(report.entry(FaultKind::kInvalidUtf8).first, Place("a", 1));
  EXPECT_EQ(report.entry(FaultKind::kBrokenJson).skipped, 2);
  EXPECT_EQ(report.entry(FaultKind::kBrokenJson).first, Place("b", 5));
  EXPECT_FALSE(report.has(FaultKind::kNulByte));
  EXPECT_EQ(report.total(), 11);
  report.Clear();
  EXPECT_EQ(report, FaultReport());
}

TEST(FaultReport, MergesInStreamOrder) {
  FaultReport earlier;
  earlier.AddSkipped(FaultKind::kNulByte, Place("a", 7));
  FaultReport later;
  later.AddSkipped(FaultKind::kNulByte, Place("a", 9));
  later.AddReplaced(FaultKind::kOverlongLine, 1, Place("a", 8));
  earlier.Merge(later);
  EXPECT_EQ(earlier.entry(FaultKind::kNulByte).skipped, 2);
  EXPECT_EQ(earlier.entry(FaultKind::kNulByte).first, Place("a", 7));
  EXPECT_EQ(earlier.entry(FaultKind::kOverlongLine).first, Place("a", 8));
  FaultReport empty;
  earlier.Merge(empty);
  EXPECT_EQ(earlier.total(), 3);
}

}  // namespace
}  // namespace rowsplit
