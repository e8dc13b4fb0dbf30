#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function when `expression`, an absl::Status, is not OK.
#define ARENA_RETURN_IF_ERROR(expression)        \
  do {                                           \
    absl::Status arena_status = (expression);    \
    if (!arena_status.ok()) return arena_status; \
  } while (false)

// Declares or assigns `target` from an absl::StatusOr, or returns its status.
#define ARENA_ASSIGN_OR_RETURN(target, expression) \
  ARENA_ASSIGN_OR_RETURN_IMPL(ARENA_CONCAT(arena_status_or_, __LINE__), target, expression)

#define ARENA_ASSIGN_OR_RETURN_IMPL(result, target, expression) \
  auto result = (expression);                                   \
  if (!result.ok()) return std::move(result).status();          \
  target = *std::move(result)

#define ARENA_CONCAT(a, b) ARENA_CONCAT_IMPL(a, b)
#define ARENA_CONCAT_IMPL(a, b) a##b
