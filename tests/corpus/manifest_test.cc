#include "corpus/manifest.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string MakeManifest(const std::string& encoding = "utf-8") {
  CorpusConfig config;
  config.input.read.encoding = encoding;
  config.output.folder = "some/folder";
  config.run.threads = 7;
  const std::vector<InputFile> inputs = {{.path = "a.txt"}};
  const std::vector<InputSummary> summaries = {
      {.stored_bytes = 12, .lines = 3, .encoding = {"Big5", 70}}};
  const std::vector<ManifestFile> files = {
      {"train-00000-of-00001.tfrecord", 5, 99, {}}, {"vocab.txt", -1, 7, {}}};
  return ManifestToJson(config, inputs, summaries, files);
}

TEST(Manifest, NamesInputsAndFiles) {
  const std::string json = MakeManifest();
  EXPECT_THAT(json, HasSubstr("\"path\": \"a.txt\""));
  EXPECT_THAT(json, HasSubstr("\"bytes\": 12"));
  EXPECT_THAT(json, HasSubstr("\"records\": 5"));
  EXPECT_THAT(*ManifestFileNames(json, "m.json"),
              ElementsAre("train-00000-of-00001.tfrecord", "vocab.txt"));
}

TEST(Manifest, LeavesOutWhatDoesNotChangeTheFiles) {
  EXPECT_THAT(MakeManifest(), Not(HasSubstr("some/folder")));
  EXPECT_THAT(MakeManifest(), Not(HasSubstr("threads")));
}

TEST(Manifest, SaysWhatAnInputWasTakenFor) {
  EXPECT_THAT(MakeManifest(), Not(HasSubstr("Big5")));
  const std::string json = MakeManifest("auto");
  EXPECT_THAT(json, HasSubstr("\"encoding\": \"Big5\""));
  EXPECT_THAT(json, HasSubstr("\"encoding_confidence\": 70"));
}

TEST(ManifestFileNames, RefusesAFileOutsideTheFolder) {
  for (const char* name : {"../x", "a/b", "..", ".", ""}) {
    const std::string json =
        "{\"format\": \"rowsplit.manifest\", \"files\": [{\"name\": \"" +
        std::string(name) + "\"}]}";
    EXPECT_THAT(
        std::string(ManifestFileNames(json, "m.json").status().message()),
        HasSubstr("m.json: .files[0].name: expected the name of a file"))
        << name;
  }
}

TEST(ManifestFileNames, RefusesAnotherDocument) {
  EXPECT_FALSE(
      ManifestFileNames("{\"format\": \"x\", \"files\": []}", "m").ok());
  EXPECT_FALSE(ManifestFileNames("{}", "m").ok());
  EXPECT_FALSE(ManifestFileNames("", "m").ok());
}

}  // namespace
}  // namespace rowsplit::internal
