#include "vocab/count_blocks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/status_macros.h"
#include "rowsplit/core/hash.h"

namespace rowsplit::internal {

namespace {

constexpr size_t kChecksumOffset = 8;

// The checksum of a block: of its sizes and its entries, in its place among the
// blocks.
uint64_t Checksum(std::string_view block, uint64_t index) {
  return Xxh3_64(block.substr(kCountBlockHeaderBytes),
                 Xxh3_64(block.substr(0, kChecksumOffset), index));
}

void AppendNumber(uint64_t value, std::string& bytes) {
  while (value >= 0x80) {
    bytes += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  bytes += static_cast<char>(value);
}

size_t CommonPrefix(std::string_view a, std::string_view b) {
  const size_t size = std::min(a.size(), b.size());
  return static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + size, b.begin()).first - a.begin());
}

}  // namespace

void AppendWord32(uint32_t value, std::string& bytes) {
  for (int shift = 0; shift < 32; shift += 8)
    bytes += static_cast<char>(value >> shift);
}

void AppendWord64(uint64_t value, std::string& bytes) {
  for (int shift = 0; shift < 64; shift += 8)
    bytes += static_cast<char>(value >> shift);
}

uint32_t ReadWord32(const char* bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

uint64_t ReadWord64(const char* bytes) {
  return ReadWord32(bytes) | uint64_t{ReadWord32(bytes + 4)} << 32;
}

CountBlockWriter::CountBlockWriter(CountBlockFormat format, size_t block_bytes,
                                   Write write)
    : format_(format), block_bytes_(block_bytes), write_(std::move(write)) {
  StartBlock();
}

void CountBlockWriter::StartBlock() {
  block_.assign(kCountBlockHeaderBytes, '\0');
  last_token_.clear();
  block_entries_ = 0;
}

absl::Status CountBlockWriter::Add(const TokenCount& entry) {
  const size_t shared = CommonPrefix(last_token_, entry.token);
  const std::string_view rest = entry.token.substr(shared);
  AppendNumber(shared, block_);
  AppendNumber(rest.size(), block_);
  block_.append(rest);
  AppendNumber(static_cast<uint64_t>(entry.count), block_);
  if (format_.documents) {
    AppendNumber(static_cast<uint64_t>(entry.documents), block_);
  }
  last_token_.resize(shared);
  last_token_.append(rest);
  ++block_entries_;
  ++num_entries_;
  return block_.size() >= block_bytes_ ? Finish() : absl::OkStatus();
}

absl::Status CountBlockWriter::Finish() {
  if (block_entries_ == 0) return absl::OkStatus();
  if (block_.size() > std::numeric_limits<uint32_t>::max()) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("a token of %d bytes is too long for a file of counts",
                        last_token_.size()));
  }
  std::string header;
  AppendWord32(static_cast<uint32_t>(block_.size() - kCountBlockHeaderBytes),
               header);
  AppendWord32(block_entries_, header);
  block_.replace(0, header.size(), header);
  header.clear();
  AppendWord64(Checksum(block_, num_blocks_++), header);
  block_.replace(kChecksumOffset, header.size(), header);
  size_bytes_ += static_cast<int64_t>(block_.size());
  const absl::Status status = write_(block_);
  StartBlock();
  return status;
}

CountBlockReader::CountBlockReader(CountBlockFormat format, std::string name,
                                   int64_t begin, int64_t end, Read read)
    : format_(format),
      name_(std::move(name)),
      next_(begin),
      end_(end),
      read_(std::move(read)) {}

absl::Status CountBlockReader::Damaged(std::string_view what) const {
  return absl::DataLossError(
      absl::StrFormat("%s is damaged: block %d %s", name_, num_blocks_, what));
}

absl::Status CountBlockReader::LoadBlock() {
  if (end_ - next_ < static_cast<int64_t>(kCountBlockHeaderBytes)) {
    return Damaged("is cut off");
  }
  block_.resize(kCountBlockHeaderBytes);
  ROWSPLIT_RETURN_IF_ERROR(read_(next_, block_.data(), kCountBlockHeaderBytes));
  next_ += kCountBlockHeaderBytes;
  const int64_t size = ReadWord32(block_.data());
  if (size > end_ - next_) return Damaged("is cut off");
  block_.resize(kCountBlockHeaderBytes + static_cast<size_t>(size));
  ROWSPLIT_RETURN_IF_ERROR(
      read_(next_, block_.data() + kCountBlockHeaderBytes, size));
  next_ += size;
  if (ReadWord64(block_.data() + kChecksumOffset) !=
      Checksum(block_, num_blocks_)) {
    return Damaged("does not fit its checksum");
  }
  entries_left_ = ReadWord32(block_.data() + 4);
  position_ = kCountBlockHeaderBytes;
  if (entries_left_ == 0) return Damaged("holds no entry");
  return absl::OkStatus();
}

inline bool CountBlockReader::ReadNumber(uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && position_ < block_.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(block_[position_++]);
    value |= uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return shift < 63 || byte <= 1;
  }
  return false;
}

absl::StatusOr<bool> CountBlockReader::Next() {
  bool starts_block = false;
  if (entries_left_ == 0) {
    if (position_ != block_.size()) return Damaged("has bytes after its end");
    if (next_ == end_) return false;
    if (!block_.empty()) ++num_blocks_;
    ROWSPLIT_RETURN_IF_ERROR(LoadBlock());
    starts_block = true;
  }
  uint64_t shared;
  uint64_t rest_size;
  if (!ReadNumber(shared) || !ReadNumber(rest_size) ||
      shared > (starts_block ? 0 : token_.size()) ||
      rest_size > block_.size() - position_) {
    return Damaged("holds a token that is cut off");
  }
  const std::string_view rest(block_.data() + position_, rest_size);
  if (format_.order == CountOrder::kToken && !is_first_ &&
      rest <= std::string_view(token_).substr(shared)) {
    return Damaged("holds tokens that are not in order");
  }
  position_ += rest_size;
  uint64_t count;
  uint64_t documents = 0;
  if (!ReadNumber(count) || (format_.documents && !ReadNumber(documents)) ||
      count == 0 || count > uint64_t{INT64_MAX} || documents > count) {
    return Damaged("holds a count that is out of range");
  }
  is_first_ = false;
  --entries_left_;
  token_.resize(shared);
  token_.append(rest);
  entry_ = {token_, static_cast<int64_t>(count),
            static_cast<int64_t>(documents)};
  return true;
}

}  // namespace rowsplit::internal
