#include "corpus/token_lines.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/status_macros.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

namespace {

void Put(const std::vector<int64_t>& values, std::string& bytes) {
  const auto size = static_cast<int64_t>(values.size());
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes.append(reinterpret_cast<const char*>(values.data()),
               values.size() * sizeof(int64_t));
}

absl::Status Take(std::string_view& bytes, std::vector<int64_t>& values) {
  uint64_t size = 0;
  if (bytes.size() >= sizeof size) {
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes.remove_prefix(sizeof size);
    if (size <= bytes.size() / sizeof(int64_t)) {
      const auto count = static_cast<size_t>(size);
      values.resize(count);
      if (count > 0)
        std::memcpy(values.data(), bytes.data(), count * sizeof(int64_t));
      bytes.remove_prefix(count * sizeof(int64_t));
      return absl::OkStatus();
    }
  }
  return absl::DataLossError("the temporary file of ids is damaged");
}

// Writes the ids of one row.
class RowLine {
 public:
  RowLine(const TokenizedRows& rows, const TokenLineOptions& options,
          std::string& out)
      : rows_(rows), options_(options), out_(out) {}

  void Write(Offset begin, Offset end) {
    int64_t padded = 0;
    if (options_.padding.has_value())
      padded = std::max<int64_t>(
          0, options_.padding->length.value_or(0) - (end - begin));
    const bool on_left = padded > 0 && options_.padding->on_left;
    const char* const between = options_.json ? "," : " ";
    const char* before = "";
    const auto add = [&](int64_t id) {
      absl::StrAppend(&out_, before, id);
      before = between;
    };
    const auto pad = [&] {
      for (int64_t i = 0; i < padded; ++i) add(options_.padding->id);
    };
    if (options_.json) out_ += "{\"ids\":[";
    if (on_left) pad();
    for (Offset i = begin; i < end; ++i) add(rows_.ids[i]);
    if (!on_left) pad();
    if (options_.json) {
      out_ += ']';
      if (options_.offsets) WriteOffsets(begin, end, padded, on_left);
      out_ += '}';
    }
    out_ += '\n';
  }

 private:
  void WriteOffsets(Offset begin, Offset end, int64_t padded, bool on_left) {
    out_ += ",\"offsets\":[";
    const char* before = "[";
    const auto add = [&](Offset start, Offset stop) {
      absl::StrAppend(&out_, before, start, ",", stop, "]");
      before = ",[";
    };
    const auto pad = [&] {
      for (int64_t i = 0; i < padded; ++i) add(0, 0);
    };
    if (on_left) pad();
    for (Offset i = begin; i < end; ++i) add(rows_.starts[i], rows_.ends[i]);
    if (!on_left) pad();
    out_ += ']';
  }

  const TokenizedRows& rows_;
  const TokenLineOptions& options_;
  std::string& out_;
};

}  // namespace

int64_t TokenizedRows::longest() const {
  int64_t longest = 0;
  for (size_t row = 0; row + 1 < splits.size(); ++row)
    longest = std::max(longest, splits[row + 1] - splits[row]);
  return longest;
}

std::string TokenizedRows::Pack() const {
  std::string bytes;
  Put({num_rows}, bytes);
  for (const auto* values : {&kept, &splits, &ids, &starts, &ends})
    Put(*values, bytes);
  return bytes;
}

absl::StatusOr<TokenizedRows> TokenizedRows::Unpack(std::string_view bytes) {
  TokenizedRows rows;
  std::vector<int64_t> count;
  ROWSPLIT_RETURN_IF_ERROR(Take(bytes, count));
  for (auto* values :
       {&rows.kept, &rows.splits, &rows.ids, &rows.starts, &rows.ends})
    ROWSPLIT_RETURN_IF_ERROR(Take(bytes, *values));
  if (!bytes.empty() || count.size() != 1 ||
      rows.splits.size() != rows.kept.size() + 1 ||
      rows.splits.back() != static_cast<int64_t>(rows.ids.size()))
    return absl::DataLossError("the temporary file of ids is damaged");
  rows.num_rows = count[0];
  return rows;
}

std::string TokenLines(const TokenizedRows& rows,
                       const TokenLineOptions& options) {
  std::string out;
  RowLine line(rows, options, out);
  TokenLineOptions unpadded = options;
  unpadded.padding.reset();
  RowLine dropped(rows, unpadded, out);
  size_t next = 0;
  for (int64_t row = 0; row < rows.num_rows; ++row) {
    if (next == rows.kept.size() || rows.kept[next] != row) {
      dropped.Write(0, 0);
      continue;
    }
    line.Write(rows.splits[next], rows.splits[next + 1]);
    ++next;
  }
  return out;
}

}  // namespace rowsplit::internal
