#ifndef ROWSPLIT_EXAMPLES_NEXT_WORD_CURVE_H_
#define ROWSPLIT_EXAMPLES_NEXT_WORD_CURVE_H_

#include <span>
#include <string>

#include "next_word/model.h"

namespace next_word {

struct Epoch {
  double train_loss;  // while it was learned
  Score held_out;
};

// The accuracies of tables of counts on the held-out windows.
struct Baselines {
  double constant;
  double bigram;
};

// A line for each epoch.
void WriteCsv(const std::string& path, std::span<const Epoch> curve,
              const Baselines& baselines);

// The accuracy after each epoch, and those of the tables as level lines.
void WriteSvg(const std::string& path, std::span<const Epoch> curve,
              const Baselines& baselines);

}  // namespace next_word

#endif  // ROWSPLIT_EXAMPLES_NEXT_WORD_CURVE_H_
