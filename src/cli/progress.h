#ifndef ROWSPLIT_SRC_CLI_PROGRESS_H_
#define ROWSPLIT_SRC_CLI_PROGRESS_H_

#include <chrono>
#include <string>

#include "rowsplit/corpus/job.h"

namespace rowsplit::cli {

// Shows on standard error how far a job is: on a terminal a bar that is redrawn
// ten times a second, else a line every five seconds.
class ProgressPrinter {
 public:
  explicit ProgressPrinter(bool quiet);
  // Clears the bar.
  ~ProgressPrinter();
  ProgressPrinter(const ProgressPrinter&) = delete;
  ProgressPrinter& operator=(const ProgressPrinter&) = delete;

  // Refers to this printer. Empty if quiet.
  ProgressCallback callback();
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  void Show(const JobProgress& progress);

  const bool quiet_;
  const bool is_terminal_;
  std::string phase_;
  Clock::time_point phase_begin_;
  Clock::time_point shown_;
  bool has_bar_ = false;
};

}  // namespace rowsplit::cli

#endif  // ROWSPLIT_SRC_CLI_PROGRESS_H_
