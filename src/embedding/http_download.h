#ifndef ROWSPLIT_SRC_EMBEDDING_HTTP_DOWNLOAD_H_
#define ROWSPLIT_SRC_EMBEDDING_HTTP_DOWNLOAD_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/embedding/fetch.h"

namespace rowsplit::internal {

// A download that goes on where it broke off.
struct PartialFile {
  // Open for reading and writing; its bytes are the beginning of the file.
  int fd = -1;
  int64_t size_bytes = 0;
  // What the server calls this version of the file (an ETag, or the date);
  // empty: the bytes are of no use.
  std::string version;
  // Where the version is stored before the first byte is, so that a process
  // that ends leaves something to go on with.
  std::string version_path;
};

struct DownloadResult {
  // OK if the file is whole.
  absl::Status status;
  // Whether it makes sense to ask for the rest at once.
  bool is_broken_off = false;
};

// Asks for the rest of the file once, and for all of it if the server's is
// another version or it gives no parts. The bytes and the version are in
// `file` afterwards, whatever happened.
DownloadResult DownloadRest(const std::string& url, const FetchOptions& options,
                            PartialFile& file);

// A URL's bytes with "%20" and the like decoded.
std::string UnescapeUrl(const std::string& url);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_HTTP_DOWNLOAD_H_
