// Measures one op of the text area on strings of a given kind and size, and
// prints a line of JSON: seconds of processor time for all strings (the least
// of some runs), the peak of memory above what the text takes, and, for strings
// below a megabyte, of which there are as many as make one, the seconds of a
// call on a single one. linear_time.py runs it for all of them.
//
//   rowsplit_linear_time OP KIND BYTES [RUNS]
//   rowsplit_linear_time --all BYTES     every op on every kind, once
//   rowsplit_linear_time --list          ops with their bounds of memory; kinds

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/linear_time/ops.h"

namespace rowsplit::bench {
namespace {

// A repeated unit, and what is put in the middle and behind the end.
struct Kind {
  const char* name;
  const char* unit;
  const char* middle = "";
  const char* end = "";
};

constexpr Kind kKinds[] = {
    {"letter", "a"},
    {"spaces", " "},
    {"marks", "e\u0301\u0316\u0327"},
    {"only_marks", "\u0301"},
    {"ill_formed", "\x80\xE2\x82\xFF"},
    {"no_space", "Straße日本語ΟΔΟΣ"},
    {"prose", "It is a truth universally acknowledged, that a single man. "},
    // Mixed text that ends inside a character, or has one ill-formed byte.
    {"cut", "Ein großer Tag: 日本語, ΟΔΟΣ. ", "", "\xE2\x82"},
    {"one_fault", "Ein großer Tag: 日本語, ΟΔΟΣ. ", "\xFF", ""}};

constexpr size_t kBatchBytes = 1'000'000;

const Kind* FindKind(std::string_view name) {
  for (const Kind& kind : kKinds)
    if (name == kind.name) return &kind;
  return nullptr;
}

// As many whole units as fit, so that no size ends inside a character.
std::string MakeText(const Kind& kind, size_t size) {
  const std::string_view unit = kind.unit;
  const size_t others = std::strlen(kind.middle) + std::strlen(kind.end);
  const size_t count = (size - std::min(size, others)) / unit.size();
  std::string text;
  text.reserve(count * unit.size() + others);
  for (size_t i = 0; i < count; ++i) {
    if (i == count / 2) text += kind.middle;
    text += unit;
  }
  text += kind.end;
  return text;
}

// `text` as often as makes a batch.
StringTensor MakeBatch(std::string_view text) {
  if (text.size() >= kBatchBytes / 2) {
    const std::vector<Offset> offsets = {0, static_cast<Offset>(text.size())};
    return *StringTensor::FromBytes(
        *RowPartition::FromRowSplits(offsets),
        Buffer<char>::Borrow({text.data(), text.size()}));
  }
  StringTensorBuilder builder;
  for (size_t size = 0; size < kBatchBytes; size += text.size() + 1)
    builder.Append(text);
  return std::move(builder).Build();
}

double CpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::exit(status.code() == absl::StatusCode::kResourceExhausted ? 3 : 1);
}

// Seconds of one call: as many calls as take a few milliseconds together.
double Measure(const LinearOp& op, StringTensorView text, int runs) {
  double least = 1e300;
  for (int run = 0; run < runs; ++run) {
    int64_t calls = 0;
    const double begin = CpuSeconds();
    double end = begin;
    while (end - begin < 0.005) {
      Check(op.run(text));
      ++calls;
      end = CpuSeconds();
    }
    least = std::min(least, (end - begin) / static_cast<double>(calls));
  }
  return least;
}

double PeakBytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

LinearOps AllOps() {
  LinearOps ops = StringOps();
  ops.merge(SplitOps());
  return ops;
}

// What is made once, such as tables of Unicode, is no part of a measurement.
void WarmUp(const LinearOp& op) {
  const std::string text = MakeText(kKinds[0], 100) + "é日\u0301";
  const std::vector<Offset> offsets = {0, static_cast<Offset>(text.size())};
  Check(op.run(StringTensorView(offsets, text)));
}

int RunAll(size_t size) {
  for (const auto& [name, op] : AllOps()) {
    for (const Kind& kind : kKinds) {
      const std::string text = MakeText(kind, size);
      const std::vector<Offset> offsets = {0, static_cast<Offset>(text.size())};
      Check(op.run(StringTensorView(offsets, text)));
    }
    std::printf("%s\n", name.c_str());
  }
  return 0;
}

int List() {
  for (const auto& [name, op] : AllOps())
    std::printf("%s\t%g\n", name.c_str(), op.memory);
  std::printf("\n");
  for (const Kind& kind : kKinds) std::printf("%s\n", kind.name);
  return 0;
}

int MeasureOne(const char* name, const char* kind_name, size_t size, int runs) {
  const LinearOps ops = AllOps();
  const auto op = ops.find(name);
  const Kind* kind = FindKind(kind_name);
  if (op == ops.end() || kind == nullptr) {
    std::fprintf(stderr, "rowsplit_linear_time: no op %s or no kind %s\n", name,
                 kind_name);
    return 2;
  }
  WarmUp(op->second);
  const std::string text = MakeText(*kind, size);
  const StringTensor batch = MakeBatch(text);
  const double peak_before = PeakBytes();
  const double seconds = Measure(op->second, batch, runs);
  const double memory = PeakBytes() - peak_before;
  const std::vector<Offset> offsets = {0, static_cast<Offset>(text.size())};
  const double call =
      batch.size() == 1 ? seconds : Measure(op->second, {offsets, text}, runs);
  const auto bytes = static_cast<double>(batch.bytes().size());
  std::printf(
      "{\"op\": \"%s\", \"kind\": \"%s\", \"bytes\": %zu, \"strings\": %lld, "
      "\"seconds\": %.9f, \"mb_per_s\": %.1f, \"call_seconds\": %.9f, "
      "\"memory_per_byte\": %.2f}\n",
      name, kind_name, text.size(), static_cast<long long>(batch.size()),
      seconds, bytes / seconds * 1e-6, call, memory / bytes);
  return 0;
}

int Run(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--list") return List();
  if (argc == 3 && std::string_view(argv[1]) == "--all")
    return RunAll(static_cast<size_t>(std::atoll(argv[2])));
  if (argc < 4) {
    std::fprintf(stderr, "usage: rowsplit_linear_time OP KIND BYTES [RUNS]\n");
    return 2;
  }
  return MeasureOne(argv[1], argv[2], static_cast<size_t>(std::atoll(argv[3])),
                    argc > 4 ? std::max(std::atoi(argv[4]), 1) : 3);
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) { return rowsplit::bench::Run(argc, argv); }
