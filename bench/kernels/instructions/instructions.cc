// Runs kernels on fixed inputs, for a tool that counts their instructions.
//
//   rowsplit_instructions list           the names, one a line
//   rowsplit_instructions run [NAME]...  runs those, or all; prints what it was
//                                        compiled by and for, then each name
//
// The same work each time: the seeds are fixed, also the process's own that
// tables of counts are hashed with.
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hwy/highway.h"
#include "hwy/targets.h"
#include "kernels/inline_key.h"
#include "kernels/instructions/kernel_runs.h"

// bench/regress/callgrind.py counts what happens in here, and knows the name.
// The statement behind the call keeps it from becoming a jump.
extern "C" __attribute__((noinline)) void rowsplit_measured_run(
    const std::function<void()>& run) {
  run();
  asm volatile("" ::: "memory");
}

namespace rowsplit::bench {
namespace {

#if defined(__clang__)
constexpr const char* kCompiler = "clang";
constexpr int kCompilerVersion = __clang_major__;
#else
constexpr const char* kCompiler = "gcc";
constexpr int kCompilerVersion = __GNUC__;
#endif
#if defined(__x86_64__)
constexpr const char* kArchitecture = "x86_64";
#elif defined(__aarch64__)
constexpr const char* kArchitecture = "aarch64";
#else
constexpr const char* kArchitecture = "other";
#endif

// The best of the targets that this CPU, or what plays one, can run: the lowest
// bit.
const char* BestTarget() {
  const auto targets = hwy::SupportedTargets();
  return hwy::TargetName(targets & (~targets + 1));
}

KernelRuns AllRuns() {
  KernelRuns runs;
  AddByteRuns(runs);
  AddCharacterRuns(runs);
  AddTokenRuns(runs);
  AddRowRuns(runs);
  AddTableRuns(runs);
  AddSliceRuns(runs);
  AddOpRuns(runs);
  return runs;
}

void Measure(const KernelRun& kernel) {
  const std::function<void()> run = kernel.prepare();
  // What is made at the first call is not counted: tables of characters, the
  // choice of the target.
  run();
  rowsplit_measured_run(run);
  std::printf("%s\n", kernel.name.c_str());
  std::fflush(stdout);
}

int Run(const std::vector<std::string_view>& names) {
  const KernelRuns all = AllRuns();
  std::vector<const KernelRun*> chosen;
  for (const KernelRun& kernel : all.runs()) {
    if (names.empty()) chosen.push_back(&kernel);
  }
  for (const std::string_view name : names) {
    const size_t before = chosen.size();
    for (const KernelRun& kernel : all.runs()) {
      if (kernel.name == name) chosen.push_back(&kernel);
    }
    if (chosen.size() != before + 1) {
      std::fprintf(stderr, "rowsplit_instructions: no kernel %s; see list\n",
                   std::string(name).c_str());
      return 2;
    }
  }
  kernels::FixProcessHashSeed({{0x8c5f9e0d1b3a7725, 0x9d1f04c6a8e2b371}});
  std::printf("%s %s-%d %s\n", kArchitecture, kCompiler, kCompilerVersion,
              BestTarget());
  for (const KernelRun* kernel : chosen) Measure(*kernel);
  return 0;
}

int Main(const std::vector<std::string_view>& arguments) {
  if (arguments.size() == 1 && arguments[0] == "list") {
    const KernelRuns all = AllRuns();
    for (const KernelRun& kernel : all.runs())
      std::printf("%s\n", kernel.name.c_str());
    return 0;
  }
  if (!arguments.empty() && arguments[0] == "run")
    return Run({arguments.begin() + 1, arguments.end()});
  std::fprintf(stderr, "usage: rowsplit_instructions list | run [NAME]...\n");
  return 2;
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) {
  return rowsplit::bench::Main({argv + 1, argv + argc});
}
