// Runs a fuzz target where there is no libFuzzer: on files, or on seeded inputs
// for a while. Input number i of a seed is always the same, so that a find can
// be run again.
//
//   rowsplit_ragged_fuzz --seconds=8 --seed=1
//   rowsplit_ragged_fuzz --seed=1 --first=4711 --count=1
//   rowsplit_ragged_fuzz FILE ...

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// There in programs with a sanitizer; null in others.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(
    void (*callback)());

namespace {

uint64_t seed = 20261124;
uint64_t iteration = 0;

void SayWhereItDied() {
  std::fprintf(stderr, "found with: --seed=%llu --first=%llu --count=1\n",
               static_cast<unsigned long long>(seed),
               static_cast<unsigned long long>(iteration));
}

void OnSignal(int signal) {
  SayWhereItDied();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// Of any length up to 512, with runs of small and of equal bytes.
std::vector<uint8_t> MakeInput(uint64_t number) {
  std::mt19937_64 random(seed ^ (number + 1) * 0x9E3779B97F4A7C15u);
  const uint64_t longest = uint64_t{1} << random() % 10;
  std::vector<uint8_t> input;
  for (uint64_t size = random() % (longest + 1); input.size() < size;) {
    const uint64_t kind = random() % 4;
    const auto same = static_cast<uint8_t>(random());
    for (uint64_t run = random() % 16; run > 0 && input.size() < size; --run) {
      const auto any = static_cast<uint8_t>(random());
      input.push_back(kind == 0 ? same : kind == 1 ? any % 8 : any);
    }
  }
  return input;
}

void RunFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s: can't be opened\n", path);
    std::exit(2);
  }
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()),
                         bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seconds = 8;
  uint64_t count = UINT64_MAX;
  bool files = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto number = [&](std::string_view flag, uint64_t& value) {
      if (!argument.starts_with(flag)) return false;
      value = std::strtoull(argv[i] + flag.size(), nullptr, 10);
      return true;
    };
    if (number("--seconds=", seconds) || number("--seed=", seed) ||
        number("--first=", iteration) || number("--count=", count))
      continue;
    files = true;
    RunFile(argv[i]);
  }
  if (files) return 0;

  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
    std::signal(signal, OnSignal);
  if (__sanitizer_set_death_callback != nullptr)
    __sanitizer_set_death_callback(SayWhereItDied);
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  uint64_t done = 0;
  for (; done < count && std::chrono::steady_clock::now() < end; ++done) {
    const std::vector<uint8_t> input = MakeInput(iteration);
    LLVMFuzzerTestOneInput(input.data(), input.size());
    ++iteration;
  }
  std::printf("%llu inputs\n", static_cast<unsigned long long>(done));
  return done > 0 ? 0 : 1;
}
