#ifndef ROWSPLIT_CORE_ERROR_POLICY_H_
#define ROWSPLIT_CORE_ERROR_POLICY_H_

namespace rowsplit {

// What a reader does about bad input data.
enum class ErrorPolicy {
  kStrict,   // stops with an error that says where
  kReplace,  // mends what can be mended, drops the rest, and counts both
  kSkip,     // drops the line or record and counts it
};

}  // namespace rowsplit

#endif  // ROWSPLIT_CORE_ERROR_POLICY_H_
