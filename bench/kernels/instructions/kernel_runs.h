#ifndef ROWSPLIT_BENCH_KERNELS_INSTRUCTIONS_KERNEL_RUNS_H_
#define ROWSPLIT_BENCH_KERNELS_INSTRUCTIONS_KERNEL_RUNS_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

// What rowsplit_instructions can run: kernels, and the ops that are built
// around them, each on one input that is the same on every machine.
namespace rowsplit::bench {

struct KernelRun {
  // area/stem/what: "kernels/byte_map/lower".
  std::string name;
  // Makes the input; what it returns runs the kernel on that, any number of
  // times, and keeps the input alive.
  std::function<std::function<void()>()> prepare;
};

class KernelRuns {
 public:
  void Add(std::string name, std::function<std::function<void()>()> prepare) {
    runs_.push_back({std::move(name), std::move(prepare)});
  }
  const std::vector<KernelRun>& runs() const { return runs_; }

 private:
  std::vector<KernelRun> runs_;
};

void AddByteRuns(KernelRuns& runs);
void AddCharacterRuns(KernelRuns& runs);
void AddTokenRuns(KernelRuns& runs);
void AddRowRuns(KernelRuns& runs);
void AddTableRuns(KernelRuns& runs);
void AddSliceRuns(KernelRuns& runs);
void AddOpRuns(KernelRuns& runs);

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_KERNELS_INSTRUCTIONS_KERNEL_RUNS_H_
