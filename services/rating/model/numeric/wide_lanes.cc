#include "services/rating/model/numeric/wide_lanes.h"

#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#ifdef __clang__
// The header is written in C; GCC knows this word in C++, too.
#define _Bool bool
#endif
#include <sys/platform/x86.h>
#endif

namespace arena::rating {

bool HasWideLanes() {
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
  return CPU_FEATURE_ACTIVE(AVX2);
#else
  return false;
#endif
}

}  // namespace arena::rating
