#ifndef ROWSPLIT_TESTS_SUPPORT_MATCHERS_H_
#define ROWSPLIT_TESTS_SUPPORT_MATCHERS_H_

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// How gtest prints a span.
inline void PrintTo(const TokenSpan& span, std::ostream* out) {
  *out << "{begin=" << span.begin << ", size=" << span.size << "}";
}

namespace testing {

// A flat value as a test writes it: text for anything like a string.
template <typename T>
auto ToComparable(const T& value) {
  if constexpr (std::is_convertible_v<T, std::string_view>) {
    return std::string(std::string_view(value));
  } else {
    return value;
  }
}

// The rows of what is ragged, as lists. With more than one ragged dimension
// they are the rows of the innermost one.
template <typename T>
std::vector<std::vector<T>> ToRows(RaggedView<T> view) {
  std::vector<std::vector<T>> rows;
  for (int64_t row = 0; row < view.num_rows(); ++row)
    rows.emplace_back(view.row(row).begin(), view.row(row).end());
  return rows;
}
template <typename T>
std::vector<std::vector<T>> ToRows(const RaggedTensor<T>& tensor) {
  return ToRows(tensor.view());
}
inline std::vector<std::vector<std::string>> ToRows(
    const RaggedStringTensor& tensor) {
  std::vector<std::vector<std::string>> rows;
  const auto splits = tensor.shape().innermost().row_splits();
  for (size_t row = 0; row + 1 < splits.size(); ++row) {
    rows.emplace_back();
    for (Offset i = splits[row]; i < splits[row + 1]; ++i)
      rows.back().emplace_back(tensor.flat_values()[i]);
  }
  return rows;
}
// Tokens as text.
inline std::vector<std::vector<std::string>> ToRows(
    RaggedView<TokenSpan> tokens, std::span<const char> bytes) {
  std::vector<std::vector<std::string>> rows;
  for (int64_t row = 0; row < tokens.num_rows(); ++row) {
    rows.emplace_back();
    for (const TokenSpan& token : tokens.row(row))
      rows.back().emplace_back(bytes.data() + token.begin, token.size);
  }
  return rows;
}

inline std::vector<std::string> ToStrings(StringTensorView strings) {
  std::vector<std::string> list;
  for (int64_t i = 0; i < strings.size(); ++i) list.emplace_back(strings[i]);
  return list;
}

// Matches a RaggedTensor, RaggedView or RaggedStringTensor of these rows:
//
//   EXPECT_THAT(tensor, RaggedIs({{1, 2}, {}}));
//   EXPECT_THAT(strings, RaggedIs({{"a", "b"}, {}}));
template <typename T>
auto RaggedIs(std::initializer_list<std::initializer_list<T>> rows) {
  using Value = decltype(ToComparable(std::declval<T>()));
  std::vector<std::vector<Value>> expected;
  for (const auto& row : rows) {
    expected.emplace_back();
    for (const T& value : row) expected.back().push_back(ToComparable(value));
  }
  return ::testing::ResultOf(
      "rows",
      [](const auto& tensor) {
        std::vector<std::vector<Value>> got;
        for (const auto& row : ToRows(tensor))
          got.emplace_back(row.begin(), row.end());
        return got;
      },
      ::testing::Eq(expected));
}

// Matches a StringTensor or StringTensorView of these strings.
inline auto StringsAre(std::vector<std::string> strings) {
  return ::testing::ResultOf(
      "strings", [](StringTensorView tensor) { return ToStrings(tensor); },
      ::testing::Eq(strings));
}

inline const absl::Status& ToStatus(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& ToStatus(const absl::StatusOr<T>& result) {
  return result.status();
}

inline constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Matches a Status or StatusOr with this code and a message that holds `part`.
MATCHER_P2(FailsWith, code, part, "") {
  const absl::Status& status = ToStatus(arg);
  *result_listener << status;
  return status.code() == code &&
         std::string(status.message()).find(part) != std::string::npos;
}

}  // namespace testing
}  // namespace rowsplit

#endif  // ROWSPLIT_TESTS_SUPPORT_MATCHERS_H_
