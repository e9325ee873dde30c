#include "rowsplit/ops/elementwise.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/visit_dtype.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using internal::TypeTag;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr DType kNumbers[] = {DType::kInt8,   DType::kInt16,  DType::kInt32,
                              DType::kInt64,  DType::kUInt8,  DType::kUInt16,
                              DType::kUInt32, DType::kUInt64, DType::kFloat32,
                              DType::kFloat64};
constexpr DType kAllButStrings[] = {
    DType::kBool,   DType::kInt8,    DType::kInt16,    DType::kInt32,
    DType::kInt64,  DType::kUInt8,   DType::kUInt16,   DType::kUInt32,
    DType::kUInt64, DType::kFloat16, DType::kBFloat16, DType::kFloat32,
    DType::kFloat64};

template <typename T>
Tensor Flat(std::vector<T> values) {
  return Tensor::Vector(Buffer<T>::Copy(values));
}

Tensor Words(const std::vector<std::string_view>& words) {
  return Tensor::Vector(StringTensor::FromStrings(words));
}

// Numbers with the extremes of the type among them.
template <typename T>
std::vector<T> Extremes(testing::Random& random, size_t count) {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values = {Limits::lowest(), Limits::max(), T{0}, T{1}};
  if constexpr (std::is_signed_v<T>) values.push_back(T{-1});
  if constexpr (std::is_floating_point_v<T>) {
    values.insert(values.end(), {-T{0}, Limits::infinity(), Limits::quiet_NaN(),
                                 T{0.5}, T{-1.5}, T{2.5}, T{1e-30}});
  }
  while (values.size() < count) {
    const uint64_t bits = random() >> testing::Below(random, 64);
    if constexpr (std::is_floating_point_v<T>) {
      values.push_back(static_cast<T>(static_cast<int64_t>(bits)) / T{1024});
    } else {
      values.push_back(static_cast<T>(bits));
    }
  }
  return values;
}

// The meaning, in exact arithmetic: integers in 128 bits, cut to the type.
template <typename T>
T Exact(BinaryOp op, T x, T y) {
  if constexpr (std::is_floating_point_v<T>) {
    switch (op) {
      case BinaryOp::kAdd:
        return x + y;
      case BinaryOp::kSubtract:
        return x - y;
      case BinaryOp::kMultiply:
        return x * y;
      case BinaryOp::kTrueDiv:
        return x / y;
      case BinaryOp::kSquaredDifference:
        return (x - y) * (x - y);
      case BinaryOp::kMaximum:
        return std::isnan(x) || std::isnan(y) ? std::nan("") : std::fmax(x, y);
      case BinaryOp::kMinimum:
        return std::isnan(x) || std::isnan(y) ? std::nan("") : std::fmin(x, y);
      default:
        return std::floor(x / y);
    }
  } else {
    const __int128 a = x;
    const __int128 b = y;
    switch (op) {
      case BinaryOp::kAdd:
        return static_cast<T>(a + b);
      case BinaryOp::kSubtract:
        return static_cast<T>(a - b);
      case BinaryOp::kMultiply:
        return static_cast<T>(static_cast<unsigned __int128>(a) *
                              static_cast<unsigned __int128>(b));
      case BinaryOp::kSquaredDifference:
        return static_cast<T>(static_cast<unsigned __int128>(a - b) *
                              static_cast<unsigned __int128>(a - b));
      case BinaryOp::kMaximum:
        return static_cast<T>(a > b ? a : b);
      case BinaryOp::kMinimum:
        return static_cast<T>(a < b ? a : b);
      default:
        return static_cast<T>(a / b - (a % b != 0 && (a % b < 0) != (b < 0)));
    }
  }
}

template <typename T>
void ExpectSame(std::span<const T> got, const std::vector<T>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] != expected[i]) {
      EXPECT_NE(got[i], got[i]) << i;
    } else {
      EXPECT_EQ(got[i], expected[i]) << i;
    }
  }
}

TEST(Binary, AgreesWithExactArithmeticForEveryDtype) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : kNumbers) {
    internal::VisitNumber(dtype, [&]<typename T>(TypeTag<T>) {
      // All pairs of the first, so of the extremes.
      const std::vector<T> some = Extremes<T>(random, 40);
      std::vector<T> x, y;
      for (const T a : some) {
        for (const T b : some) {
          x.push_back(a);
          y.push_back(b);
        }
      }
      for (const BinaryOp op :
           {BinaryOp::kAdd, BinaryOp::kSubtract, BinaryOp::kMultiply,
            BinaryOp::kSquaredDifference, BinaryOp::kMaximum,
            BinaryOp::kMinimum, BinaryOp::kTrueDiv, BinaryOp::kFloorDiv}) {
        SCOPED_TRACE(::testing::Message()
                     << DTypeName(dtype) << " " << BinaryOpName(op));
        const bool divides = op == BinaryOp::kFloorDiv;
        if (op == BinaryOp::kTrueDiv && std::is_integral_v<T>) continue;
        std::vector<T> a, b, expected;
        for (size_t i = 0; i < x.size(); ++i) {
          if (divides && std::is_integral_v<T> && y[i] == T{0}) continue;
          a.push_back(x[i]);
          b.push_back(y[i]);
          expected.push_back(Exact(op, x[i], y[i]));
        }
        const Tensor result = *Binary(op, Flat(a), Flat(b));
        ASSERT_EQ(result.dtype(), dtype);
        ExpectSame(result.items<T>(), expected);
      }
    });
  }
}

TEST(Binary, ModuloBelongsToTheFlooredQuotient) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : kNumbers) {
    if (!IsInteger(dtype)) continue;
    internal::VisitNumber(dtype, [&]<typename T>(TypeTag<T>) {
      std::vector<T> x = Extremes<T>(random, 500);
      std::vector<T> y = Extremes<T>(random, 500);
      std::shuffle(x.begin(), x.end(), random);
      for (T& value : y)
        if (value == T{0}) value = T{3};
      const Tensor a = Flat(x);
      const Tensor b = Flat(y);
      const Tensor quotient = *Binary(BinaryOp::kFloorDiv, a, b);
      const Tensor rest = *Binary(BinaryOp::kFloorMod, a, b);
      EXPECT_EQ(*Binary(BinaryOp::kAdd,
                        *Binary(BinaryOp::kMultiply, quotient, b), rest),
                a);
    });
  }
  const Tensor x = Flat<double>({5.5, -5.5, 5, -5, 5, 0});
  const Tensor y = Flat<double>({-2, 2, 3, 3, INFINITY, 5});
  EXPECT_THAT(Binary(BinaryOp::kFloorMod, x, y)->items<double>(),
              ElementsAre(-0.5, 0.5, 2, 1, 5, 0));
  EXPECT_THAT(Binary(BinaryOp::kFloorMod, Flat<int32_t>({-7, 7, -8, 7}),
                     Flat<int32_t>({3, 3, 3, -3}))
                  ->items<int32_t>(),
              ElementsAre(2, 1, 1, -2));
}

TEST(Binary, DividesIntegersToFloats) {
  const auto of8 = Binary(BinaryOp::kTrueDiv, Flat<int8_t>({1, -128, 5}),
                          Flat<int8_t>({2, -1, 0}));
  ASSERT_TRUE(of8.ok()) << of8.status();
  EXPECT_THAT(of8->items<float>(), ElementsAre(0.5F, 128.0F, INFINITY));
  const auto of32 = Binary(BinaryOp::kTrueDiv, Flat<uint32_t>({1}),
                           Tensor::Scalar<uint32_t>(3));
  ASSERT_TRUE(of32.ok()) << of32.status();
  EXPECT_THAT(of32->items<double>(), ElementsAre(1.0 / 3));
}

TEST(Binary, RaisesToPowers) {
  EXPECT_THAT(Binary(BinaryOp::kPow, Flat<int8_t>({2, 2, 0, -2, 3, 1}),
                     Flat<int8_t>({6, 10, 0, 3, 5, 127}))
                  ->items<int8_t>(),
              ElementsAre(64, 0, 1, -8, static_cast<int8_t>(243), 1));
  EXPECT_THAT(Binary(BinaryOp::kPow, Flat<uint64_t>({3}), Flat<uint64_t>({40}))
                  ->items<uint64_t>(),
              ElementsAre(12157665459056928801u));
  EXPECT_THAT(
      Binary(BinaryOp::kPow, Flat<float>({2, -3, 0}), Flat<float>({-1, 3, 0}))
          ->items<float>(),
      ElementsAre(0.5F, -27.0F, 1.0F));
  const auto bad =
      Binary(BinaryOp::kPow, Flat<int32_t>({1, 1}), Flat<int32_t>({1, -1}));
  EXPECT_EQ(bad.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(bad.status().message(), HasSubstr("at item 1 of the result"));
}

TEST(Binary, ComparesEveryDtype) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : kNumbers) {
    internal::VisitNumber(dtype, [&]<typename T>(TypeTag<T>) {
      std::vector<T> x = Extremes<T>(random, 60);
      std::vector<T> y = x;
      std::shuffle(y.begin(), y.begin() + 40, random);
      const auto check = [&](BinaryOp op, auto meaning) {
        const Tensor result = *Binary(op, Flat(x), Flat(y));
        for (size_t i = 0; i < x.size(); ++i)
          ASSERT_EQ(result.items<bool>()[i], meaning(x[i], y[i]));
      };
      check(BinaryOp::kEqual, std::equal_to<>());
      check(BinaryOp::kNotEqual, std::not_equal_to<>());
      check(BinaryOp::kLess, std::less<>());
      check(BinaryOp::kLessEqual, std::less_equal<>());
      check(BinaryOp::kGreater, std::greater<>());
      check(BinaryOp::kGreaterEqual, std::greater_equal<>());
    });
  }
}

TEST(Binary, KnowsLogic) {
  const Tensor x = Flat<uint8_t>({0, 0, 1, 1});
  const Tensor a = *Cast(x, DType::kBool);
  const Tensor b = *Cast(Flat<uint8_t>({0, 1, 0, 1}), DType::kBool);
  EXPECT_THAT(Binary(BinaryOp::kLogicalAnd, a, b)->items<bool>(),
              ElementsAre(false, false, false, true));
  EXPECT_THAT(Binary(BinaryOp::kLogicalOr, a, b)->items<bool>(),
              ElementsAre(false, true, true, true));
  EXPECT_THAT(Binary(BinaryOp::kLogicalXor, a, b)->items<bool>(),
              ElementsAre(false, true, true, false));
  EXPECT_THAT(Binary(BinaryOp::kEqual, a, b)->items<bool>(),
              ElementsAre(true, false, false, true));
  EXPECT_THAT(Unary(UnaryOp::kLogicalNot, a)->items<bool>(),
              ElementsAre(true, true, false, false));
  EXPECT_THAT(Binary(BinaryOp::kLogicalAnd, x, x).status().message(),
              HasSubstr("logical_and is not defined for uint8"));
  EXPECT_FALSE(Binary(BinaryOp::kLess, a, b).ok());
  EXPECT_FALSE(Binary(BinaryOp::kAdd, a, b).ok());
}

TEST(Binary, WorksOnBits) {
  const Tensor x = Flat<int8_t>({0b1100, -100, 1, 1, 1});
  const Tensor y = Flat<int8_t>({0b1010, 3, 100, -1, 7});
  EXPECT_EQ(Binary(BinaryOp::kBitwiseAnd, x, y)->items<int8_t>()[0], 0b1000);
  EXPECT_EQ(Binary(BinaryOp::kBitwiseOr, x, y)->items<int8_t>()[0], 0b1110);
  EXPECT_EQ(Binary(BinaryOp::kBitwiseXor, x, y)->items<int8_t>()[0], 0b0110);
  EXPECT_EQ(Unary(UnaryOp::kInvert, x)->items<int8_t>()[0], ~0b1100);
  EXPECT_EQ(Binary(BinaryOp::kRightShift, x, y)->items<int8_t>()[1], -13);
  EXPECT_THAT(Binary(BinaryOp::kLeftShift, x, y)->items<int8_t>(),
              ElementsAre(0, -32, -128, 1, -128));
  EXPECT_FALSE(
      Binary(BinaryOp::kBitwiseAnd, Flat<float>({1}), Flat<float>({1})).ok());
}

TEST(Binary, JoinsAndComparesStrings) {
  const Tensor words =
      *Tensor::FromRowSplits(Words({"a", "", "bc"}), {0, 2, 2, 3});
  const auto joined =
      Binary(BinaryOp::kAdd, words, Tensor::Scalar(std::string_view("!")));
  ASSERT_TRUE(joined.ok()) << joined.status();
  EXPECT_EQ(*joined, *words.WithFlatValues(Words({"a!", "!", "bc!"})));
  const Tensor column =
      *Tensor::Dense(Words({"a", "x", "bc"}).strings(), {3, 1});
  EXPECT_THAT(Binary(BinaryOp::kEqual, words, column)->items<bool>(),
              ElementsAre(true, false, true));
  EXPECT_THAT(Binary(BinaryOp::kNotEqual, column, words)->items<bool>(),
              ElementsAre(false, true, false));
  EXPECT_THAT(Binary(BinaryOp::kLess, words, words).status().message(),
              HasSubstr("less is not defined for string"));
}

TEST(Binary, RefusesWhatHasNoAnswer) {
  const Tensor x =
      *Tensor::FromRowSplits(Flat<int32_t>({10, 11, 12}), {0, 2, 3});
  const auto by_zero =
      Binary(BinaryOp::kFloorDiv, x, Tensor::Scalar<int32_t>(0));
  EXPECT_EQ(by_zero.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(by_zero.status().message(),
              HasSubstr("floordiv: integer division by zero, at item 0"));
  EXPECT_FALSE(Binary(BinaryOp::kFloorMod, x, Tensor::Scalar<int32_t>(0)).ok());
  const auto mixed = Binary(BinaryOp::kAdd, x, Tensor::Scalar(1.5F));
  EXPECT_THAT(mixed.status().message(), HasSubstr("got int32 and float32"));
  const Tensor other =
      *Tensor::FromRowSplits(Flat<int32_t>({10, 11, 12}), {0, 1, 3});
  EXPECT_THAT(Binary(BinaryOp::kEqual, x, other).status().message(),
              HasSubstr("equal: ragged rows do not broadcast"));
  const Tensor half = *Cast(x, DType::kFloat16);
  EXPECT_THAT(Binary(BinaryOp::kAdd, half, half).status().message(),
              HasSubstr("add is not defined for float16"));
  EXPECT_FALSE(Unary(UnaryOp::kSqrt, x).ok());
  EXPECT_FALSE(Unary(UnaryOp::kAbs, Words({"a"})).ok());
  EXPECT_FALSE(Unary(UnaryOp::kLogicalNot, x).ok());
  EXPECT_FALSE(Cast(Words({"1"}), DType::kInt32).ok());
  EXPECT_FALSE(Cast(x, DType::kString).ok());
  EXPECT_FALSE(OnesLike(Words({"a"})).ok());
}

TEST(Binary, IsTheSameForAnyNumberOfThreadsAndAllRaggedCases) {
  for (const testing::RaggedCase& rows :
       testing::RaggedCases(testing::Seed(), 200'000)) {
    SCOPED_TRACE(rows.name);
    const Offset first = rows.splits.front();
    std::vector<Offset> splits;
    for (const Offset split : rows.splits) splits.push_back(split - first);
    std::vector<int64_t> values(static_cast<size_t>(splits.back()));
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<int64_t>(i * i);
    const int64_t num_rows = static_cast<int64_t>(splits.size()) - 1;
    std::vector<int64_t> column(static_cast<size_t>(num_rows));
    for (size_t i = 0; i < column.size(); ++i)
      column[i] = -static_cast<int64_t>(i);
    const Tensor x = *Tensor::FromRowSplits(Flat(values), splits);
    const Tensor y =
        *Tensor::Dense(Buffer<int64_t>::Copy(column), {num_rows, 1});
    const auto one = Binary(BinaryOp::kAdd, x, y, {.exec = {.num_threads = 1}});
    const auto four =
        Binary(BinaryOp::kAdd, x, y, {.exec = {.num_threads = 4}});
    ASSERT_TRUE(one.ok() && four.ok()) << one.status();
    EXPECT_EQ(*one, *four);
    EXPECT_EQ(one->partition(0).row_splits().data(),
              x.partition(0).row_splits().data());
    for (int64_t row = 0; row < num_rows; ++row)
      for (Offset i = splits[row]; i < splits[row + 1]; ++i)
        ASSERT_EQ(one->items<int64_t>()[i], values[i] - row);
    EXPECT_EQ(*Binary(BinaryOp::kSubtract, *one, y), x);
  }
}

TEST(Binary, StopsWhenCancelled) {
  CancellationToken token;
  token.Cancel();
  const ElementwiseOptions options{.exec = {.cancellation = &token}};
  const Tensor x = Flat<int64_t>({1, 2});
  EXPECT_EQ(Binary(BinaryOp::kAdd, x, x, options).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(Unary(UnaryOp::kAbs, x, options).status().code(),
            absl::StatusCode::kCancelled);
}

TEST(Unary, KnowsTheSpecialNumbers) {
  const float nan = std::nanf("");
  const Tensor x =
      Flat<float>({nan, INFINITY, -INFINITY, -0.0F, 0.5F, 1.5F, 2.5F, -2.5F});
  const auto run = [&](UnaryOp op) {
    const auto result = Unary(op, x);
    EXPECT_TRUE(result.ok()) << result.status();
    return *result;
  };
  const auto expect = [&](UnaryOp op, std::vector<float> expected) {
    SCOPED_TRACE(UnaryOpName(op));
    ExpectSame(run(op).items<float>(), expected);
  };
  expect(UnaryOp::kRound, {nan, INFINITY, -INFINITY, 0, 0, 2, 2, -2});
  expect(UnaryOp::kFloor, {nan, INFINITY, -INFINITY, 0, 0, 1, 2, -3});
  expect(UnaryOp::kCeil, {nan, INFINITY, -INFINITY, 0, 1, 2, 3, -2});
  expect(UnaryOp::kSign, {nan, 1, -1, 0, 1, 1, 1, -1});
  expect(UnaryOp::kRelu, {nan, INFINITY, 0, 0, 0.5, 1.5, 2.5, 0});
  expect(UnaryOp::kAbs, {nan, INFINITY, INFINITY, 0, 0.5, 1.5, 2.5, 2.5});
  expect(UnaryOp::kSquare,
         {nan, INFINITY, INFINITY, 0, 0.25, 2.25, 6.25, 6.25});
  EXPECT_TRUE(std::signbit(run(UnaryOp::kRound).items<float>()[3]));
  EXPECT_FALSE(std::signbit(run(UnaryOp::kNegative).items<float>()[3]));
  EXPECT_FALSE(std::signbit(run(UnaryOp::kSign).items<float>()[3]));
  EXPECT_THAT(
      run(UnaryOp::kIsNan).items<bool>(),
      ElementsAre(true, false, false, false, false, false, false, false));
  EXPECT_THAT(
      run(UnaryOp::kIsInf).items<bool>(),
      ElementsAre(false, true, true, false, false, false, false, false));
  EXPECT_THAT(run(UnaryOp::kIsFinite).items<bool>(),
              ElementsAre(false, false, false, true, true, true, true, true));
}

TEST(Unary, AgreesWithTheFunctionsOfTheStandardLibrary) {
  struct Case {
    UnaryOp op;
    double (*meaning)(double);
  };
  const Case cases[] = {
      {UnaryOp::kSqrt, [](double x) { return std::sqrt(x); }},
      {UnaryOp::kRsqrt, [](double x) { return 1 / std::sqrt(x); }},
      {UnaryOp::kReciprocal, [](double x) { return 1 / x; }},
      {UnaryOp::kExp, [](double x) { return std::exp(x); }},
      {UnaryOp::kExpm1, [](double x) { return std::expm1(x); }},
      {UnaryOp::kLog, [](double x) { return std::log(x); }},
      {UnaryOp::kLog1p, [](double x) { return std::log1p(x); }},
      {UnaryOp::kSin, [](double x) { return std::sin(x); }},
      {UnaryOp::kCos, [](double x) { return std::cos(x); }},
      {UnaryOp::kTanh, [](double x) { return std::tanh(x); }},
      {UnaryOp::kSigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }},
      {UnaryOp::kSoftplus, [](double x) { return std::log1p(std::exp(x)); }},
  };
  std::vector<double> values;
  for (double x = -30; x < 30; x += 0.37) values.push_back(x);
  std::vector<float> floats(values.begin(), values.end());
  for (const Case& test : cases) {
    SCOPED_TRACE(UnaryOpName(test.op));
    const Tensor of64 = *Unary(test.op, Flat(values));
    const Tensor of32 = *Unary(test.op, Flat(floats));
    for (size_t i = 0; i < values.size(); ++i) {
      const double expected = test.meaning(values[i]);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(of64.items<double>()[i]));
        continue;
      }
      EXPECT_NEAR(of64.items<double>()[i], expected,
                  std::fabs(expected) * 1e-9);
      const double from_float = test.meaning(floats[i]);
      EXPECT_NEAR(of32.items<float>()[i], from_float,
                  std::fabs(from_float) * 1e-5);
    }
  }
  const Tensor far = Flat<float>({1e4F, -1e4F});
  EXPECT_THAT(Unary(UnaryOp::kSigmoid, far)->items<float>(), ElementsAre(1, 0));
  EXPECT_THAT(Unary(UnaryOp::kSoftplus, far)->items<float>(),
              ElementsAre(1e4F, 0));
}

TEST(Unary, WrapsIntegers) {
  for (const DType dtype : kNumbers) {
    if (!IsInteger(dtype)) continue;
    internal::VisitNumber(dtype, [&]<typename T>(TypeTag<T>) {
      const T lowest = std::numeric_limits<T>::lowest();
      const T highest = std::numeric_limits<T>::max();
      const Tensor x = Flat<T>({lowest, highest, T{0}, T{5}});
      const auto cut = [](unsigned __int128 value) {
        return static_cast<T>(value);
      };
      const unsigned __int128 low = static_cast<__int128>(lowest);
      const unsigned __int128 high = static_cast<__int128>(highest);
      EXPECT_THAT(Unary(UnaryOp::kNegative, x)->items<T>(),
                  ElementsAre(cut(-low), cut(-high), T{0}, cut(-5)));
      EXPECT_THAT(Unary(UnaryOp::kAbs, x)->items<T>(),
                  ElementsAre(lowest, highest, T{0}, T{5}));
      EXPECT_THAT(Unary(UnaryOp::kSquare, x)->items<T>(),
                  ElementsAre(cut(low * low), cut(high * high), T{0}, T{25}));
      EXPECT_EQ(*Unary(UnaryOp::kRound, x), x);
      EXPECT_EQ(Unary(UnaryOp::kSign, x)->items<T>()[1], T{1});
    });
  }
}

TEST(Unary, KeepsEveryShape) {
  for (const RaggedShape& shape : testing::DeepShapes(testing::Seed())) {
    std::vector<int32_t> values(static_cast<size_t>(shape.num_values()), -3);
    const Tensor x = Tensor::FromPartitionsUnchecked(
        {shape.partitions().begin(), shape.partitions().end()}, Flat(values));
    const auto result = Unary(UnaryOp::kAbs, x);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(*result, *Unary(UnaryOp::kNegative, x));
    EXPECT_EQ(*Binary(BinaryOp::kAdd, *result, x), *ZerosLike(x));
    EXPECT_EQ(*OnesLike(x), *Binary(BinaryOp::kFloorDiv, x, x));
  }
}

TEST(Cast, KeepsWhatFitsForEveryPairOfDtypes) {
  const Tensor small = Flat<uint8_t>({0, 1, 2, 100, 127});
  for (const DType from : kAllButStrings) {
    for (const DType to : kAllButStrings) {
      SCOPED_TRACE(::testing::Message()
                   << DTypeName(from) << " to " << DTypeName(to));
      const Tensor x = *Cast(small, from);
      const auto result = Cast(x, to);
      ASSERT_TRUE(result.ok()) << result.status();
      const bool was_bool = from == DType::kBool || to == DType::kBool;
      EXPECT_EQ(*Cast(*result, DType::kUInt8),
                was_bool ? Flat<uint8_t>({0, 1, 1, 1, 1}) : small);
    }
  }
}

TEST(Cast, CutsIntegersAndFloats) {
  EXPECT_THAT(Cast(Flat<int64_t>({-1, 300, -300, 1 << 20}), DType::kInt8)
                  ->items<int8_t>(),
              ElementsAre(-1, 44, -44, 0));
  const Tensor x = Flat<double>({NAN, INFINITY, -INFINITY, 3e9, -3e9, 2.9, -2.9,
                                 300.7, 9.3e18, 1e19, 1e30, 2147483647.0});
  const int32_t low = std::numeric_limits<int32_t>::lowest();
  const int64_t low64 = std::numeric_limits<int64_t>::lowest();
  EXPECT_THAT(Cast(x, DType::kInt32)->items<int32_t>(),
              ElementsAre(low, low, low, low, low, 2, -2, 300, low, low, low,
                          2147483647));
  EXPECT_THAT(Cast(x, DType::kInt64)->items<int64_t>(),
              ElementsAre(low64, low64, low64, 3'000'000'000, -3'000'000'000, 2,
                          -2, 300, low64, low64, low64, 2147483647));
  EXPECT_THAT(Cast(x, DType::kUInt8)->items<uint8_t>(),
              ElementsAre(0, 0, 0, 0, 0, 2, 254, 44, 0, 0, 0, 255));
  EXPECT_THAT(
      Cast(x, DType::kUInt64)->items<uint64_t>(),
      ElementsAre(uint64_t{1} << 63, uint64_t{1} << 63, uint64_t{1} << 63,
                  3'000'000'000u, uint64_t(-3'000'000'000), 2, uint64_t(-2),
                  300, 9'300'000'000'000'000'000u, 10'000'000'000'000'000'000u,
                  uint64_t{1} << 63, 2147483647u));
}

TEST(Cast, RoundsToHalfPrecision) {
  const Tensor x = Flat<float>({NAN, INFINITY, 65504, 65519.99F, 65520, 1e-8F,
                                6e-8F, 1.00048828125F, 1.0014648F, 3.1415927F,
                                -0.0F, -2.0009765F, 6.1035156e-5F, 6.0e-5F});
  const Tensor halves = *Cast(x, DType::kFloat16);
  const auto bits = [](const Tensor& tensor) {
    std::vector<uint16_t> out(static_cast<size_t>(tensor.num_items()));
    std::memcpy(out.data(), tensor.bytes().data(), out.size() * 2);
    return out;
  };
  EXPECT_THAT(bits(halves),
              ElementsAre(0x7e00, 0x7c00, 0x7bff, 0x7bff, 0x7c00, 0, 1, 0x3c00,
                          0x3c02, 0x4248, 0x8000, 0xc000, 0x0400, 0x03ef));
  EXPECT_THAT(bits(*Cast(Flat<float>({NAN, 65504, 1e-8F, 3.1415927F, 3.4e38F}),
                         DType::kBFloat16)),
              ElementsAre(0x7fc0, 0x4780, 0x322c, 0x4049, 0x7f80));
  // Every half survives the way to float32 and back.
  std::vector<Float16> all(65536);
  for (size_t i = 0; i < all.size(); ++i)
    all[i].bits = static_cast<uint16_t>(i);
  const Tensor every = Flat(all);
  const Tensor back = *Cast(*Cast(every, DType::kFloat32), DType::kFloat16);
  for (size_t i = 0; i < all.size(); ++i) {
    if ((i & 0x7fff) > 0x7c00) continue;  // NaN
    ASSERT_EQ(back.items<Float16>()[i].bits, i);
  }
}

TEST(ZerosLike, MakesEmptyStrings) {
  const Tensor words = *Tensor::FromRowSplits(Words({"a", "bc"}), {0, 0, 2});
  EXPECT_EQ(*ZerosLike(words), *words.WithFlatValues(Words({"", ""})));
  EXPECT_EQ(*OnesLike(words, DType::kInt32),
            *words.WithFlatValues(Flat<int32_t>({1, 1})));
  EXPECT_EQ(*ZerosLike(words, DType::kInt8),
            *words.WithFlatValues(Flat<int8_t>({0, 0})));
}

}  // namespace
}  // namespace rowsplit
