#include "rowsplit/vocab/token_counter.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/parallel.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/counted_tokens.h"
#include "support/files.h"
#include "support/hostile_tokens.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using testing::CountedToken;
using testing::CountedTokens;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

CountedTokens Tokens(const TokenCounts& counts) {
  CountedTokens tokens;
  for (int64_t i = 0; i < counts.tokens.size(); ++i) {
    tokens.emplace_back(std::string(counts.tokens[i]), counts.counts[i],
                        counts.documents.empty() ? 0 : counts.documents[i]);
  }
  return tokens;
}

CountedTokens WithoutDocuments(CountedTokens tokens) {
  for (CountedToken& token : tokens) token.documents = 0;
  return tokens;
}

// Cuts the rows into pieces and counts these on the counter's threads.
absl::Status CountRows(const testing::TokenRows& rows, TokenCounter& counter,
                       testing::Random& random) {
  std::vector<testing::RowText> pieces;
  for (size_t begin = 0; begin < rows.size();) {
    const size_t end =
        std::min(rows.size(), begin + 1 + testing::Below(random, 400));
    pieces.emplace_back(
        testing::TokenRows(rows.begin() + static_cast<int64_t>(begin),
                           rows.begin() + static_cast<int64_t>(end)));
    begin = end;
  }
  return internal::ParallelFor(
      counter.options().exec, static_cast<int64_t>(pieces.size()), 1,
      [&](int64_t begin, int64_t end) {
        absl::Status status;
        for (int64_t i = begin; i < end && status.ok(); ++i) {
          const auto& piece = pieces[static_cast<size_t>(i)];
          status =
              counter.options().documents
                  ? counter.AddRows(piece.text.bytes(), piece.text.spans(),
                                    piece.row_ends)
                  : counter.AddSpans(piece.text.bytes(), piece.text.spans());
        }
        return status;
      });
}

// Rows with enough types to pass the least limit many times.
testing::TokenRows LargeRows(testing::Random& random) {
  testing::TokenRows rows = testing::RandomTokenRows(random, 3000);
  const auto types = testing::Counters(40000);
  for (const int passes : {0, 1}) {
    for (size_t i = 0; i < types.size(); ++i) {
      if (i % 50 == 0) rows.emplace_back();
      rows.back().push_back(types[(i * 7919 + passes) % types.size()]);
    }
  }
  rows.emplace_back(types.begin(), types.begin() + 30000);  // a huge one
  rows.back().insert(rows.back().end(), types.begin(), types.begin() + 20000);
  return rows;
}

TEST(TokenCounter, EqualsAMapForAnyThreadsOrderAndLimit) {
  ROWSPLIT_SEEDED_RANDOM(random);
  testing::TokenRows rows = LargeRows(random);
  const CountedTokens all = testing::CountByMap(rows);
  int64_t num_tokens = 0;
  for (const auto& row : rows) num_tokens += static_cast<int64_t>(row.size());
  for (const bool documents : {true, false}) {
    const CountedTokens expected = documents ? all : WithoutDocuments(all);
    for (const int64_t limit : {int64_t{-1}, TokenCounter::kMinMemoryLimit,
                                int64_t{3} << 20, int64_t{1} << 30}) {
      for (const int threads : {1, 4}) {
        SCOPED_TRACE(::testing::Message()
                     << documents << " " << limit << " " << threads);
        auto counter = TokenCounter::Create({.documents = documents,
                                             .memory_limit = limit,
                                             .exec = {.num_threads = threads}});
        ASSERT_TRUE(counter.ok()) << counter.status();
        std::shuffle(rows.begin(), rows.end(), random);
        ASSERT_TRUE(CountRows(rows, *counter, random).ok());
        EXPECT_EQ(counter->num_tokens(), num_tokens);
        EXPECT_EQ(counter->num_documents(),
                  documents ? static_cast<int64_t>(rows.size()) : 0);
        if (limit > 0 && limit < 1 << 22) {
          EXPECT_GT(counter->spilled_bytes(), 0);
        }
        for (const int64_t max_tokens : {-1, 0, 5, 2000, 40000}) {
          const auto counts = counter->MostCommon(max_tokens, 2);
          ASSERT_TRUE(counts.ok()) << counts.status();
          ASSERT_EQ(Tokens(*counts),
                    testing::MostCommonBySort(expected, max_tokens, 2));
          EXPECT_EQ(counts->num_types, static_cast<int64_t>(all.size()));
          EXPECT_EQ(counts->num_tokens, num_tokens);
        }
        EXPECT_EQ(*counter->CountTypes(), static_cast<int64_t>(all.size()));
      }
    }
  }
}

TEST(TokenCounter, GoesOnAfterAResult) {
  for (const int64_t limit : {int64_t{-1}, TokenCounter::kMinMemoryLimit}) {
    auto counter = *TokenCounter::Create({.memory_limit = limit});
    EXPECT_EQ(Tokens(*counter.MostCommon(-1)), CountedTokens{});
    for (const int count : {1, 2}) {
      ASSERT_TRUE(counter.Add("a").ok());
      ASSERT_TRUE(counter.Add(std::string(100, 'b'), 2).ok());
      ASSERT_TRUE(counter.Add("never", 0).ok());
      EXPECT_EQ(Tokens(*counter.MostCommon(-1)),
                (CountedTokens{{std::string(100, 'b'), 2 * count, 0},
                               {"a", count, 0}}));
    }
  }
}

TEST(TokenCounter, PartialCountsAddUpToTheWhole) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const testing::TempFolder folder;
  const testing::TokenRows rows = LargeRows(random);
  std::vector<testing::TokenRows> parts(3);
  for (const auto& row : rows)
    parts[testing::Below(random, parts.size())].push_back(row);
  for (size_t i = 0; i < parts.size(); ++i) {
    auto counter = *TokenCounter::Create(
        {.documents = true,
         .memory_limit = i == 0 ? -1 : TokenCounter::kMinMemoryLimit});
    ASSERT_TRUE(CountRows(parts[i], counter, random).ok());
    const std::string path = folder / std::to_string(i);
    ASSERT_TRUE(counter.SavePartial(path).ok());
    // Saving leaves the counts, and the bytes are the same again.
    ASSERT_TRUE(counter.SavePartial(folder / "again").ok());
    EXPECT_EQ(folder.Read("again"), folder.Read(std::to_string(i)));
  }
  std::string bytes;
  for (const int64_t limit : {int64_t{-1}, TokenCounter::kMinMemoryLimit}) {
    auto sum =
        *TokenCounter::Create({.documents = true, .memory_limit = limit});
    for (const int part : {2, 0, 1})
      ASSERT_TRUE(sum.MergePartial(folder / std::to_string(part)).ok());
    EXPECT_EQ(Tokens(*sum.MostCommon(-1)),
              testing::MostCommonBySort(testing::CountByMap(rows), -1, 1));
    EXPECT_EQ(sum.num_documents(), static_cast<int64_t>(rows.size()));
    ASSERT_TRUE(sum.SavePartial(folder / "sum").ok());
    if (bytes.empty()) bytes = folder.Read("sum");
    EXPECT_EQ(folder.Read("sum"), bytes);
  }
}

TEST(TokenCounter, BuildsTheVocabularyOfABuilder) {
  for (const int64_t limit : {int64_t{-1}, TokenCounter::kMinMemoryLimit}) {
    auto counter = *TokenCounter::Create({.memory_limit = limit});
    for (const std::string_view token : {"b", "a", "c", "b", "a", "[UNK]"})
      ASSERT_TRUE(counter.Add(token).ok());
    const auto vocabulary = counter.Build({.max_tokens = 4});
    ASSERT_TRUE(vocabulary.ok());
    ASSERT_EQ(vocabulary->size(), 4);
    EXPECT_EQ(vocabulary->token(1), "[UNK]");
    EXPECT_EQ(vocabulary->token(2), "b");
    EXPECT_EQ(vocabulary->token(3), "a");
    EXPECT_EQ(counter.Build({.max_tokens = 1}).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(TokenCounter, VisitsUntilTheVisitorFails) {
  auto counter = *TokenCounter::Create({.memory_limit = 1 << 20});
  ASSERT_TRUE(counter.Add("a").ok());
  const auto fail = [](const TokenCount&) { return absl::AbortedError("no"); };
  EXPECT_EQ(counter.VisitMostCommon(-1, 1, fail).code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(*counter.CountTypes(), 1);
}

TEST(TokenCounter, RefusesCountsThatDoNotFit) {
  const testing::TempFolder folder;
  auto counter = *TokenCounter::Create();
  ASSERT_TRUE(counter.Add("a", INT64_MAX - 1).ok());
  ASSERT_TRUE(counter.Add("b").ok());
  const absl::Status status = counter.Add("b");
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()), HasSubstr("do not fit 64 bits"));
  ASSERT_TRUE(counter.SavePartial(folder / "counts").ok());
  EXPECT_EQ(counter.MergePartial(folder / "counts").code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Tokens(*counter.MostCommon(-1)),
            (CountedTokens{{"a", INT64_MAX - 1, 0}, {"b", 1, 0}}));
}

TEST(TokenCounter, RefusesBadArguments) {
  const auto low = TokenCounter::Create({.memory_limit = (1 << 20) - 1});
  EXPECT_EQ(low.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(low.status().message()), HasSubstr("1048576"));
  EXPECT_EQ(TokenCounter::Create({.memory_limit = 1 << 20,
                                  .temporary_folder = "/no/such/folder"})
                .status()
                .code(),
            absl::StatusCode::kNotFound);
  const testing::TempFolder folder;
  auto plain = *TokenCounter::Create();
  EXPECT_EQ(plain.AddRows("", {}, {}).code(),
            absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(plain.SavePartial(folder / "plain").ok());
  auto counter = *TokenCounter::Create({.documents = true});
  const absl::Status mixed = counter.MergePartial(folder / "plain");
  EXPECT_EQ(mixed.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(mixed.message()),
              HasSubstr("does not count documents, this counter does"));
  EXPECT_EQ(counter.SavePartial(folder / "no/such/folder").code(),
            absl::StatusCode::kNotFound);
}

TEST(TokenCounter, KeepsTheErrorOfAFullDisk) {
  const testing::TempFolder folder;
  auto counter = *TokenCounter::Create(
      {.memory_limit = 1 << 20, .temporary_folder = folder.path()});
  struct rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit low = before;
  low.rlim_cur = 1000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
  const auto types = testing::Counters(100000);
  const testing::Text text(types);
  const absl::Status status = counter.AddSpans(text.bytes(), text.spans());
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr(folder.path()));
  EXPECT_EQ(counter.Add("a"), status);
  EXPECT_EQ(counter.MostCommon(-1).status(), status);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// The process's address space is made too small in a child of it.
TEST(TokenCounter, FailsAndDoesNotWaitAfterMemoryRanOut) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer needs its addresses";
#endif
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(60);
    auto counter = *TokenCounter::Create({.exec = {.num_threads = 1}});
    struct rlimit low = {.rlim_cur = 0, .rlim_max = RLIM_INFINITY};
    std::ifstream("/proc/self/statm") >> low.rlim_cur;
    low.rlim_cur = low.rlim_cur * ::getpagesize() + (64 << 20);
    ::setrlimit(RLIMIT_AS, &low);
    bool threw = false;
    try {
      for (int i = 0; i < 10'000'000 && counter.Add(std::to_string(i)).ok();)
        ++i;
    } catch (const std::bad_alloc&) {
      threw = true;
    }
    const bool fails =
        counter.Add("a").code() == absl::StatusCode::kResourceExhausted &&
        !counter.MostCommon(-1).ok();
    ::_exit(threw && fails ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace rowsplit
