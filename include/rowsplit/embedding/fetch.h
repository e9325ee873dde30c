#ifndef ROWSPLIT_EMBEDDING_FETCH_H_
#define ROWSPLIT_EMBEDDING_FETCH_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"

namespace rowsplit {

struct FetchOptions {
  // The file's SHA-256 in hexadecimal. Empty: any content is taken.
  std::string sha256 = {};
  // Empty: $ROWSPLIT_CACHE, else $XDG_CACHE_HOME/rowsplit, else
  // ~/.cache/rowsplit.
  std::string cache_folder = {};
  // Read a file of the cache again to compare its SHA-256, also where its size
  // and time of change are those that it had when it was right.
  bool rehash = false;
  // Ask nobody: a file that is not in the cache is NotFound.
  bool offline = false;
  int64_t connect_timeout_seconds = 30;
  // A transfer that brings nothing for so long is broken off.
  int64_t stall_timeout_seconds = 60;
  // No more than this is taken.
  int64_t max_bytes = int64_t{1} << 40;
  int64_t max_redirects = 5;
  ExecOptions exec = {};
};

// Whether a name is a URL that Fetch takes: it begins with https://, http:// or
// file://.
bool IsUrl(std::string_view name);

// The path of the file that a URL leads to, for reading. It is downloaded once
// into the cache folder, under a name made of the URL, and appears there when
// it is whole and has the right SHA-256; later calls ask nobody. A download
// that broke off goes on where it ended, if the server says that its file is
// still the same; of one that brought nothing to go on with nothing is left.
// Two processes do not download one URL at the same time: the
// second waits. A file:// URL is the file itself.
//
//   Fetch("https://example.org/words.vec.gz", {.sha256 = "9f86…"});
//   // "/home/ann/.cache/rowsplit/3b9c…-words.vec.gz"
//
// The certificate of an https server must be good, and redirects stay inside
// https and http (from https to https only). Errors name the URL and the
// status: NotFound for 404 and for a missing file offline, PermissionDenied for
// 401 and 403, Unavailable for other answers, servers that can't be reached and
// transfers that break off, DataLoss for a wrong SHA-256, ResourceExhausted for
// a file above `max_bytes`, Cancelled, InvalidArgument for another URL.
absl::StatusOr<std::string> Fetch(const std::string& url,
                                  const FetchOptions& options = {});

// InvalidArgument unless `sha256` is 64 hexadecimal digits; DataLoss unless it
// is that of the file. `name` is for the message. O(bytes).
absl::Status CheckSha256(const std::string& path, std::string_view sha256,
                         const std::string& name);

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_FETCH_H_
