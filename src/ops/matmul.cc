#include "rowsplit/ops/matmul.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "ops/elementwise_kernels.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit {

namespace {

// Multiplications that a thread does at a time, about.
constexpr int64_t kGrain = 1 << 16;

// A matrix of an operand, its rows one after the other.
struct Matrix {
  int64_t begin = 0;
  int64_t rows = 0;
  int64_t columns = 0;
};

// The matrices to multiply, pair by pair; c[m] is where the result goes.
struct Products {
  std::vector<Matrix> a, b, c;
  int64_t num_items = 0;

  // Adds a pair whose sizes are those of the operands, before transposing.
  absl::Status Add(const Matrix& x, const Matrix& y,
                   const MatmulOptions& options) {
    const int64_t rows = options.transpose_a ? x.columns : x.rows;
    const int64_t x_inner = options.transpose_a ? x.rows : x.columns;
    const int64_t y_inner = options.transpose_b ? y.columns : y.rows;
    const int64_t columns = options.transpose_b ? y.rows : y.columns;
    if (x_inner != y_inner) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "matmul: matrix %d of a is %d x %d and that of b %d x %d%s: the "
          "inner sizes differ: %d and %d",
          a.size(), x.rows, x.columns, y.rows, y.columns,
          options.transpose_a || options.transpose_b ? " before transposing"
                                                     : "",
          x_inner, y_inner));
    }
    a.push_back(x);
    b.push_back(y);
    c.push_back({num_items, rows, columns});
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                              internal::CheckedMul(rows, columns));
    ROWSPLIT_ASSIGN_OR_RETURN(num_items, internal::CheckedAdd(num_items, size));
    return absl::OkStatus();
  }
};

// Integers are added without a sign, so that they wrap.
template <typename T>
auto ToSum(T x) {
  if constexpr (std::is_integral_v<T>) {
    return internal::ToWide(x);
  } else {
    return x;
  }
}

// Columns of a strip of the result, and rows: their sums stay in registers.
constexpr int64_t kStrip = 16;
constexpr int kBlock = 4;

template <int kRows, typename T>
void MultiplyStrip(const T* a, const T* b, T* c, int64_t inner, int64_t columns,
                   int64_t width) {
  using Sum = decltype(ToSum(T{}));
  Sum sums[kRows][kStrip] = {};
  Sum strip[kStrip] = {};
  for (int64_t k = 0; k < inner; ++k) {
    for (int64_t j = 0; j < width; ++j) strip[j] = ToSum(b[k * columns + j]);
    for (int i = 0; i < kRows; ++i) {
      const Sum factor = ToSum(a[i * inner + k]);
      for (int64_t j = 0; j < kStrip; ++j) sums[i][j] += factor * strip[j];
    }
  }
  for (int i = 0; i < kRows; ++i)
    for (int64_t j = 0; j < width; ++j)
      c[i * columns + j] = static_cast<T>(sums[i][j]);
}

// c = a b, all row by row.
template <typename T>
void Multiply(const T* a, const T* b, T* c, int64_t rows, int64_t inner,
              int64_t columns) {
  for (int64_t j = 0; j < columns; j += kStrip) {
    const int64_t width = std::min(kStrip, columns - j);
    int64_t i = 0;
    for (; i + kBlock <= rows; i += kBlock) {
      MultiplyStrip<kBlock, T>(a + i * inner, b + j, c + i * columns + j, inner,
                               columns, width);
    }
    for (; i < rows; ++i) {
      MultiplyStrip<1, T>(a + i * inner, b + j, c + i * columns + j, inner,
                          columns, width);
    }
  }
}

template <typename T>
const T* Transposed(const T* items, const Matrix& matrix,
                    std::vector<T>& buffer) {
  buffer.resize(matrix.rows * matrix.columns);
  for (int64_t i = 0; i < matrix.rows; ++i)
    for (int64_t j = 0; j < matrix.columns; ++j)
      buffer[j * matrix.rows + i] = items[i * matrix.columns + j];
  return buffer.data();
}

template <typename T>
absl::StatusOr<Tensor> Run(const Products& products, const Tensor& a,
                           const Tensor& b, const MatmulOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedMul(products.num_items, int64_t{sizeof(T)}).status());
  BufferBuilder<T> output(products.num_items);
  const auto num_products = static_cast<int64_t>(products.c.size());
  double work = 1;
  for (int64_t m = 0; m < num_products; ++m) {
    work += static_cast<double>(products.a[m].rows * products.a[m].columns) *
            static_cast<double>(std::max(products.c[m].columns, int64_t{1}));
  }
  const auto grain = static_cast<int64_t>(
      std::max(kGrain * (static_cast<double>(num_products) / work), 1.0));
  const auto run = [&](int64_t first, int64_t last) -> absl::Status {
    std::vector<T> a_buffer, b_buffer;
    for (int64_t m = first; m < last; ++m) {
      const Matrix& c = products.c[m];
      if (c.rows == 0 || c.columns == 0) continue;
      const T* x = a.items<T>().data() + products.a[m].begin;
      const T* y = b.items<T>().data() + products.b[m].begin;
      const int64_t inner =
          options.transpose_a ? products.a[m].rows : products.a[m].columns;
      if (options.transpose_a) x = Transposed(x, products.a[m], a_buffer);
      if (options.transpose_b) y = Transposed(y, products.b[m], b_buffer);
      Multiply(x, y, output.data() + c.begin, c.rows, inner, c.columns);
    }
    return absl::OkStatus();
  };
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(options.exec, num_products, grain, run));
  return Tensor::Vector(std::move(output).Build());
}

absl::StatusOr<Tensor> RunAny(const Products& products, const Tensor& a,
                              const Tensor& b, const MatmulOptions& options,
                              std::vector<int64_t> flat_shape) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor items,
      internal::VisitNumber(
          a.dtype(),
          [&]<typename T>(internal::TypeTag<T>) -> absl::StatusOr<Tensor> {
            return Run<T>(products, a, b, options);
          }));
  return Tensor::DenseBytes(a.dtype(), items.bytes(), std::move(flat_shape));
}

// Row splits of any axis but the outermost: a partition, or uniform rows.
struct AxisSplits {
  AxisSplits(const Tensor& tensor, int axis)
      : partition(axis <= tensor.ragged_rank() ? &tensor.partition(axis - 1)
                                               : nullptr),
        size(partition != nullptr
                 ? 0
                 : tensor.flat_shape()[axis - tensor.ragged_rank()]) {}
  int64_t operator[](int64_t row) const {
    return partition != nullptr ? partition->row_splits()[row] : row * size;
  }
  int64_t length(int64_t row) const { return (*this)[row + 1] - (*this)[row]; }

  const RowPartition* partition;
  int64_t size;
};

// The matrices of a tensor whose last two axes are `rows` and `columns`.
absl::StatusOr<Matrix> MatrixAt(const char* name, const AxisSplits& rows,
                                const AxisSplits& columns, int64_t index) {
  const int64_t first = rows[index];
  const int64_t last = rows[index + 1];
  const int64_t size = columns.partition == nullptr ? columns.size
                       : first < last               ? columns.length(first)
                                                    : 0;
  for (int64_t row = first; columns.partition != nullptr && row < last; ++row) {
    if (columns.length(row) == size) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "matmul: the matrices must be uniform: in matrix %d of %s row 0 has %d "
        "values and row %d has %d",
        index, name, size, row - first, columns.length(row)));
  }
  return Matrix{columns[first], last - first, size};
}

// The number of matrices, and a's row splits along the axes that count them.
absl::StatusOr<int64_t> CountMatrices(const Tensor& a, const Tensor& b,
                                      std::vector<RowPartition>& partitions) {
  int64_t count = a.num_rows();
  if (count != b.num_rows()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "matmul: a and b must hold equally many matrices: a has %d rows, b has "
        "%d",
        count, b.num_rows()));
  }
  for (int axis = 1; axis + 2 < a.rank(); ++axis) {
    const AxisSplits x(a, axis);
    const AxisSplits y(b, axis);
    // Uniform rows are all as the first.
    const bool uniform = x.partition == nullptr && y.partition == nullptr;
    const int64_t num_rows = uniform ? std::min<int64_t>(count, 1) : count;
    for (int64_t row = 0; row < num_rows; ++row) {
      if (x[row + 1] == y[row + 1]) continue;
      return absl::InvalidArgumentError(absl::StrFormat(
          "matmul: a and b must hold equally many matrices: row %d of axis %d "
          "has %d in a and %d in b",
          row, axis, x.length(row), y.length(row)));
    }
    if (x.partition != nullptr) {
      partitions.push_back(*x.partition);
    } else {
      ROWSPLIT_ASSIGN_OR_RETURN(
          RowPartition uniform,
          RowPartition::FromUniformRowLength(x.size, count));
      partitions.push_back(std::move(uniform));
    }
    count = x[count];
  }
  return count;
}

absl::StatusOr<Tensor> Dense2D(const Tensor& a, const Tensor& b,
                               const MatmulOptions& options) {
  const auto whole = [](const char* name,
                        const Tensor& tensor) -> absl::StatusOr<Matrix> {
    const AxisSplits columns(tensor, 1);
    const int64_t num_rows = tensor.num_rows();
    // One matrix, whose rows are all of the tensor's.
    const int64_t size = columns.partition == nullptr ? columns.size
                         : num_rows > 0               ? columns.length(0)
                                                      : 0;
    for (int64_t row = 0; columns.partition != nullptr && row < num_rows;
         ++row) {
      if (columns.length(row) == size) continue;
      return absl::InvalidArgumentError(absl::StrFormat(
          "matmul: the matrices must be uniform: row 0 of %s has %d values and "
          "row %d has %d",
          name, size, row, columns.length(row)));
    }
    return Matrix{0, num_rows, size};
  };
  ROWSPLIT_ASSIGN_OR_RETURN(const Matrix x, whole("a", a));
  ROWSPLIT_ASSIGN_OR_RETURN(const Matrix y, whole("b", b));
  Products products;
  ROWSPLIT_RETURN_IF_ERROR(products.Add(x, y, options));
  return RunAny(products, a, b, options,
                {products.c[0].rows, products.c[0].columns});
}

absl::StatusOr<Tensor> Ragged(const Tensor& a, const Tensor& b,
                              const MatmulOptions& options) {
  const int rank = a.rank();
  std::vector<RowPartition> partitions;
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t count,
                            CountMatrices(a, b, partitions));
  const AxisSplits a_rows(a, rank - 2), a_columns(a, rank - 1);
  const AxisSplits b_rows(b, rank - 2), b_columns(b, rank - 1);
  const bool b_ragged = b_rows.partition != nullptr;
  // Uniform matrices whose product is empty may be any number.
  int64_t num_pairs = count;
  if (a_rows.partition == nullptr && !b_ragged && count > 0) {
    Products one;
    ROWSPLIT_RETURN_IF_ERROR(one.Add({0, a_rows.size, a_columns.size},
                                     {0, b_rows.size, b_columns.size},
                                     options));
    if (one.num_items == 0) num_pairs = 0;
  }
  Products products;
  for (int64_t m = 0; m < num_pairs; ++m) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Matrix x,
                              MatrixAt("a", a_rows, a_columns, m));
    ROWSPLIT_ASSIGN_OR_RETURN(const Matrix y,
                              MatrixAt("b", b_rows, b_columns, m));
    ROWSPLIT_RETURN_IF_ERROR(products.Add(x, y, options));
  }
  const bool ragged_columns =
      b_ragged && (b_columns.partition != nullptr || options.transpose_b);
  std::vector<int64_t> flat_shape;
  if (a_rows.partition == nullptr && !b_ragged) {
    flat_shape = {count, options.transpose_a ? a_columns.size : a_rows.size};
  } else {
    std::vector<int64_t> lengths, row_lengths;
    for (const Matrix& c : products.c) {
      lengths.push_back(c.rows);
      if (ragged_columns)
        row_lengths.insert(row_lengths.end(), c.rows, c.columns);
    }
    ROWSPLIT_ASSIGN_OR_RETURN(RowPartition rows,
                              RowPartition::FromRowLengths(lengths));
    flat_shape = {rows.num_values()};
    partitions.push_back(std::move(rows));
    if (ragged_columns) {
      ROWSPLIT_ASSIGN_OR_RETURN(RowPartition columns,
                                RowPartition::FromRowLengths(row_lengths));
      flat_shape = {columns.num_values()};
      partitions.push_back(std::move(columns));
    }
  }
  if (!ragged_columns)
    flat_shape.push_back(options.transpose_b ? b_rows.size : b_columns.size);
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor flat, RunAny(products, a, b, options, std::move(flat_shape)));
  return Tensor::FromPartitions(std::move(partitions), std::move(flat));
}

// The axes before the last two broadcast.
absl::StatusOr<Tensor> DenseBatch(const Tensor& a, const Tensor& b,
                                  const MatmulOptions& options) {
  const int rank = std::max(a.rank(), b.rank());
  const auto size = [&](const Tensor& tensor, int axis) -> int64_t {
    const int own = axis - (rank - tensor.rank());
    return own < 0 ? 1 : tensor.flat_shape()[own];
  };
  std::vector<int64_t> shape;
  int64_t count = 1;
  for (int axis = 0; axis + 2 < rank; ++axis) {
    const int64_t x = size(a, axis);
    const int64_t y = size(b, axis);
    if (x != y && x != 1 && y != 1) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "matmul: the shapes do not broadcast: axis %d has size %d in a and "
          "%d in b",
          axis, x, y));
    }
    shape.push_back(x == 1 ? y : x);
    ROWSPLIT_ASSIGN_OR_RETURN(count, internal::CheckedMul(count, shape.back()));
  }
  const auto matrix = [&](const Tensor& tensor, int64_t index) {
    Matrix result{0, size(tensor, rank - 2), size(tensor, rank - 1)};
    int64_t stride = result.rows * result.columns;
    for (int axis = rank - 3; axis >= 0; --axis) {
      const int64_t own = size(tensor, axis);
      if (own != 1) result.begin += index % shape[axis] * stride;
      stride *= own;
      index /= shape[axis];
    }
    return result;
  };
  Products products;
  // One pair more for the check of the sizes; where its result is empty, the
  // others may be any number.
  Products one;
  ROWSPLIT_RETURN_IF_ERROR(one.Add({0, size(a, rank - 2), size(a, rank - 1)},
                                   {0, size(b, rank - 2), size(b, rank - 1)},
                                   options));
  if (one.num_items == 0) count = 0;
  for (int64_t m = 0; m < count; ++m)
    ROWSPLIT_RETURN_IF_ERROR(products.Add(matrix(a, m), matrix(b, m), options));
  shape.push_back(size(a, options.transpose_a ? rank - 1 : rank - 2));
  shape.push_back(size(b, options.transpose_b ? rank - 2 : rank - 1));
  return RunAny(products, a, b, options, std::move(shape));
}

}  // namespace

absl::StatusOr<Tensor> Matmul(const Tensor& a, const Tensor& b,
                              const MatmulOptions& options) {
  if (a.dtype() != b.dtype()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("matmul: a and b must have one dtype: got %s and %s",
                        DTypeName(a.dtype()), DTypeName(b.dtype())));
  }
  if (!internal::IsNumber(a.dtype())) {
    return absl::InvalidArgumentError(
        absl::StrFormat("matmul is not defined for %s", DTypeName(a.dtype())));
  }
  if (a.rank() < 2 || b.rank() < 2) {
    return absl::InvalidArgumentError(
        absl::StrFormat("matmul: a and b must have a rank of 2 or more: got %d "
                        "and %d",
                        a.rank(), b.rank()));
  }
  if (!a.is_ragged() && !b.is_ragged()) return DenseBatch(a, b, options);
  if (a.rank() != b.rank()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "matmul: ragged a and b must have the same rank: got %d and %d",
        a.rank(), b.rank()));
  }
  return a.rank() == 2 ? Dense2D(a, b, options) : Ragged(a, b, options);
}

}  // namespace rowsplit
