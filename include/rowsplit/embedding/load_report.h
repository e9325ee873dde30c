#ifndef ROWSPLIT_EMBEDDING_LOAD_REPORT_H_
#define ROWSPLIT_EMBEDDING_LOAD_REPORT_H_

#include <cstdint>
#include <string>

namespace rowsplit {

// One kind of fault in a file of vectors.
struct LoadFault {
  int64_t count = 0;
  // Where the first of them in the file is, and what: "glove.txt, line 3, byte
  // 120, field 2: not a number: \"x\"". Empty while `count` is 0.
  std::string first = {};

  friend bool operator==(const LoadFault&, const LoadFault&) = default;
};

// What a loader left out or mended.
struct LoadReport {
  // Rows that were dropped: the number of fields is wrong, a name has a NUL
  // byte, or a value is no finite number and the policy is skip. Also 1 for a
  // file whose size is not what its header promises.
  LoadFault skipped = {};
  // Values that are no finite numbers and became 0, by the policy replace.
  LoadFault replaced = {};
  // Rows whose token came before: the first one stays, whatever the policy.
  LoadFault duplicates = {};

  friend bool operator==(const LoadReport&, const LoadReport&) = default;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_LOAD_REPORT_H_
