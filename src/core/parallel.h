#ifndef ROWSPLIT_SRC_CORE_PARALLEL_H_
#define ROWSPLIT_SRC_CORE_PARALLEL_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"

// Threads. Only parallel.cc names oneTBB. Nothing is started before the first
// call, and no result depends on the number of threads.
namespace rowsplit::internal {

// The number of threads that `exec` allows, at least 1.
int NumThreads(const ExecOptions& exec);

// The slot of the calling thread in the innermost ParallelFor or
// OrderedPipeline that it works for: in [0, NumThreads(exec)), and never shared
// by two threads at a time.
int CurrentWorker();

// Calls `body(begin, end)` over pieces of [0, size) of `grain` elements (the
// last may be shorter). Returns the error of the first piece that failed, in
// index order; pieces after it may or may not have run.
absl::Status ParallelFor(
    const ExecOptions& exec, int64_t size, int64_t grain,
    absl::FunctionRef<absl::Status(int64_t begin, int64_t end)> body);

// One T for each worker, for results that are merged at the end.
template <typename T>
class WorkerLocal {
 public:
  explicit WorkerLocal(const ExecOptions& exec) : slots_(NumThreads(exec)) {}
  T& local() { return slots_[CurrentWorker()]; }
  std::vector<T>& slots() { return slots_; }

 private:
  std::vector<T> slots_;
};

struct PipelineStage {
  bool in_order;
  std::function<absl::Status(void* item)> run;
};

// The untyped core of OrderedPipeline.
absl::Status RunPipeline(
    const ExecOptions& exec, const std::vector<void*>& items,
    const std::function<absl::StatusOr<bool>(void* item)>& source,
    const std::vector<PipelineStage>& stages);

// A stream of items through stages, with a bounded number of them in flight, so
// that memory is flat. The source and the in-order stages see the items one at
// a time, in order; a parallel stage sees several at once. Items are reused: a
// source must reset what it is given.
//
// The error returned is the first in stream order, whatever the threads did:
// in-order stages see every item before it and none after it.
//
//   // StatusOr<bool> read(Batch&): false ends the stream.
//   OrderedPipeline<Batch> pipeline(read);
//   pipeline.Parallel(tokenize).InOrder(write);
//   absl::Status status = pipeline.Run(exec, 8);
template <typename Item>
class OrderedPipeline {
 public:
  explicit OrderedPipeline(std::function<absl::StatusOr<bool>(Item&)> source)
      : source_([source = std::move(source)](void* item) {
          return source(*static_cast<Item*>(item));
        }) {}

  OrderedPipeline& Parallel(std::function<absl::Status(Item&)> stage) {
    return Add(false, std::move(stage));
  }
  OrderedPipeline& InOrder(std::function<absl::Status(Item&)> stage) {
    return Add(true, std::move(stage));
  }

  // Requires `max_in_flight >= 1`.
  absl::Status Run(const ExecOptions& exec, int max_in_flight) {
    std::vector<std::unique_ptr<Item>> owned;
    std::vector<void*> items;
    items.reserve(max_in_flight);
    for (int i = 0; i < max_in_flight; ++i) {
      items.push_back(owned.emplace_back(std::make_unique<Item>()).get());
    }
    return RunPipeline(exec, items, source_, stages_);
  }

 private:
  OrderedPipeline& Add(bool in_order,
                       std::function<absl::Status(Item&)> stage) {
    stages_.push_back({in_order, [stage = std::move(stage)](void* item) {
                         return stage(*static_cast<Item*>(item));
                       }});
    return *this;
  }

  std::function<absl::StatusOr<bool>(void*)> source_;
  std::vector<PipelineStage> stages_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_PARALLEL_H_
