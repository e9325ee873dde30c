#include "embedding/named_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
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

absl::StatusOr<NamedRows> NameRows(StringTensor tokens,
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

}  // namespace rowsplit::internal
