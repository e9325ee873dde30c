#include "core/parallel.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/check.h"
#include "core/tsan_order.h"
#include "oneapi/tbb/global_control.h"
#include "oneapi/tbb/info.h"
#include "oneapi/tbb/parallel_for.h"
#include "oneapi/tbb/parallel_pipeline.h"
#include "oneapi/tbb/task_arena.h"
#include "rowsplit/core/exec.h"

namespace rowsplit::internal {

namespace {

namespace tbb = ::oneapi::tbb;

bool Cancelled(const ExecOptions& exec) {
  return exec.cancellation != nullptr && exec.cancellation->cancelled();
}

thread_local int current_worker = 0;

// Gives the thread a slot for as long as it lives.
class ScopedWorker {
 public:
  explicit ScopedWorker(int worker)
      : before_(std::exchange(current_worker, worker)) {}
  ~ScopedWorker() { current_worker = before_; }
  ScopedWorker(const ScopedWorker&) = delete;
  ScopedWorker& operator=(const ScopedWorker&) = delete;

 private:
  int before_;
};

// The start and the end of parallel work, and each worker's slot; tasks in one
// slot run one after the other. Static, because a task may read nothing of its
// own before it has acquired the start.
char start_mark;
char end_mark;
char slot_marks[256];

// Stands first in each task, before the task reads what it captured. A task
// runs in the arena of its own call, whose slots are numbered from 0.
class TaskOrder {
 public:
  TaskOrder()
      : worker_(tbb::this_task_arena::current_thread_index()),
        slot_(&slot_marks[CurrentWorker() % sizeof(slot_marks)]) {
    tsan::Acquire(&start_mark);
    tsan::Acquire(slot_);
  }
  ~TaskOrder() {
    tsan::Release(slot_);
    tsan::Release(&end_mark);
  }
  TaskOrder(const TaskOrder&) = delete;
  TaskOrder& operator=(const TaskOrder&) = delete;

 private:
  const ScopedWorker worker_;
  const char* slot_;
};

// oneTBB starts no more workers than there are cores unless it is told to; a
// caller that asks for more threads gets them for the length of the call.
class ScopedArena {
 public:
  explicit ScopedArena(const ExecOptions& exec) : arena_(NumThreads(exec)) {
    if (NumThreads(exec) > tbb::info::default_concurrency()) {
      more_threads_.emplace(tbb::global_control::max_allowed_parallelism,
                            NumThreads(exec));
    }
  }
  template <typename Body>
  void Execute(const Body& body) {
    tsan::Release(&start_mark);
    arena_.execute(body);
    tsan::Acquire(&end_mark);
  }

 private:
  std::optional<tbb::global_control> more_threads_;
  tbb::task_arena arena_;
};

// Keeps the error of the lowest piece.
class FirstError {
 public:
  bool IsBefore(int64_t begin) const {
    return first_.load(std::memory_order_relaxed) < begin;
  }
  void Report(int64_t begin, absl::Status status) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (begin >= first_.load(std::memory_order_relaxed)) return;
    first_.store(begin, std::memory_order_relaxed);
    status_ = std::move(status);
  }
  absl::Status Take() { return std::move(status_); }

 private:
  std::mutex mutex_;
  std::atomic<int64_t> first_{INT64_MAX};
  absl::Status status_;
};

// An item on its way, with the error that stops it.
struct Travelling {
  void* item;
  absl::Status status;
};

// The items that are not on their way.
class FreeList {
 public:
  explicit FreeList(const std::vector<void*>& items) {
    for (void* item : items) all_.push_back({item, absl::OkStatus()});
    for (Travelling& travelling : all_) free_.push_back(&travelling);
  }
  Travelling* Take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ROWSPLIT_DCHECK(!free_.empty());
    Travelling* travelling = free_.back();
    free_.pop_back();
    travelling->status = absl::OkStatus();
    return travelling;
  }
  void Return(Travelling* travelling) {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(travelling);
  }

 private:
  std::mutex mutex_;
  std::vector<Travelling> all_;
  std::vector<Travelling*> free_;
};

}  // namespace

int NumThreads(const ExecOptions& exec) {
  return exec.num_threads > 0 ? exec.num_threads
                              : tbb::info::default_concurrency();
}

int CurrentWorker() { return current_worker; }

absl::Status ParallelFor(
    const ExecOptions& exec, int64_t size, int64_t grain,
    absl::FunctionRef<absl::Status(int64_t, int64_t)> body) {
  ROWSPLIT_DCHECK(grain > 0);
  FirstError error;
  const auto run_piece = [&](int64_t piece) {
    const int64_t begin = piece * grain;
    if (error.IsBefore(begin)) return;
    absl::Status status = Cancelled(exec)
                              ? absl::CancelledError("cancelled")
                              : body(begin, std::min(size, begin + grain));
    if (!status.ok()) error.Report(begin, std::move(status));
  };
  const int64_t num_pieces = (size + grain - 1) / grain;
  if (num_pieces <= 1 || NumThreads(exec) == 1) {
    // The caller may itself be a worker, with a slot of another call.
    const ScopedWorker worker(0);
    for (int64_t piece = 0; piece < num_pieces; ++piece) run_piece(piece);
    return error.Take();
  }
  const auto task = [&](int64_t piece) {
    const TaskOrder order;
    run_piece(piece);
  };
  ScopedArena arena(exec);
  arena.Execute([&] { tbb::parallel_for(int64_t{0}, num_pieces, task); });
  return error.Take();
}

namespace {

// The filters of a pipeline, as oneTBB calls them.
class PipelineRun {
 public:
  PipelineRun(const ExecOptions& exec, const std::vector<void*>& items,
              const std::function<absl::StatusOr<bool>(void*)>& source,
              const std::vector<PipelineStage>& stages)
      : exec_(exec),
        source_(source),
        stages_(stages),
        broken_(stages.size(), false),
        free_list_(items) {}

  absl::Status Run(size_t max_in_flight) {
    auto chain = tbb::make_filter<void, Travelling*>(
        tbb::filter_mode::serial_in_order, [this](tbb::flow_control& control) {
          const TaskOrder order;
          return Read(control);
        });
    for (size_t i = 0; i < stages_.size(); ++i) {
      const auto mode = stages_[i].in_order ? tbb::filter_mode::serial_in_order
                                            : tbb::filter_mode::parallel;
      chain = chain & tbb::make_filter<Travelling*, Travelling*>(
                          mode, [this, i](Travelling* travelling) {
                            const TaskOrder order;
                            return RunStage(i, travelling);
                          });
    }
    const auto whole = chain & tbb::make_filter<Travelling*, void>(
                                   tbb::filter_mode::serial_in_order,
                                   [this](Travelling* travelling) {
                                     const TaskOrder order;
                                     Finish(travelling);
                                   });
    ScopedArena arena(exec_);
    arena.Execute([&] { tbb::parallel_pipeline(max_in_flight, whole); });
    return std::move(result_);
  }

 private:
  Travelling* Read(tbb::flow_control& control) {
    const tsan::OneAtATime one_at_a_time(&source_);
    if (stop_.load(std::memory_order_relaxed)) {
      control.stop();
      return nullptr;
    }
    Travelling* travelling = free_list_.Take();
    absl::StatusOr<bool> more =
        Cancelled(exec_)
            ? absl::StatusOr<bool>(absl::CancelledError("cancelled"))
            : source_(travelling->item);
    if (more.ok() && !*more) {
      free_list_.Return(travelling);
      control.stop();
      return nullptr;
    }
    if (!more.ok()) {
      travelling->status = std::move(more).status();
      stop_.store(true, std::memory_order_relaxed);
    }
    tsan::Release(travelling);
    return travelling;
  }

  Travelling* RunStage(size_t i, Travelling* travelling) {
    const tsan::OneAtATime item_order(travelling);
    const PipelineStage& stage = stages_[i];
    char& broken = broken_[i];
    if (stage.in_order) tsan::Acquire(&broken);
    if (!broken && travelling->status.ok()) {
      travelling->status = stage.run(travelling->item);
    }
    if (stage.in_order && !travelling->status.ok()) broken = true;
    if (stage.in_order) tsan::Release(&broken);
    return travelling;
  }

  void Finish(Travelling* travelling) {
    const tsan::OneAtATime one_at_a_time(&result_);
    tsan::Acquire(travelling);
    if (!travelling->status.ok() && result_.ok()) {
      result_ = travelling->status;
      stop_.store(true, std::memory_order_relaxed);
    }
    free_list_.Return(travelling);
  }

  const ExecOptions& exec_;
  const std::function<absl::StatusOr<bool>(void*)>& source_;
  const std::vector<PipelineStage>& stages_;
  // For an in-order stage: whether an earlier item failed. Only that stage's
  // serial filter touches it.
  std::vector<char> broken_;
  FreeList free_list_;
  std::atomic<bool> stop_{false};
  absl::Status result_;
};

}  // namespace

absl::Status RunPipeline(
    const ExecOptions& exec, const std::vector<void*>& items,
    const std::function<absl::StatusOr<bool>(void*)>& source,
    const std::vector<PipelineStage>& stages) {
  return PipelineRun(exec, items, source, stages).Run(items.size());
}

}  // namespace rowsplit::internal
