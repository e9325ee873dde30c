#include "rowsplit/ops/range.h"

#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using absl::StatusCode;
using testing::FailsWith;

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Tensor Text() { return Tensor::Scalar(std::string_view("a")); }

template <typename T>
Tensor Vector(std::initializer_list<T> items) {
  return Tensor::Vector(Buffer<T>(items));
}
template <typename T>
Tensor Rows(std::initializer_list<T> values,
            std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Vector<T>(values), splits);
}
template <typename T>
absl::StatusOr<Tensor> One(T start, T limit, T delta) {
  return Range(Vector<T>({start}), Vector<T>({limit}), Vector<T>({delta}));
}

TEST(Range, CountsUpAndDown) {
  EXPECT_EQ(*Range(Vector<int64_t>({0, 5, 8}), Vector<int64_t>({3, 3, 12}),
                   Tensor::Scalar(int64_t{2})),
            Rows<int64_t>({0, 2, 8, 10}, {0, 2, 2, 4}));
  EXPECT_EQ(*Range(Vector({3, 0}), Vector({0, 3}), Vector({-1, 1})),
            Rows({3, 2, 1, 0, 1, 2}, {0, 3, 6}));
  EXPECT_EQ(*Range(Vector({2, 0, 3})), Rows({0, 1, 0, 1, 2}, {0, 2, 2, 5}));
  EXPECT_EQ(*Range(Tensor::Scalar(3), Tensor::Scalar(7), Tensor::Scalar(2)),
            Rows({3, 5}, {0, 2}));
  EXPECT_EQ(*Range(Vector<int32_t>({}), Tensor::Scalar(5), Tensor::Scalar(1)),
            Rows<int32_t>({}, {0}));
}

TEST(Range, EqualsALoopForAllSmallNumbers) {
  for (int start = -6; start <= 6; ++start) {
    for (int limit = -6; limit <= 6; ++limit) {
      for (int delta = -4; delta <= 4; ++delta) {
        if (delta == 0) continue;
        std::vector<int8_t> expected;
        for (int i = start; delta > 0 ? i < limit : i > limit; i += delta)
          expected.push_back(static_cast<int8_t>(i));
        const auto row =
            One(static_cast<int8_t>(start), static_cast<int8_t>(limit),
                static_cast<int8_t>(delta));
        ASSERT_TRUE(row.ok()) << row.status();
        const auto items = row->items<int8_t>();
        EXPECT_EQ(std::vector<int8_t>(items.begin(), items.end()), expected);
        const auto floats = One<double>(start, limit, delta);
        ASSERT_TRUE(floats.ok()) << floats.status();
        EXPECT_EQ(floats->num_values(), row->num_values());
      }
    }
  }
}

TEST(Range, StaysInsideOfTheIntegers) {
  EXPECT_EQ(*One(kMost - 2, kMost, int64_t{1}),
            Rows({kMost - 2, kMost - 1}, {0, 2}));
  EXPECT_EQ(*One(kLeast, kLeast + 2, int64_t{1}),
            Rows({kLeast, kLeast + 1}, {0, 2}));
  EXPECT_EQ(*One(kLeast, kMost, kMost),
            Rows<int64_t>({kLeast, -1, kMost - 1}, {0, 3}));
  EXPECT_EQ(*One(kMost, kLeast, kLeast), Rows<int64_t>({kMost, -1}, {0, 2}));
  EXPECT_EQ(*One<int8_t>(-128, 127, 100),
            Rows<int8_t>({-128, -28, 72}, {0, 3}));
  EXPECT_EQ(*One<uint64_t>(0, ~uint64_t{0}, uint64_t{1} << 63),
            Rows<uint64_t>({0, uint64_t{1} << 63}, {0, 2}));
}

TEST(Range, AddsFloatsOneAfterTheOther) {
  EXPECT_EQ(
      *Range(Vector({0.0f, 1.0f}), Vector({1.0f, 2.0f}), Tensor::Scalar(0.25f)),
      Rows({0.0f, 0.25f, 0.5f, 0.75f, 1.0f, 1.25f, 1.5f, 1.75f}, {0, 4, 8}));
  const auto tenths = One(0.0f, 1.0f, 0.1f);
  ASSERT_EQ(tenths->num_values(), 10);
  float value = 0;
  for (const float item : tenths->items<float>()) {
    EXPECT_EQ(item, value);
    value += 0.1f;
  }
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(One(0.0f, 1.0f, infinity)->num_values(), 0);
}

TEST(Range, CastsToTheWidestDType) {
  EXPECT_EQ(*Range(Vector({0, 1}), Vector<int64_t>({3, 3}), Tensor::Scalar(1)),
            Rows<int64_t>({0, 1, 2, 1, 2}, {0, 3, 5}));
  EXPECT_EQ(*Range(Vector<int64_t>({0}), Vector({2.5f}), Tensor::Scalar(1)),
            Rows({0.0f, 1.0f, 2.0f}, {0, 3}));
  EXPECT_EQ(Range(Vector({0}), Vector({1.0f}), Tensor::Scalar(1.0))->dtype(),
            DType::kFloat64);
}

TEST(Range, IsTheSameForEveryNumberOfThreads) {
  BufferBuilder<int32_t> limits(20'000);
  for (int i = 0; i < 20'000; ++i) limits[i] = i % 37;
  const Tensor sizes = Tensor::Vector(std::move(limits).Build());
  EXPECT_EQ(*Range(sizes, {.exec = {.num_threads = 1}}),
            *Range(sizes, {.exec = {.num_threads = 4}}));
}

TEST(Range, NamesWhatDoesNotFit) {
  const auto fails = [](const Tensor& starts, const Tensor& limits,
                        const Tensor& deltas, const char* part) {
    EXPECT_THAT(Range(starts, limits, deltas),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  const Tensor two = Vector({0, 1});
  const Tensor one = Tensor::Scalar(1);
  fails(two, Vector({5, 5}), Vector({1, 0}), "deltas[1] must not be 0");
  fails(two, Vector({5}), one, "limits has 1, one before it 2");
  fails(*Tensor::Dense(Buffer<int32_t>{0, 1}, {1, 2}), one, one, "starts");
  fails(two, one, Rows({1}, {0, 1}), "deltas must be a scalar or a vector");
  fails(Text(), Text(), one, "got string");
  fails(Vector<int8_t>({0}), one, one, "got int8");
  fails(Tensor::Scalar(true), Tensor::Scalar(true), Tensor::Scalar(true),
        "got bool");
  EXPECT_THAT(Range(Text()),
              FailsWith(StatusCode::kInvalidArgument, "must be numbers"));
  EXPECT_THAT(Range(two, one, one, {.dtype = DType::kFloat32}),
              FailsWith(StatusCode::kInvalidArgument,
                        "expected arguments of float32, got int32"));
}

TEST(Range, RefusesSizesAbove64Bits) {
  EXPECT_THAT(One(kLeast, kMost, int64_t{1}),
              FailsWith(StatusCode::kInvalidArgument, "below 2^63: row 0"));
  EXPECT_THAT(One(kLeast, int64_t{0}, int64_t{1}),
              FailsWith(StatusCode::kInvalidArgument, "below 2^63"));
  EXPECT_EQ(One(int64_t{0}, kMost, int64_t{1}).status().code(),
            StatusCode::kResourceExhausted);
  EXPECT_THAT(Range(Vector({kMost, kMost})),
              FailsWith(StatusCode::kInvalidArgument, "at row 1"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const auto& result :
       {One(nan, 1.0f, 1.0f), One(0.0f, nan, 1.0f), One(0.0f, 1.0f, nan),
        One(0.0f, infinity, 1.0f), One(0.0f, 1e30f, 1.0f)}) {
    EXPECT_THAT(result, FailsWith(StatusCode::kInvalidArgument, "2^63"));
  }
}

}  // namespace
}  // namespace rowsplit
