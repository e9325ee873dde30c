#include "embedding/npz.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/checked_math.h"
#include "core/decoder.h"
#include "core/npy_header.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "embedding/npy_array.h"
#include "embedding/row_portions.h"
#include "embedding/stored_array.h"
#include "embedding/tensor_choice.h"
#include "embedding/zip_directory.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/row_format.h"
#include "vocab/token_text.h"

namespace rowsplit::internal {

namespace {

constexpr std::string_view kEnding = ".npy";
// More than the header of an array of two dimensions takes.
constexpr size_t kHeadBytes = 4096;

// The name that numpy.load gives an array.
std::string_view ArrayName(std::string_view member) {
  if (member.ends_with(kEnding)) member.remove_suffix(kEnding.size());
  return member;
}

absl::StatusOr<bool> HoldsTable(std::span<const char> file,
                                const ZipMember& member,
                                const std::string& name) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string head,
                            ZipMemberHead(file, member, kHeadBytes, name));
  const auto header = ReadNpyArrayHeader(head);
  return header.ok() && header->num_dimensions == 2 &&
         NpyFloat(header->descr).has_value();
}

}  // namespace

absl::StatusOr<StoredArray> NpzArray(const Buffer<char>& file,
                                     const std::string& tensor,
                                     bool check_stored,
                                     const std::string& name) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<ZipMember> members,
                            ReadZipDirectory(file.span(), name));
  std::vector<NamedTensor> tensors;
  for (const ZipMember& member : members) {
    bool is_table = false;
    if (tensor.empty()) {
      ROWSPLIT_ASSIGN_OR_RETURN(is_table,
                                HoldsTable(file.span(), member, name));
    }
    tensors.push_back({std::string(ArrayName(member.name)), is_table});
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const size_t chosen,
                            ChooseTensor(tensors, ArrayName(tensor), name));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<char> bytes,
      ZipMemberBytes(file, members[chosen], check_stored, name));
  return NpyArray(bytes, name + ": " + TokenText(members[chosen].name));
}

absl::Status WriteNpz(const EmbeddingTable& table, RowFormat format,
                      const std::string& tensor, const std::string& path,
                      const ExecOptions& exec) {
  const std::string member = std::string(ArrayName(tensor)) + ".npy";
  if (member.size() > 65535) {
    return absl::InvalidArgumentError(
        "npz: the name of the array must have less than 65532 bytes");
  }
  if (!IsValidUtf8(member) || member.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "npz: %s can't be the name of an array", TokenText(tensor)));
  }
  const std::string header = NpyHeaderOf(table, format);
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t row_bytes,
      TableBytes(format, table.num_rows(), table.width()));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t bytes,
      CheckedAdd(row_bytes, static_cast<int64_t>(header.size())));
  ROWSPLIT_ASSIGN_OR_RETURN(
      AtomicFile file,
      AtomicFile::Open(path, {.patched = true, .with_digest = false}));
  // The CRC comes before the rows, and is known after them.
  ROWSPLIT_RETURN_IF_ERROR(file.Append(
      FrameZipMember(member, static_cast<uint64_t>(bytes), 0).before));
  ROWSPLIT_RETURN_IF_ERROR(file.Append(header));
  uint32_t crc = Crc32(header);
  ROWSPLIT_RETURN_IF_ERROR(
      ForRowPortions(table, format, exec, [&](std::string_view rows) {
        crc = Crc32(rows, crc);
        return file.Append(rows);
      }));
  const ZipFrame frame =
      FrameZipMember(member, static_cast<uint64_t>(bytes), crc);
  ROWSPLIT_RETURN_IF_ERROR(file.Append(frame.after));
  ROWSPLIT_RETURN_IF_ERROR(file.WriteAt(0, frame.before));
  return file.Commit();
}

}  // namespace rowsplit::internal
