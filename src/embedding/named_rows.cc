#include "embedding/named_rows.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/embedding/load_report.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::internal {

namespace {

struct HashedRow {
  uint64_t hash;
  int64_t row;
};

// For each row the first one with the same token.
std::vector<int64_t> FirstRows(const StringTensor& tokens) {
  std::vector<HashedRow> rows;
  rows.reserve(static_cast<size_t>(tokens.size()));
  for (int64_t row = 0; row < tokens.size(); ++row) {
    rows.push_back({Xxh3_64(tokens[row]), row});
  }
  // Tokens are compared only where the hashes are equal, so that tokens made to
  // collide cost a sort and no more.
  std::sort(rows.begin(), rows.end(), [&](HashedRow a, HashedRow b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    return std::pair(tokens[a.row], a.row) < std::pair(tokens[b.row], b.row);
  });
  std::vector<int64_t> first(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t row = rows[i].row;
    const bool again = i > 0 && rows[i].hash == rows[i - 1].hash &&
                       tokens[row] == tokens[rows[i - 1].row];
    first[row] = again ? first[rows[i - 1].row] : row;
  }
  return first;
}

// Moves the rows that stay to the front and returns their tokens.
StringTensor DropDuplicates(const StringTensor& tokens,
                            BufferBuilder<float>& values, int64_t width,
                            const std::string& name, LoadFault& duplicates) {
  const std::vector<int64_t> first = FirstRows(tokens);
  StringTensorBuilder kept;
  kept.Reserve(tokens.size(), static_cast<int64_t>(tokens.bytes().size()));
  for (int64_t row = 0; row < tokens.size(); ++row) {
    if (first[row] != row) {
      CountFault(duplicates, [&] {
        return absl::StrFormat("%s, row %d: its token is that of row %d: %s",
                               name, row, first[row], Quoted(tokens[row]));
      });
      continue;
    }
    if (kept.size() != row && width > 0) {
      std::memmove(values.data() + kept.size() * width,
                   values.data() + row * width, width * sizeof(float));
    }
    kept.Append(tokens[row]);
  }
  values.ResizeUninitialized(static_cast<size_t>(kept.size() * width));
  return std::move(kept).Build();
}

// Finds the rows with values that are not finite, and mends or drops them.
class FiniteRows {
 public:
  FiniteRows(std::span<float> values, int64_t width, const std::string& name,
             const ReadRowsOptions& options)
      : values_(values),
        width_(static_cast<size_t>(width)),
        name_(name),
        options_(options) {}

  std::span<float> Row(int64_t row) const {
    return values_.subspan(static_cast<size_t>(row) * width_, width_);
  }

  // An error if the row is bad and the policy strict.
  absl::Status CheckIfStrict(int64_t row) const {
    if (options_.policy != ErrorPolicy::kStrict || AllFinite(Row(row))) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(Describe(row));
  }

  // Mends row by row, and returns the tokens of those that stay.
  StringTensor Mend(const StringTensor& tokens, LoadReport& report) const {
    StringTensorBuilder kept;
    for (int64_t row = 0; row < tokens.size(); ++row) {
      const std::span<float> values = Row(row);
      if (!AllFinite(values)) {
        if (options_.policy == ErrorPolicy::kSkip) {
          CountFault(report.skipped, [&] { return Describe(row); });
          continue;
        }
        for (float& value : values) {
          if (std::isfinite(value)) continue;
          CountFault(report.replaced, [&] { return Describe(row); });
          value = 0;
        }
      }
      std::memmove(Row(kept.size()).data(), values.data(), values.size_bytes());
      kept.Append(tokens[row]);
    }
    return std::move(kept).Build();
  }

 private:
  std::string Describe(int64_t row) const {
    const std::span<float> values = Row(row);
    const auto bad = std::find_if_not(values.begin(), values.end(),
                                      [](float v) { return std::isfinite(v); });
    return absl::StrFormat(
        "%s, row %d, column %d: the number is not finite: "
        "%g",
        name_, row, bad - values.begin(), *bad);
  }

  const std::span<float> values_;
  const size_t width_;
  const std::string& name_;
  const ReadRowsOptions& options_;
};

}  // namespace

std::string Quoted(std::string_view text) {
  constexpr size_t kMaxBytes = 40;
  std::string quoted = "\"";
  for (const char byte : text.substr(0, kMaxBytes)) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      quoted += {'\\', byte};
    } else if (code >= 0x20 && code < 0x7F) {
      quoted += byte;
    } else {
      quoted += absl::StrFormat("\\x%02X", code);
    }
  }
  return quoted + (text.size() > kMaxBytes ? "\"…" : "\"");
}

void MergeFault(LoadFault& into, const LoadFault& later) {
  if (into.count == 0) into.first = later.first;
  into.count += later.count;
}

void MergeReport(LoadReport& into, const LoadReport& later) {
  MergeFault(into.skipped, later.skipped);
  MergeFault(into.replaced, later.replaced);
  MergeFault(into.duplicates, later.duplicates);
}

absl::Status CountIfTolerated(const absl::Status& status,
                              const ReadRowsOptions& options,
                              LoadReport& report) {
  if (!absl::IsDataLoss(status) || options.policy == ErrorPolicy::kStrict) {
    return status;
  }
  CountFault(report.skipped, [&] { return std::string(status.message()); });
  return absl::OkStatus();
}

StringTensor JoinTokens(std::span<const StringTensor> parts) {
  int64_t num_tokens = 0;
  size_t num_bytes = 0;
  for (const StringTensor& part : parts) {
    num_tokens += part.size();
    num_bytes += part.bytes().size();
  }
  StringTensorBuilder joined;
  joined.Reserve(num_tokens, static_cast<int64_t>(num_bytes));
  for (const StringTensor& part : parts) {
    for (int64_t i = 0; i < part.size(); ++i) joined.Append(part[i]);
  }
  return std::move(joined).Build();
}

absl::Status CheckNames(const Vocabulary& vocabulary,
                        const EmbeddingTable& table) {
  if (vocabulary.size() == table.num_rows()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("each row must have a token: %d rows, %d tokens",
                      table.num_rows(), vocabulary.size()));
}

bool AllFinite(std::span<const float> values) {
  constexpr uint32_t kExponent = 0x7F800000;
  uint32_t has_largest = 0;
  for (const float value : values) {
    has_largest |= (std::bit_cast<uint32_t>(value) & kExponent) == kExponent;
  }
  return has_largest == 0;
}

absl::StatusOr<NamedRows> NameRows(const StringTensor& tokens,
                                   BufferBuilder<float> values, int64_t width,
                                   const std::string& name, LoadReport report) {
  absl::StatusOr<Vocabulary> vocabulary = Vocabulary::FromTokens(tokens);
  if (absl::IsInvalidArgument(vocabulary.status())) {
    vocabulary = Vocabulary::FromTokens(
        DropDuplicates(tokens, values, width, name, report.duplicates));
  }
  if (!vocabulary.ok()) return vocabulary.status();
  const int64_t num_rows = vocabulary->size();
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingTable table,
      EmbeddingTable::FromValues(std::move(values).Build(), num_rows, width));
  return NamedRows{*std::move(vocabulary), std::move(table), std::move(report)};
}

absl::StatusOr<NamedRows> NameValues(
    StringTensor tokens, int64_t width, const std::string& name,
    const ReadRowsOptions& options, LoadReport report,
    absl::FunctionRef<absl::Status(int64_t row, std::span<float> values)>
        read) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_values,
                            CheckedMul(tokens.size(), width));
  BufferBuilder<float> values(static_cast<size_t>(num_values));
  const FiniteRows rows(values.span(), width, name, options);
  constexpr int64_t kGrainValues = 64 << 10;
  std::atomic<bool> all_finite{true};
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      options.exec, tokens.size(),
      std::max<int64_t>(1, kGrainValues / std::max<int64_t>(1, width)),
      [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
          ROWSPLIT_RETURN_IF_ERROR(read(row, rows.Row(row)));
          ROWSPLIT_RETURN_IF_ERROR(rows.CheckIfStrict(row));
        }
        const std::span<float> piece =
            values.span().subspan(static_cast<size_t>(begin * width),
                                  static_cast<size_t>((end - begin) * width));
        if (!AllFinite(piece)) all_finite = false;
        return absl::OkStatus();
      }));
  if (!all_finite) {
    tokens = rows.Mend(tokens, report);
    values.ResizeUninitialized(static_cast<size_t>(tokens.size() * width));
  }
  return NameRows(tokens, std::move(values), width, name, std::move(report));
}

}  // namespace rowsplit::internal
