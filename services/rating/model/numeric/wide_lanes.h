#pragma once

// A loop over elements that do not depend on each other gives the same bits however many elements
// an instruction takes at once, since each element sees the same operations in the same order. So a
// hot one may be compiled twice, for every x86-64 and for one with AVX2, and the faster is picked
// when it first runs; its body is one always-inlined function. ARENA_WIDE marks the second.
// AVX2 brings no fused multiply-add, which would round differently.
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#define ARENA_WIDE [[gnu::target("avx2")]]
#else
#define ARENA_WIDE
#endif

namespace arena::rating {

// Whether this process may run what ARENA_WIDE marks. The answer is the C library's, which an
// administrator may change: GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2 makes it false.
bool HasWideLanes();

// The one of two compilations of a loop that this process may and should run.
template <typename Function>
Function* PickLanes(Function* wide, Function* narrow) {
  return HasWideLanes() ? wide : narrow;
}

}  // namespace arena::rating
