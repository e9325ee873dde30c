// Embedding::AlignTo.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/try_allocate.h"
#include "embedding/table_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/token_text.h"

namespace rowsplit {

namespace {

constexpr int64_t kGrain = 4096;

enum class Found : uint8_t {
  kAsIs,
  kAlternative,
  kLowerCase,
  kSubwords,
  kMissing
};

// Where the vector of each token is.
struct Places {
  // A row of the embedding; of those that are missing, which of them it is.
  std::vector<int64_t> rows;
  std::vector<Found> how;
};

std::string LowerAscii(std::string_view token) {
  std::string lower(token);
  for (char& byte : lower) {
    if ('A' <= byte && byte <= 'Z') byte = static_cast<char>(byte + 32);
  }
  return lower;
}

absl::StatusOr<Places> FindTokens(const Embedding& embedding,
                                  const Vocabulary& vocabulary,
                                  const AlignOptions& options) {
  const auto size = static_cast<size_t>(vocabulary.size());
  Places places{std::vector<int64_t>(size), std::vector<Found>(size)};
  const bool has_alternatives = options.alternatives.size() > 0;
  const bool has_subwords =
      options.subwords && embedding.subwords().buckets().num_rows() > 0;
  const auto find = [&](int64_t id, std::vector<int64_t>& buckets, Found& how) {
    const std::string_view token = vocabulary.token(id);
    how = Found::kAsIs;
    int64_t row = embedding.Find(token);
    if (row < 0 && has_alternatives) {
      how = Found::kAlternative;
      row = embedding.Find(options.alternatives[id]);
    }
    if (row < 0 && options.lower_case) {
      how = Found::kLowerCase;
      row = embedding.Find(LowerAscii(token));
    }
    if (row >= 0) return row;
    how = Found::kMissing;
    if (has_subwords) {
      buckets.clear();
      embedding.subwords().FindBuckets(token, buckets);
      if (!buckets.empty()) how = Found::kSubwords;
    }
    return row;
  };
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, vocabulary.size(), kGrain, [&](int64_t begin, int64_t end) {
        std::vector<int64_t> buckets;
        for (int64_t id = begin; id < end; ++id) {
          const auto i = static_cast<size_t>(id);
          places.rows[i] = find(id, buckets, places.how[i]);
        }
        return absl::OkStatus();
      }));
  return places;
}

// Counts, and numbers the rows that are missing.
AlignReport ReportOf(Places& places, const Vocabulary& vocabulary) {
  AlignReport report;
  BufferBuilder<int64_t> missing;
  StringTensorBuilder tokens;
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    switch (places.how[static_cast<size_t>(id)]) {
      case Found::kAsIs:
        ++report.num_found;
        break;
      case Found::kAlternative:
        ++report.num_alternatives;
        break;
      case Found::kLowerCase:
        ++report.num_lower_case;
        break;
      case Found::kSubwords:
        ++report.num_subwords;
        break;
      case Found::kMissing:
        places.rows[static_cast<size_t>(id)] = report.num_missing++;
        missing.Append(id);
        tokens.Append(vocabulary.token(id));
    }
  }
  report.missing_ids = std::move(missing).Build();
  report.missing_tokens = std::move(tokens).Build();
  return report;
}

// Summed in blocks of fixed sizes, so that threads do not change it.
absl::StatusOr<std::vector<float>> MeanRow(const EmbeddingTable& table,
                                           const ExecOptions& exec) {
  const auto width = static_cast<size_t>(table.width());
  const int64_t num_blocks = (table.num_rows() + kGrain - 1) / kGrain;
  std::vector<std::vector<double>> sums(static_cast<size_t>(num_blocks));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_blocks, 1, [&](int64_t begin, int64_t end) {
        std::vector<float> row(width);
        for (int64_t block = begin; block < end; ++block) {
          std::vector<double>& sum = sums[static_cast<size_t>(block)];
          sum.assign(width, 0);
          const int64_t last = std::min(table.num_rows(), (block + 1) * kGrain);
          for (int64_t id = block * kGrain; id < last; ++id) {
            internal::ReadTableRange(table, id, 1, row.data());
            for (size_t i = 0; i < width; ++i) sum[i] += row[i];
          }
        }
        return absl::OkStatus();
      }));
  std::vector<double> total(width);
  for (const std::vector<double>& sum : sums) {
    for (size_t i = 0; i < width; ++i) total[i] += sum[i];
  }
  std::vector<float> mean(width);
  const auto count =
      static_cast<double>(std::max<int64_t>(1, table.num_rows()));
  for (size_t i = 0; i < width; ++i) {
    mean[i] = static_cast<float>(total[i] / count);
  }
  return mean;
}

// The rows of the missing tokens as float32, or one row that stands for all of
// them.
absl::StatusOr<EmbeddingTable> MissingRowsOf(const EmbeddingTable& table,
                                             int64_t num_missing,
                                             const AlignOptions& options) {
  const int64_t width = table.width();
  if (options.missing == MissingRows::kUniform) {
    UniformInitOptions uniform = options.uniform;
    uniform.format = RowFormat::kFloat32;
    return EmbeddingTable::Uniform(num_missing, width, uniform);
  }
  // None is needed, and the width of a table without rows may be any.
  if (num_missing == 0) return EmbeddingTable::FromValues({}, 0, width);
  std::vector<float> row(static_cast<size_t>(width));
  if (options.missing == MissingRows::kMean) {
    ROWSPLIT_ASSIGN_OR_RETURN(row, MeanRow(table, options.exec));
  }
  return EmbeddingTable::FromValues(Buffer<float>::Copy(row), 1, width);
}

// The rows in their places, as they are stored, in `stored`, which has their
// size. Requires a table that is not factorized, and as many rows of `missing`
// as are missing, or one.
absl::StatusOr<EmbeddingTable> PutRows(const EmbeddingTable& table,
                                       BufferBuilder<std::byte> stored,
                                       const SubwordRows& subwords,
                                       const EmbeddingTable& missing,
                                       const Vocabulary& vocabulary,
                                       const Places& places,
                                       const ExecOptions& exec) {
  const int64_t width = table.width();
  const int64_t row_bytes = RowBytes(table.format(), width);
  const auto put = [&](int64_t id, std::vector<float>& vector) {
    std::byte* const to = stored.data() + id * row_bytes;
    const int64_t row = places.rows[static_cast<size_t>(id)];
    const float* items = vector.data();
    switch (places.how[static_cast<size_t>(id)]) {
      case Found::kSubwords:
        subwords.ReadVector(vocabulary.token(id), vector);
        break;
      case Found::kMissing:
        items = missing.values().data() +
                (missing.num_rows() == 1 ? 0 : row * width);
        break;
      default:
        std::memcpy(to, table.bytes().data() + row * row_bytes,
                    static_cast<size_t>(row_bytes));
        return absl::OkStatus();
    }
    return internal::EncodeTableRows(table.format(), items, id, 1, width, to);
  };
  if (!stored.empty()) {
    ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
        exec, vocabulary.size(), internal::RowGrain(width),
        [&](int64_t begin, int64_t end) {
          std::vector<float> vector(static_cast<size_t>(width));
          for (int64_t id = begin; id < end; ++id) {
            ROWSPLIT_RETURN_IF_ERROR(put(id, vector));
          }
          return absl::OkStatus();
        }));
  }
  return EmbeddingTable::FromBytes(table.format(), std::move(stored).Build(),
                                   vocabulary.size(), width);
}

}  // namespace

absl::StatusOr<AlignedEmbedding> Embedding::AlignTo(
    const Vocabulary& vocabulary, const AlignOptions& options) const {
  const int64_t num_alternatives = options.alternatives.size();
  if (num_alternatives != 0 && num_alternatives != vocabulary.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "align: expected an alternative for each token or none: %d tokens, %d "
        "alternatives",
        vocabulary.size(), num_alternatives));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Places places,
                            FindTokens(*this, vocabulary, options));
  AlignedEmbedding aligned;
  aligned.report = ReportOf(places, vocabulary);
  const int64_t num_missing = aligned.report.num_missing;
  if (options.missing == MissingRows::kError && num_missing > 0) {
    return absl::NotFoundError(absl::StrFormat(
        "align: %d of %d tokens have no vector; the first is token %d, %s",
        num_missing, vocabulary.size(), aligned.report.missing_ids[0],
        internal::TokenText(aligned.report.missing_tokens[0])));
  }
  // The mean of the products is the product of the mean.
  EmbeddingTable source = table_;
  const bool stays_factorized =
      table_.is_factorized() && aligned.report.num_subwords == 0 &&
      (num_missing == 0 || options.missing != MissingRows::kUniform);
  if (stays_factorized) {
    source = table_.factor();
  } else if (table_.is_factorized()) {
    ROWSPLIT_ASSIGN_OR_RETURN(source, table_.ToDense(options.exec));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t num_bytes,
      TableBytes(source.format(), vocabulary.size(), source.width()));
  // Before the rows that are missing: whoever holds the result may hold them.
  ROWSPLIT_ASSIGN_OR_RETURN(
      BufferBuilder<std::byte> stored,
      internal::TryAllocate<std::byte>(num_bytes, "table items"));
  ROWSPLIT_ASSIGN_OR_RETURN(const EmbeddingTable missing,
                            MissingRowsOf(source, num_missing, options));
  ROWSPLIT_ASSIGN_OR_RETURN(
      aligned.table, PutRows(source, std::move(stored), subwords_, missing,
                             vocabulary, places, options.exec));
  if (stays_factorized) {
    ROWSPLIT_ASSIGN_OR_RETURN(aligned.table, EmbeddingTable::Factorized(
                                                 std::move(aligned.table),
                                                 table_.projection(), width()));
  }
  return aligned;
}

}  // namespace rowsplit
