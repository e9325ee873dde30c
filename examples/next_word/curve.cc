#include "next_word/curve.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iomanip>
#include <span>
#include <string>
#include <string_view>

namespace next_word {

void WriteCsv(const std::string& path, std::span<const Epoch> curve,
              const Baselines& baselines) {
  std::ofstream csv(path);
  csv << "epoch,train_loss,loss,accuracy,commonest_word,bigram\n";
  for (size_t i = 0; i < curve.size(); ++i) {
    csv << i + 1 << ',' << curve[i].train_loss << ',' << curve[i].held_out.loss
        << ',' << curve[i].held_out.accuracy << ',' << baselines.constant << ','
        << baselines.bigram << '\n';
  }
}

void WriteSvg(const std::string& path, std::span<const Epoch> curve,
              const Baselines& baselines) {
  constexpr double kWidth = 480, kHeight = 280, kMargin = 40;
  double greatest = std::max(baselines.constant, baselines.bigram);
  for (const Epoch& epoch : curve)
    greatest = std::max(greatest, epoch.held_out.accuracy);
  const auto x = [&](size_t epoch) {
    return kMargin + (kWidth - 2 * kMargin) * static_cast<double>(epoch) /
                         static_cast<double>(curve.size());
  };
  const auto y = [&](double accuracy) {
    return kHeight - kMargin -
           (kHeight - 2 * kMargin) * accuracy / std::max(greatest, 1e-9);
  };
  std::ofstream svg(path);
  svg << std::fixed << std::setprecision(1)
      << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"480\" "
         "height=\"280\" font-family=\"sans-serif\" font-size=\"12\">\n"
         "<rect width=\"480\" height=\"280\" fill=\"white\"/>\n"
         "<text x=\"40\" y=\"20\">accuracy on held-out windows, %</text>\n";
  const auto level = [&](double accuracy, std::string_view name) {
    svg << "<path d=\"M40 " << y(accuracy)
        << "H440\" stroke=\"gray\" stroke-dasharray=\"4\"/>\n<text x=\"44\" "
           "y=\""
        << y(accuracy) - 4 << "\" fill=\"gray\">" << name << ' '
        << 100 * accuracy << "</text>\n";
  };
  level(baselines.constant, "commonest word");
  level(baselines.bigram, "bigram table");
  svg << "<path fill=\"none\" stroke=\"#1f6fb4\" stroke-width=\"2\" d=\"";
  for (size_t i = 0; i < curve.size(); ++i) {
    svg << (i == 0 ? 'M' : 'L') << x(i + 1) << ' '
        << y(curve[i].held_out.accuracy);
  }
  svg << "\"/>\n";
  for (size_t i = 0; i < curve.size(); ++i) {
    svg << "<text x=\"" << x(i + 1) << "\" y=\"" << kHeight - 20 << "\">"
        << i + 1 << "</text>\n";
  }
  svg << "</svg>\n";
}

}  // namespace next_word
