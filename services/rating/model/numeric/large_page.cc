#include "services/rating/model/numeric/large_page.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace arena::rating {

LargePage NewLargePage() {
  // Twice as much, to find an aligned half in; what is around it is given back.
  void* const found = mmap(nullptr, 2 * kLargePageBytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED) throw std::bad_alloc();
  auto* const begin = static_cast<std::byte*>(found);
  const size_t before = -reinterpret_cast<uintptr_t>(begin) % kLargePageBytes;
  std::byte* const page = begin + before;
  if (before > 0) munmap(begin, before);
  munmap(page + kLargePageBytes, kLargePageBytes - before);
#if defined(MADV_HUGEPAGE)
  // Only a wish: small pages do, too.
  madvise(page, kLargePageBytes, MADV_HUGEPAGE);
#endif
  return LargePage(page);
}

void FreeLargePage::operator()(void* page) const { munmap(page, kLargePageBytes); }

}  // namespace arena::rating
