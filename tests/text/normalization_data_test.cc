// Unicode's own tests of normalization and case folding, where its data files
// are installed.
#include <unicode/uchar.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/unicode_case.h"
#include "support/icu_normalize.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Utf8Of;

constexpr const char* kFolder = "/usr/share/unicode";

// A file as it is, or unpacked by bzip2 or Python; empty if there is none.
std::string ReadData(const std::string& name) {
  const std::string path = std::string(kFolder) + "/" + name;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) {
    text << file.rdbuf();
    return text.str();
  }
  if (!std::ifstream(path + ".bz2")) return "";
  const std::string packed = path + ".bz2";
  const std::string command =
      "bzip2 -dc " + packed +
      " 2>/dev/null || python3 -c \"import bz2; print(bz2.open('" + packed +
      "', 'rt', encoding='utf-8').read())\" 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"),
                                                   pclose);
  std::string unpacked;
  char block[4096];
  while (pipe != nullptr) {
    const size_t size = std::fread(block, 1, sizeof(block), pipe.get());
    if (size == 0) break;
    unpacked.append(block, size);
  }
  return unpacked;
}

// "0041 0301" as UTF-8.
std::string Sequence(const std::string& hex) {
  std::istringstream words(hex);
  std::string text;
  uint32_t code_point;
  while (words >> std::hex >> code_point) text += Utf8Of(code_point);
  return text;
}

struct Sequences {
  std::array<std::vector<std::string>, 5> columns;
  std::set<uint32_t> of_part_1;
  int version = 0;  // of Unicode: 15 for 15.0
};

Sequences ReadSequences() {
  Sequences read;
  std::istringstream lines(ReadData("NormalizationTest.txt"));
  std::string line;
  bool is_part_1 = false;
  while (std::getline(lines, line)) {
    constexpr std::string_view kName = "# NormalizationTest-";
    if (line.starts_with(kName))
      read.version = std::atoi(line.c_str() + kName.size());
    if (line.starts_with("@Part")) is_part_1 = line.starts_with("@Part1");
    if (line.empty() || line[0] == '#' || line[0] == '@') continue;
    std::istringstream fields(line);
    std::string field;
    for (auto& column : read.columns) {
      std::getline(fields, field, ';');
      column.push_back(Sequence(field));
    }
    if (is_part_1)
      read.of_part_1.insert(
          static_cast<uint32_t>(std::stoul(line, nullptr, 16)));
  }
  return read;
}

StringTensor Strings(const std::vector<std::string>& strings) {
  return StringTensor::FromStrings(
      std::vector<std::string_view>(strings.begin(), strings.end()));
}

TEST(Normalize, PassesTheTestOfUnicode) {
  const Sequences test = ReadSequences();
  if (test.of_part_1.empty())
    GTEST_SKIP() << "no NormalizationTest.txt in " << kFolder;
  struct Form {
    NormalForm form;
    // The column that each column becomes.
    std::array<size_t, 5> becomes;
  };
  for (const Form& form : {Form{NormalForm::kNfc, {1, 1, 1, 3, 3}},
                           Form{NormalForm::kNfd, {2, 2, 2, 4, 4}},
                           Form{NormalForm::kNfkc, {3, 3, 3, 3, 3}},
                           Form{NormalForm::kNfkd, {4, 4, 4, 4, 4}}}) {
    for (size_t column = 0; column < 5; ++column) {
      const StringTensor made =
          *Normalize(Strings(test.columns[column]), {.form = form.form});
      const std::vector<std::string>& expected =
          test.columns[form.becomes[column]];
      for (size_t line = 0; line < expected.size(); ++line)
        ASSERT_EQ(made[static_cast<int64_t>(line)], expected[line])
            << "form " << static_cast<int>(form.form) << ", column "
            << column + 1 << " of sequence " << line;
    }
    // What part 1 does not name stays, if the test knows it.
    std::vector<std::string> others;
    for (uint32_t c = 0; c < 0x110000; ++c) {
      UVersionInfo age;
      u_charAge(static_cast<UChar32>(c), age);
      const bool is_known = age[0] > 0 && age[0] <= test.version;
      if (is_known && (c < 0xD800 || c > 0xDFFF) && c < 0xF0000 &&
          !test.of_part_1.contains(c))
        others.push_back(Utf8Of(c));
    }
    const StringTensor same = Strings(others);
    ASSERT_EQ(*Normalize(same, {.form = form.form}), same);
  }
}

TEST(FoldCase, FoldsAsCaseFoldingSays) {
  std::istringstream lines(ReadData("CaseFolding.txt"));
  std::vector<std::string> characters;
  std::vector<std::string> folded;
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string code;
    std::string status;
    std::string mapping;
    if (line.empty() || line[0] == '#' || !std::getline(fields, code, ';') ||
        !std::getline(fields, status, ';') ||
        !std::getline(fields, mapping, ';'))
      continue;
    if (status != " C" && status != " F") continue;
    characters.push_back(Sequence(code));
    folded.push_back(Sequence(mapping));
  }
  if (characters.empty()) GTEST_SKIP() << "no CaseFolding.txt in " << kFolder;
  ASSERT_EQ(*FoldCase(Strings(characters)), Strings(folded));
}

}  // namespace
}  // namespace rowsplit
