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
// sentences in seven scripts, over and over.
inline const std::string& LanguageText() {
  static const auto* text = [] {
    if (const char* path = std::getenv("ROWSPLIT_BENCH_LANGUAGES")) {
      std::ifstream file(path, std::ios::binary);
      return new std::string(std::istreambuf_iterator<char>(file), {});
    }
    auto* made = new std::string;
    for (int i = 0; i < 1500; ++i) {
      *made +=
          "Işık söndü, uzaktan İnce bir ses duyuldu\n"
          "El viento movía despacio las hojas del Naranjo junto al muro\n"
          "Вчера купихме Хляб и две ябълки от пазара край реката\n"
          "Το βράδυ η γάτα κοιμάται και ΟΙ ΔΡΟΜΟΙ ΤΗΣ ΠΟΛΗΣ αδειάζουν\n"
          "Sáng nay trời mưa nhỏ và Con Đường rất vắng\n"
          "Żółta łódka płynie powoli po Cichym jeziorze\n"
          "आज बाज़ार में ताज़े फल और सब्ज़ियाँ बहुत सस्ती थीं\n"
          "駅の前の小さな店で、温かいパンを買いました\n"
          "昨天下午,我们在河边看见了三只白鹭\n"
          "아침마다 할머니는 마당에 물을 뿌리신다\n";
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
