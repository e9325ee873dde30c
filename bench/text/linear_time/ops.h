#ifndef ROWSPLIT_BENCH_TEXT_LINEAR_TIME_OPS_H_
#define ROWSPLIT_BENCH_TEXT_LINEAR_TIME_OPS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::bench {

// An op of the text area that takes strings.
struct LinearOp {
  std::function<absl::Status(StringTensorView text)> run;
  // The most memory that a call holds at a time, its result too, in bytes for
  // each byte of text; the text itself is not counted.
  double memory;
};
using LinearOps = std::map<std::string, LinearOp>;

// Of a function that returns a StatusOr.
template <typename Fn>
LinearOp Takes(double memory, Fn fn) {
  return {[fn](StringTensorView text) { return fn(text).status(); }, memory};
}

// The same of `fn(made, text)`, where `make()` is called by the first call.
template <typename Make, typename Fn>
LinearOp TakesWith(double memory, Make make, Fn fn) {
  const auto made = std::make_shared<std::optional<decltype(make())>>();
  return {[make, fn, made](StringTensorView text) {
            if (!made->has_value()) made->emplace(make());
            return fn(**made, text).status();
          },
          memory};
}

// One thread: MB/s of a core.
inline const ExecOptions kOneThread{.num_threads = 1};

// Those that give a string, a number or little else for each string.
LinearOps StringOps();
// Those that give tokens.
LinearOps SplitOps();

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_TEXT_LINEAR_TIME_OPS_H_
