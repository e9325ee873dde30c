#include "rowsplit/embedding/factorize.h"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/table_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit {

namespace {

using FloatRows =
    Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using DoubleRows =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Rows that are read at a time, and columns of the Gram matrix that one thread
// takes.
constexpr int64_t kBlockRows = 512;
constexpr int64_t kPanelColumns = 64;

// The rows [begin, end) as doubles; fails if an item is not finite.
absl::StatusOr<DoubleRows> ReadBlock(const EmbeddingTable& table, int64_t begin,
                                     int64_t end) {
  FloatRows rows(end - begin, table.width());
  internal::ReadTableRange(table, begin, end - begin, rows.data());
  for (int64_t i = 0; i < rows.size(); ++i) {
    if (!std::isfinite(rows.data()[i])) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "Factorize: the item in row %d, column %d is %g",
          begin + i / table.width(), i % table.width(), rows.data()[i]));
    }
  }
  return rows.cast<double>();
}

// The lower half of the product of the table's transpose and the table. Each
// item is summed block by block, so that no sum depends on the threads.
absl::StatusOr<Eigen::MatrixXd> GramMatrix(const EmbeddingTable& table,
                                           const ExecOptions& exec) {
  const int64_t width = table.width();
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(width, width);
  const int64_t num_panels = (width + kPanelColumns - 1) / kPanelColumns;
  for (int64_t begin = 0; begin < table.num_rows(); begin += kBlockRows) {
    const int64_t end = std::min(begin + kBlockRows, table.num_rows());
    ROWSPLIT_ASSIGN_OR_RETURN(const DoubleRows block,
                              ReadBlock(table, begin, end));
    ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
        exec, num_panels, 1, [&](int64_t first_panel, int64_t end_panel) {
          for (int64_t panel = first_panel; panel < end_panel; ++panel) {
            const int64_t column = panel * kPanelColumns;
            const int64_t size = std::min(kPanelColumns, width - column);
            gram.block(column, column, width - column, size).noalias() +=
                block.rightCols(width - column).transpose() *
                block.middleCols(column, size);
          }
          return absl::OkStatus();
        }));
  }
  return gram;
}

struct SquareSums {
  double items = 0;
  double differences = 0;
};

// Stores the product of each row and the projection's transpose, and sums up
// what is lost.
absl::Status ProjectRows(const EmbeddingTable& table,
                         const DoubleRows& projection, RowFormat format,
                         int64_t begin, int64_t end, std::byte* output,
                         SquareSums& sums) {
  ROWSPLIT_ASSIGN_OR_RETURN(const DoubleRows block,
                            ReadBlock(table, begin, end));
  const int64_t rank = projection.rows();
  const FloatRows rows = (block * projection.transpose()).cast<float>();
  ROWSPLIT_RETURN_IF_ERROR(internal::EncodeTableRows(
      format, rows.data(), begin, end - begin, rank, output));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const EmbeddingTable stored,
      EmbeddingTable::FromBytes(
          format,
          Buffer<std::byte>::Borrow(
              {output,
               static_cast<size_t>((end - begin) * RowBytes(format, rank))}),
          end - begin, rank));
  ROWSPLIT_ASSIGN_OR_RETURN(const DoubleRows kept,
                            ReadBlock(stored, 0, end - begin));
  sums.items = block.squaredNorm();
  sums.differences = (block - kept * projection).squaredNorm();
  return absl::OkStatus();
}

// The eigenvectors of the largest eigenvalues as rows, the largest first,
// rounded to float32.
absl::StatusOr<FloatRows> LeadingDirections(const Eigen::MatrixXd& gram,
                                            int64_t rank) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);
  if (solver.info() != Eigen::Success) {
    return absl::InternalError("Factorize: the eigenvalues did not converge");
  }
  return solver.eigenvectors()
      .rightCols(rank)
      .rowwise()
      .reverse()
      .transpose()
      .cast<float>();
}

}  // namespace

absl::StatusOr<Factorization> Factorize(const EmbeddingTable& table,
                                        int64_t rank,
                                        const FactorizeOptions& options) {
  const int64_t width = table.width();
  if (rank < 1 || rank > width) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "Factorize: rank must be from 1 to the width %d: %d", width, rank));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      TableBytes(RowFormat::kFloat32, width, width).status());
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(options.format, table.num_rows(), rank));
  ROWSPLIT_ASSIGN_OR_RETURN(const Eigen::MatrixXd gram,
                            GramMatrix(table, options.exec));
  ROWSPLIT_ASSIGN_OR_RETURN(const FloatRows directions,
                            LeadingDirections(gram, rank));
  const DoubleRows projection = directions.cast<double>();

  BufferBuilder<std::byte> rows(static_cast<size_t>(num_bytes));
  std::vector<SquareSums> sums(
      static_cast<size_t>((table.num_rows() + kBlockRows - 1) / kBlockRows));
  const int64_t row_bytes = RowBytes(options.format, rank);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, table.num_rows(), kBlockRows,
      [&](int64_t begin, int64_t end) {
        return ProjectRows(table, projection, options.format, begin, end,
                           rows.data() + begin * row_bytes,
                           sums[static_cast<size_t>(begin / kBlockRows)]);
      }));
  SquareSums total;
  for (const SquareSums& part : sums) {
    total.items += part.items;
    total.differences += part.differences;
  }
  Factorization result;
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingTable factor,
      EmbeddingTable::FromBytes(options.format, std::move(rows).Build(),
                                table.num_rows(), rank));
  ROWSPLIT_ASSIGN_OR_RETURN(
      result.table,
      EmbeddingTable::Factorized(
          std::move(factor),
          Buffer<float>::Copy(
              {directions.data(), static_cast<size_t>(directions.size())}),
          width));
  if (total.items > 0) {
    result.relative_error = std::sqrt(total.differences / total.items);
  }
  return result;
}

}  // namespace rowsplit
