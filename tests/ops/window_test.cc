#include "rowsplit/ops/window.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/offset.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;

using Rows = std::vector<std::vector<int64_t>>;

// The windows of one row, one value at a time.
Rows ReferenceWindows(const std::vector<int64_t>& row,
                      const WindowOptions& options) {
  const auto n = static_cast<int64_t>(row.size());
  Rows windows;
  for (int64_t begin = 0; begin < n;
       begin += options.shift.value_or(options.size)) {
    std::vector<int64_t> window;
    for (int64_t i = 0; i < options.size; ++i) {
      if (const int64_t at = begin + i * options.stride; at < n)
        window.push_back(row[at]);
    }
    const bool complete = static_cast<int64_t>(window.size()) == options.size;
    if (complete || !options.drop_remainder) windows.push_back(window);
  }
  return windows;
}

template <typename T>
Rows InnermostRows(const RaggedTensor<T>& tensor) {
  Rows rows;
  for (int64_t row = 0; row < tensor.view().num_rows(); ++row) {
    const auto values = tensor.view().row(row);
    rows.emplace_back(values.begin(), values.end());
  }
  return rows;
}

// Rows of the values 0, 1, 2 …, of every length from 0 to 8, in a view whose
// splits start above 0 with unreachable values on both sides.
template <typename T>
struct CutCase {
  std::vector<Offset> splits = {3};
  std::vector<T> values;
  CutCase() {
    for (const int64_t length : {0, 1, 2, 8, 0, 3, 4, 5, 6, 7, 0})
      splits.push_back(splits.back() + length);
    for (int64_t i = 0; i < splits.back() + 2; ++i)
      values.push_back(static_cast<T>(i));
  }
  RaggedView<T> view() const { return {splits, values}; }
};

template <typename T>
void ExpectSameAsReference(RaggedView<T> input, const WindowOptions& options) {
  Rows expected;
  std::vector<int64_t> expected_lengths;
  std::vector<int64_t> all;
  for (int64_t row = 0; row < input.num_rows(); ++row) {
    const auto values = input.row(row);
    all.insert(all.end(), values.begin(), values.end());
    const Rows windows =
        ReferenceWindows({values.begin(), values.end()}, options);
    expected.insert(expected.end(), windows.begin(), windows.end());
    expected_lengths.push_back(static_cast<int64_t>(windows.size()));
  }
  const auto result = Window(input, options);
  ASSERT_TRUE(result.ok()) << result.status();
  if (options.scope == WindowScope::kAcrossRows) {
    EXPECT_EQ(result->ragged_rank(), 1);
    EXPECT_EQ(InnermostRows(*result), ReferenceWindows(all, options));
    return;
  }
  ASSERT_EQ(result->ragged_rank(), 2);
  EXPECT_EQ(InnermostRows(*result), expected);
  const auto lengths = result->shape().partition(0).MakeRowLengths();
  EXPECT_EQ(std::vector<int64_t>(lengths.begin(), lengths.end()),
            expected_lengths);
}

template <typename T>
void ExpectSameAsReference(const WindowOptions& options) {
  const CutCase<T> cut;
  ExpectSameAsReference<T>(cut.view(), options);
}

TEST(Window, EqualsTheReferenceForAllRaggedCases) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const auto& ragged : testing::RaggedCases(random_seed)) {
    std::vector<int64_t> values;
    for (int64_t i = 0; i < ragged.num_values; ++i)
      values.push_back(static_cast<int64_t>(random()));
    for (const auto scope :
         {WindowScope::kWithinRow, WindowScope::kAcrossRows}) {
      SCOPED_TRACE(ragged.name);
      const RaggedView<int64_t> view{ragged.splits, values};
      ExpectSameAsReference(view, {.size = 3, .shift = 2, .scope = scope});
      ExpectSameAsReference(
          view, {.size = 11, .drop_remainder = true, .scope = scope});
    }
  }
}

TEST(Window, EqualsTheReferenceForAllSmallOptions) {
  for (const int64_t size : {1, 2, 3, 5, 9}) {
    for (const int64_t shift : {0, 1, 2, 3, 7, 11}) {
      for (const int64_t stride : {1, 2, 3, 8}) {
        for (const bool drop_remainder : {false, true}) {
          for (const auto scope :
               {WindowScope::kWithinRow, WindowScope::kAcrossRows}) {
            SCOPED_TRACE(::testing::Message()
                         << "size=" << size << " shift=" << shift
                         << " stride=" << stride << " drop=" << drop_remainder
                         << " scope=" << static_cast<int>(scope));
            WindowOptions options{.size = size,
                                  .stride = stride,
                                  .drop_remainder = drop_remainder,
                                  .scope = scope};
            if (shift > 0) options.shift = shift;
            ExpectSameAsReference<int64_t>(options);
            ExpectSameAsReference<uint8_t>(options);
          }
        }
      }
    }
  }
}

TEST(Window, MovesElementsOfAnySize) {
  for (const int64_t stride : {1, 2}) {
    const WindowOptions options{.size = 3, .shift = 1, .stride = stride};
    ExpectSameAsReference<int16_t>(options);
    ExpectSameAsReference<float>(options);
    ExpectSameAsReference<double>(options);
  }
  const std::vector<std::array<char, 3>> values = {
      {'a', 'b', 'c'}, {'d', 'e', 'f'}, {'g', 'h', 'i'}};
  const std::vector<Offset> splits = {0, 3};
  const auto windows = *Window(RaggedView<std::array<char, 3>>{splits, values},
                               {.size = 2, .stride = 2});
  EXPECT_THAT(windows.view().row(0), ElementsAre(values[0], values[2]));
  const std::vector<TokenSpan> tokens = {{0, 1}, {2, 3}};
  const std::vector<Offset> token_splits = {0, 2};
  EXPECT_THAT(Window(RaggedView<TokenSpan>{token_splits, tokens}, {.size = 2})
                  ->view()
                  .row(0),
              ElementsAre(TokenSpan{0, 1}, TokenSpan{2, 3}));
}

TEST(Window, ShortensTheWindowsAtTheEnd) {
  const std::vector<int64_t> values = {1, 2, 3, 4};
  const std::vector<Offset> splits = {0, 4};
  const RaggedView<int64_t> view{splits, values};
  EXPECT_THAT(*Window(view, {.size = 3, .shift = 1}),
              testing::RaggedIs({{1, 2, 3}, {2, 3, 4}, {3, 4}, {4}}));
  EXPECT_THAT(*Window(view, {.size = 3, .shift = 1, .drop_remainder = true}),
              testing::RaggedIs({{1, 2, 3}, {2, 3, 4}}));
}

TEST(Window, OfNoRows) {
  for (const auto scope : {WindowScope::kWithinRow, WindowScope::kAcrossRows}) {
    const WindowOptions options{.size = 2, .scope = scope};
    EXPECT_EQ(Window(RaggedView<int64_t>{}, options)->num_rows(), 0);
    const std::vector<Offset> splits = {5};
    EXPECT_EQ(Window(RaggedView<int64_t>{splits, {}}, options)->num_rows(), 0);
  }
}

TEST(Window, IsTheSameForAnyNumberOfThreads) {
  std::vector<int64_t> values(50'000);
  std::vector<Offset> splits = {0};
  for (int64_t i = 0; i < 50'000; ++i) {
    values[i] = i * i;
    if (i % 5 == i % 7) splits.push_back(i);
  }
  const RaggedView<int64_t> view{splits, values};
  for (const auto scope : {WindowScope::kWithinRow, WindowScope::kAcrossRows}) {
    WindowOptions options{.size = 4, .shift = 1, .scope = scope};
    options.exec.num_threads = 1;
    const auto one = *Window(view, options);
    options.exec.num_threads = 4;
    EXPECT_EQ(*Window(view, options), one);
  }
}

TEST(Window, NamesTheWrongOption) {
  const auto window = [](const WindowOptions& options) {
    return Window(RaggedView<int64_t>{}, options);
  };
  const auto fails = [](const char* part) {
    return testing::FailsWith(absl::StatusCode::kInvalidArgument, part);
  };
  EXPECT_THAT(window({}), fails("size must be positive: 0"));
  EXPECT_THAT(window({.size = -1, .shift = 1}),
              fails("size must be positive: -1"));
  EXPECT_THAT(window({.size = 2, .shift = 0}),
              fails("shift must be positive: 0"));
  EXPECT_THAT(window({.size = 2, .stride = -3}),
              fails("stride must be positive: -3"));
  EXPECT_THAT(window({.size = INT64_MAX, .shift = 1, .stride = 2}),
              fails("at most 2^62: size=9223372036854775807, stride=2"));
  EXPECT_THAT(window({.size = 1, .shift = INT64_MAX}),
              fails("shift=9223372036854775807"));
}

TEST(Window, CanBeCancelled) {
  const CutCase<int64_t> cut;
  CancellationToken token;
  token.Cancel();
  WindowOptions options{.size = 2};
  options.exec.cancellation = &token;
  EXPECT_THAT(Window(cut.view(), options),
              testing::FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

TEST(WindowPlan, CountsAndPlacesWindows) {
  const auto plan = *WindowPlan::Create({.size = 3, .shift = 2, .stride = 2});
  EXPECT_EQ(plan.Begin(2), 4);
  EXPECT_EQ(plan.End(2), 9);
  EXPECT_EQ(plan.NumComplete(4), 0);
  EXPECT_EQ(plan.NumComplete(5), 1);
  EXPECT_EQ(plan.NumComplete(9), 3);
  EXPECT_EQ(plan.NumAll(0), 0);
  EXPECT_EQ(plan.NumAll(9), 5);
  EXPECT_EQ(plan.Length(4, 9), 1);
  EXPECT_EQ(plan.FirstNeeded(8), 4);
  const auto jumps = *WindowPlan::Create({.size = 1, .shift = 10});
  EXPECT_EQ(jumps.FirstNeeded(3), 10);
}

// A reader that takes the values in pieces and forgets what it may.
TEST(WindowPlan, CutsAStreamPieceByPiece) {
  for (const int64_t shift : {1, 2, 5, 9}) {
    for (const int64_t piece : {1, 3, 4}) {
      const WindowOptions options{
          .size = 3, .shift = shift, .stride = 2, .drop_remainder = true};
      const auto plan = *WindowPlan::Create(options);
      std::vector<int64_t> row(23);
      for (size_t i = 0; i < row.size(); ++i) row[i] = static_cast<int64_t>(i);
      Rows windows;
      std::vector<std::optional<int64_t>> stream;
      for (size_t n = 0; n < row.size(); n += piece) {
        for (size_t i = n; i < n + piece && i < row.size(); ++i)
          stream.push_back(row[i]);
        const auto size = static_cast<int64_t>(stream.size());
        for (auto w = static_cast<int64_t>(windows.size());
             w < plan.NumComplete(size); ++w) {
          windows.emplace_back();
          for (int64_t at = plan.Begin(w); at < plan.End(w);
               at += plan.stride())
            windows.back().push_back(stream[at].value());
        }
        for (int64_t i = 0; i < plan.FirstNeeded(size) && i < size; ++i)
          stream[i].reset();
      }
      EXPECT_EQ(windows, ReferenceWindows(row, options));
    }
  }
}

}  // namespace
}  // namespace rowsplit
