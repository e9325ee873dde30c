#ifndef ROWSPLIT_BENCH_SUPPORT_LANGUAGE_ROWS_H_
#define ROWSPLIT_BENCH_SUPPORT_LANGUAGE_ROWS_H_

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "rowsplit/ragged/string_tensor.h"
#include "support/text_rows.h"

namespace rowsplit::bench {

// The text of the file that ROWSPLIT_BENCH_LANGUAGES names, or else a few
// sentences in ten scripts, over and over.
inline const std::string& LanguageText() {
  static const auto* text = [] {
    if (const char* path = std::getenv("ROWSPLIT_BENCH_LANGUAGES")) {
      std::ifstream file(path, std::ios::binary);
      return new std::string(std::istreambuf_iterator<char>(file), {});
    }
    auto* made = new std::string;
    for (int i = 0; i < 1500; ++i) {
      *made +=
          "Punda dignidade di tudo nguê di mundu e dirêtu d'inem\n"
          "Todos los seres humanos nacen libres e iguales en dignidad\n"
          "Всички хора се раждат Свободни и равни по достойнство и права\n"
          "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι ΣΤΗΝ ΑΞΙΑ\n"
          "Tất cả mọi người sinh ra đều được tự do và Bình Đẳng\n"
          "Wszyscy ludzie rodzą się wolni i równi pod Względem\n"
          "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता\n"
          "すべての人間は、生まれながらにして自由であり\n"
          "人人生而自由,在尊严和权利上一律平等\n"
          "모든 인간은 태어날 때부터 자유로우며\n";
    }
    return made;
  }();
  return *text;
}

inline const StringTensor& LanguageLines() {
  static const auto* lines = new StringTensor(Lines(LanguageText()));
  return *lines;
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_LANGUAGE_ROWS_H_
