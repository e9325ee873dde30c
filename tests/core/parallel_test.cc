#include "core/parallel.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/tsan_order.h"
#include "gtest/gtest.h"
#include "oneapi/tbb/global_control.h"
#include "oneapi/tbb/parallel_for.h"
#include "oneapi/tbb/task_arena.h"
#include "rowsplit/core/exec.h"

namespace rowsplit::internal {
namespace {

constexpr int kThreadCounts[] = {1, 2, 8};

TEST(ParallelFor, VisitsEveryIndexOnce) {
  for (const int threads : kThreadCounts) {
    for (const int64_t size : {0, 1, 9, 10, 11, 1000}) {
      std::vector<std::atomic<int>> visits(size);
      ASSERT_TRUE(ParallelFor({.num_threads = threads}, size, 10,
                              [&](int64_t begin, int64_t end) {
                                for (int64_t i = begin; i < end; ++i)
                                  ++visits[i];
                                return absl::OkStatus();
                              })
                      .ok());
      for (const auto& count : visits) EXPECT_EQ(count.load(), 1);
    }
  }
}

TEST(ParallelFor, ReturnsTheErrorOfTheLowestPiece) {
  for (const int threads : kThreadCounts) {
    for (int repeat = 0; repeat < 50; ++repeat) {
      const absl::Status status = ParallelFor(
          {.num_threads = threads}, 100, 1, [](int64_t begin, int64_t) {
            return begin % 30 == 17
                       ? absl::InvalidArgumentError(absl::StrCat("at ", begin))
                       : absl::OkStatus();
          });
      EXPECT_EQ(status.message(), "at 17");
    }
  }
}

TEST(ParallelFor, StopsWhenCancelled) {
  CancellationToken token;
  token.Cancel();
  int calls = 0;
  const absl::Status status = ParallelFor(
      {.num_threads = 1, .cancellation = &token}, 5, 1, [&](int64_t, int64_t) {
        ++calls;
        return absl::OkStatus();
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(calls, 0);
}

TEST(WorkerLocal, HoldsEveryAddition) {
  for (const int threads : kThreadCounts) {
    const ExecOptions exec{.num_threads = threads};
    WorkerLocal<int64_t> sums(exec);
    ASSERT_TRUE(ParallelFor(exec, 1000, 3, [&](int64_t begin, int64_t end) {
                  for (int64_t i = begin; i < end; ++i) sums.local() += i;
                  return absl::OkStatus();
                }).ok());
    int64_t total = 0;
    for (const int64_t sum : sums.slots()) total += sum;
    EXPECT_EQ(total, 999 * 1000 / 2);
  }
}

// The slots of the caller's own arena are none of ours.
TEST(WorkerLocal, CountsFromZeroInsideAForeignArena) {
  oneapi::tbb::global_control more(
      oneapi::tbb::global_control::max_allowed_parallelism, 8);
  oneapi::tbb::task_arena arena(8);
  std::atomic<int> largest{0};
  std::atomic<int> calls{0};
  static const int order = 0;
  tsan::Release(&order);
  arena.execute([&] {
    oneapi::tbb::parallel_for(0, 200, [&](int i) {
      tsan::OneAtATime after(&order);
      const ExecOptions exec{.num_threads = i % 2 + 1};
      ASSERT_TRUE(
          ParallelFor(exec, 10, i % 3 == 0 ? 10 : 1, [&](int64_t, int64_t) {
            const int worker = CurrentWorker();
            EXPECT_LT(worker, exec.num_threads);
            if (worker > largest) largest = worker;
            ++calls;
            return absl::OkStatus();
          }).ok());
    });
  });
  tsan::Acquire(&order);
  EXPECT_LE(largest.load(), 1);
  EXPECT_GT(calls.load(), 200);
}

struct Number {
  int value = 0;
};

// Numbers 0 .. count - 1.
std::function<absl::StatusOr<bool>(Number&)> Count(int count, int* next) {
  return [count, next](Number& number) -> absl::StatusOr<bool> {
    if (*next == count) return false;
    number.value = (*next)++;
    return true;
  };
}

TEST(OrderedPipeline, KeepsOrderInInOrderStages) {
  for (const int threads : kThreadCounts) {
    int next = 0;
    std::vector<int> seen;
    OrderedPipeline<Number> pipeline(Count(500, &next));
    pipeline
        .Parallel([](Number& number) {
          number.value *= 2;
          return absl::OkStatus();
        })
        .InOrder([&](Number& number) {
          seen.push_back(number.value);
          return absl::OkStatus();
        });
    ASSERT_TRUE(pipeline.Run({.num_threads = threads}, 6).ok());
    ASSERT_EQ(seen.size(), 500u);
    for (int i = 0; i < 500; ++i) EXPECT_EQ(seen[i], 2 * i);
  }
}

TEST(OrderedPipeline, HandsEarlierItemsOnAndReturnsTheFirstError) {
  for (const int threads : kThreadCounts) {
    int next = 0;
    int written = 0;
    OrderedPipeline<Number> pipeline(Count(500, &next));
    pipeline
        .Parallel([](Number& number) {
          return number.value == 40 || number.value == 41
                     ? absl::DataLossError(absl::StrCat("bad ", number.value))
                     : absl::OkStatus();
        })
        .InOrder([&](Number&) {
          ++written;
          return absl::OkStatus();
        });
    EXPECT_EQ(pipeline.Run({.num_threads = threads}, 6).message(), "bad 40");
    EXPECT_EQ(written, 40);
    EXPECT_LT(next, 500) << "the source must stop";
  }
}

TEST(OrderedPipeline, ReturnsTheSourcesErrorAfterTheItemsBeforeIt) {
  int next = 0;
  int written = 0;
  OrderedPipeline<Number> pipeline([&](Number&) -> absl::StatusOr<bool> {
    if (next++ == 3) return absl::NotFoundError("gone");
    return true;
  });
  pipeline.InOrder([&](Number&) {
    ++written;
    return absl::OkStatus();
  });
  EXPECT_EQ(pipeline.Run({.num_threads = 2}, 4).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(written, 3);
}

TEST(OrderedPipeline, StopsWhenCancelled) {
  CancellationToken token;
  int next = 0;
  OrderedPipeline<Number> pipeline(Count(1000000, &next));
  pipeline.InOrder([&](Number& number) {
    if (number.value == 10) token.Cancel();
    return absl::OkStatus();
  });
  EXPECT_EQ(pipeline.Run({.num_threads = 2, .cancellation = &token}, 4).code(),
            absl::StatusCode::kCancelled);
  EXPECT_LT(next, 100);
}

TEST(OrderedPipeline, NeverHasMoreItemsInFlightThanAllowed) {
  std::atomic<int> in_flight{0};
  std::atomic<int> most{0};
  int next = 0;
  OrderedPipeline<Number> pipeline([&](Number&) -> absl::StatusOr<bool> {
    if (next++ == 200) return false;
    const int now = ++in_flight;
    int seen = most.load();
    while (now > seen && !most.compare_exchange_weak(seen, now)) {
    }
    return true;
  });
  pipeline.Parallel([](Number&) { return absl::OkStatus(); })
      .InOrder([&](Number&) {
        --in_flight;
        return absl::OkStatus();
      });
  ASSERT_TRUE(pipeline.Run({.num_threads = 8}, 3).ok());
  EXPECT_LE(most.load(), 3);
}

}  // namespace
}  // namespace rowsplit::internal
