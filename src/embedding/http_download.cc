#include "embedding/http_download.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/status_macros.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/version.h"

namespace rowsplit::internal {

namespace {

struct CleanUpCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, CleanUpCurl>;

void InitCurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// One request and its answer.
struct Transfer {
  const std::string& url;
  const FetchOptions& options;
  PartialFile& file;
  CURL* curl;
  // Of the last answer: the one before were redirects.
  std::string version;
  int64_t range_begin = -1;
  bool has_begun = false;
  // Why a callback ended the transfer.
  absl::Status error;
};

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// The value of a header line called `name` (in lower case); empty for others.
std::string_view HeaderValue(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return {};
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = line[i];
    if (('A' <= c && c <= 'Z' ? c + 32 : c) != name[i]) return {};
  }
  return Trimmed(line.substr(name.size() + 1));
}

// The begin of "bytes 100-199/200", or -1.
int64_t RangeBegin(std::string_view range) {
  constexpr std::string_view kUnit = "bytes ";
  if (!range.starts_with(kUnit)) return -1;
  range.remove_prefix(kUnit.size());
  int64_t begin = -1;
  const auto parsed =
      std::from_chars(range.data(), range.data() + range.size(), begin);
  return parsed.ec == std::errc() ? begin : -1;
}

size_t OnHeader(char* data, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {
    transfer.version.clear();
    transfer.range_begin = -1;
  }
  const std::string_view tag = HeaderValue(line, "etag");
  // A weak one does not promise the same bytes.
  if (!tag.empty() && !tag.starts_with("W/")) transfer.version = tag;
  const std::string_view date = HeaderValue(line, "last-modified");
  if (!date.empty() && transfer.version.empty()) transfer.version = date;
  const std::string_view range = HeaderValue(line, "content-range");
  if (!range.empty()) transfer.range_begin = RangeBegin(range);
  return size * count;
}

int64_t StatusOf(CURL* curl) {
  long status = 0;  // NOLINT: libcurl's type
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

absl::Status CheckRoom(const Transfer& transfer, int64_t more_bytes) {
  if (more_bytes <= transfer.options.max_bytes - transfer.file.size_bytes) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(
      absl::StrFormat("%s: the file has more than max_bytes=%d bytes",
                      transfer.url, transfer.options.max_bytes));
}

absl::Status StoreVersion(const PartialFile& file) {
  ROWSPLIT_ASSIGN_OR_RETURN(AtomicFile stored,
                            AtomicFile::Open(file.version_path, {}));
  ROWSPLIT_RETURN_IF_ERROR(stored.Append(file.version));
  return stored.Commit();
}

// Before the first byte: where does what comes belong?
absl::Status Begin(Transfer& transfer) {
  if (transfer.has_begun) return absl::OkStatus();
  transfer.has_begun = true;
  PartialFile& file = transfer.file;
  if (StatusOf(transfer.curl) == 206) {
    if (transfer.range_begin != file.size_bytes) {
      return absl::UnavailableError(absl::StrFormat(
          "%s: the server sent bytes from %d on, asked for those from %d",
          transfer.url, transfer.range_begin, file.size_bytes));
    }
  } else {
    if (::ftruncate(file.fd, 0) != 0) {
      return absl::ErrnoToStatus(errno, "cannot empty a file of the cache");
    }
    file.size_bytes = 0;
    file.version = transfer.version;
    if (absl::Status status = StoreVersion(file); !status.ok()) return status;
  }
  curl_off_t length = -1;
  curl_easy_getinfo(transfer.curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  return CheckRoom(transfer, std::max<int64_t>(length, 0));
}

absl::Status Store(Transfer& transfer, std::string_view bytes) {
  if (absl::Status status = Begin(transfer); !status.ok()) return status;
  if (absl::Status status =
          CheckRoom(transfer, static_cast<int64_t>(bytes.size()));
      !status.ok()) {
    return status;
  }
  PartialFile& file = transfer.file;
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(file.fd, bytes.data(), bytes.size(), file.size_bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return absl::ErrnoToStatus(
          errno,
          absl::StrFormat("cannot store what comes from %s", transfer.url));
    }
    file.size_bytes += count;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const int64_t status = StatusOf(transfer.curl);
  if (status != 200 && status != 206) return size * count;
  transfer.error = Store(transfer, {data, size * count});
  return transfer.error.ok() ? size * count : 0;
}

int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& transfer = *static_cast<Transfer*>(user);
  const CancellationToken* const token = transfer.options.exec.cancellation;
  return token != nullptr && token->cancelled() ? 1 : 0;
}

// `request` gets the headers, which the handle only refers to.
void SetOptions(Transfer& transfer,
                std::unique_ptr<curl_slist, FreeList>& request) {
  CURL* const curl = transfer.curl;
  const FetchOptions& options = transfer.options;
  const bool is_https = transfer.url.starts_with("https://");
  const std::string agent = "rowsplit/" + std::string(Version());
  curl_easy_setopt(curl, CURLOPT_URL, transfer.url.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR,
                   is_https ? "https" : "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS,
                   static_cast<long>(options.max_redirects));  // NOLINT
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(
      curl, CURLOPT_CONNECTTIMEOUT,
      static_cast<long>(options.connect_timeout_seconds));  // NOLINT
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
                   static_cast<long>(options.stall_timeout_seconds));  // NOLINT
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  const PartialFile& file = transfer.file;
  if (file.size_bytes > 0 && !file.version.empty()) {
    const std::string range = absl::StrFormat("%d-", file.size_bytes);
    curl_easy_setopt(curl, CURLOPT_RANGE, range.c_str());
    request.reset(
        curl_slist_append(nullptr, ("If-Range: " + file.version).c_str()));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request.get());
  }
}

absl::Status AnswerError(const std::string& url, int64_t status) {
  const std::string message = absl::StrFormat(
      "%s: the server answered with HTTP status %d", url, status);
  if (status == 404 || status == 410) return absl::NotFoundError(message);
  if (status == 401 || status == 403) {
    return absl::PermissionDeniedError(message);
  }
  return absl::UnavailableError(message);
}

}  // namespace

DownloadResult DownloadRest(const std::string& url, const FetchOptions& options,
                            PartialFile& file) {
  InitCurl();
  const Curl curl(curl_easy_init());
  if (curl == nullptr) return {absl::InternalError("cannot start libcurl")};
  Transfer transfer{url, options, file, curl.get(), {}, -1, false, {}};
  std::unique_ptr<curl_slist, FreeList> request;
  SetOptions(transfer, request);
  char detail[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, detail);
  const CURLcode code = curl_easy_perform(curl.get());
  if (!transfer.error.ok()) return {transfer.error};
  const int64_t status = StatusOf(curl.get());
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return {absl::CancelledError("the download of " + url + " was cancelled")};
  }
  const bool has_answer = status == 200 || status == 206;
  if (code != CURLE_OK) {
    const std::string why =
        detail[0] != '\0' ? detail : curl_easy_strerror(code);
    return {absl::UnavailableError(absl::StrFormat(
                "%s: %s (HTTP status %d, %d bytes are in the cache)", url, why,
                status, file.size_bytes)),
            has_answer && transfer.has_begun};
  }
  if (status == 416) {  // What is in the cache is no part of the file.
    file.version.clear();
    return {AnswerError(url, status), true};
  }
  if (!has_answer) return {AnswerError(url, status)};
  return {Begin(transfer)};  // of an empty file
}

std::string UnescapeUrl(const std::string& url) {
  InitCurl();
  const Curl curl(curl_easy_init());
  int size = 0;
  char* const text = curl_easy_unescape(curl.get(), url.c_str(),
                                        static_cast<int>(url.size()), &size);
  if (text == nullptr) return url;
  std::string unescaped(text, static_cast<size_t>(size));
  curl_free(text);
  return unescaped;
}

}  // namespace rowsplit::internal
