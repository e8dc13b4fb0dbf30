#pragma once

#include <cstddef>
#include <memory>

namespace arena::rating {

// Two megabytes of zeroes that begin on two megabytes, on one large page where the system has them:
// tables that are written all over cost one page fault instead of 512, and find their pages without
// a walk. Where it has none, memory is taken as it is touched.
inline constexpr size_t kLargePageBytes = size_t{2} << 20;

struct FreeLargePage {
  void operator()(void* page) const;
};
using LargePage = std::unique_ptr<void, FreeLargePage>;

// Throws std::bad_alloc when there is no memory.
LargePage NewLargePage();

}  // namespace arena::rating
