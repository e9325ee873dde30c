#ifndef ROWSPLIT_CORE_EXEC_H_
#define ROWSPLIT_CORE_EXEC_H_

#include <atomic>

namespace rowsplit {

// A flag that one thread sets and a running operation polls. Setting it is
// async-signal-safe. The operation then returns absl::CancelledError.
class CancellationToken {
 public:
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

// How an operation runs. Neither field changes what it returns.
struct ExecOptions {
  // The most threads that work at once; 0 means one a core.
  int num_threads = 0;
  // Not owned; null means that the operation can't be cancelled.
  const CancellationToken* cancellation = nullptr;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_CORE_EXEC_H_
