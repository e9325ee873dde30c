#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/str_format.h"

namespace rowsplit::cli {

namespace {

constexpr double kMegabyte = 1e6;

std::string TimeLeft(double seconds) {
  const int64_t whole = std::llround(seconds);
  return absl::StrFormat("%d:%02d left", whole / 60, whole % 60);
}

std::string Bar(double share) {
  constexpr int kWidth = 24;
  const int filled = static_cast<int>(share * kWidth);
  return "[" + std::string(filled, '#') + std::string(kWidth - filled, '.') +
         "]";
}

std::string Describe(const JobProgress& progress, double seconds,
                     bool with_bar) {
  const double done = static_cast<double>(progress.bytes_done) / kMegabyte;
  const double speed = seconds > 0 ? done / seconds : 0;
  std::string text = absl::StrFormat("%-10s ", std::string(progress.phase));
  if (progress.bytes_total > 0) {
    const double total = static_cast<double>(progress.bytes_total) / kMegabyte;
    const double share = std::min(1.0, done / total);
    if (with_bar) text += Bar(share) + " ";
    text += absl::StrFormat("%3.0f %% of %.1f MB", 100 * share, total);
    if (speed > 0) text += ", " + TimeLeft((total - done) / speed);
  } else {
    text += absl::StrFormat("%.1f MB", done);
  }
  return text + absl::StrFormat(", %.0f MB/s, %.1f M tokens", speed,
                                static_cast<double>(progress.tokens) / 1e6);
}

}  // namespace

ProgressPrinter::ProgressPrinter(bool quiet)
    : quiet_(quiet), is_terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressPrinter::~ProgressPrinter() { Clear(); }

ProgressCallback ProgressPrinter::callback() {
  if (quiet_) return nullptr;
  return [this](const JobProgress& progress) { Show(progress); };
}

void ProgressPrinter::Clear() {
  if (has_bar_) std::fputs("\r\x1b[K", stderr);
  has_bar_ = false;
}

void ProgressPrinter::Show(const JobProgress& progress) {
  const Clock::time_point now = Clock::now();
  if (phase_ != progress.phase) {
    phase_ = progress.phase;
    phase_begin_ = shown_ = now;
  }
  const auto pause = is_terminal_ ? std::chrono::milliseconds(100)
                                  : std::chrono::milliseconds(5000);
  if (now - shown_ < pause) return;
  shown_ = now;
  const double seconds =
      std::chrono::duration<double>(now - phase_begin_).count();
  const std::string text = Describe(progress, seconds, is_terminal_);
  std::fprintf(stderr, is_terminal_ ? "\r%s\x1b[K" : "%s\n", text.c_str());
  has_bar_ = is_terminal_;
}

}  // namespace rowsplit::cli
