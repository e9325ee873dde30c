// From lists to ragged arithmetic: the program of docs/tutorial.md. Its twin in
// Python, ragged_arithmetic.py, prints the same.

#include <cstdint>
#include <iostream>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/rowsplit.h"

namespace {

using rowsplit::BinaryOp;
using rowsplit::Buffer;
using rowsplit::Tensor;

std::string ToText(std::span<const int32_t> values) {
  std::string text = "[";
  for (const int32_t value : values)
    text += (text.size() > 1 ? ", " : "") + std::to_string(value);
  return text + "]";
}

// Prints a ragged tensor of rank 2 as lists.
void Print(const char* name, const Tensor& tensor) {
  std::cout << name << " = [";
  const auto splits = tensor.partition(0).row_splits();
  for (int64_t row = 0; row < tensor.num_rows(); ++row) {
    const auto values = tensor.items<int32_t>().subspan(
        splits[row], splits[row + 1] - splits[row]);
    std::cout << (row > 0 ? ", " : "") << ToText(values);
  }
  std::cout << "]\n";
}

absl::Status Run() {
  // [make]
  // Scores of three games: 3, none and 2 of them.
  const Tensor values = Tensor::Vector(Buffer<int32_t>{3, 1, 2, 5, 4});
  const absl::StatusOr<Tensor> scores =
      Tensor::FromRowSplits(values, {0, 3, 3, 5});
  if (!scores.ok()) return scores.status();
  // [make]
  Print("scores", *scores);
  std::cout << "rows = " << scores->num_rows()
            << ", values = " << scores->num_values() << '\n';

  // [arithmetic]
  const Tensor ten = Tensor::Scalar(int32_t{10});
  const auto scaled = rowsplit::Binary(BinaryOp::kMultiply, *scores, ten);
  if (!scaled.ok()) return scaled.status();
  const auto total = rowsplit::Binary(BinaryOp::kAdd, *scaled, *scores);
  if (!total.ok()) return total.status();
  // [arithmetic]
  Print("scores * 10 + scores", *total);

  // [column]
  // A column has one number for each row.
  const auto bonus = Tensor::Dense(Buffer<int32_t>{100, 200, 300}, {3, 1});
  if (!bonus.ok()) return bonus.status();
  const auto with_bonus = rowsplit::Binary(BinaryOp::kAdd, *scores, *bonus);
  if (!with_bonus.ok()) return with_bonus.status();
  // [column]
  Print("scores + bonus", *with_bonus);

  // [reduce]
  const auto typed = scores->As<int32_t>();
  if (!typed.ok()) return typed.status();
  const auto sums = rowsplit::Sum(*typed);
  if (!sums.ok()) return sums.status();
  // [reduce]
  std::cout << "sums = " << ToText(sums->span()) << '\n';

  // [rows]
  const auto sorted = rowsplit::Sort(*scores);
  if (!sorted.ok()) return sorted.status();
  const Tensor both[] = {*sorted, *with_bonus};
  const auto joined = rowsplit::Concat(both, 1);
  if (!joined.ok()) return joined.status();
  // [rows]
  Print("sorted", *sorted);
  Print("joined", *joined);

  // [errors]
  // Rows that do not fit each other are an error that names the axis.
  const auto other = Tensor::FromRowSplits(values, {0, 1, 3, 5});
  if (!other.ok()) return other.status();
  const auto wrong = rowsplit::Binary(BinaryOp::kAdd, *scores, *other);
  std::cout << "other lengths: " << (wrong.ok() ? "added" : "refused") << '\n';
  // [errors]
  return absl::OkStatus();
}

}  // namespace

int main() {
  const absl::Status status = Run();
  if (!status.ok()) std::cerr << "ragged_arithmetic: " << status << '\n';
  return status.ok() ? 0 : 1;
}
