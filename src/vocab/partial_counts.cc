#include "vocab/partial_counts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/status_macros.h"
#include "rowsplit/core/hash.h"
#include "vocab/spill_file.h"

namespace rowsplit::internal {

namespace {

constexpr std::string_view kMagic("rscounts", 8);
constexpr uint32_t kVersion = 1;
constexpr uint32_t kDocumentsFlag = 1;
constexpr int64_t kHeaderBytes = 64;
constexpr size_t kChecksumOffset = 56;
constexpr size_t kBlockBytes = size_t{1} << 16;

std::string Header(const PartialCountsInfo& info, int64_t size_bytes) {
  std::string header(kMagic);
  AppendWord32(kVersion, header);
  AppendWord32(info.documents ? kDocumentsFlag : 0, header);
  AppendWord64(static_cast<uint64_t>(size_bytes), header);
  AppendWord64(static_cast<uint64_t>(info.num_types), header);
  AppendWord64(static_cast<uint64_t>(info.num_tokens), header);
  AppendWord64(static_cast<uint64_t>(info.num_documents), header);
  AppendWord64(0, header);
  AppendWord64(Xxh3_64(header), header);
  return header;
}

absl::Status Damaged(const std::string& path, std::string_view what) {
  return absl::DataLossError(absl::StrFormat(
      "the file of partial counts %s is damaged: %s", path, what));
}

absl::StatusOr<PartialCountsInfo> ParseHeader(const std::string& path,
                                              std::string_view header,
                                              int64_t size_bytes) {
  if (header.substr(0, kMagic.size()) != kMagic) {
    return absl::DataLossError(absl::StrFormat(
        "%s is no file of partial counts: it does not begin with \"%s\"", path,
        kMagic));
  }
  if (ReadWord64(header.data() + kChecksumOffset) !=
      Xxh3_64(header.substr(0, kChecksumOffset))) {
    return Damaged(path, "the header does not fit its checksum");
  }
  const uint32_t version = ReadWord32(header.data() + 8);
  const uint32_t flags = ReadWord32(header.data() + 12);
  if (version != kVersion || (flags & ~kDocumentsFlag) != 0) {
    return absl::UnimplementedError(absl::StrFormat(
        "the file of partial counts %s has the version %d and the flags %d; "
        "known are version %d and the flags 0 and %d",
        path, version, flags, kVersion, kDocumentsFlag));
  }
  const auto number = [&](size_t offset) {
    return static_cast<int64_t>(ReadWord64(header.data() + offset));
  };
  if (number(16) != size_bytes) {
    return Damaged(path, absl::StrFormat("it has %d bytes, the header says %d",
                                         size_bytes, number(16)));
  }
  const PartialCountsInfo info{(flags & kDocumentsFlag) != 0, number(24),
                               number(32), number(40)};
  if (info.num_types < 0 || info.num_tokens < info.num_types ||
      info.num_documents < 0 || (!info.documents && info.num_documents != 0)) {
    return Damaged(path, "the header's numbers contradict each other");
  }
  return info;
}

}  // namespace

absl::Status WritePartialCounts(
    const std::string& path, PartialCountsInfo info,
    absl::FunctionRef<absl::Status(CountBlockWriter&)> fill) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      AtomicFile file,
      AtomicFile::Open(path, {.buffer_bytes = kBlockBytes, .patched = true}));
  ROWSPLIT_RETURN_IF_ERROR(file.Append(std::string(kHeaderBytes, '\0')));
  CountBlockWriter writer(
      {info.documents, CountOrder::kToken}, kBlockBytes,
      [&](std::string_view bytes) { return file.Append(bytes); });
  ROWSPLIT_RETURN_IF_ERROR(fill(writer));
  ROWSPLIT_RETURN_IF_ERROR(writer.Finish());
  info.num_types = writer.num_entries();
  ROWSPLIT_RETURN_IF_ERROR(
      file.WriteAt(0, Header(info, kHeaderBytes + writer.size_bytes())));
  return file.Commit();
}

absl::StatusOr<PartialCountsReader> PartialCountsReader::Open(
    const std::string& path) {
  // A pipe would wait for a writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return absl::ErrnoToStatus(
        errno,
        absl::StrFormat("can't read the file of partial counts %s", path));
  }
  PartialCountsReader reader;
  reader.path_ = path;
  reader.file_ = std::shared_ptr<const int>(new int(fd), [](const int* opened) {
    ::close(*opened);
    delete opened;
  });
  struct stat info;
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the file of partial counts %s must be a regular file", path));
  }
  reader.size_bytes_ = info.st_size;
  if (reader.size_bytes_ < kHeaderBytes) {
    return Damaged(path, absl::StrFormat("it has %d bytes, a header has %d",
                                         reader.size_bytes_, kHeaderBytes));
  }
  std::string header(kHeaderBytes, '\0');
  ROWSPLIT_RETURN_IF_ERROR(ReadRange(fd, path, 0, header.data(), kHeaderBytes));
  ROWSPLIT_ASSIGN_OR_RETURN(reader.info_,
                            ParseHeader(path, header, reader.size_bytes_));
  return reader;
}

absl::Status PartialCountsReader::Visit(
    absl::FunctionRef<absl::Status(const TokenCount&)> visit) {
  CountBlockReader blocks(
      {info_.documents, CountOrder::kToken},
      "the file of partial counts " + path_, kHeaderBytes, size_bytes_,
      [this](int64_t offset, char* bytes, int64_t size) {
        return ReadRange(*file_, path_, offset, bytes, size);
      });
  int64_t num_types = 0;
  int64_t num_tokens = 0;
  while (true) {
    ROWSPLIT_ASSIGN_OR_RETURN(const bool has_entry, blocks.Next());
    if (!has_entry) break;
    const TokenCount& entry = blocks.entry();
    ++num_types;
    if (__builtin_add_overflow(num_tokens, entry.count, &num_tokens) ||
        num_tokens > info_.num_tokens ||
        entry.documents > info_.num_documents) {
      return Damaged(path_, "it has greater counts than the header says");
    }
    ROWSPLIT_RETURN_IF_ERROR(visit(entry));
  }
  if (num_types != info_.num_types || num_tokens != info_.num_tokens) {
    return Damaged(
        path_, absl::StrFormat("it has %d tokens, %d times in all, the header "
                               "says %d and %d",
                               num_types, num_tokens, info_.num_types,
                               info_.num_tokens));
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
