#include "rowsplit/embedding/fetch.h"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "core/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/embedding.h"
#include "support/files.h"
#include "support/http_server.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using testing::FailsWith;
using ::testing::HasSubstr;
using testing::HttpServer;
using ::testing::Not;
using testing::TempFolder;

std::string Sha256(std::string_view bytes) {
  internal::Sha256 hash;
  hash.Update(bytes);
  return hash.Finish();
}

// An answer that promises `length` bytes of body.
std::string Answer(std::string_view status, std::string_view headers,
                   std::string_view body, size_t length) {
  return "HTTP/1.1 " + std::string(status) +
         "\r\nConnection: close\r\nContent-Length: " + std::to_string(length) +
         "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

std::string Answer(std::string_view status, std::string_view headers,
                   std::string_view body) {
  return Answer(status, headers, body, body.size());
}

// The first byte that a request asks for, or -1.
int64_t RangeOf(const std::string& request) {
  const size_t range = request.find("Range: bytes=");
  if (range == std::string::npos) return -1;
  return std::atoll(request.c_str() + range + 13);
}

std::string RangeAnswer(const std::string& body, int64_t begin) {
  return Answer("206 Partial Content",
                "ETag: \"v1\"\r\nContent-Range: bytes " +
                    std::to_string(begin) + "-" +
                    std::to_string(body.size() - 1) + "/" +
                    std::to_string(body.size()) + "\r\n",
                std::string_view(body).substr(static_cast<size_t>(begin)));
}

class FetchTest : public ::testing::Test {
 protected:
  FetchOptions Options(std::string sha256 = "") const {
    FetchOptions options;
    options.cache_folder = cache_ / "cache";
    options.sha256 = std::move(sha256);
    options.connect_timeout_seconds = 5;
    options.stall_timeout_seconds = 5;
    return options;
  }
  static std::string ReadAll(const absl::StatusOr<std::string>& path) {
    EXPECT_TRUE(path.ok()) << path.status();
    if (!path.ok()) return "";
    const std::filesystem::path file = *path;
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // The files in the cache that end in `ending`.
  int NumFiles(std::string_view ending) const {
    int count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(cache_ / "cache")) {
      count += entry.path().string().ends_with(ending);
    }
    return count;
  }

  TempFolder cache_;
};

constexpr std::string_view kBody = "the 0.1 0.2\ncat 0.3 0.4\n";

TEST_F(FetchTest, DownloadsOnceAndThenAsksNobody) {
  const HttpServer server(
      [](const std::string&) { return Answer("200 OK", "", kBody); });
  const std::string url = server.Url("/a/words.txt?x=1");
  const auto path = Fetch(url, Options());
  EXPECT_EQ(ReadAll(path), kBody);
  EXPECT_THAT(*path, HasSubstr("-words.txt"));
  EXPECT_EQ(*Fetch(url, Options(Sha256(kBody))), *path);
  FetchOptions offline = Options();
  offline.offline = true;
  EXPECT_EQ(*Fetch(url, offline), *path);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(NumFiles(".part"), 0);
}

TEST_F(FetchTest, GoesOnWhereATransferBrokeOff) {
  const std::string body(200000, 'x');
  const HttpServer server([&](const std::string& request) {
    const int64_t begin = RangeOf(request);
    if (begin >= 0) return RangeAnswer(body, begin);
    return Answer("200 OK", "ETag: \"v1\"\r\n", body.substr(0, 50000),
                  body.size());
  });
  EXPECT_EQ(ReadAll(Fetch(server.Url("/w"), Options(Sha256(body)))), body);
  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_THAT(server.requests()[1], HasSubstr("Range: bytes=50000-"));
  EXPECT_THAT(server.requests()[1], HasSubstr("If-Range: \"v1\""));
}

TEST_F(FetchTest, GoesOnInALaterCall) {
  const std::string body = "0123456789";
  bool works = false;
  const HttpServer server([&](const std::string& request) {
    const int64_t begin = RangeOf(request);
    if (!works && begin >= 0) return Answer("503 Busy", "", "");
    if (begin >= 0) return RangeAnswer(body, begin);
    return Answer("200 OK", "ETag: \"v1\"\r\n", body.substr(0, 4), body.size());
  });
  EXPECT_THAT(Fetch(server.Url("/w"), Options()),
              FailsWith(absl::StatusCode::kUnavailable, "HTTP status 503"));
  EXPECT_EQ(NumFiles(".part"), 1);
  works = true;
  EXPECT_EQ(ReadAll(Fetch(server.Url("/w"), Options())), body);
  EXPECT_EQ(NumFiles(".part") + NumFiles(".version"), 0);
}

TEST_F(FetchTest, StartsAgainWhereTheServerGivesNoParts) {
  const std::string body = "0123456789";
  int calls = 0;
  const HttpServer server([&](const std::string&) {
    const bool first = ++calls == 1;
    return Answer("200 OK", "ETag: \"v" + std::to_string(calls) + "\"\r\n",
                  first ? body.substr(0, 4) : body, body.size());
  });
  EXPECT_EQ(ReadAll(Fetch(server.Url("/w"), Options())), body);
  EXPECT_THAT(server.requests()[1], HasSubstr("Range: bytes=4-"));
}

TEST_F(FetchTest, DoesNotAskForPartsOfAFileWithoutAVersion) {
  const std::string body = "0123456789";
  int calls = 0;
  const HttpServer server([&](const std::string&) {
    return Answer("200 OK", "ETag: W/\"weak\"\r\n",
                  ++calls == 1 ? body.substr(0, 4) : body, body.size());
  });
  EXPECT_EQ(ReadAll(Fetch(server.Url("/w"), Options())), body);
  EXPECT_THAT(server.requests()[1], Not(HasSubstr("Range:")));
}

TEST_F(FetchTest, GivesUpOnAServerThatAlwaysBreaksOff) {
  const HttpServer server(
      [&](const std::string&) { return Answer("200 OK", "", "0123", 10); });
  const auto path = Fetch(server.Url("/w"), Options());
  EXPECT_THAT(path,
              FailsWith(absl::StatusCode::kUnavailable, "4 bytes are in"));
  EXPECT_THAT(path, FailsWith(absl::StatusCode::kUnavailable, "/w: "));
  EXPECT_EQ(server.requests().size(), 5u);
}

TEST_F(FetchTest, RefusesPartsThatWereNotAskedFor) {
  const std::string body = "0123456789";
  const HttpServer server([&](const std::string& request) {
    if (RangeOf(request) >= 0) return RangeAnswer(body, 2);
    return Answer("200 OK", "ETag: \"v1\"\r\n", body.substr(0, 4), body.size());
  });
  EXPECT_THAT(Fetch(server.Url("/w"), Options()),
              FailsWith(absl::StatusCode::kUnavailable,
                        "bytes from 2 on, asked for those from 4"));
}

TEST_F(FetchTest, ComparesTheSha256) {
  std::string body = "one";
  const HttpServer server(
      [&](const std::string&) { return Answer("200 OK", "", body); });
  const std::string url = server.Url("/w");
  EXPECT_THAT(Fetch(url, Options(Sha256("two"))),
              FailsWith(absl::StatusCode::kDataLoss, Sha256("one")));
  EXPECT_EQ(NumFiles("-w"), 0);
  EXPECT_EQ(NumFiles(".part"), 0);
  EXPECT_EQ(ReadAll(Fetch(url, Options(Sha256("one")))), "one");
  // Another digest is another file: it is asked for, unless offline.
  FetchOptions offline = Options(Sha256("two"));
  offline.offline = true;
  EXPECT_THAT(Fetch(url, offline),
              FailsWith(absl::StatusCode::kDataLoss, "offline"));
  body = "two";
  EXPECT_EQ(ReadAll(Fetch(url, Options(Sha256("two")))), "two");
  EXPECT_THAT(Fetch(url, Options("123")),
              FailsWith(absl::StatusCode::kInvalidArgument, "64 hexadecimal"));
}

TEST_F(FetchTest, NamesUrlAndStatus) {
  std::string status = "404 Not Found";
  const HttpServer server(
      [&](const std::string&) { return Answer(status, "", "sorry"); });
  EXPECT_THAT(Fetch(server.Url("/w"), Options()),
              FailsWith(absl::StatusCode::kNotFound,
                        server.Url("/w") +
                            ": the server answered with HTTP status 404"));
  status = "403 Forbidden";
  EXPECT_THAT(Fetch(server.Url("/w"), Options()),
              FailsWith(absl::StatusCode::kPermissionDenied, "403"));
  status = "500 Oh";
  EXPECT_THAT(Fetch(server.Url("/w"), Options()),
              FailsWith(absl::StatusCode::kUnavailable, "500"));
  EXPECT_EQ(NumFiles("-w"), 0);
}

TEST_F(FetchTest, LeavesNothingOfADownloadThatCameToNothing) {
  const HttpServer server([](const std::string&) {
    return Answer("404 Not Found", "ETag: \"v1\"\r\n", "no such file");
  });
  EXPECT_THAT(Fetch(server.Url("/w"), Options()),
              FailsWith(absl::StatusCode::kNotFound, "404"));
  EXPECT_EQ(NumFiles(""), 0);
}

TEST_F(FetchTest, LeavesTheFileAndItsDigest) {
  const HttpServer server(
      [](const std::string&) { return Answer("200 OK", "", kBody); });
  const auto path = Fetch(server.Url("/w"), Options());
  EXPECT_EQ(ReadAll(path), kBody);
  EXPECT_EQ(NumFiles(""), 2);
  EXPECT_EQ(NumFiles(".sha256"), 1);
}

TEST_F(FetchTest, ReadsAFileAgainThatWasWrittenSince) {
  const HttpServer server(
      [](const std::string&) { return Answer("200 OK", "", kBody); });
  const std::string url = server.Url("/w");
  const std::filesystem::path path = *Fetch(url, Options(Sha256(kBody)));
  const auto time = std::filesystem::last_write_time(path);
  const std::string other(kBody.size(), 'x');
  const auto overwrite = [&] { std::ofstream(path) << other; };
  // Of another time it is another file, which is brought again.
  overwrite();
  std::filesystem::last_write_time(path, time + std::chrono::seconds(1));
  EXPECT_EQ(ReadAll(Fetch(url, Options(Sha256(kBody)))), kBody);
  EXPECT_EQ(server.requests().size(), 2u);
  // A touched file is right after one look.
  std::filesystem::last_write_time(path, time + std::chrono::seconds(2));
  EXPECT_EQ(ReadAll(Fetch(url, Options(Sha256(kBody)))), kBody);
  EXPECT_EQ(server.requests().size(), 2u);
  // With size and time restored, only reading it tells.
  overwrite();
  std::filesystem::last_write_time(path, time + std::chrono::seconds(2));
  EXPECT_EQ(ReadAll(Fetch(url, Options(Sha256(kBody)))), other);
  FetchOptions rehash = Options(Sha256(kBody));
  rehash.rehash = true;
  EXPECT_EQ(ReadAll(Fetch(url, rehash)), kBody);
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(FetchTest, FollowsSomeRedirects) {
  int num_redirects = 3;
  const HttpServer server([&](const std::string& request) {
    const int hop = std::atoi(request.c_str() + request.find("/hop") + 4);
    if (hop == num_redirects) return Answer("200 OK", "", kBody);
    return Answer("302 Found",
                  "Location: /hop" + std::to_string(hop + 1) + "\r\n", "");
  });
  EXPECT_EQ(ReadAll(Fetch(server.Url("/hop0"), Options())), kBody);
  num_redirects = 100;
  EXPECT_THAT(Fetch(server.Url("/hop1"), Options()),
              FailsWith(absl::StatusCode::kUnavailable, "redirect"));
}

TEST_F(FetchTest, StaysBelowTheLimit) {
  FetchOptions options = Options();
  options.max_bytes = 9;
  const HttpServer server([](const std::string& request) {
    // With and without a promise of the size.
    if (request.find("/long") != std::string::npos) {
      return Answer("200 OK", "", "0123456789");
    }
    return std::string(
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n0123456789");
  });
  for (const char* path : {"/long", "/silent"}) {
    EXPECT_THAT(Fetch(server.Url(path), options),
                FailsWith(absl::StatusCode::kResourceExhausted, "max_bytes=9"));
  }
}

TEST_F(FetchTest, TakesAnEmptyFile) {
  const HttpServer server(
      [](const std::string&) { return Answer("200 OK", "", ""); });
  EXPECT_EQ(ReadAll(Fetch(server.Url("/w"), Options(Sha256("")))), "");
}

TEST_F(FetchTest, OfflineNamesTheCache) {
  FetchOptions options = Options();
  options.offline = true;
  EXPECT_THAT(Fetch("http://127.0.0.1:1/w.vec", options),
              FailsWith(absl::StatusCode::kNotFound, cache_ / "cache"));
  EXPECT_THAT(Fetch("http://127.0.0.1:1/w.vec", Options()),
              FailsWith(absl::StatusCode::kUnavailable, "127.0.0.1"));
}

TEST_F(FetchTest, TakesFileUrls) {
  const std::string path = cache_.Write("a b.txt", kBody);
  const std::string url = "file://" + cache_.path() + "/a%20b.txt";
  EXPECT_EQ(*Fetch(url, Options(Sha256(kBody))), path);
  EXPECT_THAT(Fetch(url, Options(Sha256("x"))),
              FailsWith(absl::StatusCode::kDataLoss, "SHA-256"));
  EXPECT_THAT(Fetch("file://" + cache_.path() + "/none"),
              FailsWith(absl::StatusCode::kNotFound, "none"));
  EXPECT_THAT(Fetch("file://other/x"),
              FailsWith(absl::StatusCode::kInvalidArgument, "absolute path"));
}

TEST_F(FetchTest, RefusesOtherUrls) {
  for (const std::string url : {"ftp://x/y", "words.txt", ""}) {
    EXPECT_FALSE(IsUrl(url));
    EXPECT_THAT(Fetch(url, Options()),
                FailsWith(absl::StatusCode::kInvalidArgument, "begins with"));
  }
}

TEST_F(FetchTest, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  FetchOptions options = Options();
  options.exec.cancellation = &token;
  const HttpServer server(
      [](const std::string&) { return Answer("200 OK", "", "01", 10); });
  EXPECT_THAT(Fetch(server.Url("/w"), options),
              FailsWith(absl::StatusCode::kCancelled, "/w"));
}

TEST_F(FetchTest, DownloadsOnceForManyThreads) {
  const HttpServer server(
      [](const std::string&) { return Answer("200 OK", "", kBody); });
  const std::string url = server.Url("/w");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back(
        [&] { EXPECT_EQ(ReadAll(Fetch(url, Options())), kBody); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(FetchTest, LoadsAnEmbeddingInOneLine) {
  const HttpServer server(
      [](const std::string&) { return Answer("200 OK", "", kBody); });
  LoadOptions options;
  options.sha256 = Sha256(kBody);
  options.cache_folder = cache_ / "cache";
  const auto embedding = Embedding::Load(server.Url("/w.txt"), options);
  ASSERT_TRUE(embedding.ok()) << embedding.status();
  EXPECT_EQ(embedding->Find("cat"), 1);
  options.offline = true;
  EXPECT_TRUE(Embedding::Load(server.Url("/w.txt"), options).ok());
  options.sha256 = Sha256("x");
  const std::string path = cache_.Write("w.txt", kBody);
  EXPECT_THAT(Embedding::Load(path, options),
              FailsWith(absl::StatusCode::kDataLoss, "SHA-256"));
}

}  // namespace
}  // namespace rowsplit
