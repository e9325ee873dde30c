#ifndef ROWSPLIT_SRC_CORE_TSAN_ORDER_H_
#define ROWSPLIT_SRC_CORE_TSAN_ORDER_H_

#if defined(__SANITIZE_THREAD__)
#define ROWSPLIT_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ROWSPLIT_TSAN 1
#endif
#endif
#ifdef ROWSPLIT_TSAN
#include <sanitizer/tsan_interface.h>
#endif

// The packaged oneTBB is not instrumented, so the thread sanitizer does not see
// the order that it gives to tasks. These calls tell it; elsewhere they are
// nothing. What one thread did before Release(mark), another has behind it
// after Acquire(mark).
namespace rowsplit::internal::tsan {

#ifdef ROWSPLIT_TSAN
inline void Acquire(const void* mark) {
  __tsan_acquire(const_cast<void*>(mark));
}
inline void Release(const void* mark) {
  __tsan_release(const_cast<void*>(mark));
}
#else
inline void Acquire(const void*) {}
inline void Release(const void*) {}
#endif

// All of a block that `mark`'s owner runs one at a time.
class OneAtATime {
 public:
  explicit OneAtATime(const void* mark) : mark_(mark) { Acquire(mark_); }
  ~OneAtATime() { Release(mark_); }
  OneAtATime(const OneAtATime&) = delete;
  OneAtATime& operator=(const OneAtATime&) = delete;

 private:
  const void* mark_;
};

}  // namespace rowsplit::internal::tsan

#endif  // ROWSPLIT_SRC_CORE_TSAN_ORDER_H_
