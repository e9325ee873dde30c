#ifndef ROWSPLIT_PYTHON_SRC_GUARDED_H_
#define ROWSPLIT_PYTHON_SRC_GUARDED_H_

#include <mutex>
#include <utility>

#include "convert.h"

namespace rowsplit::python {

// A value that changes, which Python's threads may share although calls run
// without the GIL.
template <typename T>
class Guarded {
 public:
  explicit Guarded(T value) : value_(std::move(value)) {}

  // Calls `run` with the value, without the GIL and one thread at a time.
  template <typename F>
  auto Run(F&& run) {
    return Call::Run([&] {
      const std::lock_guard<std::mutex> lock(mutex_);
      return std::forward<F>(run)(value_);
    });
  }

 private:
  T value_;
  std::mutex mutex_;
};

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_GUARDED_H_
